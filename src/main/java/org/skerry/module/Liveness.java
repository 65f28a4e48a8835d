package org.skerry.module;

import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;

/**
 * Reads the liveness table of a linked function: which {@code r} registers hold terms that code may
 * still use. They alone are roots; every other register may hold anything.
 *
 * <p>A set is {@link #setWords} 64-bit words; bit {@code n % 64} of word {@code n / 64} stands for
 * register {@code r}<i>n</i>, of which the first lies at {@link FunctionLayout#firstTermOffset}.
 * The methods allocate nothing and take two loads each. See {@code native-notes/frames.md}.
 *
 * <pre>{@code
 * long set = Liveness.liveIn(function, pc);
 * for (int word = 0, words = Liveness.setWords(function); word < words; word++) {
 *   long registers = fp + FunctionLayout.firstTermOffset(function) + word * 64 * 8L;
 *   for (long bits = Memory.getLong(set + word * 8L); bits != 0; bits &= bits - 1) {
 *     visit(registers + Long.numberOfTrailingZeros(bits) * 8L);
 *   }
 * }
 * }</pre>
 */
public final class Liveness {
  private Liveness() {}

  /** Words of every set of the function; 0 where it has no {@code r} registers. */
  public static int setWords(long function) {
    return Memory.getShort(function + FunctionLayout.LIVE_SET_WORDS_OFFSET);
  }

  /**
   * The registers that are live before an instruction, its own operands included: the roots of a
   * top frame, whose instruction will be executed (again).
   *
   * @param function address of the function's record
   * @param pc index of an instruction's first word
   * @return the address of the set
   */
  public static long liveIn(long function, int pc) {
    long table = Memory.getLong(function + FunctionLayout.LIVENESS_OFFSET);
    long offset = Memory.getInt(table + 4L * pc);
    if (Memory.CHECKED && offset == 0) {
      throw new VmBug("liveness is asked for at the start of an instruction", "pc", pc);
    }
    return table + offset;
  }

  /**
   * The registers that are live while the callee of a call runs: the roots of a caller's frame. The
   * call's destination is not among them.
   *
   * @param function address of the function's record
   * @param pc index of the first word of a call that pushes a frame
   * @return the address of the set
   */
  public static long liveAcross(long function, int pc) {
    return liveIn(function, pc) + 8L * setWords(function);
  }
}
