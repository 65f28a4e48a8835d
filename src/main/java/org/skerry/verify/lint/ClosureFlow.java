package org.skerry.verify.lint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.InstructionCursor;

/**
 * Which functions a call of a closure may call: those whose closures come there through registers,
 * arguments, captures and results, whatever the order of instructions. What comes out of a term, a
 * message, an MVar or an error may be all that was ever put into one.
 *
 * <p>A least solution: sets of functions grow along edges between registers.
 */
final class ClosureFlow {
  /** In the place of a register: what a function gives. */
  private static final int RESULT = -1;

  /** What is put into terms, messages, MVars or errors. */
  private static final long STORED = -1;

  private static final long NOWHERE = -2;

  /** In the place of a function: any that is stored. */
  private static final int ANY_STORED = 0;

  /** A call, or a spawn, of the closure in a register. */
  private record Site(
      LintedFunction caller, int pc, boolean begins, List<Long> arguments, long result) {}

  private record Place(LintedFunction caller, int pc) {}

  private record Found(long place, int function) {}

  private final LintedProgram program;
  private final Map<Long, BitSet> sets = new HashMap<>();
  private final Map<Long, Set<Long>> edges = new HashMap<>();
  private final Map<Long, List<Site>> sites = new HashMap<>();
  private final List<Site> sitesOfStored = new ArrayList<>();
  private final ArrayDeque<Found> open = new ArrayDeque<>();

  /** By function, how many arguments its closures miss. */
  private final Map<Integer, BitSet> missing = new HashMap<>();

  private final Map<Place, BitSet> called = new HashMap<>();
  private final BitSet begun = new BitSet();

  /**
   * @param firstValues the functions that give MVars their first values
   */
  ClosureFlow(LintedProgram program, List<LintedFunction> firstValues) {
    this.program = program;
    program.functions().forEach(this::look);
    firstValues.forEach(function -> edge(key(function, RESULT), STORED));
    while (!open.isEmpty()) {
      follow(open.remove());
    }
  }

  /** The functions that the closure may be made of that an instruction calls, in their order. */
  List<Integer> called(LintedFunction caller, int pc) {
    return called.getOrDefault(new Place(caller, pc), new BitSet()).stream().boxed().toList();
  }

  /** The functions that processes begin with. */
  BitSet begun() {
    return begun;
  }

  private void look(LintedFunction function) {
    function.errorRegisters().forEach(register -> add(key(function, register), ANY_STORED));
    InstructionCursor at = new InstructionCursor(function.definition.code());
    for (int pc = 0; pc < function.definition.code().length; pc = at.next()) {
      at.move(pc);
      look(function, at);
    }
  }

  private void look(LintedFunction function, InstructionCursor at) {
    Opcode opcode = at.opcode();
    List<Long> sources =
        LintedFunction.sources(at).stream().map(source -> key(function, source)).toList();
    int written = LintedFunction.destination(at);
    long destination = written < 0 ? NOWHERE : key(function, written);
    long result = opcode.has(Effect.ENDS_BLOCK) ? key(function, RESULT) : destination;
    switch (opcode) {
      case R_MOVE, R_RETURN -> edge(sources.getFirst(), result);
      case R_CLOSURE -> capture(function, at, sources, destination);
      case R_CALL, I_CALL, F_CALL, TAIL_CALL -> call(function, at, sources, result);
      case R_SPAWN -> call(function, at, sources, NOWHERE);
      case R_SPAWN_WITH -> call(function, at, withoutFirst(sources), NOWHERE);
      case R_CALL_CLOSURE, TAIL_CALL_CLOSURE -> callClosure(function, at, sources, result);
      case R_SPAWN_CLOSURE -> callClosure(function, at, sources, NOWHERE);
      case R_SPAWN_CLOSURE_WITH -> callClosure(function, at, withoutFirst(sources), NOWHERE);
      default -> {
        if (written >= 0 || !opcode.has(Effect.BRANCHES)) {
          store(sources, destination);
        }
      }
    }
  }

