package org.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
  private final StringWriter out = new StringWriter();

  @Test
  void shouldFindEverythingThatTheTestsRunWith() {
    assertThat(JvmChecks.findings())
        .noneMatch(finding -> finding.level() == Finding.Level.MISSING)
        .anyMatch(finding -> finding.subject().equals("memory mode"));
  }

  @Test
  void shouldSayHowToMendWhatIsMissing() {
    ExitStatus status = report(JvmChecks.internalMemory(false));

    assertThat(status).isEqualTo(ExitStatus.PROGRAM_ERROR);
    assertThat(out.toString())
        .contains("missing")
        .contains("→ start java with --add-exports java.base/jdk.internal.misc=ALL-UNNAMED")
        .contains("Skerry cannot run here: 1 missing.");
  }

  @Test
  void shouldRunWithWarnings() {
    assertThat(report(JvmChecks.nativeAccess(false))).isEqualTo(ExitStatus.SUCCESS);
    assertThat(out.toString()).contains("Skerry runs here; warnings: 1.");
  }

  @Test
  void shouldSayWhenAllIsWell() {
    assertThat(report(JvmChecks.nativeAccess(true))).isEqualTo(ExitStatus.SUCCESS);
    assertThat(out.toString()).endsWith("All is well." + System.lineSeparator());
  }

  @Test
  void shouldGoOnWithoutPinning() {
    assertThat(JvmChecks.pinning(true, true).level()).isEqualTo(Finding.Level.OK);
    assertThat(report(JvmChecks.pinning(true, false))).isEqualTo(ExitStatus.SUCCESS);
    assertThat(report(JvmChecks.pinning(false, false))).isEqualTo(ExitStatus.SUCCESS);
    assertThat(out.toString()).contains("sched_setaffinity", "not available on this system");
  }

  @Test
  void shouldMissTheRightJdk() {
    assertThat(JvmChecks.jdk(Runtime.Version.parse("21.0.1")).level())
        .isEqualTo(Finding.Level.MISSING);
    assertThat(JvmChecks.jdk(Runtime.Version.parse("25.0.3+9-LTS")).level())
        .isEqualTo(Finding.Level.OK);
  }

  private ExitStatus report(Finding finding) {
    return DoctorCommand.report(List.of(finding), new PrintWriter(out, true));
  }
}
