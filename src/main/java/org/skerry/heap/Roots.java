package org.skerry.heap;

import java.util.function.IntToLongFunction;
import org.skerry.memory.Memory;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionLayout;
import org.skerry.module.Liveness;

/**
 * Finds every word outside a process's heap from which the process can still reach a term: live
 * registers of its frames, messages it has put aside, the term that is pending. Nothing else is
 * looked at, so a dead register may hold anything. See {@code native-notes/collector.md}.
 */
final class Roots {
  private static final int WORD_BYTES = 8;
  private static final int REGISTERS_PER_SET_WORD = 64;

  private final IntToLongFunction functions;

  /**
   * @param functions from a VM function index to the address of the function's record
   */
  Roots(IntToLongFunction functions) {
    this.functions = functions;
  }

  /**
   * Shows every root to the visitor.
   *
   * @return bytes that had to be looked at, for the charge
   */
  long visit(long process, SlotVisitor visitor) {
    visitor.visit(process + HeapLayout.PENDING_TERM);
    return visitArray(process, visitor) + visitFrames(process, visitor);
  }

  private static long visitArray(long process, SlotVisitor visitor) {
    long array = Memory.getLong(process + HeapLayout.ROOTS_ADDRESS);
    int first = Memory.getInt(process + HeapLayout.ROOTS_FIRST);
    int end = Memory.getInt(process + HeapLayout.ROOTS_END);
    for (int i = first; i < end; i++) {
      visitor.visit(array + (long) i * WORD_BYTES);
    }
    return (long) (end - first) * WORD_BYTES;
  }

  private long visitFrames(long process, SlotVisitor visitor) {
    long bytes = 0;
    long fp = Memory.getLong(process + HeapLayout.FP);
    for (boolean top = true; fp != Memory.NULL; top = false) {
      long header = Memory.getLong(fp + FrameLayout.HEADER_OFFSET);
      long function = functions.applyAsLong(FrameLayout.functionIndex(header));
      int pc = FrameLayout.pc(header);
      int words = Liveness.setWords(function);
      if (words > 0) {
        long set = top ? Liveness.liveIn(function, pc) : Liveness.liveAcross(function, pc);
        bytes += visitRegisters(fp + FunctionLayout.firstTermOffset(function), set, words, visitor);
      }
      bytes += FrameLayout.REGISTERS_OFFSET;
      fp = Memory.getLong(fp + FrameLayout.CALLER_FRAME_OFFSET);
    }
    return bytes;
  }

  private static long visitRegisters(long registers, long set, int words, SlotVisitor visitor) {
    long bytes = 0;
    for (int word = 0; word < words; word++) {
      long base = registers + (long) word * REGISTERS_PER_SET_WORD * WORD_BYTES;
      long live = Memory.getLong(set + (long) word * WORD_BYTES);
      bytes += Long.bitCount(live) * (long) WORD_BYTES;
      for (; live != 0; live &= live - 1) {
        visitor.visit(base + (long) Long.numberOfTrailingZeros(live) * WORD_BYTES);
      }
    }
    return bytes;
  }
}
