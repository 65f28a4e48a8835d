package org.skerry.module;

/**
 * A function that was verified, and what the verifier found out about it.
 *
 * @param definition the function
 * @param handlerSegments five numbers each: start, end, target, {@code r} register, holds of MVars
 *     that stay; ascending, without overlap, each the innermost handler of its code words
 * @param livenessOffsets for each code word that begins an instruction, the offset in bytes of its
 *     set in the liveness table, which consists of this array, padded to whole words, and {@code
 *     livenessSets}; 0 for other words
 * @param livenessSets sets of live {@code r} registers, see {@link Liveness}
 */
public record VerifiedFunction(
    FunctionDefinition definition,
    int[] handlerSegments,
    int[] livenessOffsets,
    long[] livenessSets) {

  /** Numbers of a handler segment. */
  public static final int SEGMENT_NUMBERS = 5;

  /** Bytes of the liveness table in front of its sets. */
  public static int livenessSetsOffset(int codeWords) {
    return (4 * codeWords + 7) & -8;
  }
}
