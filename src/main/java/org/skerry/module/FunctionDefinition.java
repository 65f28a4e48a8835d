package org.skerry.module;

import java.util.List;
import org.skerry.isa.Bank;

/**
 * A function as it stands in a module file: unlinked, and unverified unless someone verified it.
 *
 * @param name unique in its module
 * @param signature what it takes and gives
 * @param exported whether other modules may name it
 * @param rCount registers of bank r
 * @param iCount registers of bank i
 * @param fCount registers of bank f
 * @param code instruction words with register numbers as operands, see {@code InstructionFormat}
 * @param handlers innermost first
 * @param lines ascending by {@code pc}; may be empty
 * @param names names that the source gave to registers, for people; may be empty
 */
public record FunctionDefinition(
    String name,
    Signature signature,
    boolean exported,
    int rCount,
    int iCount,
    int fCount,
    long[] code,
    List<Handler> handlers,
    List<Line> lines,
    List<RegisterName> names) {

  /**
   * From {@code pc} up to the next entry, code comes from this line.
   *
   * @param pc index of a code word
   * @param line from 1
   */
  public record Line(int pc, int line) {}

  /**
   * A register's name in the source.
   *
   * @param bank the ordinal of its bank
   * @param register its number
   */
  public record RegisterName(int bank, int register, String name) {}

  /** Registers of all banks together. */
  public int registerCount() {
    return rCount + iCount + fCount;
  }

  /** Registers of a bank. */
  public int registerCount(Bank bank) {
    return switch (bank) {
      case R -> rCount;
      case I -> iCount;
      case F -> fCount;
    };
  }

  /**
   * Where a register lies in the function's frame, in bytes from the frame pointer. That of a
   * parameter depends on the signature alone, so other functions of the signature take arguments at
   * the same places.
   */
  public int registerOffset(Bank bank, int register) {
    int iParameters = signature.count(Bank.I);
    int fParameters = signature.count(Bank.F);
    int before =
        switch (bank) {
          case R -> iParameters + fParameters;
          case I -> register < iParameters ? 0 : fParameters + rCount;
          case F -> register < fParameters ? iParameters : rCount + iCount;
        };
    return FrameLayout.registerOffset(before + register);
  }
}
