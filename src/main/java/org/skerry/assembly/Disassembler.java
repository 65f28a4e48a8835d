package org.skerry.assembly;

import java.util.List;
import org.skerry.isa.Bank;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.FunctionReference;
import org.skerry.module.ModuleFile;
import org.skerry.module.ModuleFile.Literal;
import org.skerry.module.MvarDefinition;
import org.skerry.module.Signature;

/**
 * Writes modules as sources. What the assembler makes of the text is the same module again, byte
 * for byte in a file, verified or not. Thread-safe: there is no state.
 */
public final class Disassembler {
  private Disassembler() {}

  /** The text of a module. */
  public static String disassemble(ModuleFile module, DisassemblyOptions options) {
    try (PoolPrinter pool = new PoolPrinter(module)) {
      StringBuilder out = new StringBuilder();
      out.append("module ").append(Quoted.module(module.name())).append('\n');
      out.append(".source ").append(Quoted.string(module.source())).append('\n');
      pool.print(out);
      for (MvarDefinition mvar : module.mvars()) {
        out.append(mvar.exported() ? "export mvar " : "mvar ").append(Quoted.name(mvar.name()));
        out.append(" = ").append(pool.firstValue(mvar)).append('\n');
      }
      for (FunctionDefinition function : module.functions()) {
        out.append('\n');
        new FunctionPrinter(module, function, pool, options).print(out);
      }
      return out.toString();
    }
  }

  /** The text of one of a module's functions, by its instructions. The module is verified. */
  public static FunctionListing list(
      ModuleFile module, FunctionDefinition function, DisassemblyOptions options) {
    try (PoolPrinter pool = new PoolPrinter(module)) {
      return new FunctionPrinter(module, function, pool, options).listing();
    }
  }

  /** A signature as it stands behind a function's name, with names where there are some. */
  static String signature(Signature signature, List<String> names) {
    StringBuilder text = new StringBuilder("(");
    for (int i = 0; i < signature.parameters().size(); i++) {
      Bank bank = signature.parameters().get(i);
      text.append(i == 0 ? "" : ", ").append(bank.letter());
      if (names != null && !names.get(i).isEmpty()) {
        text.append(' ').append(names.get(i));
      }
    }
    return text.append(") -> ").append(signature.result().letter()).toString();
  }

  static String reference(FunctionReference reference) {
    return Quoted.function(reference.module(), reference.name())
        + signature(reference.signature(), null);
  }

  static boolean same(Literal a, Literal b) {
    return a.word() == b.word() && java.util.Arrays.equals(a.image(), b.image());
  }
}
