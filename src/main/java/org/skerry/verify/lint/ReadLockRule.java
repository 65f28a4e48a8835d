package org.skerry.verify.lint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** L004: a write while the MVar is held for reading only. */
final class ReadLockRule {
  private final LintedProgram program;
  private final Effects effects;
  private final List<Finding> findings;

  ReadLockRule(LintedProgram program, Effects effects, List<Finding> findings) {
    this.program = program;
    this.effects = effects;
    this.findings = findings;
  }

  void check() {
    for (LintedFunction function : program.functions()) {
      for (Step step : function.steps()) {
        if (step.held() != null) {
          check(function, step);
        }
      }
    }
  }

  private void check(LintedFunction function, Step step) {
    Set<Integer> reported = new HashSet<>();
    for (Effects.Caused caused : effects.caused(function, step)) {
      int mvar = caused.effect().mvar();
      if (caused.effect().deed() == Deed.CHANGES
          && Holds.holds(step.held(), mvar)
          && !Holds.holdsToWrite(step.held(), mvar)
          && !program.isHeldOnEntry(function, mvar, true)
          && reported.add(mvar)) {
        report(function, step, caused);
      }
    }
  }

  private void report(LintedFunction function, Step step, Effects.Caused caused) {
    int mvar = caused.effect().mvar();
    String name = program.mvarName(mvar, function);
    Step lock = function.step(Holds.outermost(step.held(), mvar).pc());
    List<Finding.Link> chain = new ArrayList<>();
    chain.add(Effects.link(function, lock, effects.describe(function, lock)));
    chain.addAll(effects.chain(function, step, caused));
    findings.add(
        new Finding(
            Rule.L004,
            function.module.source(),
            step.line(),
            function.name(),
            name + " is written while it is held for reading",
            chain,
            "take mvar.lock.write " + name + " from the start"));
  }
}
