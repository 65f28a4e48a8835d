package org.skerry.verify.lint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** L001: a lock held across an await. */
final class AwaitRule {
  private final LintedProgram program;
  private final Effects effects;
  private final List<Finding> findings;

  AwaitRule(LintedProgram program, Effects effects, List<Finding> findings) {
    this.program = program;
    this.effects = effects;
    this.findings = findings;
  }

  void check() {
    for (LintedFunction function : program.functions()) {
      Set<Integer> reported = new HashSet<>();
      for (Step step : function.steps()) {
        if (step.held() != null && !reported.contains(step.held().pc())) {
          Effects.Caused caused = awaiting(function, step);
          if (caused != null) {
            reported.add(step.held().pc());
            report(function, step, caused);
          }
        }
      }
    }
  }

  private Effects.Caused awaiting(LintedFunction function, Step step) {
    return effects.caused(function, step).stream()
        .filter(caused -> caused.effect().deed() == Deed.AWAITS)
        .findFirst()
        .orElse(null);
  }

  private void report(LintedFunction function, Step step, Effects.Caused caused) {
    List<Finding.Link> chain = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    for (Holds held = step.held(); held != null; held = held.below()) {
      Step lock = function.step(held.pc());
      chain.addFirst(Effects.link(function, lock, effects.describe(function, lock)));
      names.add(program.mvarName(held.mvar(), function));
    }
    List<Finding.Link> calls = effects.chain(function, step, caused);
    chain.addAll(calls);
    String mvars = String.join(" and ", List.copyOf(names).reversed());
    String last = calls.getLast().text();
    String what = last.substring(0, last.lastIndexOf(": "));
    String who =
        caused.callee() < 0
            ? "the function " + what
            : (step.closure() ? "the closure that it calls may be " : "it calls ")
                + program.function(caused.callee()).name()
                + ", which "
                + what;
    findings.add(
        new Finding(
            Rule.L001,
            function.module.source(),
            step.line(),
            function.name(),
            mvars + (names.size() == 1 ? " is" : " are") + " held while " + who,
            chain,
            "unlock " + mvars + " before, or await first and lock then"));
  }
}
