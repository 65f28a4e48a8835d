package org.skerry.verify;

import org.skerry.isa.Bank;
import org.skerry.module.InstructionCursor;
import org.skerry.verify.StepBudget.Exceeded;

/**
 * What the blocks of a function do to the registers of one bank, 64 registers to a column: the part
 * that both analyses of registers share.
 */
final class BlockWrites {
  /** Most words of sets, one for each block of a function, that an analysis keeps in memory. */
  static final long MAX_BLOCK_SET_WORDS = 1L << 22;

  /** Takes what an instruction reads, before it has written anything. */
  interface Reads {
    void read(int register, int block);
  }

  private final ControlFlow flow;
  private final Bank bank;
  private final int blocks;
  private final int columns;

  /** What a block certainly writes, except what it writes only if control falls through. */
  private final long[] written;

  /** For each block, the register that is written only if control falls through, or -1. */
  private final int[] fallThroughWritten;

  BlockWrites(ControlFlow flow, Bank bank) throws Exceeded {
    this.flow = flow;
    this.bank = bank;
    blocks = flow.blockCount();
    columns = columns(FormChecker.count(flow.function(), bank));
    if ((long) blocks * columns > MAX_BLOCK_SET_WORDS) {
      throw new Exceeded("a function has too many branches for its number of registers");
    }
    written = new long[blocks * columns];
    fallThroughWritten = new int[blocks];
  }

  /** Words of a set of registers. */
  static int columns(int registers) {
    return (registers + 63) >>> 6;
  }

  int columns() {
    return columns;
  }

  /** A set with a word for each block in each column. */
  long[] newSets() {
    return new long[blocks * columns];
  }

  /** Where the word with a register's bit stands in such a set. */
  int index(int register, int block) {
    return (register >> 6) * blocks + block;
  }

  /** Goes through all blocks, and says what they read. */
  void collect(StepBudget budget, Reads reads) throws Exceeded {
    budget.take((long) blocks * columns);
    InstructionCursor at = new InstructionCursor(flow.function().code());
    RegisterUses uses = new RegisterUses(bank);
    for (int block = 0; block < blocks; block++) {
      fallThroughWritten[block] = -1;
      int last = flow.lastInstruction(block);
      for (int pc = flow.blockStart(block); pc <= last; pc = at.next()) {
        at.move(pc);
        uses.load(at);
        for (int i = 0; i < uses.sourceCount(); i++) {
          reads.read(uses.source(i), block);
        }
        int register = uses.destination();
        if (register >= 0 && pc == last) {
          fallThroughWritten[block] = register;
        } else if (register >= 0) {
          written[index(register, block)] |= 1L << register;
        }
      }
    }
  }

  /** What a block writes wherever control goes from it. */
  long written(int column, int block) {
    return written[column * blocks + block];
  }

  /** What a block's last instruction writes where control falls through. */
  long fallThroughWritten(int column, int block) {
    return bit(fallThroughWritten[block], column);
  }

  /** What the arrival of an error of a block writes at its handler. */
  long errorWritten(int column, int block) {
    return bank == Bank.R ? bit(flow.handlerRegister(block), column) : 0;
  }

  private static long bit(int register, int column) {
    return register >= 0 && register >> 6 == column ? 1L << register : 0;
  }
}
