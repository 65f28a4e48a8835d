package org.skerry.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much of the machine's memory this JVM has. */
final class ResidentMemory {
  private static final Path ROLLUP = Path.of("/proc/self/smaps_rollup");
  private static final String LINE = "Rss:";

  /** The system does not say. */
  static final long UNKNOWN = -1;

  private ResidentMemory() {}

  /** Its resident set in bytes, or {@link #UNKNOWN}. */
  static long bytes() {
    try {
      for (String line : Files.readAllLines(ROLLUP)) {
        if (line.startsWith(LINE)) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    } catch (IOException notLinux) {
      return UNKNOWN;
    }
    return UNKNOWN;
  }
}
