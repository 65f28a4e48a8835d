package org.skerry.verify.lint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;

/**
 * Which values come of which reads of MVars: through registers, arguments and results, not through
 * messages, mutable arrays and closures.
 */
final class ValueFlow {
  /** Functions that are longer are taken to give something that comes of all their arguments. */
  private static final int MAX_CODE_WORDS = 20_000;

  /**
   * Where a value comes from.
   *
   * @param mvar the MVar that was read, or -1 where it is a parameter
   * @param parameter the parameter, or -1
   * @param pc the read, or the call of the function that read
   * @param callee the function that read, or -1
   * @param held what the function held then
   */
  record Origin(int mvar, int parameter, int pc, int callee, Holds held) {}

  /** What the caller of a function has to know. */
  private static final class Summary {
    final Set<Integer> givenParameters = new LinkedHashSet<>();

    /** For each MVar whose value it may give, where that was read. */
    final Map<Integer, Origin> givenMvars = new LinkedHashMap<>();

    final Map<Written, Write> writes = new LinkedHashMap<>();

    int size() {
      return givenParameters.size() + givenMvars.size() + writes.size();
    }
  }

  /** A parameter that goes into an MVar. */
  private record Written(int parameter, int mvar) {}

  /** The instruction that writes, or calls the function that writes its parameter. */
  record Write(Step step, int callee, int parameter) {}

  /** A value that was read from an MVar is written back to it. */
  record Update(LintedFunction function, Origin read, int mvar, Write write) {}

  private final LintedProgram program;
  private final List<Summary> summaries = new ArrayList<>();
  private final List<Map<Integer, Map<Integer, Set<Origin>>>> states = new ArrayList<>();

  ValueFlow(LintedProgram program) {
    this.program = program;
    ArrayDeque<LintedFunction> open = new ArrayDeque<>();
    for (LintedFunction function : program.functions()) {
      summaries.add(new Summary());
      states.add(Map.of());
      if (program.mvarCount() > 0) {
        open.add(function);
      }
    }
    Set<LintedFunction> queued = new HashSet<>(open);
    while (!open.isEmpty()) {
      LintedFunction function = open.remove();
      queued.remove(function);
      int before = summaries.get(function.number).size();
      solve(function);
      if (summaries.get(function.number).size() > before) {
        for (LintedProgram.Call call : program.callers(function)) {
          if (queued.add(call.caller())) {
            open.add(call.caller());
          }
        }
      }
    }
  }

  private void solve(LintedFunction function) {
    Summary summary = summaries.get(function.number);
    if (function.definition.code().length > MAX_CODE_WORDS) {
      for (int i = 0; i < function.arity(); i++) {
        summary.givenParameters.add(i);
      }
      return;
    }
    Map<Integer, Map<Integer, Set<Origin>>> in = new HashMap<>();
    Map<Integer, Set<Origin>> start = new HashMap<>();
    for (int i = 0; i < function.arity(); i++) {
      start.put(function.parameter(i), Set.of(new Origin(-1, i, -1, -1, null)));
    }
    in.put(0, start);
    ArrayDeque<Integer> open = new ArrayDeque<>(List.of(0));
    while (!open.isEmpty()) {
      Step step = function.step(open.remove());
      Map<Integer, Set<Origin>> state = in.get(step.pc());
      Map<Integer, Set<Origin>> out = after(step, state, step.destination(), result(step, state));
      step.next().forEach(next -> join(next, out, in, open));
      if (step.handler() >= 0) {
        join(step.handler(), after(step, state, step.errorRegister(), Set.of()), in, open);
      }
    }
    states.set(function.number, in);
    function.steps().forEach(step -> summarize(summary, step, in.get(step.pc())));
  }

  private static Map<Integer, Set<Origin>> after(
      Step step, Map<Integer, Set<Origin>> state, int register, Set<Origin> origins) {
    if (register < 0 || origins.isEmpty() && !state.containsKey(register)) {
      return state;
    }
    Map<Integer, Set<Origin>> out = new HashMap<>(state);
    if (origins.isEmpty()) {
      out.remove(register);
    } else {
      out.put(register, origins);
    }
    return out;
  }

