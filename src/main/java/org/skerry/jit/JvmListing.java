package org.skerry.jit;

import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import org.skerry.assembly.Disassembler;
import org.skerry.assembly.DisassemblyOptions;
import org.skerry.assembly.FunctionListing;
import org.skerry.module.CodeSpace;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.LinkedModule;
import org.skerry.process.HostCalls;

/** Shows the JVM code of a function between its instructions. See {@code native-notes/jit.md}. */
public final class JvmListing {
  private JvmListing() {}

  /**
   * The JVM methods of a function, or why it has none. The text depends on nothing but the modules:
   * places in memory have names in it. Nothing is loaded or run.
   *
   * @param code where the module is linked
   * @param position of the function in the module
   * @param options how instructions are shown
   */
  public static String of(
      CodeSpace code, LinkedModule module, int position, DisassemblyOptions options) {
    FunctionDefinition function = module.verified().functions().get(position).definition();
    FunctionListing listing = Disassembler.list(module.verified().file(), function, options);
    StringBuilder out = new StringBuilder(listing.header()).append('\n');
    ModuleCompiler compiler =
        new ModuleCompiler(
            code,
            ListedNames::mvarAddress,
            module,
            false,
            new CompiledFunctions(code, HostCalls.NONE));
    byte[] bytes = compiler.listed(position);
    if (bytes == null) {
      out.append("\n; stays interpreted: ").append(compiler.whyInterpreted(position)).append('\n');
      return out.toString();
    }
    ListedNames names = new ListedNames(code, module, position, listing);
    for (MethodModel method : ClassFile.of().parse(bytes).methods()) {
      String name = method.methodName().stringValue();
      String purpose = purpose(name, position, module.firstFunction() + position);
      if (purpose != null) {
        new JvmMethodPrinter(method, listing, names).print(purpose, out);
      }
    }
    return out.toString();
  }

  /** What a method is for, or null where it is another function's. */
  private static String purpose(String method, int position, int functionIndex) {
    if (method.equals(MethodShape.name(position))) {
      return "calls enter here";
    }
    if (method.equals(MethodShape.resumedName(position))) {
      return "goes on where a process was suspended, until the function returns";
    }
    return method.equals(MethodShape.laterName(functionIndex))
        ? "calls f%d where the slice is over or the stack's chunk is full".formatted(position)
        : null;
  }
}
