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

  private final BlockWrites writes;

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
    writes = new BlockWrites(flow, bank);
    columns = writes.columns();
    live = writes.newSets();
    firstPredecessor = new int[blocks + 1];
    predecessors = new int[flow.firstLabel(blocks)];
    firstRaiser = new int[blocks];
    nextRaiser = new int[blocks];
    queue = new BlockQueue(blocks);
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

  /** What a block reads before it writes it is live at its start. */
  private void collectUses() throws Exceeded {
    writes.collect(
        budget,
        (register, block) -> {
          if (flow.isReachable(block)) {
            long before = writes.written(register >> 6, block);
            live[writes.index(register, block)] |= 1L << register & ~before;
          }
        });
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
        long kept = in & ~writes.fallThroughWritten(column, block - 1);
        join(column, block - 1, kept & ~writes.written(column, block - 1));
      }
      for (int i = firstPredecessor[block]; i < firstPredecessor[block + 1]; i++) {
        join(column, predecessors[i], in & ~writes.written(column, predecessors[i]));
      }
      for (int raiser = firstRaiser[block]; raiser != ControlFlow.NONE; ) {
        budget.take(1);
        join(column, raiser, in & ~writes.errorWritten(column, raiser));
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
          target == ControlFlow.NONE
              ? 0
              : live[column * blocks + target] & ~writes.errorWritten(column, block);
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
