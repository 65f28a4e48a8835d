package org.skerry.verify.lint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.skerry.isa.Opcode;

/** L005: a loop that does nothing but take a lock, until the MVar says otherwise or for ever. */
final class LoopRule {
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
    for (LintedFunction function : program.functions()) {
      boolean uses =
          effects.of(function).stream().anyMatch(effect -> effect.mvar() >= 0);
      if (uses) {
        check(function);
      }
    }
  }

  private void check(LintedFunction function) {
    Map<Integer, Set<Integer>> forward = new HashMap<>();
    Map<Integer, Set<Integer>> backward = new HashMap<>();
    for (Step step : function.steps()) {
      for (int next : successors(function, step)) {
        forward.computeIfAbsent(step.pc(), key -> new TreeSet<>()).add(next);
        backward.computeIfAbsent(next, key -> new TreeSet<>()).add(step.pc());
      }
    }
    Set<Integer> done = new HashSet<>();
    for (Step step : function.steps()) {
      if (!done.contains(step.pc()) && step.mvar() >= 0) {
        Set<Integer> loop = reached(step.pc(), forward);
        loop.retainAll(reached(step.pc(), backward));
        done.addAll(loop);
        if (!loop.isEmpty()) {
          check(function, loop);
        }
      }
    }
  }

  /** Where control goes from a step; a function that calls itself last is a loop. */
  private static List<Integer> successors(LintedFunction function, Step step) {
    List<Integer> successors = new ArrayList<>(step.next());
    if (step.opcode() == Opcode.TAIL_CALL && step.callees().contains(function.number)) {
      successors.add(0);
    }
    if (step.handler() >= 0) {
      successors.add(step.handler());
    }
    return successors;
  }

  /** What is behind a place, which is among it only if it is behind itself. */
  private static Set<Integer> reached(int from, Map<Integer, Set<Integer>> edges) {
    Set<Integer> reached = new TreeSet<>();
    ArrayDeque<Integer> open = new ArrayDeque<>(edges.getOrDefault(from, Set.of()));
    while (!open.isEmpty()) {
      int pc = open.remove();
      if (reached.add(pc)) {
        open.addAll(edges.getOrDefault(pc, Set.of()));
      }
    }
    return reached;
  }

  private void check(LintedFunction function, Set<Integer> loop) {
    Step lock = null;
    for (int pc : loop) {
      Step step = function.step(pc);
      if (pauses(function, step) || endsByItself(function, step, loop)) {
        return;
      }
      boolean takes = step.locks() || step.reads();
      lock = lock == null && takes ? step : lock;
    }
    if (lock != null) {
      report(function, lock, loop);
    }
  }

  private boolean pauses(LintedFunction function, Step step) {
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
            .anyMatch(
                source ->
                    varies(function, source, loop)
                        && !values.isReadIn(function, step, source, loop));
  }

  /** Whether a register may have another value each time round. */
  private static boolean varies(LintedFunction function, int register, Set<Integer> loop) {
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

  private void report(LintedFunction function, Step lock, Set<Integer> loop) {
    String mvar = program.mvarName(lock.mvar(), function);
    List<Finding.Link> chain = new ArrayList<>();
    chain.add(Effects.link(function, lock, effects.describe(function, lock)));
    for (int pc : loop) {
      Step step = function.step(pc);
      boolean back = successors(function, step).stream().anyMatch(next -> next <= lock.pc());
      if (pc >= lock.pc() && back) {
        chain.add(
            Effects.link(function, step, "goes round again: " + step.opcode().mnemonic()));
        break;
      }
    }
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
