package org.skerry.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.skerry.io.ModuleLoader;
import org.skerry.module.ModuleFile;
import org.skerry.module.ModuleWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Assembles a source, verifies what comes out, and writes it to a module file. */
@Command(name = "asm", description = "Assembles a source (.ska) to a module file (.skb).")
final class AssembleCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The source.")
  private Path file;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The module file. Default: the source's name with .skb.")
  private Path output;

  @Override
  public Integer call() throws CommandFailure {
    ModuleFile module = ProgramFiles.load(file);
    ProgramFiles.verify(file, module);
    ProgramFiles.write(output == null ? beside(file) : output, ModuleWriter.write(module));
    return ExitStatus.SUCCESS.code();
  }

  private static Path beside(Path source) throws CommandFailure {
    String name = source.getFileName().toString();
    if (name.endsWith(ModuleLoader.MODULE_EXTENSION)) {
      throw new CommandFailure(
          ExitStatus.USAGE, source + " is a module already: name another file with --output");
    }
    boolean hasExtension = name.endsWith(ModuleLoader.SOURCE_EXTENSION);
    String stem =
        hasExtension
            ? name.substring(0, name.length() - ModuleLoader.SOURCE_EXTENSION.length())
            : name;
    return source.resolveSibling(stem + ModuleLoader.MODULE_EXTENSION);
  }
}
