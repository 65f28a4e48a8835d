package org.skerry.jit;

import java.util.Arrays;
import java.util.BitSet;
import org.skerry.module.VerifiedFunction;

/** The verifier's liveness, as the compiler reads it: sets of {@code r} registers. */
final class LiveTerms {
  private final VerifiedFunction function;
  private final int setWords;
  private final int setsOffset;

  LiveTerms(VerifiedFunction function) {
    this.function = function;
    setWords = function.definition().rCount() + 63 >>> 6;
    setsOffset = VerifiedFunction.livenessSetsOffset(function.definition().code().length);
  }

  /** Live before an instruction, its operands included. */
  BitSet in(int pc) {
    return set(pc, 0);
  }

  /** Live while the callee of a call runs. */
  BitSet across(int pc) {
    return set(pc, setWords);
  }

  private BitSet set(int pc, int skip) {
    int first = (function.livenessOffsets()[pc] - setsOffset) / 8 + skip;
    long[] sets = function.livenessSets();
    // A call that cannot be reached has no second set.
    return setWords == 0 || first + setWords > sets.length
        ? new BitSet()
        : BitSet.valueOf(Arrays.copyOfRange(sets, first, first + setWords));
  }
}
