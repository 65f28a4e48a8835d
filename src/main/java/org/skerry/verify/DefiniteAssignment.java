package org.skerry.verify;

import java.util.Arrays;
import org.skerry.isa.Bank;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.InstructionCursor;
import org.skerry.verify.StepBudget.Exceeded;

/**
 * Checks that no instruction reads a register of one bank before something was written to it,
 * whichever way control came. A handler's register is assigned where it begins. Code that cannot be
 * reached is taken to have everything assigned.
 *
 * <p>Sets shrink from "all registers" to the greatest solution, 64 registers at a time, so a block
 * is looked at 64 times at most for each of those columns; nearly always it is twice.
 */
final class DefiniteAssignment {
  private final ControlFlow flow;
  private final Bank bank;
  private final StepBudget budget;
  private final FunctionDefinition function;
  private final InstructionCursor at;
  private final RegisterUses uses;
  private final int blocks;
  private final int columns;

  /** Column by column, for each block: what is assigned where it begins. */
  private final long[] assigned;

  private final BlockWrites writes;
  private final BlockQueue queue;

  DefiniteAssignment(ControlFlow flow, Bank bank, StepBudget budget) throws Exceeded {
    this.flow = flow;
    this.bank = bank;
    this.budget = budget;
    function = flow.function();
    at = new InstructionCursor(function.code());
    uses = new RegisterUses(bank);
    blocks = flow.blockCount();
    writes = new BlockWrites(flow, bank);
    columns = writes.columns();
    assigned = writes.newSets();
    queue = new BlockQueue(blocks);
  }

  /** Adds a problem for each register that may be read too early. */
  void check(Problems problems) throws Exceeded {
    if (columns == 0) {
      return;
    }
    writes.collect(budget, (register, block) -> {});
    Arrays.fill(assigned, -1L);
    for (int column = 0; column < columns; column++) {
      assigned[column * blocks] = parameters(column);
      solve(column);
    }
    report(problems);
  }

  private long parameters(int column) {
    int left = function.signature().count(bank) - 64 * column;
    if (left <= 0) {
      return 0;
    }
    return left >= 64 ? -1L : (1L << left) - 1;
  }

  private void solve(int column) throws Exceeded {
    for (int block = 0; block < blocks; block++) {
      if (flow.isReachable(block)) {
        queue.add(block);
      }
    }
    int base = column * blocks;
    while (!queue.isEmpty()) {
      int block = queue.remove();
      long in = assigned[base + block];
      long out = in | writes.written(column, block);
      int labels = flow.firstLabel(block + 1);
      budget.take(2 + labels - flow.firstLabel(block));
      for (int i = flow.firstLabel(block); i < labels; i++) {
        meet(column, flow.label(i), out);
      }
      meet(column, flow.fallThrough(block), out | writes.fallThroughWritten(column, block));
      meet(column, flow.handlerTarget(block), in | writes.errorWritten(column, block));
    }
  }

  private void meet(int column, int block, long contribution) {
    if (block != ControlFlow.NONE) {
      int index = column * blocks + block;
      long before = assigned[index];
      if ((before & ~contribution) != 0) {
        assigned[index] = before & contribution;
        queue.add(block);
      }
    }
  }

  private void report(Problems problems) throws Exceeded {
    budget.take((long) blocks * columns);
    long[] state = new long[columns];
    for (int block = 0; block < blocks && !problems.full(); block++) {
      if (!flow.isReachable(block)) {
        continue;
      }
      for (int column = 0; column < columns; column++) {
        state[column] = assigned[column * blocks + block];
      }
      int last = flow.lastInstruction(block);
      for (int pc = flow.blockStart(block); pc <= last; pc = at.next()) {
        at.move(pc);
        reportInstruction(state, problems);
      }
    }
  }

  private void reportInstruction(long[] state, Problems problems) {
    uses.load(at);
    for (int i = 0; i < uses.sourceCount(); i++) {
      int register = uses.source(i);
      if ((state[register >> 6] & 1L << register) == 0) {
        problems.addAt(
            at.pc(),
            "a register may be read before it is assigned",
            "opcode",
            at.opcode().mnemonic(),
            "register",
            bank.letter() + "" + register);
        state[register >> 6] |= 1L << register; // once is enough
      }
    }
    if (uses.destination() >= 0) {
      state[uses.destination() >> 6] |= 1L << uses.destination();
    }
  }
}
