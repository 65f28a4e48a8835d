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
  private Closures() {}

  /** Makes the closure that the instruction at {@code pc} describes. */
  public static long make(WorkerContext context, long process, long fp, long pc) {
    int captures = (int) Memory.getLong(pc + 8) & InstructionWord.SLOT_MAX;
    Room.make(context, process, bytes(captures));
    long closure = Memory.getLong(process + HeapLayout.HEAP_TOP);
    Memory.putLong(process + HeapLayout.HEAP_TOP, closure + bytes(captures));
    Memory.putLong(closure, ObjectLayout.header(ObjectLayout.CLOSURE, captures));
    Memory.putLong(closure + ObjectLayout.CLOSURE_FUNCTION, bc(Memory.getLong(pc)));
    Elements.copyRegisters(fp, pc + 16, captures, closure + ObjectLayout.CLOSURE_CAPTURES);
    return closure;
  }

  /** Heap bytes of a closure. */
  private static long bytes(int captures) {
    return ObjectLayout.CLOSURE_CAPTURES + ((long) captures << 3);
  }

  /** The VM function index of a closure, which must be one. */
  public static int functionIndex(long closure) {
    if (!Term.isClosure(closure)) {
      throw TermError.TYPE_ERROR;
    }
    return (int) Memory.getLong(closure + ObjectLayout.CLOSURE_FUNCTION);
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
