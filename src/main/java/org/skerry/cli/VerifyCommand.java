package org.skerry.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.skerry.module.ModuleFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says of each file whether the module in it may run. */
@Command(name = "verify", description = "Says whether modules (.ska or .skb) may run.")
final class VerifyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Modules or sources.")
  private List<Path> files;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    ExitStatus worst = ExitStatus.SUCCESS;
    for (Path file : files) {
      try {
        ModuleFile module = ProgramFiles.load(file);
        ProgramFiles.verify(file, module);
        out.println(file + ": ok, functions: " + module.functions().size());
      } catch (CommandFailure failure) {
        err.println(failure.text());
        worst = failure.status().code() > worst.code() ? failure.status() : worst;
      }
    }
    return worst.code();
  }
}
