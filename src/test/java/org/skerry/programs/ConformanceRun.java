package org.skerry.programs;

import java.io.IOException;
import java.nio.file.Path;

/** Every conformance program and table, once. */
public final class ConformanceRun {
  private ConformanceRun() {}

  public static void all() throws IOException {
    for (Path file : ConformanceTest.programs()) {
      String[] arguments = Expectations.of(Program.text(file)).arguments().toArray(String[]::new);
      ProgramRun.of(Program.file(file), Mode.ONE_WORKER, arguments);
    }
    for (Path file : ConformanceTest.tables()) {
      CaseTable.read(file).check(Mode.ONE_WORKER);
    }
    for (CaseTable table : NumbersTest.tables()) {
      table.check(Mode.ONE_WORKER);
    }
  }
}
