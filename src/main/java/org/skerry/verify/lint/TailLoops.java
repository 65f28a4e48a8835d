package org.skerry.verify.lint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.skerry.isa.Opcode;

/**
 * The part of L005 for loops that are several functions, each of which calls the next as the last
 * that it does. Whatever leaves such a loop by a parameter is taken to end it.
 */
final class TailLoops {
  private final LintedProgram program;
  private final LoopRule rule;
  private final ValueFlow values;

  TailLoops(LintedProgram program, LoopRule rule, ValueFlow values) {
    this.program = program;
    this.rule = rule;
    this.values = values;
  }

  void check() {
    Map<Integer, List<Integer>> edges = new HashMap<>();
    for (LintedFunction function : program.functions()) {
      List<Integer> called = new ArrayList<>();
      if (function.steps().stream().anyMatch(step -> callsLast(step, null))) {
        for (int pc : busy(function)) {
          called.addAll(
              callsLast(function.step(pc), null) ? function.step(pc).callees() : List.of());
        }
      }
      edges.put(function.number, called);
    }
    for (Set<Integer> circle : Circles.of(edges)) {
      if (circle.size() > 1) {
        check(circle);
      }
    }
  }

  private void check(Set<Integer> circle) {
    LintedFunction taker = null;
    Step lock = null;
    List<Finding.Link> back = new ArrayList<>();
    for (int number : circle) {
      LintedFunction function = program.function(number);
      Set<Integer> round = round(function, circle);
      for (int pc : round) {
        Step step = function.step(pc);
        if (endsByItself(function, step, round)) {
          return;
        }
        if (lock == null && rule.taking(function, step) != null) {
          taker = function;
          lock = step;
        }
        if (callsLast(step, circle)) {
          String callee = program.function(step.callees().getFirst()).name();
          back.add(Effects.link(function, step, "goes on with " + callee));
        }
      }
    }
    if (lock != null) {
      rule.report(taker, lock, rule.taking(taker, lock), back);
    }
  }

  private static boolean callsLast(Step step, Set<Integer> circle) {
    return step.opcode() == Opcode.TAIL_CALL
        && !step.callees().isEmpty()
        && (circle == null || circle.contains(step.callees().getFirst()));
  }

  /** What control can reach from a function's start without an await. */
  private Set<Integer> busy(LintedFunction function) {
    Set<Integer> reached = new TreeSet<>();
    ArrayDeque<Integer> open = new ArrayDeque<>(List.of(0));
    while (!open.isEmpty()) {
      Step step = function.step(open.remove());
      if (!rule.pauses(function, step) && reached.add(step.pc())) {
        open.addAll(LoopRule.successors(function, step));
      }
    }
    return reached;
  }

  /** Of that what leads to a call of the circle. */
  private Set<Integer> round(LintedFunction function, Set<Integer> circle) {
    Set<Integer> busy = busy(function);
    Map<Integer, List<Integer>> before = new HashMap<>();
    ArrayDeque<Integer> open = new ArrayDeque<>();
    for (int pc : busy) {
      Step step = function.step(pc);
      LoopRule.successors(function, step)
          .forEach(next -> before.computeIfAbsent(next, key -> new ArrayList<>()).add(pc));
      if (callsLast(step, circle)) {
        open.add(pc);
      }
    }
    Set<Integer> round = new TreeSet<>();
    while (!open.isEmpty()) {
      int pc = open.remove();
      if (round.add(pc)) {
        open.addAll(before.getOrDefault(pc, List.of()));
      }
    }
    return round;
  }

  private boolean endsByItself(LintedFunction function, Step step, Set<Integer> round) {
    boolean leaves = step.next().stream().anyMatch(next -> !round.contains(next));
    if (!leaves || step.locks()) {
      return false;
    }
    return step.opcode() == Opcode.R_SNAPSHOT_NEXT
        || step.sources().stream()
            .anyMatch(source ->
                varies(function, source, round) && !values.isReadIn(function, step, source, round));
  }

  private static boolean varies(LintedFunction function, int register, Set<Integer> round) {
    for (int i = 0; i < function.arity(); i++) {
      if (function.parameter(i) == register) {
        return true;
      }
    }
    return LoopRule.varies(function, register, round);
  }
}
