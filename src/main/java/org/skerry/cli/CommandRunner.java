package org.skerry.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.skerry.memory.MissingJvmOptionsException;
import org.skerry.memory.RequiredFlags;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Parses a command line, runs the command it names, and turns every outcome into an exit status.
 */
final class CommandRunner {
  /** Programs have literals, which are made outside of the Java heap. */
  private static final Set<String> NEED_MEMORY =
      Set.of("run", "asm", "dis", "verify", "lint", "bench");

  private CommandRunner() {}

  static int run(String... args) {
    return run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args);
  }

  static int run(PrintWriter out, PrintWriter err, String... args) {
    int status = newCommandLine(new VmRunner()).setOut(out).setErr(err).execute(args);
    if (out.checkError() && status == ExitStatus.SUCCESS.code()) {
      err.println("skerry: cannot write to stdout");
      return ExitStatus.PROGRAM_ERROR.code();
    }
    return status;
  }

  /**
   * The whole command line.
   *
   * @param runner runs programs
   */
  static CommandLine newCommandLine(ProgramRunner runner) {
    CommandLine commandLine = new CommandLine(new SkerryCommand());
    commandLine
        .addSubcommand(new RunCommand(runner))
        .addSubcommand(new AssembleCommand())
        .addSubcommand(new DisassembleCommand())
        .addSubcommand(new VerifyCommand())
        .addSubcommand(new LintCommand())
        .addSubcommand(new BenchCommand())
        .addSubcommand(new DoctorCommand())
        .addSubcommand(new CompletionCommand())
        .addSubcommand(new CommandLine.HelpCommand());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(CommandRunner::usage);
    commandLine.setExecutionExceptionHandler(
        (problem, failed, parsed) -> Failures.report(problem, failed.getErr()).code());
    commandLine.setExecutionStrategy(CommandRunner::execute);
    commandLine.getSubcommands().get("run").setStopAtPositional(true);
    // An argument that begins with @ is the program's, not a file with more arguments.
    commandLine.setExpandAtFiles(false);
    describeExitStatuses(commandLine.getCommandSpec().usageMessage());
    return commandLine;
  }

  private static int execute(ParseResult parsed) {
    ParseResult command = parsed.subcommand();
    if (command != null
        && NEED_MEMORY.contains(command.commandSpec().name())
        && !command.isUsageHelpRequested()) {
      try {
        RequiredFlags.check();
      } catch (MissingJvmOptionsException e) {
        return Failures.report(e, parsed.commandSpec().commandLine().getErr()).code();
      }
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static void describeExitStatuses(UsageMessageSpec usage) {
    Map<String, String> statuses = new LinkedHashMap<>();
    for (ExitStatus status : ExitStatus.values()) {
      statuses.put(Integer.toString(status.code()), status.meaning());
    }
    usage.exitCodeListHeading("%nExit status:%n");
    usage.exitCodeList(statuses);
  }

  private static int usage(ParameterException problem, String[] args) {
    CommandLine commandLine = problem.getCommandLine();
    PrintWriter err = commandLine.getErr();
    err.println("skerry: " + problem.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(problem, err)) {
      err.println(
          "Try '"
              + commandLine.getCommandSpec().qualifiedName()
              + " --help' for more information.");
    }
    return ExitStatus.USAGE.code();
  }
}
