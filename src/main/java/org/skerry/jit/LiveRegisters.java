package org.skerry.jit;

import java.util.Arrays;
import java.util.BitSet;
import org.skerry.isa.Bank;
import org.skerry.module.VerifiedFunction;
import org.skerry.verify.RegisterLiveness;

/** Which registers of a bank are live where. */
final class LiveRegisters {
  private final int[] offsets;
  private final long[] sets;
  private final int setWords;
  private final int setsOffset;

  LiveRegisters(VerifiedFunction function, Bank bank) {
    if (bank == Bank.R) {
      offsets = function.livenessOffsets();
      sets = function.livenessSets();
    } else {
      RegisterLiveness liveness = RegisterLiveness.of(function, bank);
      offsets = liveness.offsets();
      sets = liveness.sets();
    }
    setWords = function.definition().registerCount(bank) + 63 >>> 6;
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
    int first = (offsets[pc] - setsOffset) / 8 + skip;
    // A call that cannot be reached has no second set.
    return setWords == 0 || first + setWords > sets.length
        ? new BitSet()
        : BitSet.valueOf(Arrays.copyOfRange(sets, first, first + setWords));
  }
}
