package org.skerry.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Parses a command line, runs the command it names, and turns every outcome into an exit status.
 */
final class CommandRunner {
  private CommandRunner() {}

  static int run(String... args) {
    return run(new PrintWriter(System.out, true), new PrintWriter(System.err, true), args);
  }

  static int run(PrintWriter out, PrintWriter err, String... args) {
    return newCommandLine().setOut(out).setErr(err).execute(args);
  }

  static CommandLine newCommandLine() {
    CommandLine commandLine = new CommandLine(new SkerryCommand());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(CommandRunner::usage);
    commandLine.setExecutionExceptionHandler(CommandRunner::failure);
    describeExitStatuses(commandLine.getCommandSpec().usageMessage());
    return commandLine;
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

  private static int failure(Exception problem, CommandLine commandLine, ParseResult parsed) {
    PrintWriter err = commandLine.getErr();
    if (problem instanceof CommandFailure failure) {
      err.println(failure.text());
      return failure.status().code();
    }
    err.println("skerry: internal error: " + problem);
    if (Boolean.getBoolean("skerry.debug")) {
      problem.printStackTrace(err);
    } else {
      err.println(
          "Run it again with SKERRY_JAVA_OPTS=-Dskerry.debug=true and report what it says.");
    }
    return ExitStatus.INTERNAL_ERROR.code();
  }
}