  private void capture(
      LintedFunction function, InstructionCursor at, List<Long> sources, long destination) {
    int named = named(function, at);
    if (named < 0) {
      store(sources, destination);
      return;
    }
    LintedFunction made = program.function(named);
    int first = made.arity() - sources.size();
    missing.computeIfAbsent(named, key -> new BitSet()).set(first);
    add(destination, named + 1);
    for (int i = 0; i < sources.size(); i++) {
      edge(sources.get(i), key(made, made.parameter(first + i)));
    }
  }

  private void call(
      LintedFunction function, InstructionCursor at, List<Long> sources, long result) {
    int named = named(function, at);
    if (named < 0) {
      store(sources, result);
      return;
    }
    if (!at.opcode().has(Effect.CALLS)) {
      begun.set(named);
    }
    pass(sources, program.function(named), result);
  }

  private void callClosure(
      LintedFunction function, InstructionCursor at, List<Long> sources, long result) {
    boolean begins = !at.opcode().has(Effect.CALLS);
    Site site = new Site(function, at.pc(), begins, withoutFirst(sources), result);
    sites.computeIfAbsent(sources.getFirst(), key -> new ArrayList<>()).add(site);
  }

  private int named(LintedFunction function, InstructionCursor at) {
    int operand = at.opcode().operands().indexOf(OperandKind.FUNCTION);
    return program.function(function.module, at.half(operand));
  }

  private static <T> List<T> withoutFirst(List<T> list) {
    return list.subList(1, list.size());
  }

  /** Sources go into something, or to somebody who is not known; anything may come of it. */
  private void store(List<Long> sources, long destination) {
    sources.forEach(source -> edge(source, STORED));
    if (destination != NOWHERE) {
      add(destination, ANY_STORED);
    }
  }

  private void pass(List<Long> arguments, LintedFunction callee, long result) {
    for (int i = 0; i < arguments.size(); i++) {
      edge(arguments.get(i), key(callee, callee.parameter(i)));
    }
    if (result != NOWHERE) {
      edge(key(callee, RESULT), result);
    }
  }

  private static long key(LintedFunction function, int register) {
    return (long) function.number << Integer.SIZE | register + 1;
  }

  private void edge(long from, long to) {
    if (edges.computeIfAbsent(from, key -> new LinkedHashSet<>()).add(to)) {
      BitSet known = sets.get(from);
      if (known != null) {
        known.stream().forEach(function -> add(to, function));
      }
    }
  }

  private void add(long place, int function) {
    if (place == STORED && function == ANY_STORED) {
      return;
    }
    BitSet set = sets.computeIfAbsent(place, key -> new BitSet());
    if (!set.get(function)) {
      set.set(function);
      open.add(new Found(place, function));
    }
  }

  private void follow(Found found) {
    for (long target : List.copyOf(edges.getOrDefault(found.place(), Set.of()))) {
      add(target, found.function());
    }
    if (found.place() == STORED) {
      List.copyOf(sitesOfStored).forEach(site -> apply(site, found.function() - 1));
    }
    for (Site site : sites.getOrDefault(found.place(), List.of())) {
      if (found.function() != ANY_STORED) {
        apply(site, found.function() - 1);
      } else {
        sitesOfStored.add(site);
        sets.getOrDefault(STORED, new BitSet()).stream()
            .forEach(function -> apply(site, function - 1));
      }
    }
  }

  /** A closure of the function comes to a call. */
  private void apply(Site site, int function) {
    if (!missing.get(function).get(site.arguments().size())) {
      return;
    }
    if (site.begins()) {
      begun.set(function);
    } else {
      called
          .computeIfAbsent(new Place(site.caller(), site.pc()), key -> new BitSet())
          .set(function);
    }
    pass(site.arguments(), program.function(function), site.result());
  }
}
