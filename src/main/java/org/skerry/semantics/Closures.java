package org.skerry.semantics;

import static org.skerry.isa.InstructionWord.bc;

import org.skerry.heap.HeapLayout;
import org.skerry.isa.InstructionWord;
import org.skerry.memory.Memory;
import org.skerry.module.FunctionLayout;
import org.skerry.process.WorkerContext;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;
import org.skerry.term.TermError;

/**
 * Closures: a function of terms, and values for its last parameters. The verifier has seen to it
 * that the function takes and gives terms only, and takes at least what is captured.
 */
public final class Closures {
  /** Above the function index: calls go to the version of its module that is current then. */
  private static final long BY_NAME = 1L << 32;

  private Closures() {}

  /** Makes the closure that the instruction at {@code pc} describes. */
  public static long make(WorkerContext context, long process, long fp, long pc) {
    long second = Memory.getLong(pc + 8);
    int captures = (int) second & InstructionWord.SLOT_MAX;
    long byName = InstructionWord.slot(second, InstructionWord.BY_NAME_SLOT % 4) == 0 ? 0 : BY_NAME;
    Room.make(context, process, bytes(captures));
    long closure = Memory.getLong(process + HeapLayout.HEAP_TOP);
    Memory.putLong(process + HeapLayout.HEAP_TOP, closure + bytes(captures));
    Memory.putLong(closure, ObjectLayout.header(ObjectLayout.CLOSURE, captures));
    Memory.putLong(closure + ObjectLayout.CLOSURE_FUNCTION, bc(Memory.getLong(pc)) | byName);
    Elements.copyRegisters(fp, pc + 16, captures, closure + ObjectLayout.CLOSURE_CAPTURES);
    return closure;
  }

  /** Heap bytes of a closure. */
  private static long bytes(int captures) {
    return ObjectLayout.CLOSURE_CAPTURES + ((long) captures << 3);
  }

  /** The index of the function that a call of a term calls, which must be a closure. */
  static int functionIndex(WorkerContext context, long closure) {
    if (!Term.isClosure(closure)) {
      throw TermError.TYPE_ERROR;
    }
    long function = Memory.getLong(closure + ObjectLayout.CLOSURE_FUNCTION);
    return (function & BY_NAME) == 0 ? (int) function : current(context, (int) function);
  }

  private static int current(WorkerContext context, int functionIndex) {
    long record = context.code().functionAddress(functionIndex);
    // Acquire: pairs with CodeSpace.retire, which comes behind the successor's record.
    int successor = Memory.getIntAcquire(record + FunctionLayout.SUCCESSOR_OFFSET);
    if (successor < 0) {
      throw TermError.UNDEFINED;
    }
    return successor == 0 ? functionIndex : successor - 1;
  }

  /** Values that a closure has captured. */
  public static int captureCount(long closure) {
    return (int) ObjectLayout.size(Memory.getLong(closure));
  }

  /**
   * Checks that a closure can be called with so many arguments.
   *
   * @param function the record of its function
   */
  static void checkArity(long closure, long function, int argumentCount) {
    int parameters = Memory.getShort(function + FunctionLayout.R_PARAMETERS_OFFSET) & 0xFFFF;
    if (parameters != argumentCount + captureCount(closure)) {
      throw TermError.BAD_ARITY;
    }
  }

  /** Copies what was captured behind the arguments of a frame or elsewhere. */
  static void copyCaptures(long closure, long to) {
    Memory.copy(closure + ObjectLayout.CLOSURE_CAPTURES, to, (long) captureCount(closure) << 3);
  }
}
