package org.skerry.verify.lint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.skerry.module.VerifiedModule;

/**
 * Looks for what a program does wrong with MVars. Stateless: any thread may ask.
 *
 * <p>The program is the modules that are given, and nothing else calls them: a host, or modules
 * that are loaded later, are not seen.
 */
public final class Linter {
  private Linter() {}

  /**
   * What is wrong with a program.
   *
   * @param modules all modules of the program, in any order, each once
   * @param awaitedHosts whether {@code module.function} of the host is awaited
   * @return in the order of files, lines and rules; empty where nothing is wrong
   */
  public static List<Finding> lint(List<VerifiedModule> modules, Predicate<String> awaitedHosts) {
    LintedProgram program = new LintedProgram(modules, awaitedHosts);
    List<Finding> findings = new ArrayList<>();
    if (program.mvarCount() == 0) {
      return findings;
    }
    Effects effects = new Effects(program);
    ValueFlow values = new ValueFlow(program);
    new AwaitRule(program, effects, findings).check();
    new OrderRule(program, effects, findings).check();
    new LostUpdateRule(program, effects, values, findings).check();
    new ReadLockRule(program, effects, findings).check();
    new LoopRule(program, effects, values, findings).check();
    findings.sort(
        Comparator.comparing(Finding::file)
            .thenComparingInt(Finding::line)
            .thenComparing(Finding::rule));
    return List.copyOf(findings);
  }

  /**
   * What a function may do, itself or in what it calls; a closure that it calls may be any that the
   * program makes for so many arguments.
   *
   * @param function {@code module.function/arity}
   * @param reads MVars that it may read; names with their modules, sorted, here and below
   * @param writes MVars that it may write
   * @param holdsToRead MVars that it may hold for reading
   * @param holdsToWrite MVars that it may hold for writing
   * @param awaits whether it may await something that another process does, or sleep
   */
  public record FunctionEffects(
      String function,
      List<String> reads,
      List<String> writes,
      List<String> holdsToRead,
      List<String> holdsToWrite,
      boolean awaits) {}

  /**
   * What each function of a program may do, in the order of modules and functions.
   *
   * @param awaitedHosts as of {@link #lint}
   */
  public static List<FunctionEffects> effects(
      List<VerifiedModule> modules, Predicate<String> awaitedHosts) {
    LintedProgram program = new LintedProgram(modules, awaitedHosts);
    Effects effects = new Effects(program);
    List<FunctionEffects> all = new ArrayList<>();
    for (LintedFunction function : program.functions()) {
      Map<Deed, TreeSet<String>> mvars = new EnumMap<>(Deed.class);
      for (Effects.Effect effect : effects.of(function)) {
        TreeSet<String> names = mvars.computeIfAbsent(effect.deed(), key -> new TreeSet<>());
        if (effect.mvar() >= 0) {
          names.add(program.mvarName(effect.mvar()));
        }
      }
      all.add(
          new FunctionEffects(
              function.name(),
              names(mvars, Deed.READS),
              names(mvars, Deed.WRITES),
              names(mvars, Deed.HOLDS_READ),
              names(mvars, Deed.HOLDS_WRITE),
              mvars.containsKey(Deed.AWAITS)));
    }
    return all;
  }

  private static List<String> names(Map<Deed, TreeSet<String>> mvars, Deed deed) {
    return List.copyOf(mvars.getOrDefault(deed, new TreeSet<>()));
  }
}
