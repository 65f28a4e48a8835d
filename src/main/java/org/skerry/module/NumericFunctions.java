package org.skerry.module;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.skerry.isa.Bank;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;

/**
 * Functions that compute with numbers alone, they and all that they call: such a function never
 * waits, sends or looks at its process, so nobody can learn of the process that runs it.
 */
public final class NumericFunctions {
  private static final Set<Opcode> ALLOWED = allowed();

  private NumericFunctions() {}

  /** Moves, arithmetic and comparisons stand first, and what is new goes to the end. */
  private static Set<Opcode> allowed() {
    Set<Opcode> allowed = EnumSet.range(Opcode.R_MOVE, Opcode.F_POW);
    allowed.addAll(
        EnumSet.of(
            Opcode.JUMP,
            Opcode.I_SWITCH,
            Opcode.I_SWITCH_SPARSE,
            Opcode.I_CALL,
            Opcode.F_CALL,
            Opcode.TAIL_CALL,
            Opcode.I_RETURN,
            Opcode.F_RETURN));
    allowed.removeIf(opcode -> opcode.operands().stream().anyMatch(NumericFunctions::isOfTerms));
    return allowed;
  }

  private static boolean isOfTerms(OperandKind kind) {
    return kind == OperandKind.R_DST || kind == OperandKind.R_SRC || kind == OperandKind.LITERAL;
  }

  /** The instructions that such functions have. */
  static Set<Opcode> opcodes() {
    return ALLOWED;
  }

  /** Whether a function is one. Any thread. */
  public static boolean isNumeric(CodeSpace code, int functionIndex) {
    Set<Integer> seen = new HashSet<>(Set.of(functionIndex));
    Deque<Integer> toLook = new ArrayDeque<>(seen);
    while (!toLook.isEmpty()) {
      int index = toLook.remove();
      LinkedModule module = code.moduleOf(index);
      FunctionDefinition function = module.function(index).definition();
      if (function.signature().count(Bank.R) > 0 || function.signature().result() == Bank.R) {
        return false;
      }
      InstructionCursor at = new InstructionCursor(function.code());
      for (int pc = 0; pc < function.code().length; pc = at.next()) {
        at.move(pc);
        if (!ALLOWED.contains(at.opcode())) {
          return false;
        }
        if (at.opcode().effects().contains(Effect.CALLS)) {
          int reference = at.half(at.opcode().operands().indexOf(OperandKind.FUNCTION));
          if (module.isQualified(reference)) {
            return false; // the next version of its module may be another
          }
          int callee = module.target(reference);
          if (seen.add(callee)) {
            toLook.add(callee);
          }
        }
      }
    }
    return true;
  }
}
