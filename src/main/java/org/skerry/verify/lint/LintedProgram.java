package org.skerry.verify.lint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionReference;
import org.skerry.module.InstructionCursor;
import org.skerry.module.ModuleFile;
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

  /** By the number of arguments that are still missing, the functions that closures are made of. */
  private final Map<Integer, List<Integer>> closures = new HashMap<>();

  private final BitSet roots = new BitSet();
  private final List<List<Call>> callers = new ArrayList<>();

  /** Functions whose errors may end a process: calls without a handler lead to them. */
  private final BitSet uncaught = new BitSet();

  /**
   * For each function two bits for each MVar: held at all, held for writing; null: never called.
   */
  private final List<BitSet> heldOnEntry = new ArrayList<>();

  LintedProgram(List<VerifiedModule> modules) {
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
    functions.forEach(this::findRoots);
    for (VerifiedModule module : modules) {
      module.file().mvars().stream()
          .filter(mvar -> mvar.function() >= 0)
          .forEach(mvar -> addRoot(function(module.file(), mvar.function())));
    }
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
    findUncaught();
    findHeldOnEntry();
  }

  private static boolean isMain(LintedFunction function) {
    return function.definition.exported() && function.definition.name().equals("main");
  }

  private static String key(String module, String name) {
    return module + '\0' + name;
  }

  private void addRoot(int function) {
    if (function >= 0) {
      roots.set(function);
    }
  }

  /** Processes and closures begin with no lock of their maker. */
  private void findRoots(LintedFunction function) {
    InstructionCursor at = new InstructionCursor(function.definition.code());
    for (int pc = 0; pc < function.definition.code().length; pc = at.next()) {
      at.move(pc);
      int operand = at.opcode().operands().indexOf(OperandKind.FUNCTION);
      if (operand < 0 || at.opcode().has(Effect.CALLS)) {
        continue;
      }
      int named = function(function.module, at.half(operand));
      addRoot(named);
      if (at.opcode() == Opcode.R_CLOSURE && named >= 0) {
        int arity = functions.get(named).arity() - at.count();
        List<Integer> same = closures.computeIfAbsent(arity, key -> new ArrayList<>());
        if (!same.contains(named)) {
          same.add(named);
        }
      }
    }
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

  /** The functions that a closure may be made of that takes so many arguments. */
  List<Integer> closures(int arguments) {
    return closures.getOrDefault(arguments, List.of());
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
    return held == null || held.get(2 * mvar + (toWrite ? 1 : 0));
  }

  /** The MVars that every way into a function comes with. */
  List<Integer> heldOnEntry(LintedFunction function) {
    BitSet held = heldOnEntry.get(function.number);
    return held == null
        ? List.of()
        : held.stream().filter(bit -> bit % 2 == 0).mapToObj(bit -> bit / 2).toList();
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
