package org.skerry.verify;

import java.util.BitSet;
import org.skerry.isa.Bank;
import org.skerry.memory.VmBug;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.InstructionCursor;
import org.skerry.module.VerifiedFunction;

/**
 * Where the registers of any bank are live. A {@link VerifiedFunction} keeps this for bank {@code
 * r}, for the collector; the compiler wants to know it of numbers, too.
 *
 * @param offsets as {@link VerifiedFunction#livenessOffsets}
 * @param sets as {@link VerifiedFunction#livenessSets}
 */
public record RegisterLiveness(int[] offsets, long[] sets) {

  /** Finds it out, with no bound on the work: a function that is compiled has few registers. */
  public static RegisterLiveness of(VerifiedFunction verified, Bank bank) {
    FunctionDefinition function = verified.definition();
    BitSet starts = new BitSet();
    InstructionCursor at = new InstructionCursor(function.code());
    for (int pc = 0; pc < function.code().length; pc = at.next()) {
      at.move(pc);
      starts.set(pc);
    }
    StepBudget budget = StepBudget.unlimited();
    int setWords = BlockWrites.columns(function.registerCount(bank));
    LivenessTable table = new LivenessTable(function.code().length, setWords, budget);
    try {
      ControlFlow flow = new ControlFlow(function, starts, verified.handlerSegments());
      new LivenessAnalysis(flow, bank, budget).solve().writeTo(table);
    } catch (StepBudget.Exceeded e) {
      throw new VmBug("A budget without a limit is never exceeded", "function", function.name());
    }
    return new RegisterLiveness(table.offsets(), table.sets());
  }
}
