package org.skerry.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.skerry.assembly.Disassembler;
import org.skerry.assembly.DisassemblyOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a module as assembly; assembled again, it gives the same bytes. */
@Command(
    name = "dis",
    description = "Prints a module (.skb) as assembly.",
    footer = {
      "",
      "--jvm verifies the program and links it with its imports, but runs nothing.",
      "Behind each instruction is its pc, before each JVM instruction its bytecode",
      "index. What f, r and later methods are for: native-notes/jit.md."
    })
final class DisassembleCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "A module, or a source to see in normal form.")
  private Path file;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Where to write it. Default: stdout.")
  private Path output;

  @Option(
      names = "--no-lines",
      description = "Leaves out the line table; assembled again, it then has lines of its own.")
  private boolean withoutLines;

  @Option(names = "--pcs", description = "Shows the index of each instruction's code word.")
  private boolean pcs;

  @Option(names = "--words", description = "Shows the code words of each instruction.")
  private boolean words;

  @Option(
      names = "--jvm",
      paramLabel = "FUNCTION",
      description =
          "Shows one function, with the JVM code that each instruction is compiled to behind it.")
  private String jvmFunction;

  @Override
  public Integer call() throws CommandFailure {
    String text =
        jvmFunction == null
            ? Disassembler.disassemble(
                ProgramFiles.load(file), new DisassemblyOptions(!withoutLines, pcs, words))
            : JvmCode.of(file, jvmFunction, new DisassemblyOptions(!withoutLines, true, words));
    if (output == null) {
      PrintWriter out = spec.commandLine().getOut();
      out.print(text);
      out.flush();
    } else {
      ProgramFiles.write(output, text.getBytes(StandardCharsets.UTF_8));
    }
    return ExitStatus.SUCCESS.code();
  }
}
