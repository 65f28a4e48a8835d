package org.skerry;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Stream;
import org.skerry.module.CodeSpace;
import org.skerry.module.FunctionReference;
import org.skerry.module.LinkException;
import org.skerry.module.LinkedModule;
import org.skerry.module.ModuleFile;
import org.skerry.module.MvarDefinition;
import org.skerry.module.MvarReference;
import org.skerry.module.VerifiedModule;
import org.skerry.mvar.MvarValue;
import org.skerry.mvar.Mvars;
import org.skerry.term.Term;

/**
 * The first values of the MVars of modules: literals at once, those that functions compute before
 * {@code main}, in the order of declaration, imported modules first. Any thread.
 */
final class FirstValues {
  private final CodeSpace code;
  private final Mvars mvars;
  private final Queue<Pending> pending = new ArrayDeque<>();
  private final Set<LinkedModule> seen = new HashSet<>();

  /**
   * An MVar whose first value is still to be computed.
   *
   * @param mvar its index
   * @param function index of the function that computes it
   */
  record Pending(int mvar, int function) {}

  /** A module, and those of its imports that were not looked at. */
  private record Visit(LinkedModule module, Iterator<String> imports) {}

  FirstValues(CodeSpace code, Mvars mvars) {
    this.code = code;
    this.mvars = mvars;
  }

  /** Makes room for the MVars of modules that are about to be linked. */
  void reserve(List<VerifiedModule> modules) throws LinkException {
    long total = code.mvarCount();
    for (VerifiedModule module : modules) {
      total += module.file().mvars().size();
    }
    if (total <= CodeSpace.MAX_MVARS && !mvars.reserve((int) total)) {
      throw new LinkException(List.of("no memory for the MVars of the modules: mvars=" + total));
    }
  }

  /** Gives the MVars of linked modules their values, or notes what computes them. */
  synchronized void add(List<LinkedModule> modules) {
    Deque<Visit> path = new ArrayDeque<>();
    for (LinkedModule module : modules) {
      visit(module.name(), path);
      while (!path.isEmpty()) {
        if (path.element().imports().hasNext()) {
          visit(path.element().imports().next(), path);
        } else {
          add(path.remove().module());
        }
      }
    }
  }

  /** Begins with a module and what it imports, where it is there and was not visited yet. */
  private void visit(String name, Deque<Visit> path) {
    LinkedModule module = code.module(name);
    if (module != null && seen.add(module)) {
      ModuleFile file = module.verified().file();
      Stream<String> imports =
          Stream.concat(
              file.references().stream().map(FunctionReference::module),
              file.mvarReferences().stream().map(MvarReference::module));
      path.push(new Visit(module, imports.filter(Objects::nonNull).iterator()));
    }
  }

  private void add(LinkedModule module) {
    List<MvarDefinition> definitions = module.verified().file().mvars();
    for (int i = 0; i < definitions.size(); i++) {
      MvarDefinition definition = definitions.get(i);
      int mvar = module.mvar(i);
      if (mvars.hasValue(mvar)) {
        continue; // of an earlier version of the module
      }
      pending.removeIf(first -> first.mvar() == mvar);
      if (definition.literal() < 0) {
        pending.add(new Pending(mvar, module.target(definition.function())));
      } else {
        long term = module.literal(definition.literal());
        mvars.initialize(mvar, Term.isObject(term) ? term | MvarValue.LITERAL : term);
      }
    }
  }

  /** The next MVar whose value is to be computed, or null; it stays until {@link #done}. */
  synchronized Pending next() {
    return pending.peek();
  }

  /** The MVar has its value. */
  synchronized void done(Pending first) {
    pending.remove(first);
  }

  /** The MVars of a module that have no value get none any more. */
  synchronized void forget(LinkedModule module) {
    for (int i = 0; i < module.verified().file().mvars().size(); i++) {
      int mvar = module.mvar(i);
      pending.removeIf(value -> value.mvar() == mvar);
    }
  }

  /** What is to be told where an MVar has got no value. */
  Outcome failed(int mvar, Outcome outcome) {
    if (!(outcome instanceof Outcome.Returned)) {
      return outcome;
    }
    String text = "the function that computes MVar " + code.mvarName(mvar) + " returned nothing";
    return new Outcome.Failed(text, List.of(text));
  }
}
