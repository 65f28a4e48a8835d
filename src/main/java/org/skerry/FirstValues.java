package org.skerry;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.skerry.module.CodeSpace;
import org.skerry.module.LinkException;
import org.skerry.module.LinkedModule;
import org.skerry.module.ModuleFile;
import org.skerry.module.MvarDefinition;
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
  private final Set<String> seen = new HashSet<>();

  /**
   * An MVar whose first value is still to be computed.
   *
   * @param mvar its index
   * @param function index of the function that computes it
   */
  record Pending(int mvar, int function) {}

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
    for (LinkedModule module : modules) {
      add(module);
    }
  }

  /** Recurses no deeper than there are modules that import each other. */
  private void add(LinkedModule module) {
    if (!seen.add(module.name())) {
      return;
    }
    ModuleFile file = module.verified().file();
    file.references().forEach(reference -> addImport(reference.module()));
    file.mvarReferences().forEach(reference -> addImport(reference.module()));
    int mvar = module.firstMvar();
    for (MvarDefinition definition : file.mvars()) {
      if (definition.literal() < 0) {
        pending.add(new Pending(mvar, module.target(definition.function())));
      } else {
        long term = module.literal(definition.literal());
        mvars.initialize(mvar, Term.isObject(term) ? term | MvarValue.LITERAL : term);
      }
      mvar++;
    }
  }

  private void addImport(String name) {
    LinkedModule module = name == null ? null : code.module(name);
    if (module != null) {
      add(module);
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

  /** What is to be told where an MVar has got no value. */
  Outcome failed(int mvar, Outcome outcome) {
    if (!(outcome instanceof Outcome.Returned)) {
      return outcome;
    }
    String text = "the function that computes MVar " + code.mvarName(mvar) + " returned nothing";
    return new Outcome.Failed(text, List.of(text));
  }
}
