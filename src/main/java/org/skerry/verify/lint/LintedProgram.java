package org.skerry.verify.lint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.skerry.module.FunctionReference;
import org.skerry.module.ModuleFile;
import org.skerry.module.MvarDefinition;
import org.skerry.module.MvarReference;
import org.skerry.module.VerifiedModule;

/** All functions and MVars of a program, and who calls whom. */
final class LintedProgram {
  /** A place from which a function is called. */
  record Call(LintedFunction caller, Step step) {}

  private final List<LintedFunction> functions = new ArrayList<>();
  private final Map<String, Integer> functionNumbers = new HashMap<>();
  private final Map<String, Integer> mvarNumbers = new LinkedHashMap<>();
  private final List<String> mvarNames = new ArrayList<>();

  private final ClosureFlow closures;
  private final Predicate<String> awaitedHosts;
  private final BitSet roots = new BitSet();
  private final List<List<Call>> callers = new ArrayList<>();

  /** Functions whose errors may end a process: calls without a handler lead to them. */
  private final BitSet uncaught = new BitSet();

  /** For each function two bits for each MVar: held at all, held for writing. */
  private final List<BitSet> heldOnEntry = new ArrayList<>();

  /**
   * @param awaitedHosts whether {@code module.function} of the host is awaited
   */
  LintedProgram(List<VerifiedModule> modules, Predicate<String> awaitedHosts) {
    this.awaitedHosts = awaitedHosts;
    for (VerifiedModule module : modules) {
      module
          .functions()
          .forEach(function -> {
            LintedFunction linted = new LintedFunction(functions.size(), module.file(), function);
            functionNumbers.put(
                key(module.file().name(), function.definition().name()), linted.number);
            functions.add(linted);
            callers.add(new ArrayList<>());
          });
    }
    List<LintedFunction> firstValues = firstValues(modules);
    firstValues.forEach(function -> roots.set(function.number));
    closures = new ClosureFlow(this, firstValues);
    roots.or(closures.begun());
    functions.forEach(function -> function.walk(this));
    for (LintedFunction function : functions) {
      for (Step step : function.steps()) {
        step.callees().forEach(callee -> callers.get(callee).add(new Call(function, step)));
      }
    }
    boolean hasMain = functions.stream().anyMatch(LintedProgram::isMain);
    for (LintedFunction function : functions) {
      boolean exported = !hasMain && function.definition.exported();
      if (isMain(function) || exported || callers.get(function.number).isEmpty()) {
        roots.set(function.number);
      }
    }
    addRootsOfTheRest();
    findUncaught();
    findHeldOnEntry();
  }

  private static boolean isMain(LintedFunction function) {
    return function.definition.exported() && function.definition.name().equals("main");
  }

  private static String key(String module, String name) {
    return module + '\0' + name;
  }

  private List<LintedFunction> firstValues(List<VerifiedModule> modules) {
    List<LintedFunction> found = new ArrayList<>();
    for (VerifiedModule module : modules) {
      for (MvarDefinition mvar : module.file().mvars()) {
        int function = mvar.function() < 0 ? -1 : function(module.file(), mvar.function());
        if (function >= 0) {
          found.add(functions.get(function));
        }
      }
    }
    return found;
  }

  List<LintedFunction> functions() {
    return functions;
  }

  LintedFunction function(int number) {
    return functions.get(number);
  }

  /** The number of the function that a reference means; -1 where its module is not loaded. */
  int function(ModuleFile module, int reference) {
    FunctionReference named = module.references().get(reference);
    String owner = named.module() == null ? module.name() : named.module();
    return functionNumbers.getOrDefault(key(owner, named.name()), -1);
  }

  /** The name of a function of the host; null where it is not one that is awaited. */
  String awaitedHost(FunctionReference function) {
    String name = function.module() + "." + function.name();
    return awaitedHosts.test(name) ? name : null;
  }

