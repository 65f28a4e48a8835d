package org.skerry.fuzz;

import java.util.ArrayList;
import java.util.List;
import org.skerry.assembly.Assembler;
import org.skerry.assembly.AssemblyException;
import org.skerry.module.VerifiedModule;
import org.skerry.verify.VerificationException;
import org.skerry.verify.Verifier;

/** The sources of a program's modules in one text: each begins with its line {@code module}. */
public record FuzzedProgram(String text) {

  /** Its modules; the first has main. */
  List<String> sources() {
    List<String> sources = new ArrayList<>();
    for (String source : text.split("(?m)^(?=module )")) {
      if (source.startsWith("module ")) {
        sources.add(source);
      }
    }
    return sources;
  }

  /**
   * Assembles and verifies it.
   *
   * @throws AssemblyException if it is no program
   * @throws VerificationException if it may not run
   */
  public List<VerifiedModule> verified() throws AssemblyException, VerificationException {
    List<VerifiedModule> modules = new ArrayList<>();
    for (String source : sources()) {
      modules.add(Verifier.verify(Assembler.assemble("fuzzed.ska", source)));
    }
    return modules;
  }
}
