package org.skerry.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.skerry.io.ModuleLoader;
import org.skerry.verify.lint.Finding;
import org.skerry.verify.lint.Linter;
import org.skerry.verify.lint.Rule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks for what programs do wrong with MVars. */
@Command(
    name = "lint",
    description = "Looks for wrong uses of MVars in programs: locks, their order, lost updates.",
    footer = {
      "",
      "Each file is a program: with it comes every module that it names.",
      "The exit status is 0 if nothing was found, 1 if something was, 3 if a file was rejected."
    })
final class LintCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--json",
      description = "Prints each finding, or function, as a JSON object on a line.")
  private boolean json;

  @Option(
      names = "--explain",
      paramLabel = "CODE",
      description = "Says what a rule, such as L001, means and what to do about it.")
  private String explained;

  @Option(
      names = "--effects",
      description = "Prints what each function may do to MVars, and whether it may await.")
  private boolean effects;

  @Parameters(paramLabel = "FILE", arity = "0..*", description = "Programs: .ska or .skb.")
  private List<Path> files = new ArrayList<>();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (explained != null) {
      explain(out);
      return ExitStatus.SUCCESS.code();
    }
    if (files.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "Missing required parameter: 'FILE...'");
    }
    ExitStatus worst = ExitStatus.SUCCESS;
    Set<Finding> findings = new LinkedHashSet<>();
    for (Path file : files) {
      try {
        if (effects) {
          printEffects(
              Linter.effects(ProgramFiles.loadProgram(file), ModuleLoader::isAwaited), out);
        } else {
          findings.addAll(Linter.lint(ProgramFiles.loadProgram(file), ModuleLoader::isAwaited));
        }
      } catch (CommandFailure failure) {
        spec.commandLine().getErr().println(failure.text());
        worst = failure.status().code() > worst.code() ? failure.status() : worst;
      }
    }
    if (json) {
      LintReport.json(List.copyOf(findings), out);
    } else {
      LintReport.text(List.copyOf(findings), out);
    }
    boolean found = !findings.isEmpty() && worst == ExitStatus.SUCCESS;
    return found ? ExitStatus.PROGRAM_ERROR.code() : worst.code();
  }

  private void explain(PrintWriter out) {
    Rule rule =
        Rule.of(explained)
            .orElseThrow(() ->
                new ParameterException(
                    spec.commandLine(),
                    "there is no rule "
                        + explained
                        + "; there are "
                        + String.join(
                            ", ", List.of(Rule.values()).stream().map(Rule::code).toList())));
    out.println(rule.code() + " " + rule.title());
    out.println();
    out.print(rule.explanation());
    out.flush();
  }

  private void printEffects(List<Linter.FunctionEffects> functions, PrintWriter out) {
    for (Linter.FunctionEffects effects : functions) {
      if (json) {
        LintReport.json(effects, out);
        continue;
      }
      List<String> deeds = new ArrayList<>();
      add(deeds, "reads", effects.reads());
      add(deeds, "writes", effects.writes());
      add(deeds, "holds for reading", effects.holdsToRead());
      add(deeds, "holds for writing", effects.holdsToWrite());
      if (effects.awaits()) {
        deeds.add("awaits");
      }
      String text = deeds.isEmpty() ? "nothing" : String.join("; ", deeds);
      out.println(LintReport.printable(effects.function() + ": " + text));
    }
  }

  private static void add(List<String> deeds, String verb, List<String> mvars) {
    if (!mvars.isEmpty()) {
      deeds.add(verb + " " + String.join(", ", mvars));
    }
  }
}
