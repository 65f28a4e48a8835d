package org.skerry.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel says is resident, from {@code /proc/self/smaps}. */
public final class ResidentMemory {
  private static final Path SMAPS = Path.of("/proc/self/smaps");

  private ResidentMemory() {}

  public static boolean isKnown() {
    return Files.isReadable(SMAPS);
  }

  /** Resident bytes of all mappings that begin within the chunks, each as long as a region. */
  public static long of(long[] chunks) throws IOException {
    long bytes = 0;
    boolean inside = false;
    List<String> lines = Files.readAllLines(SMAPS);
    for (String line : lines) {
      int dash = line.indexOf('-');
      int space = line.indexOf(' ');
      if (dash > 0 && dash < space && Character.digit(line.charAt(0), 16) >= 0) {
        long from = Long.parseUnsignedLong(line.substring(0, dash), 16);
        long to = Long.parseUnsignedLong(line.substring(dash + 1, space), 16);
        inside = contains(chunks, from, to);
      } else if (inside && line.startsWith("Rss:")) {
        bytes += Long.parseLong(line.replaceAll("\\D+", "")) * 1024;
      }
    }
    return bytes;
  }

  /** Neighbouring regions are one mapping for the kernel where their advice is the same. */
  private static boolean contains(long[] chunks, long from, long to) {
    for (long chunk : chunks) {
      if (chunk < to && from < chunk + RegionLayout.REGION_BYTES) {
        return true;
      }
    }
    return false;
  }
}