  /** The number of the MVar that a reference means. */
  int mvar(ModuleFile module, int reference) {
    MvarReference named = module.mvarReferences().get(reference);
    String owner = named.module() == null ? module.name() : named.module();
    return mvarNumbers.computeIfAbsent(
        key(owner, named.name()),
        key -> {
          mvarNames.add(owner + "." + named.name());
          return mvarNames.size() - 1;
        });
  }

  /** The name of an MVar: without its module where that is the function's. */
  String mvarName(int mvar, LintedFunction seenFrom) {
    String name = mvarNames.get(mvar);
    String prefix = seenFrom.module.name() + ".";
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  /** {@code module.name}. */
  String mvarName(int mvar) {
    return mvarNames.get(mvar);
  }

  int mvarCount() {
    return mvarNames.size();
  }

  /** The functions that the closure may be made of that an instruction calls. */
  List<Integer> closures(LintedFunction caller, int pc) {
    return closures.called(caller, pc);
  }

  List<Call> callers(LintedFunction function) {
    return callers.get(function.number);
  }

  /** Whether on every way into a function some call has a handler for its errors. */
  boolean isCaughtAbove(LintedFunction function) {
    return !uncaught.get(function.number);
  }

  /** Whether every way into a function comes with a hold of the MVar. */
  boolean isHeldOnEntry(LintedFunction function, int mvar, boolean toWrite) {
    BitSet held = heldOnEntry.get(function.number);
    return held.get(2 * mvar + (toWrite ? 1 : 0));
  }

  /** The MVars that every way into a function comes with. */
  List<Integer> heldOnEntry(LintedFunction function) {
    return heldOnEntry.get(function.number).stream()
        .filter(bit -> bit % 2 == 0)
        .mapToObj(bit -> bit / 2)
        .toList();
  }

  /** Functions that only each other call: somebody outside of the program may, or nobody. */
  private void addRootsOfTheRest() {
    BitSet reached = new BitSet();
    roots.stream().forEach(root -> reach(root, reached));
    for (boolean exported : new boolean[] {true, false}) {
      for (LintedFunction function : functions) {
        if (function.definition.exported() == exported && !reached.get(function.number)) {
          roots.set(function.number);
          reach(function.number, reached);
        }
      }
    }
  }

  private void reach(int from, BitSet reached) {
    ArrayDeque<Integer> open = new ArrayDeque<>(List.of(from));
    reached.set(from);
    while (!open.isEmpty()) {
      for (Step step : functions.get(open.remove()).steps()) {
        for (int callee : step.callees()) {
          if (!reached.get(callee)) {
            reached.set(callee);
            open.add(callee);
          }
        }
      }
    }
  }

  private void findUncaught() {
    uncaught.or(roots);
    ArrayDeque<Integer> open = new ArrayDeque<>();
    roots.stream().forEach(open::add);
    while (!open.isEmpty()) {
      for (Step step : functions.get(open.remove()).steps()) {
        for (int callee : step.callees()) {
          if (!step.catchesErrorsOfCallee() && !uncaught.get(callee)) {
            uncaught.set(callee);
            open.add(callee);
          }
        }
      }
    }
  }

  /** Shrinks from "everything", which is null, to what all callers hold. */
  private void findHeldOnEntry() {
    ArrayDeque<Integer> open = new ArrayDeque<>();
    for (LintedFunction function : functions) {
      heldOnEntry.add(roots.get(function.number) ? new BitSet() : null);
      if (roots.get(function.number)) {
        open.add(function.number);
      }
    }
    while (!open.isEmpty()) {
      LintedFunction caller = functions.get(open.remove());
      for (Step step : caller.steps()) {
        for (int callee : step.callees()) {
          BitSet held = (BitSet) heldOnEntry.get(caller.number).clone();
          for (Holds at = step.held(); at != null; at = at.below()) {
            held.set(2 * at.mvar());
            held.set(2 * at.mvar() + 1, at.writes() || held.get(2 * at.mvar() + 1));
          }
          BitSet before = heldOnEntry.get(callee);
          if (before != null) {
            held.and(before);
          }
          if (!held.equals(before)) {
            heldOnEntry.set(callee, held);
            open.add(callee);
          }
        }
      }
    }
  }
}
