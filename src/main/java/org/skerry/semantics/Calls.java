package org.skerry.semantics;

import static org.skerry.isa.InstructionWord.a;
import static org.skerry.isa.InstructionWord.bc;
import static org.skerry.isa.InstructionWord.c;
import static org.skerry.isa.InstructionWord.opcode;

import org.skerry.heap.HeapLayout;
import org.skerry.isa.Code;
import org.skerry.isa.InstructionWord;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionLayout;
import org.skerry.process.Stack;
import org.skerry.process.StackLayout;
import org.skerry.process.WorkerContext;
import org.skerry.term.ObjectLayout;

/** Frames pushed, replaced and popped, where that is not done in the loop itself. */
public final class Calls {
  private Calls() {}

  /**
   * Copies arguments from a frame to another: entries of (source, destination), two to a word.
   *
   * @param entries address of the first entry
   */
  public static void copyArguments(long fp, long frame, long entries, int count) {
    long word = 0;
    for (int i = 0; i < count; i++) {
      word = (i & 1) == 0 ? Memory.getLong(entries + ((long) i << 2)) : word >>> 32;
      Memory.putLong(
          frame + ((int) word >>> 16), Memory.getLong(fp + (word & InstructionWord.SLOT_MAX)));
    }
  }

  /** Where argument {@code i} goes in its callee's frame. */
  static int destination(long entries, int i) {
    return InstructionWord.slot(Memory.getLong(entries + ((long) (i >>> 1) << 3)), (i & 1) * 2 + 1);
  }

  /** A place for a frame that does not fit into the chunk of the stack. */
  public static long pushSlow(WorkerContext context, long process, long function) {
    int frameBytes = Memory.getInt(function + FunctionLayout.FRAME_BYTES_OFFSET);
    long frame = Stack.push(context.cache(), process, frameBytes);
    if (frame == Memory.NULL) {
      throw Room.limitAgainst(context, process, Stack.leastChunkBytes(frameBytes));
    }
    return frame;
  }

  /** Leaves the first frame of a chunk for its caller's. */
  public static void popSlow(WorkerContext context, long process, long caller) {
    Stack.popTo(context.cache(), process, caller);
  }

  /** Words of a call that pushed a frame. */
  public static int words(long call, long pc) {
    if (opcode(call) == Code.R_CALL_CLOSURE) {
      return 1 + ((c(call) + 3) >>> 2);
    }
    int count = (int) Memory.getLong(pc + 8) & InstructionWord.SLOT_MAX;
    return 2 + ((count + 1) >>> 1);
  }

  /**
   * Executes a call of any kind. The frame is saved before, and afterwards {@link HeapLayout#FP} is
   * the frame to go on in.
   */
  public static void enter(WorkerContext context, long process, long fp, long pc, long w) {
    switch (opcode(w)) {
      case Code.R_CALL, Code.I_CALL, Code.F_CALL -> call(context, process, fp, pc, w);
      case Code.R_CALL_CLOSURE -> callClosure(context, process, fp, pc, w);
      case Code.TAIL_CALL -> tailCall(context, process, fp, pc, w);
      case Code.TAIL_CALL_CLOSURE -> tailCallClosure(context, process, fp, pc, w);
      default -> throw new VmBug("The opcode enters a function", "opcode", opcode(w));
    }
  }

  private static void call(WorkerContext context, long process, long fp, long pc, long w) {
    long frame = push(context, process, fp, context.code().functionAddress(bc(w)));
    copyArguments(fp, frame, pc + 16, (int) Memory.getLong(pc + 8) & InstructionWord.SLOT_MAX);
    enterFrame(process, frame, bc(w), fp);
  }

  /** A place for a callee's frame, behind its caller's where it fits there. */
  public static long push(WorkerContext context, long process, long fp, long function) {
    long caller =
        context.code().functionAddress(Memory.getInt(fp + FrameLayout.FUNCTION_INDEX_OFFSET));
    long frame = fp + Memory.getInt(caller + FunctionLayout.FRAME_BYTES_OFFSET);
    long end = frame + Memory.getInt(function + FunctionLayout.FRAME_BYTES_OFFSET);
    return end > Memory.getLong(process + StackLayout.STACK_END)
        ? pushSlow(context, process, function)
        : frame;
  }

  private static void callClosure(WorkerContext context, long process, long fp, long pc, long w) {
    long closure = Memory.getLong(fp + InstructionWord.b(w));
    int functionIndex = Closures.functionIndex(context, closure);
    long function = context.code().functionAddress(functionIndex);
    Closures.checkArity(closure, function, c(w));
    long frame = push(context, process, fp, function);
    Elements.copyRegisters(fp, pc + 8, c(w), frame + FrameLayout.REGISTERS_OFFSET);
    Closures.copyCaptures(closure, frame + FrameLayout.registerOffset(c(w)));
    enterFrame(process, frame, functionIndex, fp);
  }

  private static void tailCall(WorkerContext context, long process, long fp, long pc, long w) {
    long function = context.code().functionAddress(bc(w));
    long staging = context.argumentStaging();
    int count = a(w);
    copyArguments(fp, staging, pc + 8, count);
    long frame = replace(context, process, fp, function);
    for (int i = 0; i < count; i++) {
      int destination = destination(pc + 8, i);
      Memory.putLong(frame + destination, Memory.getLong(staging + destination));
    }
    enterFrame(process, frame, bc(w), Memory.getLong(fp + FrameLayout.CALLER_FRAME_OFFSET));
  }

  private static void tailCallClosure(
      WorkerContext context, long process, long fp, long pc, long w) {
    long closure = Memory.getLong(fp + a(w));
    int functionIndex = Closures.functionIndex(context, closure);
    long function = context.code().functionAddress(functionIndex);
    int count = InstructionWord.b(w);
    Closures.checkArity(closure, function, count);
    long staging = context.argumentStaging();
    Elements.copyRegisters(fp, pc + 8, count, staging);
    Closures.copyCaptures(closure, staging + ((long) count << 3));
    long frame = replace(context, process, fp, function);
    long total = count + ObjectLayout.size(Memory.getLong(closure));
    Memory.copy(staging, frame + FrameLayout.REGISTERS_OFFSET, total << 3);
    enterFrame(process, frame, functionIndex, Memory.getLong(fp + FrameLayout.CALLER_FRAME_OFFSET));
  }

  /** The place for a frame instead of the top one: the same, if it fits there. */
  private static long replace(WorkerContext context, long process, long fp, long function) {
    long end = fp + Memory.getInt(function + FunctionLayout.FRAME_BYTES_OFFSET);
    return end <= Memory.getLong(process + StackLayout.STACK_END)
        ? fp
        : pushSlow(context, process, function);
  }

  private static void enterFrame(long process, long frame, int functionIndex, long caller) {
    Memory.putLong(frame + FrameLayout.HEADER_OFFSET, FrameLayout.header(functionIndex, 0));
    Memory.putLong(frame + FrameLayout.CALLER_FRAME_OFFSET, caller);
    Memory.putLong(process + HeapLayout.FP, frame);
  }
}
