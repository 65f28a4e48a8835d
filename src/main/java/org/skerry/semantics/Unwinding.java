package org.skerry.semantics;

import org.skerry.heap.HeapLayout;
import org.skerry.isa.Code;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.module.FrameLayout;
import org.skerry.module.HandlerTable;
import org.skerry.mvar.MvarLocks;
import org.skerry.process.ExitKind;
import org.skerry.process.Lifecycle;
import org.skerry.process.Stack;
import org.skerry.process.Traces;
import org.skerry.process.WorkerContext;
import org.skerry.term.HeapWriter;
import org.skerry.term.Strings;
import org.skerry.term.TermError;
import org.skerry.term.Tuples;

/**
 * Errors on their way to a handler, and the ends of processes. A handler is looked for before any
 * frame goes, so an error that has none leaves the whole stack for its report.
 */
public final class Unwinding {
  private Unwinding() {}

  /**
   * Raises an error by the instruction at which the top frame stands: {@code {kind, message}},
   * where the message is the instruction with its operands.
   *
   * @return whether a handler took it: {@link HeapLayout#FP} is the handler's frame then; otherwise
   *     the process has ended
   */
  public static boolean raise(WorkerContext context, long process, long kind) {
    try {
      describe(context, process);
      long messageBytes = Strings.fromTextBytes(context.scratch());
      HeapWriter writer = Room.open(context, process, messageBytes + Tuples.bytes(2));
      long message = Strings.fromText(context.scratch(), writer);
      long error = Room.close(process, writer, Tuples.of(kind, message, writer));
      return deliver(context, process, error, false);
    } catch (ProcessLimit limit) {
      exceeded(context, process, limit);
      return false;
    }
  }

  /** Without memory for the text the message stays empty: the error itself is still raised. */
  private static void describe(WorkerContext context, long process) {
    try {
      FaultText.describe(context, process);
    } catch (TermError noMemory) {
      context.scratch().text().clear();
    }
  }

  /** Raises a term; as {@link #raise}. */
  public static boolean raiseTerm(WorkerContext context, long process, long error) {
    return deliver(context, process, error, false);
  }

  /** Raises a term with the trace of the error that was caught last; as {@link #raise}. */
  public static boolean raiseAgain(WorkerContext context, long process, long error) {
    return deliver(context, process, error, true);
  }

  /** Ends the process because it asked for more than a limit allows. */
  public static void exceeded(WorkerContext context, long process, ProcessLimit limit) {
    long reason = context.runtime().terms().limitReason(limit.atom());
    Traces.forget(process);
    Lifecycle.endWith(process, ExitKind.LIMIT, reason);
  }

  /** Ends the process as it wishes. */
  public static int exit(long process, long reason) {
    Lifecycle.endWith(process, ExitKind.EXITED, reason);
    return Control.EXIT;
  }

  /**
   * Ends the process because its function returned.
   *
   * @param opcode the kind of return, which tells the bank
   * @param slot address of the register with the result
   */
  public static void returned(WorkerContext context, long process, int opcode, long slot) {
    long result =
        switch (opcode) {
          case Code.R_RETURN -> Memory.getLong(slot);
          case Code.I_RETURN -> Numbers.box(context, process, Memory.getLong(slot));
          case Code.F_RETURN -> Numbers.box(context, process, Memory.getDouble(slot));
          default -> throw new VmBug("The opcode returns", "opcode", opcode);
        };
    Lifecycle.endWith(process, ExitKind.RETURNED, result);
  }

  /** Releases what the frames above the handler's hold, and what its own took in its range. */
  private static void releaseHolds(
      WorkerContext context, long process, long top, long handlerFrame, int kept) {
    for (long fp = top; fp != handlerFrame; ) {
      MvarLocks.unwind(context, process, fp, 0);
      fp = Memory.getLong(fp + FrameLayout.CALLER_FRAME_OFFSET);
    }
    MvarLocks.unwind(context, process, handlerFrame, kept);
  }

  private static boolean deliver(WorkerContext context, long process, long error, boolean again) {
    MvarLocks.giveUp(context, process); // what the instruction waited for, or was granted
    long top = Memory.getLong(process + HeapLayout.FP);
    for (long fp = top; fp != Memory.NULL; ) {
      long function =
          context.code().functionAddress(Memory.getInt(fp + FrameLayout.FUNCTION_INDEX_OFFSET));
      long handler = HandlerTable.find(function, Memory.getInt(fp + FrameLayout.PC_OFFSET));
      if (handler != Memory.NULL) {
        if (!again) {
          Traces.record(context.cache(), process, top);
        }
        if (MvarLocks.holdsAny(process)) {
          releaseHolds(context, process, top, fp, HandlerTable.holds(handler));
        }
        Stack.popTo(context.cache(), process, fp);
        Memory.putInt(fp + FrameLayout.PC_OFFSET, HandlerTable.target(handler));
        Memory.putLong(fp + HandlerTable.registerOffset(handler), error);
        Memory.putLong(process + HeapLayout.FP, fp);
        context.reductionsLeft--; // the handler may lead back to what raised the error
        return true;
      }
      fp = Memory.getLong(fp + FrameLayout.CALLER_FRAME_OFFSET);
    }
    if (!again) {
      Traces.forget(process);
    }
    Lifecycle.endWith(process, ExitKind.ERROR, error);
    return false;
  }
}
