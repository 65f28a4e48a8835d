package org.skerry.verify;

import static org.skerry.isa.Opcode.F_CONST;
import static org.skerry.isa.Opcode.I_CONST;
import static org.skerry.isa.Opcode.R_SELF;

import java.util.List;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionBuilder;
import org.skerry.module.FunctionBuilder.Entries;
import org.skerry.module.ModuleBuilder;
import org.skerry.module.ModuleFile;
import org.skerry.term.Term;

/** For each opcode a module that uses it well, derived from the opcode table. */
public final class SimplestForms {
  private SimplestForms() {}

  public static ModuleFile of(Opcode opcode) {
    char result =
        switch (opcode) {
          case I_RETURN, I_CALL, I_HOST -> 'i';
          case F_RETURN, F_CALL, F_HOST -> 'f';
          default -> 'r';
        };
    FunctionBuilder function =
        new FunctionBuilder("f").signature(parameters(opcode), result).counts(2, 2, 2);
    function.op(R_SELF, 0).op(I_CONST, 0, 1).op(F_CONST, 0, 0);
    function.op(R_SELF, 1).op(I_CONST, 1, 1).op(F_CONST, 1, 0).label("here");
    if (opcode.has(Effect.RELEASES)) {
      function.op(Opcode.MVAR_LOCK_READ, 0);
    }
    function.op(opcode, opcode.operands().stream().map(SimplestForms::operand).toArray());
    if (opcode.has(Effect.HOLDS_READ) || opcode.has(Effect.HOLDS_WRITE)) {
      function.op(Opcode.MVAR_UNLOCK, 0);
    }
    if (!opcode.has(Effect.ENDS_BLOCK)) {
      function.op(Opcode.JUMP, "here");
    }
    return new ModuleBuilder("m")
        .literal(Term.NIL)
        .literal(Term.smallInt(5))
        .reference(null, "f", parameters(opcode), result)
        .mvar("v", false, 0)
        .mvarReference(null, "v")
        .function(function)
        .build();
  }

  private static String parameters(Opcode opcode) {
    return opcode.format().variableKind() == OperandKind.R_REGISTERS ? "rr" : "rfi";
  }

  private static Object operand(OperandKind kind) {
    return switch (kind) {
      case R_DST, I_DST, F_DST -> 1;
      case R_SRC, I_SRC, F_SRC, FUNCTION, MVAR, LITERAL, TYPE, I_FORMAT -> 0;
      case F_FORMAT -> 12;
      case IMM16, COUNT16 -> 0xFFFF;
      case I_LITERAL, F_LITERAL -> Long.MIN_VALUE;
      case LABEL16, LABEL32 -> "here";
      case ARGUMENTS -> FunctionBuilder.arguments("r1", "f0", "i1");
      case R_REGISTERS -> FunctionBuilder.registers(0, 1);
      case DENSE_TABLE -> FunctionBuilder.table("here", "here", "here");
      case I_SPARSE_TABLE -> new Entries(List.of(Long.MIN_VALUE, "here", 7, "here"), 2);
      case R_SPARSE_TABLE -> new Entries(List.of(0, "here", 1, "here"), 2);
    };
  }
}
