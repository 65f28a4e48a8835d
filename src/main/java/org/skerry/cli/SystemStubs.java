package org.skerry.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.skerry.assembly.Assembler;
import org.skerry.assembly.AssemblyException;
import org.skerry.io.ModuleLoader;
import org.skerry.isa.Bank;
import org.skerry.memory.VmBug;
import org.skerry.module.FunctionReference;
import org.skerry.module.Signature;
import org.skerry.module.VerifiedModule;
import org.skerry.verify.VerificationException;
import org.skerry.verify.Verifier;

/**
 * Stand for the modules that a VM has for every program, where a program is linked without a VM:
 * modules of these names, with the functions that are imported as they are imported.
 */
final class SystemStubs {
  private SystemStubs() {}

  /** The modules of a program, and behind them a stub for each of the system that it imports. */
  static List<VerifiedModule> added(List<VerifiedModule> program) {
    List<String> own = program.stream().map(module -> module.file().name()).toList();
    Map<String, Map<String, Signature>> imported = new TreeMap<>();
    for (VerifiedModule module : program) {
      for (FunctionReference reference : module.file().references()) {
        String name = reference.module();
        if (name != null && !own.contains(name) && ModuleLoader.systemModules().contains(name)) {
          imported
              .computeIfAbsent(name, none -> new TreeMap<>())
              .put(reference.name(), reference.signature());
        }
      }
    }
    List<VerifiedModule> all = new ArrayList<>(program);
    imported.forEach((name, functions) -> all.add(stub(name, functions)));
    return all;
  }

  private static VerifiedModule stub(String name, Map<String, Signature> functions) {
    StringBuilder source = new StringBuilder("module ").append(name).append('\n');
    functions.forEach((function, signature) -> write(source, function, signature));
    try {
      return Verifier.verify(Assembler.assemble(name, source.toString()));
    } catch (AssemblyException | VerificationException e) {
      throw new VmBug("a stub of a module may run", "module", name, "problem", e.getMessage());
    }
  }

  private static void write(StringBuilder source, String function, Signature signature) {
    List<String> parameters = new ArrayList<>();
    for (Bank bank : signature.parameters()) {
      parameters.add(bank.letter() + " a" + parameters.size());
    }
    char result = signature.result().letter();
    source.append("export function ").append(function).append('(');
    source.append(String.join(", ", parameters)).append(") -> ").append(result).append('\n');
    source.append(result).append(".const x, ");
    source.append(
        signature.result() == Bank.R ? "nil" : signature.result() == Bank.I ? "0" : "0.0");
    source.append('\n').append(result).append(".return x\nend\n");
  }
}
