package org.skerry.jit;

import java.lang.constant.ConstantDescs;
import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.skerry.heap.HeapLayout;
import org.skerry.interpret.RareInstructions;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionLayout;
import org.skerry.process.Slice;
import org.skerry.process.StackLayout;
import org.skerry.process.WorkerContext;
import org.skerry.semantics.Calls;
import org.skerry.semantics.Collections;
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

  /**
   * Bytes of frames that compiled code may put on a stack before it leaves the Java stack, whose
   * frames grow with ours: so much bounds it to some hundred KiB.
   */
  private static final int JAVA_STACK = 16 * 1024;

  /**
   * What is kept of it where a function of another class is called: until HotSpot compiles such a
   * call, two more Java frames come with it, and whatever links it.
   */
  private static final int ELSEWHERE_STACK = JAVA_STACK - 5 * 1024;

  /** What entering a frame from memory counts for, for the Java frames in between. */
  private static final int ENTRY_STACK = 256;

  /** Bytes of a boxed float. */
  static final int FLOAT_BYTES = 16;

  private CompiledSupport() {}

  /**
   * Links a call to a function of another class: what {@code invokedynamic} asks for.
   *
   * @param name the callee's method
   */
  public static CallSite link(
      MethodHandles.Lookup caller, String name, MethodType type, int functionIndex)
      throws IllegalAccessException {
    return MethodHandles.classData(caller, ConstantDescs.DEFAULT_NAME, CompiledFunctions.class)
        .link(caller, type, functionIndex);
  }

  /**
   * Links a call by a qualified reference.
   *
   * @param module index of the module that calls
   * @param reference the place of the reference there
   * @param frameBytes for how large a frame of the callee the caller looks for room
   */
  public static CallSite linkQualified(
      MethodHandles.Lookup caller,
      String name,
      MethodType type,
      int module,
      int reference,
      int frameBytes)
      throws IllegalAccessException {
    return MethodHandles.classData(caller, ConstantDescs.DEFAULT_NAME, CompiledFunctions.class)
        .linkQualified(caller, type, module, reference, frameBytes);
  }

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

  static int leave(WorkerContext context, long fp, int control) {
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

  static int raised(WorkerContext context, TermError error) {
    context.left = Left.RAISED;
    context.raised = error;
    return LEAVE;
  }

  /** Leaves at an instruction, all of whose live registers are in the frame. */
  public static void leave(WorkerContext context, long process, long fp, long header, int why) {
    save(process, fp, header);
    context.left = why;
  }

  /**
   * Leaves because the reductions are used up, or goes on from memory with new ones.
   *
   * @param header the frame's header word where to go on
   */
  public static void sliceOver(WorkerContext context, long fp, long header) {
    save(context.process, fp, header);
    context.left = goesOn(context, context.process) ? Left.AGAIN : Left.PREEMPTED;
  }

  /** Leaves for the interpreter to go on. */
  public static void interpret(WorkerContext context, long fp, long header) {
    leave(context, context.process, fp, header, Left.INTERPRET);
  }

  /**
   * What a method returns that calls enter, when it has left: the result of the frame, if that goes
   * on from memory and returns.
   *
   * @return the bits of the result, where {@link WorkerContext#left} is 0 then
   */
  public static long again(WorkerContext context, long fp) {
    return context.left == Left.AGAIN ? goOn(context, fp) : 0;
  }

  /** The Java frames in between count, too: each frame of a deep stack may go on like that once. */
  private static long goOn(WorkerContext context, long fp) {
    long javaLimit = context.javaLimit;
    long frameLimit = context.frameLimit;
    context.javaLimit = javaLimit - ENTRY_STACK;
    context.frameLimit = Math.min(frameLimit, context.javaLimit);
    long bits = CompiledCode.goOn(context, fp);
    context.javaLimit = javaLimit;
    context.frameLimit = frameLimit;
    return bits;
  }

  /**
   * Asks, where the reductions are used up, whether the process may go on at once; then it has new
   * ones.
   */
  private static boolean goesOn(WorkerContext context, long process) {
    int reductions = Slice.goOn(context, process);
    context.reductionsLeft += reductions;
    return reductions > 0;
  }

  static void save(long process, long fp, long header) {
    Memory.putLong(process + HeapLayout.FP, fp);
    Memory.putLong(fp + FrameLayout.HEADER_OFFSET, header);
  }

  /** Compiled code is entered at the process's top frame, with an empty Java stack. */
  static void enterBottom(WorkerContext context, long process, long fp) {
    context.process = process;
    context.left = Left.NOT;
    context.javaLimit = fp + JAVA_STACK;
    context.frameLimit =
        Math.min(context.javaLimit, Memory.getLong(process + StackLayout.STACK_END));
  }

  /**
   * Spends the reduction of a call.
   *
   * @param header the caller's header word at the call
   * @return false where the slice is over
   */
  public static boolean mayCall(WorkerContext context, long fp, long header) {
    Memory.putLong(fp + FrameLayout.HEADER_OFFSET, header);
    return --context.reductionsLeft > 0;
  }

  /** Whether so many bytes of frames may lie there. */
  public static boolean hasRoom(WorkerContext context, long fp, int byteCount) {
    return fp + byteCount <= context.frameLimit;
  }

  /** As {@link #hasRoom}, where functions of other classes are called. */
  public static boolean hasRoomElsewhere(WorkerContext context, long fp, int byteCount) {
    long end = fp + byteCount;
    return end <= context.frameLimit && end <= context.javaLimit - ELSEWHERE_STACK;
  }

  /**
   * Puts a callee's frame on the stack, wherever there is room; the arguments are still to be
   * written.
   *
   * @param record the callee's function record
   * @param header the callee's header word at its beginning
   */
  public static long pushLater(
      WorkerContext context, long process, long fp, long record, long header) {
    Memory.putLong(process + HeapLayout.FP, fp);
    long frame = Calls.push(context, process, fp, record);
    Memory.putLong(frame + FrameLayout.CALLER_FRAME_OFFSET, fp);
    save(process, frame, header);
    return frame;
  }

  /**
   * As {@link #pushLater} of the function that a qualified reference means now.
   *
   * @param cell the reference's
   */
  public static long pushLaterTo(WorkerContext context, long process, long fp, long cell) {
    int functionIndex = (int) Memory.getLong(cell);
    long record = context.code().functionAddress(functionIndex);
    return pushLater(context, process, fp, record, FrameLayout.header(functionIndex, 0));
  }

  /** Runs the frame on top, which has its arguments, whatever its function has become. */
  public static long enterFrame(WorkerContext context, long frame) {
    long header = Memory.getLong(frame + FrameLayout.HEADER_OFFSET);
    CompiledModule module = CompiledCode.of(context).module(FrameLayout.functionIndex(header));
    if (module == null) {
      context.left = Left.RELOAD;
      return 0;
    }
    return CompiledCode.enter(context, frame, header, module);
  }

  /**
   * Whether the callee whose frame {@link #pushLater} put on the stack may be entered at once;
   * otherwise compiled code leaves, with the arguments in that frame.
   *
   * @param fp the caller's frame
   * @param frame the callee's
   * @param isElsewhere whether the callee belongs to another class
   */
  public static boolean mayEnter(
      WorkerContext context, long process, long fp, long frame, boolean isElsewhere) {
    if (context.reductionsLeft <= 0 && !goesOn(context, process)) {
      context.left = Left.PREEMPTED;
      return false;
    }
    if (!takeRoom(context, process, fp, frame, isElsewhere ? ELSEWHERE_STACK : 0)) {
      context.left = Left.RELOAD;
      return false;
    }
    return true;
  }

  /**
   * Ends what {@link #mayEnter} began, when the callee has returned or left.
   *
   * @param bits of the callee's result
   * @param javaLimit the context's before
   * @param frameLimit the context's before
   * @return the bits of the result, where {@link WorkerContext#left} is 0 then
   */
  public static long entered(
      WorkerContext context,
      long process,
      long fp,
      long frame,
      long bits,
      long javaLimit,
      long frameLimit) {
    context.javaLimit = javaLimit;
    context.frameLimit = frameLimit;
    if (context.left != Left.NOT) {
      return afterTailCall(context, process, fp);
    }
    if (frame == Memory.getLong(process + StackLayout.STACK_FIRST)) {
      Calls.popSlow(context, process, fp);
    }
    return bits;
  }

  /**
   * Sets the limits of what a frame calls that is entered from memory, if there is room.
   *
   * @param kept what must be left of the Java stack
   */
  private static boolean takeRoom(
      WorkerContext context, long process, long caller, long frame, int kept) {
    boolean isFirst = frame == Memory.getLong(process + StackLayout.STACK_FIRST);
    long javaLimit =
        (isFirst ? frame + context.javaLimit - caller : context.javaLimit) - ENTRY_STACK;
    if (frame >= javaLimit - kept) {
      return false;
    }
    context.javaLimit = javaLimit;
    context.frameLimit = Math.min(javaLimit, Memory.getLong(process + StackLayout.STACK_END));
    return true;
  }

  private static long enterLater(WorkerContext context, long process, long fp) {
    if (context.reductionsLeft <= 0 && !goesOn(context, process)) {
      context.left = Left.PREEMPTED;
      return 0;
    }
    context.left = Left.TAIL_CALL; // another frame is on top, whoever put it there
    return afterTailCall(context, process, fp);
  }

  /**
   * Goes on for a callee that left by a tail call; does nothing where it left otherwise.
   *
   * @param caller frame of the function that called, where the result is wanted
   * @return the bits of the result, where {@link WorkerContext#left} is 0 then
   */
  public static long afterTailCall(WorkerContext context, long process, long caller) {
    long bits = 0;
    while (context.left == Left.TAIL_CALL) {
      bits = enterTop(context, process, caller);
    }
    return bits;
  }

  /** Runs the process's top frame, whose caller is waiting in compiled code. */
  private static long enterTop(WorkerContext context, long process, long caller) {
    long fp = Memory.getLong(process + HeapLayout.FP);
    long header = Memory.getLong(fp + FrameLayout.HEADER_OFFSET);
    CompiledModule module = CompiledCode.of(context).module(FrameLayout.functionIndex(header));
    long javaLimit = context.javaLimit;
    long frameLimit = context.frameLimit;
    if (module == null || !takeRoom(context, process, caller, fp, 0)) {
      context.left = Left.RELOAD;
      return 0;
    }
    context.left = Left.NOT;
    long bits = CompiledCode.enter(context, fp, header, module);
    context.javaLimit = javaLimit;
    context.frameLimit = frameLimit;
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
   * @return the bits of the result, where {@link WorkerContext#left} is 0 then
   */
  public static long call(WorkerContext context, long process, long fp, long header, long pc) {
    save(process, fp, header);
    try {
      Calls.enter(context, process, fp, pc, Memory.getLong(pc));
    } catch (TermError error) {
      raised(context, error);
      return 0;
    }
    --context.reductionsLeft;
    return enterLater(context, process, fp);
  }

  /**
   * Leaves for a function that is not compiled, with its frame on top, and the arguments there.
   *
   * @param header of the frame
   */
  public static void unlinked(WorkerContext context, long frame, long header) {
    save(context.process, frame, header);
    context.left = Left.TAIL_CALL;
  }

  /**
   * As {@link #unlinked} for the function that a qualified reference means now, whose frame may be
   * too large for where it is.
   *
   * @param frame has the caller and the arguments
   * @param cell the reference's
   */
  public static void unlinkedTo(WorkerContext context, long frame, long cell) {
    int functionIndex = (int) Memory.getLong(cell);
    long record = context.code().functionAddress(functionIndex);
    int frameBytes = Memory.getInt(record + FunctionLayout.FRAME_BYTES_OFFSET);
    long process = context.process;
    long place = frame;
    if (frame + frameBytes > Memory.getLong(process + StackLayout.STACK_END)) {
      long caller = Memory.getLong(frame + FrameLayout.CALLER_FRAME_OFFSET);
      Memory.putLong(process + HeapLayout.FP, caller);
      place = Calls.pushSlow(context, process, record);
      long arguments = FunctionLayout.argumentsEnd(record) - FrameLayout.CALLER_FRAME_OFFSET;
      Memory.copy(
          frame + FrameLayout.CALLER_FRAME_OFFSET,
          place + FrameLayout.CALLER_FRAME_OFFSET,
          arguments);
    }
    unlinked(context, place, FrameLayout.header(functionIndex, 0));
  }

  /** Replaces the frame by that of a function that the instruction at {@code pc} tail calls. */
  public static void tailCall(WorkerContext context, long process, long fp, long header, long pc) {
    save(process, fp, header);
    try {
      Calls.enter(context, process, fp, pc, Memory.getLong(pc));
      boolean over = --context.reductionsLeft <= 0 && !goesOn(context, process);
      context.left = over ? Left.PREEMPTED : Left.TAIL_CALL;
    } catch (TermError error) {
      raised(context, error);
    }
  }

  /** Elements of a mutable array of that kind; 0 where it is none. */
  public static long arrayLength(long array, int kind) {
    if (Term.isObject(array)) {
      long header = Memory.getLong(array);
      if (ObjectLayout.kind(header) == kind) {
        return ObjectLayout.size(header);
      }
    }
    return 0;
  }

  /**
   * Copies elements of an array.
   *
   * @param header the frame's header word at the instruction
   * @return false where an error is raised
   */
  public static boolean copyArray(
      WorkerContext context,
      long fp,
      long header,
      long to,
      long toStart,
      long from,
      long fromStart,
      long count) {
    try {
      Collections.copyArray(context.process, to, toStart, from, fromStart, count);
      context.reductionsLeft -= Room.takeReductions(context, context.process);
      return true;
    } catch (TermError error) {
      raise(context, context.process, fp, header, error);
      return false;
    }
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
      WorkerContext context, long fp, long header, long array, int kind) {
    raise(context, context.process, fp, header, Elements.accessError(array, kind));
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
