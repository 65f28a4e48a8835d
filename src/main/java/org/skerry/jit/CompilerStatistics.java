package org.skerry.jit;

import java.util.BitSet;
import org.skerry.module.InstructionCursor;
import org.skerry.module.LinkedModule;

/**
 * What a VM has compiled.
 *
 * @param functions that became methods
 * @param instructions of those functions
 * @param interpretedFunctions that stay interpreted for good, because they are too large
 * @param ns time that it took
 */
public record CompilerStatistics(
    int functions, long instructions, int interpretedFunctions, long ns) {
  static final CompilerStatistics NOTHING = new CompilerStatistics(0, 0, 0, 0);

  /** Adds a module, of which the functions at some positions became methods. */
  CompilerStatistics plus(LinkedModule module, BitSet compiled, long moreNs) {
    long more =
        compiled.stream()
            .mapToObj(position -> module.verified().functions().get(position).definition().code())
            .mapToLong(CompilerStatistics::instructionCount)
            .sum();
    int count = compiled.cardinality();
    return new CompilerStatistics(
        functions + count,
        instructions + more,
        interpretedFunctions + module.functionCount() - count,
        ns + moreNs);
  }

  private static long instructionCount(long[] code) {
    InstructionCursor at = new InstructionCursor(code);
    long count = 0;
    for (int pc = 0; pc < code.length; pc = at.next()) {
      at.move(pc);
      count++;
    }
    return count;
  }
}
