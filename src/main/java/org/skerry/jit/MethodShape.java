package org.skerry.jit;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import org.skerry.isa.Bank;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.InstructionCursor;
import org.skerry.module.Signature;
import org.skerry.process.WorkerContext;

/**
 * A JVM method of a function, and which JVM local holds what. Every VM register has a local of its
 * own. The method that calls enter has the type {@code (context, fp, arguments…)}, with the
 * function's parameters in the method's; the one that goes on from memory {@code (context, fp,
 * pc)}.
 */
final class MethodShape {
  static final ClassDesc CONTEXT = WorkerContext.class.describeConstable().orElseThrow();

  static final int CONTEXT_LOCAL = 0;
  static final int FP = 1;

  /** Where to go on, in a method that is resumed. */
  static final int PC = 3;

  private static final int FIRST_PARAMETER = 3;

  /** The JVM links calls whose parameters take 253 slots at most, and each of ours takes two. */
  static final int MAX_PARAMETERS = (253 - FIRST_PARAMETER) / 2;

  /** The slice's reductions that are left, in a method that has them at hand. */
  final int reductions;

  final int frame;
  final int header;
  final int distance;
  final int scratch;
  final int floatScratch;
  private final FunctionDefinition function;
  private final int[][] locals;

  /** By register. */
  private final List<List<ArrayLength>> lengths = new ArrayList<>();

  /**
   * A register that some instruction uses as an array.
   *
   * @param kind of the array
   * @param local with the array's length, or 0 where the register holds no such array
   */
  record ArrayLength(int kind, int local) {}

  /**
   * @param resumed whether it is the method that goes on for a process that was suspended
   */
  MethodShape(FunctionDefinition function, boolean resumed) {
    this.function = function;
    locals =
        new int[][] {
          new int[function.rCount()], new int[function.iCount()], new int[function.fCount()]
        };
    int next = FIRST_PARAMETER;
    int[] seen = new int[Bank.count()];
    if (resumed) {
      next++;
    } else {
      for (Bank bank : function.signature().parameters()) {
        locals[bank.ordinal()][seen[bank.ordinal()]++] = next;
        next += 2;
      }
    }
    reductions = next++;
    distance = next++;
    frame = next;
    header = next + 2;
    scratch = next + 4;
    floatScratch = next + 6;
    next += 8;
    for (Bank bank : Bank.values()) {
      int[] ofBank = locals[bank.ordinal()];
      for (int register = seen[bank.ordinal()]; register < ofBank.length; register++) {
        ofBank[register] = next;
        next += 2;
      }
    }
    for (int register = 0; register < function.rCount(); register++) {
      lengths.add(new ArrayList<>());
    }
    InstructionCursor at = new InstructionCursor(function.code());
    for (int pc = 0; pc < function.code().length; pc = at.next()) {
      at.move(pc);
      int kind = ArrayEmitter.kind(at.opcode());
      if (kind != 0 && length(ArrayEmitter.array(at), kind) < 0) {
        lengths.get(ArrayEmitter.array(at)).add(new ArrayLength(kind, next));
        next += 2;
      }
    }
  }

  /** The local of a register. */
  int local(Bank bank, int register) {
    return locals[bank.ordinal()][register];
  }

  /** The local with the length of the array of a kind that an {@code r} register holds, or -1. */
  int length(int register, int kind) {
    return lengths.get(register).stream()
        .filter(length -> length.kind() == kind)
        .mapToInt(ArrayLength::local)
        .findFirst()
        .orElse(-1);
  }

  /** The lengths of arrays that an {@code r} register holds. */
  List<ArrayLength> lengths(int register) {
    return lengths.get(register);
  }

  /** Where a register lies in the function's frame. */
  int offset(Bank bank, int register) {
    return function.registerOffset(bank, register);
  }

  /** Registers of a bank. */
  int count(Bank bank) {
    return locals[bank.ordinal()].length;
  }

  /** Whether the JVM allows a method with the parameters of a function. */
  static boolean fits(Signature signature) {
    return signature.parameters().size() <= MAX_PARAMETERS;
  }

  /** The type of the method that calls enter. */
  static MethodTypeDesc type(Signature signature) {
    List<ClassDesc> parameters = new ArrayList<>();
    parameters.add(CONTEXT);
    parameters.add(ConstantDescs.CD_long);
    for (Bank bank : signature.parameters()) {
      parameters.add(type(bank));
    }
    return MethodTypeDesc.of(type(signature.result()), parameters);
  }

  /** The type of the method that goes on from memory. */
  static MethodTypeDesc resumedType(Bank result) {
    return MethodTypeDesc.of(type(result), CONTEXT, ConstantDescs.CD_long, ConstantDescs.CD_int);
  }

  private static ClassDesc type(Bank bank) {
    return bank == Bank.F ? ConstantDescs.CD_double : ConstantDescs.CD_long;
  }

  /** The name of the method that calls enter. */
  static String name(int position) {
    return "f" + position;
  }

  /** The name of the method that goes on where a process was suspended. */
  static String resumedName(int position) {
    return "r" + position;
  }

  /** The name of the method that calls the function where its frame must be in memory. */
  static String laterName(int functionIndex) {
    return "later" + functionIndex;
  }

  /** The name of the method that stands for a function that is not compiled. */
  static String unlinkedName(int functionIndex) {
    return "unlinked" + functionIndex;
  }
}
