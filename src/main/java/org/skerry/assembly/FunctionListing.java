package org.skerry.assembly;

import java.util.List;
import java.util.NavigableMap;
import org.skerry.isa.Bank;

/**
 * The text of a function by its instructions, for who shows something between them.
 *
 * @param header name and signature
 * @param instructions by the pc of each: its lines, with what stands before it (labels, {@code
 *     try}, {@code .line})
 * @param registers by bank and number: the names that the lines give them
 * @param literals as the lines name them, by their places in the module
 */
public record FunctionListing(
    String header,
    NavigableMap<Integer, String> instructions,
    List<List<String>> registers,
    List<String> literals) {
  /** The name of a register in the lines. */
  public String register(Bank bank, int register) {
    return registers.get(bank.ordinal()).get(register);
  }
}
