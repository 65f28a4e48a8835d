package org.skerry.verify.lint;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** L003: a value is read, and what comes of it written back, and no lock is held all the while. */
final class LostUpdateRule {
  private record Place(LintedFunction function, int readPc, int writePc, int mvar) {}

  private final LintedProgram program;
  private final Effects effects;
  private final ValueFlow values;
  private final List<Finding> findings;
  private final Map<Integer, BitSet> guards = new HashMap<>();

  LostUpdateRule(LintedProgram program, Effects effects, ValueFlow values, List<Finding> findings) {
    this.program = program;
    this.effects = effects;
    this.values = values;
    this.findings = findings;
  }

  void check() {
    findGuards();
    Set<Place> reported = new HashSet<>();
    for (ValueFlow.Update update : values.updates()) {
      int mvar = update.mvar();
      Place place =
          new Place(update.function(), update.read().pc(), update.write().step().pc(), mvar);
      if (!isHeldThroughout(update, mvar, false)
          && !isOneCall(update)
          && !isGuarded(update)
          && reported.add(place)) {
        report(update);
      }
    }
  }

  /** What one call of a function both reads and writes is reported there, if it is wrong. */
  private static boolean isOneCall(ValueFlow.Update update) {
    return update.read().pc() == update.write().step().pc();
  }

  /** Whether one hold of an MVar, its function's or its callers', spans the read and the write. */
  private boolean isHeldThroughout(ValueFlow.Update update, int mvar, boolean toWrite) {
    Holds atWrite = update.write().step().held();
    int taken = Holds.takenBy(atWrite, mvar);
    boolean same = taken >= 0 && taken == Holds.takenBy(update.read().held(), mvar);
    return same && (!toWrite || Holds.outermost(atWrite, mvar).writes())
        || program.isHeldOnEntry(update.function(), mvar, toWrite);
  }

  /** Whether another MVar guards this one: all who write this hold that, and this update alone. */
  private boolean isGuarded(ValueFlow.Update update) {
    BitSet found = guards.get(update.mvar());
    return found != null && found.stream().anyMatch(g -> isHeldThroughout(update, g, true));
  }

  /** For each MVar those that are held wherever it is written. */
  private void findGuards() {
    for (LintedFunction function : program.functions()) {
      for (Step step : function.steps()) {
        if (!step.writes()) {
          continue;
        }
        BitSet held = new BitSet();
        for (int mvar = 0; mvar < program.mvarCount(); mvar++) {
          held.set(
              mvar, Holds.holds(step.held(), mvar) || program.isHeldOnEntry(function, mvar, false));
        }
        guards.merge(
            step.mvar(),
            held,
            (all, here) -> {
              all.and(here);
              return all;
            });
      }
    }
  }

  private void report(ValueFlow.Update update) {
    LintedFunction function = update.function();
    String name = program.mvarName(update.mvar(), function);
    List<Finding.Link> chain = new ArrayList<>();
    chain.addAll(values.chainOfRead(function, update.read(), effects));
    chain.addAll(values.chainOfWrite(function, update.mvar(), update.write(), effects));
    findings.add(
        new Finding(
            Rule.L003,
            function.module.source(),
            update.write().step().line(),
            function.name(),
            name
                + " gets what comes of its own value, and no lock is held from the read to the"
                + " write: what others write meanwhile is lost",
            chain,
            "use r.mvar.update, or hold mvar.lock.write " + name + " from before the read on"));
  }
}
