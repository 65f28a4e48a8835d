package org.skerry.verify;

import org.skerry.isa.Bank;
import org.skerry.isa.Effect;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.InstructionCursor;
import org.skerry.verify.StepBudget.Exceeded;

/**
 * Finds out which registers of one bank are live where: some way on from there reads the register
 * before anything is written to it. Where an instruction may raise, what its handler needs is live
 * too. In code that cannot be reached nothing is live.
 *
 * <p>Sets grow from nothing to the least solution, 64 registers at a time, so a block is looked at
 * 64 times at most for each of those columns; nearly always it is twice or three times.
 */
final class LivenessAnalysis {
  /** Most words of sets, one for each block of a function, that an analysis keeps in memory. */
  static final long MAX_BLOCK_SET_WORDS = 1L << 22;

  private final ControlFlow flow;
  private final Bank bank;
  private final StepBudget budget;
  private final FunctionDefinition function;
  private final InstructionCursor at;
  private final RegisterUses uses;
  private final int blocks;
  private final int columns;

  /** Column by column, for each block: what is live where it begins. */
  private final long[] live;

  /** What a block certainly writes, except what it writes only if control falls through. */
  private final long[] written;

  /** For each block, the register that is written only if control falls through, or -1. */
  private final int[] fallThroughWritten;

  /**
   * For each block, in {@code predecessors} from here on, the blocks that lead to it by a label.
   */
  private final int[] firstPredecessor;

  private final int[] predecessors;

  /** For each block, the first block that has it as its handler; then the next one, and so on. */
  private final int[] firstRaiser;

  private final int[] nextRaiser;
  private final BlockQueue queue;

  LivenessAnalysis(ControlFlow flow, Bank bank, StepBudget budget) throws Exceeded {
    this.flow = flow;
    this.bank = bank;
    this.budget = budget;
    function = flow.function();
    at = new InstructionCursor(function.code());
    uses = new RegisterUses(bank);
    blocks = flow.blockCount();
    columns = columns(FormChecker.count(function, bank));
    checkSize(blocks, columns);
    live = new long[blocks * columns];
    written = new long[blocks * columns];
    fallThroughWritten = new int[blocks];
    firstPredecessor = new int[blocks + 1];
    predecessors = new int[flow.firstLabel(blocks)];
    firstRaiser = new int[blocks];
    nextRaiser = new int[blocks];
    queue = new BlockQueue(blocks);
  }

  /** Words of a set of registers. */
  static int columns(int registers) {
    return (registers + 63) >>> 6;
  }

  static void checkSize(int blocks, int columns) throws Exceeded {
    if ((long) blocks * columns > MAX_BLOCK_SET_WORDS) {
      throw new Exceeded("a function has too many branches for its number of registers");
    }
  }

  /** Solves the equations. */
  LivenessAnalysis solve() throws Exceeded {
    collectUses();
    collectPredecessors();
    for (int column = 0; column < columns; column++) {
      solve(column);
    }
    return this;
  }

