package org.skerry.jit;

import org.skerry.heap.HeapLayout;
import org.skerry.interpret.RareInstructions;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.module.FrameLayout;
import org.skerry.process.StackLayout;
import org.skerry.process.WorkerContext;
import org.skerry.semantics.Calls;
import org.skerry.semantics.Control;
import org.skerry.semantics.Elements;
import org.skerry.semantics.Room;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;
import org.skerry.term.TermError;

/**
 * What generated code calls. Public for its sake only: hidden classes name these methods.
 *
 * <p>What leaves compiled code sets {@link WorkerContext#left}, the frame pointer and the top
 * frame's header; the frames below have theirs in place since they called.
 */
public final class CompiledSupport {
  /** {@link #rare}: the code must leave; {@link WorkerContext#left} says why. */
  public static final int LEAVE = Control.LAST;

  /** Java frames of a call by the callee's frame in memory, in those of compiled functions. */
  private static final int ENTER_FRAMES = 3;

  /** Bytes of a boxed float. */
  static final int FLOAT_BYTES = 16;

  private CompiledSupport() {}

  /**
   * Executes an instruction outside compiled code. Its sources, and every live term, are in the
   * frame.
   *
   * @param header the frame's header word at this instruction
   * @param pc address of the instruction
   * @return the distance to the next instruction in words, or something up to {@link #LEAVE}
   */
  public static int rare(WorkerContext context, long process, long fp, long header, long pc) {
    save(process, fp, header);
    try {
      int distance = RareInstructions.execute(context, process, fp, pc, Memory.getLong(pc));
      context.reductionsLeft -= Room.takeReductions(context, process);
      if (distance <= Control.LAST) {
        return leave(context, fp, distance);
      }
      if (distance == 0 && context.reductionsLeft <= 0) {
        context.left = Left.PREEMPTED; // signals first, then the instruction again
        return LEAVE;
      }
      return distance;
    } catch (TermError error) {
      return raised(context, error);
    }
  }

  private static int leave(WorkerContext context, long fp, int control) {
    switch (control) {
      case Control.AWAIT -> context.left = Left.AWAIT;
      case Control.EXIT -> context.left = Left.EXITED;
      case Control.RELOAD -> context.left = Left.RELOAD;
      case Control.YIELD -> {
        Memory.putInt(fp + FrameLayout.PC_OFFSET, Memory.getInt(fp + FrameLayout.PC_OFFSET) + 1);
        context.reductionsLeft = 0;
        context.left = Left.PREEMPTED;
      }
      default -> throw new VmBug("Unknown control. control=" + control);
    }
    return LEAVE;
  }

  private static int raised(WorkerContext context, TermError error) {
    context.left = Left.RAISED;
    context.raised = error;
    return LEAVE;
  }

  /** Leaves at an instruction, all of whose live registers are in the frame. */
  public static void leave(WorkerContext context, long process, long fp, long header, int why) {
    save(process, fp, header);
    context.left = why;
  }

  /** Leaves because the reductions are used up; {@code header} says where to go on. */
  public static void preempt(WorkerContext context, long process, long fp, long header) {
    save(process, fp, header);
    context.reductionsLeft = 0;
    context.left = Left.PREEMPTED;
  }

  private static void save(long process, long fp, long header) {
    Memory.putLong(process + HeapLayout.FP, fp);
    Memory.putLong(fp + FrameLayout.HEADER_OFFSET, header);
  }

  /**
   * Puts a callee's frame on the stack. Its registers are not written, and its header not before
   * somebody may look.
   *
   * @param header the caller's header word at the call
   * @param frameBytes bytes of the caller's frame
   * @param calleeBytes bytes of the callee's
   * @param record the callee's function record
   * @return the callee's frame
   */
  public static long push(
      WorkerContext context,
      long process,
      long fp,
      long header,
      int frameBytes,
      int calleeBytes,
      long record) {
    Memory.putLong(fp + FrameLayout.HEADER_OFFSET, header);
    long frame = fp + frameBytes;
    if (frame + calleeBytes > Memory.getLong(process + StackLayout.STACK_END)) {
      Memory.putLong(process + HeapLayout.FP, fp);
      frame = Calls.pushSlow(context, process, record);
    }
    Memory.putLong(frame + FrameLayout.CALLER_FRAME_OFFSET, fp);
    return frame;
  }

  /** Takes a callee's frame off the stack that {@link #push} put there. */
  public static void pop(WorkerContext context, long process, long fp, long frame, int frameBytes) {
    if (frame != fp + frameBytes) {
      Calls.popSlow(context, process, fp);
    }
  }

  /**
   * The callee's frame is complete in memory, and it is to be entered from there: its slice is
   * over, the Java stack is deep, or it is not compiled.
   */
  public static void enterLater(WorkerContext context, long process, long frame, long header) {
    save(process, frame, header);
    context.left = context.reductionsLeft <= 0 ? Left.PREEMPTED : Left.RELOAD;
  }

