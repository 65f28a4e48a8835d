package org.skerry.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Looks at the JVM and the machine, and says what is missing and how to mend it. */
@Command(
    name = "doctor",
    description = "Checks the JVM and the machine: what is missing, and how to mend it.")
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<Finding> findings = new ArrayList<>(JvmChecks.findings());
    findings.addAll(new MachineChecks(Path.of("/")).findings());
    PrintWriter out = spec.commandLine().getOut();
    return report(findings, out).code();
  }

  static ExitStatus report(List<Finding> findings, PrintWriter out) {
    int width = findings.stream().mapToInt(finding -> finding.subject().length()).max().orElse(0);
    for (Finding finding : findings) {
      out.printf(
          "%-8s %-" + width + "s  %s%n",
          finding.level().label(),
          finding.subject(),
          finding.value());
      if (!finding.remedy().isEmpty()) {
        out.printf("%-8s %-" + width + "s  → %s%n", "", "", finding.remedy());
      }
    }
    long missing = count(findings, Finding.Level.MISSING);
    long warnings = count(findings, Finding.Level.WARNING);
    out.println();
    out.println(
        missing > 0
            ? "Skerry cannot run here: " + missing + " missing."
            : warnings > 0 ? "Skerry runs here; warnings: " + warnings + "." : "All is well.");
    return missing > 0 ? ExitStatus.PROGRAM_ERROR : ExitStatus.SUCCESS;
  }

  private static long count(List<Finding> findings, Finding.Level level) {
    return findings.stream().filter(finding -> finding.level() == level).count();
  }
}
