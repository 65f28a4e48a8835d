package org.skerry.verify.lint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** L003: a value is read, and what comes of it written back, and no lock is held all the while. */
final class LostUpdateRule {
  private record Place(LintedFunction function, int readPc, int writePc, int mvar) {}

  private final LintedProgram program;
  private final Effects effects;
  private final ValueFlow values;
  private final List<Finding> findings;

  LostUpdateRule(LintedProgram program, Effects effects, ValueFlow values, List<Finding> findings) {
    this.program = program;
    this.effects = effects;
    this.values = values;
    this.findings = findings;
  }

  void check() {
    Set<Place> reported = new HashSet<>();
    for (ValueFlow.Update update : values.updates()) {
      int mvar = update.mvar();
      Holds outermost = Holds.outermost(update.write().step().held(), mvar);
      int hold = outermost == null ? -1 : outermost.pc();
      boolean held = hold >= 0 && hold == update.read().hold();
      Place place =
          new Place(update.function(), update.read().pc(), update.write().step().pc(), mvar);
      if (!held
          && !program.isHeldOnEntry(update.function(), mvar, false)
          && !isOneCall(update)
          && reported.add(place)) {
        report(update);
      }
    }
  }

  /** What one call of a function both reads and writes is reported there, if it is wrong. */
  private static boolean isOneCall(ValueFlow.Update update) {
    return update.read().pc() == update.write().step().pc();
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