  private void collectUses() throws Exceeded {
    budget.take((long) blocks * columns);
    for (int block = 0; block < blocks; block++) {
      fallThroughWritten[block] = -1;
      if (!flow.isReachable(block)) {
        continue;
      }
      int last = flow.lastInstruction(block);
      for (int pc = flow.blockStart(block); pc <= last; pc = at.next()) {
        at.move(pc);
        uses.load(at);
        for (int i = 0; i < uses.sourceCount(); i++) {
          int index = index(uses.source(i), block);
          live[index] |= 1L << uses.source(i) & ~written[index];
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

  private int index(int register, int block) {
    return (register >> 6) * blocks + block;
  }

  private void collectPredecessors() {
    int labels = flow.firstLabel(blocks);
    for (int i = 0; i < labels; i++) {
      firstPredecessor[flow.label(i) + 1]++;
    }
    for (int block = 0; block < blocks; block++) {
      firstPredecessor[block + 1] += firstPredecessor[block];
      firstRaiser[block] = ControlFlow.NONE;
    }
    int[] next = firstPredecessor.clone();
    for (int block = 0; block < blocks; block++) {
      for (int i = flow.firstLabel(block); i < flow.firstLabel(block + 1); i++) {
        predecessors[next[flow.label(i)]++] = block;
      }
      int handler = flow.handlerTarget(block);
      if (handler != ControlFlow.NONE) {
        nextRaiser[block] = firstRaiser[handler];
        firstRaiser[handler] = block;
      }
    }
  }

  private void solve(int column) throws Exceeded {
    for (int block = blocks - 1; block >= 0; block--) {
      if (flow.isReachable(block)) {
        queue.add(block);
      }
    }
    int base = column * blocks;
    while (!queue.isEmpty()) {
      int block = queue.remove();
      long in = live[base + block];
      budget.take(2 + firstPredecessor[block + 1] - firstPredecessor[block]);
      if (block > 0 && flow.fallThrough(block - 1) == block) {
        long kept = in & ~bit(fallThroughWritten[block - 1], column);
        join(column, block - 1, kept & ~written[base + block - 1]);
      }
      for (int i = firstPredecessor[block]; i < firstPredecessor[block + 1]; i++) {
        join(column, predecessors[i], in & ~written[base + predecessors[i]]);
      }
      for (int raiser = firstRaiser[block]; raiser != ControlFlow.NONE; ) {
        budget.take(1);
        join(column, raiser, in & ~handled(raiser, column));
        raiser = nextRaiser[raiser];
      }
    }
  }

  private void join(int column, int block, long contribution) {
    int index = column * blocks + block;
    if ((contribution & ~live[index]) != 0 && flow.isReachable(block)) {
      live[index] |= contribution;
      queue.add(block);
    }
  }

  private static long bit(int register, int column) {
    return register >= 0 && register >> 6 == column ? 1L << register : 0;
  }

  /** The register that a handler's start gets written, as a set: the error's arrival kills it. */
  private long handled(int block, int column) {
    return bank == Bank.R ? bit(flow.handlerRegister(block), column) : 0;
  }

  /** Writes the sets of every instruction into a table. */
  void writeTo(LivenessTable table) throws Exceeded {
    long[] in = new long[columns];
    long[] across = new long[columns];
    long[] handler = new long[columns];
    for (int block = 0; block < blocks; block++) {
      int pc = flow.lastInstruction(block);
      if (!flow.isReachable(block)) {
        for (; pc >= flow.blockStart(block); pc = flow.starts().previousSetBit(pc - 1)) {
          table.add(pc, in, null);
        }
        continue;
      }
      loadEnd(block, in);
      loadHandler(block, handler);
      budget.take((long) columns * flow.labelCount(block));
      for (; pc >= flow.blockStart(block); pc = flow.starts().previousSetBit(pc - 1)) {
        stepBack(block, pc, in, across, handler);
        table.add(pc, in, at.opcode().has(Effect.CALLS) ? across : null);
      }
      java.util.Arrays.fill(in, 0);
    }
  }

  /** What is live where control falls through a block's end. */
  private void loadEnd(int block, long[] in) {
    int next = flow.fallThrough(block);
    for (int column = 0; column < columns; column++) {
      in[column] = next == ControlFlow.NONE ? 0 : live[column * blocks + next];
    }
  }

  private void loadHandler(int block, long[] handler) {
    int target = flow.handlerTarget(block);
    for (int column = 0; column < columns; column++) {
      handler[column] =
          target == ControlFlow.NONE ? 0 : live[column * blocks + target] & ~handled(block, column);
    }
  }

  /** From what is live behind an instruction to what is live in it, and before it. */
  private void stepBack(int block, int pc, long[] in, long[] across, long[] handler) {
    at.move(pc);
    uses.load(at);
    if (uses.destination() >= 0) {
      in[uses.destination() >> 6] &= ~(1L << uses.destination());
    }
    if (pc == flow.lastInstruction(block)) {
      for (int i = flow.firstLabel(block); i < flow.firstLabel(block + 1); i++) {
        for (int column = 0; column < columns; column++) {
          in[column] |= live[column * blocks + flow.label(i)];
        }
      }
    }
    if (RegisterUses.mayRaise(at.opcode())) {
      for (int column = 0; column < columns; column++) {
        in[column] |= handler[column];
      }
    }
    System.arraycopy(in, 0, across, 0, columns);
    for (int i = 0; i < uses.sourceCount(); i++) {
      in[uses.source(i) >> 6] |= 1L << uses.source(i);
    }
  }
}
