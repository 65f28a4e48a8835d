package org.skerry.verify.lint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.skerry.isa.Opcode;

/**
 * What each function may do, directly or through calls: the least fixpoint over the call graph,
 * found breadth first, so that the call chain that shows an effect is a shortest one.
 */
final class Effects {
  /**
   * An effect.
   *
   * @param mvar its MVar, or -1
   */
  record Effect(Deed deed, int mvar) {}

  /** How a function comes by an effect: an instruction of its own, or a call of the callee. */
  private record Via(Step step, int callee) {}

  private record Found(LintedFunction function, Effect effect) {}

  private final LintedProgram program;
  private final List<Map<Effect, Via>> effects = new ArrayList<>();
  private final ArrayDeque<Found> open = new ArrayDeque<>();

  Effects(LintedProgram program) {
    this.program = program;
    for (LintedFunction function : program.functions()) {
      effects.add(new LinkedHashMap<>());
      function.steps().forEach(step -> addOwn(function, step));
    }
    while (!open.isEmpty()) {
      Found found = open.remove();
      for (LintedProgram.Call call : program.callers(found.function())) {
        if (passes(call.step(), found.effect())) {
          add(call.caller(), found.effect(), new Via(call.step(), found.function().number));
        }
      }
    }
  }

  private void add(LintedFunction function, Effect effect, Via via) {
    if (effects.get(function.number).putIfAbsent(effect, via) == null) {
      open.add(new Found(function, effect));
    }
  }

  private void addOwn(LintedFunction function, Step step) {
    for (Effect effect : own(function, step)) {
      add(function, effect, new Via(step, -1));
    }
  }

  /** What an instruction does itself. */
  static List<Effect> own(LintedFunction function, Step step) {
    List<Effect> own = new ArrayList<>();
    int mvar = step.mvar();
    if (step.locks()) {
      own.add(new Effect(step.locksToWrite() ? Deed.HOLDS_WRITE : Deed.HOLDS_READ, mvar));
      if (!step.mayNotLock()) {
        addAsking(own, step, step.locksToWrite());
      }
    } else if (step.reads() || step.writes()) {
      own.add(new Effect(step.writes() ? Deed.WRITES : Deed.READS, mvar));
      addAsking(own, step, step.writes());
      if (step.writes() && !Holds.holdsToWrite(step.held(), mvar)) {
        own.add(new Effect(Deed.CHANGES, mvar));
      }
    }
    if (step.awaited() != null && !isImmediate(function, step)) {
      own.add(new Effect(Deed.AWAITS, -1));
    }
    if (pauses(step.opcode())) {
      own.add(new Effect(Deed.PAUSES, -1));
    }
    return own;
  }

  /** Who holds an MVar as it asks gets it at once. */
  private static void addAsking(List<Effect> own, Step step, boolean toWrite) {
    boolean has =
        toWrite
            ? Holds.holdsToWrite(step.held(), step.mvar())
            : Holds.holds(step.held(), step.mvar());
    if (!has) {
      own.add(new Effect(toWrite ? Deed.ASKS_TO_WRITE : Deed.ASKS_TO_READ, step.mvar()));
    }
  }

  /** A receive that waits 0 ns or less, by a constant just before it, awaits nothing. */
  private static boolean isImmediate(LintedFunction function, Step step) {
    if (step.opcode() != Opcode.R_RECEIVE_TIMEOUT
        && step.opcode() != Opcode.R_SELECT_NEXT_TIMEOUT) {
      return false;
    }
    Step before = function.stepBefore(step);
    return before != null
        && before.opcode() == Opcode.I_CONST
        && step.sources().contains(before.destination())
        && before.constant() <= 0;
  }

  private static boolean pauses(Opcode opcode) {
    return switch (opcode) {
      case R_RECEIVE, R_RECEIVE_TIMEOUT, R_SELECT_NEXT, R_SELECT_NEXT_TIMEOUT, SLEEP -> true;
      case YIELD, SEND, R_PROCESS_INFO_OF, R_HOST, I_HOST, F_HOST -> true;
      case MVAR_LOCK_READ_TIMEOUT, MVAR_LOCK_WRITE_TIMEOUT -> true;
      default -> false;
    };
  }

  /** Whether a callee's effect is the caller's too: not where a lock of the caller changes it. */
  private static boolean passes(Step call, Effect effect) {
    return switch (effect.deed()) {
      case ASKS_TO_READ, CHANGES -> !Holds.holds(call.held(), effect.mvar());
      case ASKS_TO_WRITE -> !Holds.holdsToWrite(call.held(), effect.mvar());
      default -> true;
    };
  }

  /** All that a function may do. */
  Collection<Effect> of(LintedFunction function) {
    return effects.get(function.number).keySet();
  }

  boolean has(LintedFunction function, Deed deed, int mvar) {
    return effects.get(function.number).containsKey(new Effect(deed, mvar));
  }

  /**
   * What an instruction may do, itself or in what it calls; an effect of several callees is there
   * for each.
   */
  List<Caused> caused(LintedFunction function, Step step) {
    List<Caused> caused = new ArrayList<>();
    own(function, step).forEach(effect -> caused.add(new Caused(effect, -1)));
    for (int callee : step.callees()) {
      for (Effect effect : of(program.function(callee))) {
        caused.add(new Caused(effect, callee));
      }
    }
    return caused;
  }

  /**
   * An effect of an instruction.
   *
   * @param callee the function that has it, or -1 where the instruction itself does
   */
  record Caused(Effect effect, int callee) {}

  /** The calls from an instruction to the one that has the effect, which is the last. */
  List<Finding.Link> chain(LintedFunction function, Step step, Caused caused) {
    List<Finding.Link> chain = new ArrayList<>();
    LintedFunction at = function;
    Step here = step;
    int callee = caused.callee();
    while (callee >= 0) {
      LintedFunction called = program.function(callee);
      String what = here.closure() ? "calls a closure, which may be " : "calls ";
      chain.add(link(at, here, what + called.name()));
      Via via = effects.get(callee).get(caused.effect());
      at = called;
      here = via.step();
      callee = via.callee();
    }
    chain.add(link(at, here, describe(at, here)));
    return chain;
  }

  static Finding.Link link(LintedFunction function, Step step, String text) {
    return new Finding.Link(
        function.module.source(), step.line(), step.pc(), function.name(), text);
  }

  /** What an instruction does, as the last link of a chain. */
  String describe(LintedFunction function, Step step) {
    String what = step.awaited();
    if (what == null && step.mvar() >= 0) {
      String mvar = program.mvarName(step.mvar(), function);
      if (step.locks()) {
        what = "locks " + mvar + (step.locksToWrite() ? " for writing" : " for reading");
      } else {
        what = (step.writes() ? "writes " : "reads ") + mvar;
      }
    }
    return (what == null ? "" : what + ": ") + step.opcode().mnemonic();
  }
}