  private static void join(
      int pc,
      Map<Integer, Set<Origin>> brought,
      Map<Integer, Map<Integer, Set<Origin>>> in,
      ArrayDeque<Integer> open) {
    Map<Integer, Set<Origin>> known = in.get(pc);
    if (known == null) {
      in.put(pc, brought); // shared: nobody changes a state that is there
      open.add(pc);
      return;
    }
    Map<Integer, Set<Origin>> joined = null;
    for (var entry : brought.entrySet()) {
      Set<Origin> before = known.getOrDefault(entry.getKey(), Set.of());
      if (!before.containsAll(entry.getValue())) {
        Set<Origin> both = new LinkedHashSet<>(before);
        both.addAll(entry.getValue());
        joined = joined == null ? new HashMap<>(known) : joined;
        joined.put(entry.getKey(), both);
      }
    }
    if (joined != null) {
      in.put(pc, joined);
      open.add(pc);
    }
  }

  /** Where what a step writes to its destination comes from. */
  private Set<Origin> result(Step step, Map<Integer, Set<Origin>> state) {
    if (step.destination() < 0 || isNew(step.opcode())) {
      return Set.of();
    }
    if (step.reads()) {
      return Set.of(new Origin(step.mvar(), -1, step.pc(), -1, step.held()));
    }
    Set<Origin> origins = new LinkedHashSet<>();
    if (!step.calls() || step.closure()) {
      step.sources().forEach(source -> origins.addAll(state.getOrDefault(source, Set.of())));
      return origins;
    }
    for (int callee : step.callees()) {
      Summary summary = summaries.get(callee);
      for (int parameter : summary.givenParameters) {
        origins.addAll(state.getOrDefault(step.sources().get(parameter), Set.of()));
      }
      for (int mvar : summary.givenMvars.keySet()) {
        origins.add(new Origin(mvar, -1, step.pc(), callee, step.held()));
      }
    }
    return origins;
  }

  /** Whether an instruction gives something that is none of its operands. */
  private static boolean isNew(Opcode opcode) {
    return switch (opcode) {
      case R_SPAWN, R_SPAWN_CLOSURE, R_SPAWN_WITH, R_SPAWN_CLOSURE_WITH, R_SEND_AFTER -> true;
      case I_SEND_TRY, I_MVAR_REMOVE, R_MONITOR, R_PROCESS_INFO, R_PROCESS_INFO_OF -> true;
      case R_HOST, I_HOST, F_HOST -> true;
      default -> false;
    };
  }

  private void summarize(Summary summary, Step step, Map<Integer, Set<Origin>> state) {
    for (Origin origin : given(step, state)) {
      if (origin.parameter() >= 0) {
        summary.givenParameters.add(origin.parameter());
      } else {
        summary.givenMvars.putIfAbsent(origin.mvar(), origin);
      }
    }
    forEachWrite(
        step,
        state,
        (origin, mvar, write) -> {
          if (origin.parameter() >= 0) {
            summary.writes.putIfAbsent(new Written(origin.parameter(), mvar), write);
          }
        });
  }

  /** Where what a step gives to its function's caller comes from. */
  private Set<Origin> given(Step step, Map<Integer, Set<Origin>> state) {
    boolean returns =
        switch (step.opcode()) {
          case R_RETURN, I_RETURN, F_RETURN -> true;
          default -> false;
        };
    Set<Origin> given = new LinkedHashSet<>();
    if (returns) {
      given.addAll(state.getOrDefault(step.sources().getFirst(), Set.of()));
    } else if (step.calls() && step.opcode().has(Effect.ENDS_BLOCK) && !step.closure()) {
      for (int callee : step.callees()) {
        Summary summary = summaries.get(callee);
        for (int parameter : summary.givenParameters) {
          given.addAll(state.getOrDefault(step.sources().get(parameter), Set.of()));
        }
        for (int mvar : summary.givenMvars.keySet()) {
          given.add(new Origin(mvar, -1, step.pc(), callee, step.held()));
        }
      }
    }
    return given;
  }

