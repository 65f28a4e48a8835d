package org.skerry.jit;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import org.skerry.isa.Bank;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.Signature;
import org.skerry.process.WorkerContext;

/**
 * The JVM method of a function: {@code (context, process, fp, entry, reductions, arguments…)}, and
 * which JVM local holds what. Every VM register has a local of its own; those of parameters are the
 * method's parameters.
 */
final class MethodShape {
  static final ClassDesc CONTEXT = WorkerContext.class.describeConstable().orElseThrow();

  static final int CONTEXT_LOCAL = 0;
  static final int PROCESS = 1;
  static final int FP = 3;

  /** On entry the depth or the pc, see {@link FunctionCompiler}; then the depth that is left. */
  static final int DEPTH = 5;

  /** The slice's reductions that are left; where it is entered from memory the context has them. */
  static final int REDUCTIONS = 6;

  private static final int FIRST_PARAMETER = 7;

  /** JVM parameters take 255 slots at most, and each of ours two. */
  static final int MAX_PARAMETERS = (255 - FIRST_PARAMETER) / 2;

  final int frame;
  final int header;
  final int distance;
  final int scratch;
  final int floatScratch;
  private final FunctionDefinition function;
  private final int[][] locals;

  MethodShape(FunctionDefinition function) {
    this.function = function;
    locals =
        new int[][] {
          new int[function.rCount()], new int[function.iCount()], new int[function.fCount()]
        };
    int next = FIRST_PARAMETER;
    int[] seen = new int[Bank.count()];
    for (Bank bank : function.signature().parameters()) {
      locals[bank.ordinal()][seen[bank.ordinal()]++] = next;
      next += 2;
    }
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
  }

  /** The local of a register. */
  int local(Bank bank, int register) {
    return locals[bank.ordinal()][register];
  }

  /** Where a register lies in the function's frame. */
  int offset(Bank bank, int register) {
    return function.registerOffset(bank, register);
  }

  /** Registers of a bank. */
  int count(Bank bank) {
    return locals[bank.ordinal()].length;
  }

  /** The method's type. */
  static MethodTypeDesc type(Signature signature) {
    List<ClassDesc> parameters = new ArrayList<>();
    parameters.add(CONTEXT);
    parameters.add(ConstantDescs.CD_long);
    parameters.add(ConstantDescs.CD_long);
    parameters.add(ConstantDescs.CD_int);
    parameters.add(ConstantDescs.CD_int);
    for (Bank bank : signature.parameters()) {
      parameters.add(type(bank));
    }
    return MethodTypeDesc.of(type(signature.result()), parameters);
  }

  static ClassDesc type(Bank bank) {
    return bank == Bank.F ? ConstantDescs.CD_double : ConstantDescs.CD_long;
  }

  /** Its name in the generated class. */
  static String name(int position) {
    return "f" + position;
  }
}
