package org.skerry.verify;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.skerry.isa.Bank;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.FunctionReference;
import org.skerry.module.ModuleFile;
import org.skerry.module.Signature;
import org.skerry.module.VerifiedFunction;
import org.skerry.module.VerifiedModule;
import org.skerry.term.Atoms;
import org.skerry.verify.StepBudget.Exceeded;

/**
 * Decides whether a module may run. A module that passes cannot make the virtual machine read or
 * write memory that is not its own, jump to where no instruction begins, or take one kind of
 * register for another, whatever its bytes; all that is left to check at run time is the types of
 * terms. The rules are in {@code native-notes/verifier.md}.
 *
 * <p>Time and memory are proportional to the module's size. Stateless: any thread may verify.
 */
public final class Verifier {
  /** Problems that are listed; the rest are counted. */
  public static final int MAX_PROBLEMS = 20;

  /** Most code words of a function. */
  public static final int MAX_CODE_WORDS = 1 << 20;

  private final ModuleFile file;
  private final Problems problems;
  private final StepBudget budget;
  private final MvarNames mvars;
  private final List<VerifiedFunction> verified = new ArrayList<>();

  private Verifier(ModuleFile file) {
    this.file = file;
    problems = new Problems(file.name());
    budget = new StepBudget(file);
    mvars = new MvarNames(file);
  }

  /**
   * Verifies a module.
   *
   * @param file copied, so what happens to its arrays and lists afterwards does not matter
   * @return the proof, which can be linked
   * @throws VerificationException if it must not run
   * @throws NullPointerException if a part is null that must not be
   */
  public static VerifiedModule verify(ModuleFile file) throws VerificationException {
    ModuleFile copy = copy(file);
    Verifier verifier = new Verifier(copy);
    verifier.checkModule();
    verifier.problems.throwIfAny();
    verifier.checkFunctions();
    verifier.problems.throwIfAny();
    return VerifiedModule.trust(copy, verifier.verified);
  }

  private static ModuleFile copy(ModuleFile file) {
    List<ModuleFile.Literal> literals = new ArrayList<>();
    for (ModuleFile.Literal literal : file.literals()) {
      byte[] image = literal.image() == null ? null : literal.image().clone();
      literals.add(new ModuleFile.Literal(literal.word(), image));
    }
    List<FunctionDefinition> functions = new ArrayList<>();
    for (FunctionDefinition function : file.functions()) {
      functions.add(copy(function));
    }
    return new ModuleFile(
        file.name(),
        file.source(),
        List.copyOf(file.atoms()),
        List.copyOf(literals),
        List.copyOf(file.references()),
        List.copyOf(functions),
        List.copyOf(file.mvars()),
        List.copyOf(file.mvarReferences()));
  }

  private static FunctionDefinition copy(FunctionDefinition function) {
    return new FunctionDefinition(
        function.name(),
        function.signature(),
        function.exported(),
        function.rCount(),
        function.iCount(),
        function.fCount(),
        function.code().clone(),
        List.copyOf(function.handlers()),
        List.copyOf(function.lines()),
        List.copyOf(function.names()));
  }

  private void checkModule() {
    if (file.name().isEmpty()) {
      problems.add("a module has no name");
    }
    checkAtoms();
    new LiteralChecker(file, problems).check();
    checkReferences(functionsByName());
    new MvarChecker(file, problems).check();
  }

  private void checkAtoms() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < file.atoms().size(); i++) {
      String name = file.atoms().get(i);
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      if (bytes.length > Atoms.MAX_NAME_BYTES
          || !new String(bytes, StandardCharsets.UTF_8).equals(name)) {
        problems.add("the name of an atom is too long or not Unicode", "atom", i, "name", name);
      } else if (!names.add(name)) {
        problems.add("two atoms have the same name", "atom", i, "name", name);
      }
    }
  }

  private Map<String, Signature> functionsByName() {
    Map<String, Signature> signatures = new HashMap<>();
    for (int i = 0; i < file.functions().size(); i++) {
      FunctionDefinition function = file.functions().get(i);
      if (function.name().isEmpty()) {
        problems.add("a function has no name", "index", i);
      } else if (signatures.put(function.name(), function.signature()) != null) {
        problems.add("two functions have the same name", "index", i, "name", function.name());
      }
    }
    return signatures;
  }

  private void checkReferences(Map<String, Signature> functions) {
    for (int i = 0; i < file.references().size(); i++) {
      FunctionReference reference = file.references().get(i);
      if (reference.module() != null) {
        continue; // the linker's business
      }
      Signature signature = functions.get(reference.name());
      if (signature == null) {
        problems.add(
            "a function that is referred to does not exist",
            "reference",
            i,
            "name",
            reference.name());
      } else if (!signature.equals(reference.signature())) {
        problems.add(
            "a function has another signature than a reference to it says",
            "reference",
            i,
            "name",
            reference.name(),
            "signature",
            signature,
            "reference",
            reference.signature());
      }
    }
  }

  private void checkFunctions() {
    for (FunctionDefinition function : file.functions()) {
      problems.enter(function);
      try {
        checkFunction(function);
      } catch (Exceeded e) {
        problems.add(e.getMessage());
        return;
      }
      if (problems.full()) {
        return;
      }
    }
  }

  private void checkFunction(FunctionDefinition function) throws Exceeded {
    int before = problems.count();
    FormChecker form = new FormChecker(file, function, problems);
    form.check();
    if (problems.count() > before) {
      return;
    }
    HandlerRanges handlers = new HandlerRanges(function);
    int[] segments = handlers.segments();
    ControlFlow flow = new ControlFlow(function, form.starts(), segments);
    for (Bank bank : Bank.values()) {
      new DefiniteAssignment(flow, bank, budget).check(problems);
    }
    if (LockStructure.isNeeded(flow)) {
      new LockStructure(flow, handlers, segments, mvars, budget, problems).check();
    }
    if (problems.count() == 0) {
      int setWords = BlockWrites.columns(function.rCount());
      LivenessTable table = new LivenessTable(function.code().length, setWords, budget);
      new LivenessAnalysis(flow, Bank.R, budget).solve().writeTo(table);
      verified.add(new VerifiedFunction(function, segments, table.offsets(), table.sets()));
    }
  }
}