  private interface Writes {
    void write(Origin origin, int mvar, Write write);
  }

  /** Gives each value that a step writes to an MVar, itself or in a function that it calls. */
  private void forEachWrite(Step step, Map<Integer, Set<Origin>> state, Writes consumer) {
    if (step.writes() && step.opcode() != Opcode.I_MVAR_REMOVE) {
      Write write = new Write(step, -1, -1);
      state
          .getOrDefault(step.sources().getLast(), Set.of())
          .forEach(origin -> consumer.write(origin, step.mvar(), write));
    }
    if (step.calls() && !step.closure()) {
      for (int callee : step.callees()) {
        for (Written written : List.copyOf(summaries.get(callee).writes.keySet())) {
          Write write = new Write(step, callee, written.parameter());
          state
              .getOrDefault(step.sources().get(written.parameter()), Set.of())
              .forEach(origin -> consumer.write(origin, written.mvar(), write));
        }
      }
    }
  }

  /** All writes of what was read from the same MVar. */
  List<Update> updates() {
    List<Update> updates = new ArrayList<>();
    for (LintedFunction function : program.functions()) {
      Map<Integer, Map<Integer, Set<Origin>>> in = states.get(function.number);
      for (Step step : function.steps()) {
        if (in.containsKey(step.pc())) {
          forEachWrite(
              step,
              in.get(step.pc()),
              (origin, mvar, write) -> {
                if (origin.mvar() == mvar) {
                  updates.add(new Update(function, origin, mvar, write));
                }
              });
        }
      }
    }
    return updates;
  }

  /** Whether what a register has at a step was read from an MVar at one of the code words. */
  boolean isReadIn(LintedFunction function, Step step, int register, Set<Integer> pcs) {
    return states
        .get(function.number)
        .getOrDefault(step.pc(), Map.of())
        .getOrDefault(register, Set.of())
        .stream()
        .anyMatch(origin -> origin.mvar() >= 0 && pcs.contains(origin.pc()));
  }

  /** Where a value was read: the calls that lead there, and the read. */
  List<Finding.Link> chainOfRead(LintedFunction function, Origin read, Effects effects) {
    List<Finding.Link> chain = new ArrayList<>();
    Set<LintedFunction> seen = new HashSet<>();
    LintedFunction at = function;
    Origin origin = read;
    while (origin != null && seen.add(at)) {
      Step step = at.step(origin.pc());
      if (origin.callee() < 0) {
        chain.add(Effects.link(at, step, effects.describe(at, step)));
        return chain;
      }
      LintedFunction callee = program.function(origin.callee());
      chain.add(
          Effects.link(
              at, step, "calls " + callee.name() + ", which gives the value that it read"));
      origin = summaries.get(callee.number).givenMvars.get(read.mvar());
      at = callee;
    }
    return chain;
  }

  /** Where a value is written: the calls that lead there, and the write. */
  List<Finding.Link> chainOfWrite(LintedFunction function, int mvar, Write write, Effects effects) {
    List<Finding.Link> chain = new ArrayList<>();
    Set<LintedFunction> seen = new HashSet<>();
    LintedFunction at = function;
    Write here = write;
    while (here != null && seen.add(at)) {
      if (here.callee() < 0) {
        chain.add(Effects.link(at, here.step(), effects.describe(at, here.step())));
        return chain;
      }
      LintedFunction callee = program.function(here.callee());
      chain.add(Effects.link(at, here.step(), "calls " + callee.name() + ", which writes it"));
      here = summaries.get(callee.number).writes.get(new Written(here.parameter(), mvar));
      at = callee;
    }
    return chain;
  }
}
