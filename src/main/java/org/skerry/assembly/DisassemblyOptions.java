package org.skerry.assembly;

/**
 * What a disassembly shows.
 *
 * @param lines the line table, without which another assembly of the text gives no equal module
 * @param pcs behind each instruction the index of its first code word, as a comment
 * @param words behind each instruction its code words, as a comment
 */
public record DisassemblyOptions(boolean lines, boolean pcs, boolean words) {
  /** Text that gives the same module again. */
  public static final DisassemblyOptions EXACT = new DisassemblyOptions(true, false, false);
}