  /**
   * Goes on for a callee that left by a tail call; does nothing where it left otherwise.
   *
   * @param caller frame of the function that called, where the result is wanted
   * @param depth Java frames that may follow
   * @return the bits of the result, where {@link WorkerContext#left} is 0 then
   */
  public static long afterTailCall(WorkerContext context, long process, long caller, int depth) {
    long bits = 0;
    while (context.left == Left.TAIL_CALL) {
      bits = enterTop(context, process, caller, depth);
    }
    return bits;
  }

  /** Runs the process's top frame, whose caller is waiting in compiled code. */
  private static long enterTop(WorkerContext context, long process, long caller, int depth) {
    long fp = Memory.getLong(process + HeapLayout.FP);
    long header = Memory.getLong(fp + FrameLayout.HEADER_OFFSET);
    CompiledModule module =
        depth <= ENTER_FRAMES
            ? null
            : CompiledCode.of(context).module(FrameLayout.functionIndex(header));
    if (module == null) {
      context.left = Left.RELOAD;
      return 0;
    }
    context.left = Left.NOT;
    context.javaDepth = depth - ENTER_FRAMES;
    long bits = CompiledCode.enter(context, process, fp, header, module);
    if (context.left == Left.NOT && fp == Memory.getLong(process + StackLayout.STACK_FIRST)) {
      Calls.popSlow(context, process, caller);
    }
    return bits;
  }

  /**
   * Calls by the callee's frame in memory; all that is live is in the caller's.
   *
   * @param header the caller's header word at the call
   * @param pc address of the call
   * @param depth Java frames that may follow
   * @return the bits of the result, where {@link WorkerContext#left} is 0 then
   */
  public static long call(
      WorkerContext context, long process, long fp, long header, long pc, int depth) {
    save(process, fp, header);
    try {
      Calls.enter(context, process, fp, pc, Memory.getLong(pc));
    } catch (TermError error) {
      raised(context, error);
      return 0;
    }
    if (--context.reductionsLeft <= 0) {
      context.left = Left.PREEMPTED;
      return 0;
    }
    context.left = Left.TAIL_CALL; // another frame is on top, whoever put it there
    return afterTailCall(context, process, fp, depth);
  }

  /** Replaces the frame by that of a function that the instruction at {@code pc} tail calls. */
  public static void tailCall(WorkerContext context, long process, long fp, long header, long pc) {
    save(process, fp, header);
    try {
      Calls.enter(context, process, fp, pc, Memory.getLong(pc));
      context.left = --context.reductionsLeft <= 0 ? Left.PREEMPTED : Left.TAIL_CALL;
    } catch (TermError error) {
      raised(context, error);
    }
  }

  /** Where an element of a {@code u8[]} lies, or 0 if there is no such element or array. */
  public static long u8Address(long array, long index) {
    if (Term.isObject(array)) {
      long header = Memory.getLong(array);
      if (ObjectLayout.kind(header) == ObjectLayout.U8_ARRAY
          && Long.compareUnsigned(index, ObjectLayout.size(header)) < 0) {
        return array + ObjectLayout.ELEMENTS + index;
      }
    }
    return Memory.NULL;
  }

  /** The address of a new object, where its room is; the caller writes all behind the header. */
  public static long bump(long process, long header, int byteCount) {
    long address = Memory.getLong(process + HeapLayout.HEAP_TOP);
    Memory.putLong(process + HeapLayout.HEAP_TOP, address + byteCount);
    Memory.putLong(address, header);
    return address;
  }

  /** Whether a product does not fit 64 bits. */
  public static boolean overflows(long a, long b) {
    return Math.multiplyHigh(a, b) != a * b >> 63;
  }

  /** A boxed float, where room is. */
  public static long boxFloat(long process, double value) {
    long address = bump(process, ObjectLayout.BOXED_F64_HEADER, FLOAT_BYTES);
    Memory.putDouble(address + ObjectLayout.ELEMENTS, value);
    return address;
  }

  /** Raises the error of an array access that found nothing. */
  public static void accessFault(
      WorkerContext context, long process, long fp, long header, long array, int kind) {
    raise(context, process, fp, header, Elements.accessError(array, kind));
  }

  /** Raises an error by the instruction of the header. */
  private static void raise(
      WorkerContext context, long process, long fp, long header, TermError error) {
    save(process, fp, header);
    context.left = Left.RAISED;
    context.raised = error;
  }

  /** Raises division_by_zero by the instruction of the header. */
  public static void divisionByZero(WorkerContext context, long process, long fp, long header) {
    raise(context, process, fp, header, TermError.DIVISION_BY_ZERO);
  }

  /** Raises overflow by the instruction of the header. */
  public static void overflow(WorkerContext context, long process, long fp, long header) {
    raise(context, process, fp, header, TermError.OVERFLOW);
  }
}
