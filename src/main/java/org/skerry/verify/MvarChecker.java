package org.skerry.verify;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.skerry.isa.Bank;
import org.skerry.module.FunctionReference;
import org.skerry.module.ModuleFile;
import org.skerry.module.MvarDefinition;
import org.skerry.module.MvarReference;
import org.skerry.module.Signature;

/** Checks the MVars that a module declares, and the references to its own. */
final class MvarChecker {
  private static final Signature FIRST_VALUE = new Signature(List.of(), Bank.R);

  private final ModuleFile file;
  private final Problems problems;
  private final Set<String> names = new HashSet<>();

  MvarChecker(ModuleFile file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  void check() {
    for (int i = 0; i < file.mvars().size(); i++) {
      checkDeclaration(i, file.mvars().get(i));
    }
    for (int i = 0; i < file.mvarReferences().size(); i++) {
      MvarReference reference = file.mvarReferences().get(i);
      // One without a module is the verifier's business, any other the linker's.
      if (reference.module() == null && !names.contains(reference.name())) {
        problems.add(
            "an MVar that is referred to does not exist", "reference", i, "name", reference.name());
      }
    }
  }

  private void checkDeclaration(int i, MvarDefinition mvar) {
    if (mvar.name().isEmpty()) {
      problems.add("an MVar has no name", "index", i);
    } else if (!names.add(mvar.name())) {
      problems.add("two MVars have the same name", "index", i, "name", mvar.name());
    }
    boolean computed = mvar.literal() == -1;
    int index = computed ? mvar.function() : mvar.literal();
    int count = computed ? file.references().size() : file.literals().size();
    if (!computed && mvar.function() != -1) {
      problems.add("an MVar has two first values", "name", mvar.name());
    } else if (index < 0 || index >= count) {
      problems.add(
          computed
              ? "the function that computes the first value of an MVar does not exist"
              : "the literal that is the first value of an MVar does not exist",
          "name",
          mvar.name(),
          "index",
          index,
          "count",
          count);
    } else if (computed) {
      checkFunction(mvar, file.references().get(index));
    }
  }

  private void checkFunction(MvarDefinition mvar, FunctionReference function) {
    if (function.module() != null) {
      problems.add(
          "the first value of an MVar is computed by a function of another module",
          "name",
          mvar.name(),
          "module",
          function.module(),
          "function",
          function.name());
    } else if (!function.signature().equals(FIRST_VALUE)) {
      problems.add(
          "the function that computes the first value of an MVar must be () -> r",
          "name",
          mvar.name(),
          "function",
          function.name(),
          "signature",
          function.signature());
    }
  }
}
