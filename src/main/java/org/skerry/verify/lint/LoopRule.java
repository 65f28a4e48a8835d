package org.skerry.verify.lint;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.skerry.isa.Opcode;

/** L005: a loop that does nothing but take a lock, until the MVar says otherwise or for ever. */
final class LoopRule {
  /** Loops in loops that are looked into. */
  private static final int MAX_NESTING = 50;

  private final LintedProgram program;
  private final Effects effects;
  private final ValueFlow values;
  private final List<Finding> findings;

  LoopRule(LintedProgram program, Effects effects, ValueFlow values, List<Finding> findings) {
    this.program = program;
    this.effects = effects;
    this.values = values;
    this.findings = findings;
  }

  void check() {
    new TailLoops(program, this, values).check();
    for (LintedFunction function : program.functions()) {
      boolean uses = effects.of(function).stream().anyMatch(effect -> effect.mvar() >= 0);
      if (uses) {
        check(function);
      }
    }
  }

  /** A loop that never awaits lies among the instructions that do not. */
  private void check(LintedFunction function) {
    Set<Integer> busy = new TreeSet<>();
    for (Step step : function.steps()) {
      if (!pauses(function, step)) {
        busy.add(step.pc());
      }
    }
    check(function, busy, MAX_NESTING);
  }

  private void check(LintedFunction function, Set<Integer> pcs, int nesting) {
    for (Set<Integer> loop : loops(function, pcs)) {
      Set<Integer> rest = new TreeSet<>(loop);
      rest.removeIf(pc -> endsByItself(function, function.step(pc), loop));
      if (rest.size() < loop.size()) {
        // It ends, but one within it may not.
        if (nesting > 0) {
          check(function, rest, nesting - 1);
        }
        continue;
      }
      loop.stream()
          .map(function::step)
          .filter(step -> taking(function, step) != null)
          .findFirst()
          .ifPresent(step -> report(function, step, taking(function, step), loop));
    }
  }

  /** The sets of instructions, among some, of which each leads to each. */
  private static List<Set<Integer>> loops(LintedFunction function, Set<Integer> pcs) {
    Map<Integer, List<Integer>> edges = new HashMap<>();
    for (int pc : pcs) {
      List<Integer> successors = successors(function, function.step(pc));
      successors.retainAll(pcs);
      edges.put(pc, successors);
    }
    return Circles.of(edges);
  }

  /** Where control goes from a step; a function that calls itself last is a loop. */
  static List<Integer> successors(LintedFunction function, Step step) {
    List<Integer> successors = new ArrayList<>(step.next());
    if (step.opcode() == Opcode.TAIL_CALL && step.callees().contains(function.number)) {
      successors.add(0);
    }
    if (step.handler() >= 0) {
      successors.add(step.handler());
    }
    return successors;
  }

  /** How a step, or what it calls, takes a lock or looks at a value; or null. */
  Effects.Caused taking(LintedFunction function, Step step) {
    return effects.caused(function, step).stream()
        .filter(caused ->
            switch (caused.effect().deed()) {
              case READS, HOLDS_READ, HOLDS_WRITE -> true;
              default -> false;
            })
        .findFirst()
        .orElse(null);
  }

  boolean pauses(LintedFunction function, Step step) {
    if (step.closure() && step.callees().isEmpty()) {
      return true; // nobody knows what it does
    }
    return effects.caused(function, step).stream()
        .anyMatch(caused -> caused.effect().deed() == Deed.PAUSES);
  }

  /** Whether a step may leave the loop for a reason that is not the lock nor the MVar's value. */
  private boolean endsByItself(LintedFunction function, Step step, Set<Integer> loop) {
    boolean leaves = step.next().stream().anyMatch(next -> !loop.contains(next));
    if (!leaves || step.locks()) {
      return false;
    }
    return step.opcode() == Opcode.R_SNAPSHOT_NEXT
        || step.sources().stream()
            .anyMatch(source ->
                varies(function, source, loop) && !values.isReadIn(function, step, source, loop));
  }

  /** Whether a register may have another value each time round. */
  static boolean varies(LintedFunction function, int register, Set<Integer> loop) {
    for (int pc : loop) {
      Step step = function.step(pc);
      boolean constant =
          switch (step.opcode()) {
            case R_CONST, I_CONST, F_CONST -> true;
            default -> false;
          };
      if (step.destination() == register && !constant) {
        return true;
      }
      if (step.opcode() == Opcode.TAIL_CALL && step.callees().contains(function.number)) {
        for (int i = 0; i < function.arity(); i++) {
          if (function.parameter(i) == register && step.sources().get(i) != register) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private void report(LintedFunction function, Step lock, Effects.Caused taken, Set<Integer> loop) {
    List<Finding.Link> chain = new ArrayList<>();
    for (int pc : loop) {
      Step step = function.step(pc);
      boolean back = successors(function, step).stream().anyMatch(next -> next <= lock.pc());
      if (pc >= lock.pc() && back) {
        chain.add(Effects.link(function, step, "goes round again: " + step.opcode().mnemonic()));
        break;
      }
    }
    report(function, lock, taken, chain);
  }

  /**
   * @param back what shows that it goes round
   */
  void report(LintedFunction function, Step lock, Effects.Caused taken, List<Finding.Link> back) {
    String mvar = program.mvarName(taken.effect().mvar(), function);
    List<Finding.Link> chain = new ArrayList<>(effects.chain(function, lock, taken));
    chain.addAll(back);
    findings.add(
        new Finding(
            Rule.L005,
            function.module.source(),
            lock.line(),
            function.name(),
            "a loop takes " + mvar + " each time round and never awaits: others starve",
            chain,
            "await a message from who changes "
                + mvar
                + ", or lock with a timeout, sleep or yield between rounds"));
  }
}
