package org.skerry.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.skerry.io.Sizes;

/**
 * What {@code doctor} has to say about the machine: cores, pages and limits, as Linux shows them in
 * {@code /proc} and {@code /sys}. Files that are not there, as on another system, give no finding.
 */
final class MachineChecks {
  private static final int AUXV_PAGE_SIZE = 6;
  private static final long NO_LIMIT = 1L << 60;
  private static final int READ_BYTES = 64 << 10;

  /** Below this a VM of the default size has too little room beside the JVM. */
  private static final long LITTLE_MEMORY = 512L << 20;

  private final Path root;

  /**
   * @param root the directory that has {@code proc} and {@code sys}; {@code /} but in tests
   */
  MachineChecks(Path root) {
    this.root = root;
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        Finding.ok(
            "system",
            System.getProperty("os.name")
                + " "
                + System.getProperty("os.version")
                + ", "
                + System.getProperty("os.arch")));
    findings.add(cores(Runtime.getRuntime().availableProcessors()));
    addCpuQuota(findings);
    addPageSize(findings);
    addHugePages(findings);
    addMemory(findings);
    addControlGroupMemory(findings);
    addOvercommit(findings);
    addMappings(findings);
    addClock(findings);
    return findings;
  }

  private Finding cores(int available) {
    String allowed = field("proc/self/status", "Cpus_allowed_list:");
    return Finding.ok(
        "cores", allowed.isEmpty() ? available + "" : available + " (allowed: " + allowed + ")");
  }

  private void addCpuQuota(List<Finding> findings) {
    for (String directory : controlGroupDirectories("cpu")) {
      String[] quota = text(directory + "/cpu.max").split(" ");
      if (quota.length != 2) {
        quota =
            new String[] {
              text(directory + "/cpu.cfs_quota_us"), text(directory + "/cpu.cfs_period_us")
            };
      }
      if (quota[0].matches("\\d{1,12}") && quota[1].matches("[1-9]\\d{0,11}")) {
        double cores = Double.parseDouble(quota[0]) / Double.parseDouble(quota[1]);
        findings.add(
            Finding.warning(
                "processor quota",
                String.format(Locale.ROOT, "%.2f cores in each %s µs", cores, quota[1]),
                "all workers stand still once it is used up: raise the control group's quota for"
                    + " even latency"));
        return;
      }
    }
  }

  private void addPageSize(List<Finding> findings) {
    pageSize().ifPresent(bytes -> findings.add(Finding.ok("page size", Sizes.text(bytes))));
  }

  /** The kernel tells it in the auxiliary vector: pairs of words, type and value. */
  private OptionalLong pageSize() {
    try {
      ByteBuffer vector =
          ByteBuffer.wrap(Files.readAllBytes(root.resolve("proc/self/auxv")))
              .order(ByteOrder.nativeOrder());
      while (vector.remaining() >= 2 * Long.BYTES) {
        long type = vector.getLong();
        long value = vector.getLong();
        if (type == AUXV_PAGE_SIZE) {
          return OptionalLong.of(value);
        }
      }
    } catch (IOException noSuchFile) {
      return OptionalLong.empty();
    }
    return OptionalLong.empty();
  }

  private void addHugePages(List<Finding> findings) {
    String modes = text("sys/kernel/mm/transparent_hugepage/enabled");
    int start = modes.indexOf('[');
    int end = modes.indexOf(']');
    if (start < 0 || end < start) {
      return;
    }
    String mode = modes.substring(start + 1, end);
    findings.add(
        mode.equals("always")
            ? Finding.warning(
                "transparent huge pages",
                mode,
                "a sparsely used region may become resident as a whole: write madvise to"
                    + " /sys/kernel/mm/transparent_hugepage/enabled if memory is short")
            : Finding.ok("transparent huge pages", mode));
  }

  private void addMemory(List<Finding> findings) {
    OptionalLong total = kibibytes("MemTotal:");
    OptionalLong available = kibibytes("MemAvailable:");
    if (total.isEmpty() || available.isEmpty()) {
      return;
    }
    String value =
        Sizes.text(total.getAsLong()) + ", available " + Sizes.text(available.getAsLong());
    findings.add(
        available.getAsLong() < LITTLE_MEMORY
            ? Finding.warning("memory", value, "free some memory, or lower --max-memory")
            : Finding.ok("memory", value));
  }

  private OptionalLong kibibytes(String name) {
    String value = field("proc/meminfo", name);
    return value.endsWith(" kB")
        ? OptionalLong.of(1024 * Long.parseLong(value.substring(0, value.length() - 3).strip()))
        : OptionalLong.empty();
  }

  /** A limit holds for all groups below, so the least one on the way up counts. */
  private void addControlGroupMemory(List<Finding> findings) {
    OptionalLong limit =
        controlGroupDirectories("memory").stream()
            .flatMap(directory ->
                Stream.of(
                    text(directory + "/memory.max"), text(directory + "/memory.limit_in_bytes")))
            .filter(value -> value.matches("\\d{1,18}"))
            .mapToLong(Long::parseLong)
            .filter(value -> value < NO_LIMIT)
            .min();
    findings.add(
        Finding.ok(
            "memory limit of the control group",
            limit.isPresent() ? Sizes.text(limit.getAsLong()) : "none"));
  }

  /** The directories of this process's control group and of those above it, in versions 2 and 1. */
  private List<String> controlGroupDirectories(String controller) {
    List<String> directories = new ArrayList<>();
    for (String line : text("proc/self/cgroup").split("\n")) {
      String[] parts = line.split(":", 3);
      if (parts.length < 3 || !parts[1].isEmpty() && !parts[1].equals(controller)) {
        continue;
      }
      String mount = parts[1].isEmpty() ? "sys/fs/cgroup" : "sys/fs/cgroup/" + controller;
      String group = parts[2].equals("/") ? "" : parts[2];
      while (!group.isEmpty()) {
        directories.add(mount + group);
        group = group.substring(0, group.lastIndexOf('/'));
      }
      directories.add(mount);
    }
    return directories;
  }

  private void addOvercommit(List<Finding> findings) {
    Map<String, String> meanings = Map.of("0", "heuristic", "1", "always", "2", "never");
    String mode = meanings.get(text("proc/sys/vm/overcommit_memory"));
    if (mode == null) {
      return;
    }
    findings.add(
        mode.equals("never")
            ? Finding.warning(
                "memory overcommit",
                mode,
                "mapped regions count as used at once: set vm.overcommit_memory to 0")
            : Finding.ok("memory overcommit", mode));
    String addressSpace = field("proc/self/limits", "Max address space");
    if (!addressSpace.isEmpty() && !addressSpace.startsWith("unlimited")) {
      findings.add(
          Finding.warning(
              "address space limit",
              addressSpace.split(" ")[0] + " bytes",
              "regions are mapped before they are used: ulimit -v unlimited"));
    }
  }

  private void addMappings(List<Finding> findings) {
    String count = text("proc/sys/vm/max_map_count");
    if (!count.isEmpty()) {
      findings.add(Finding.ok("memory mappings, at most", count));
    }
  }

  private void addClock(List<Finding> findings) {
    String clock = text("sys/devices/system/clocksource/clocksource0/current_clocksource");
    if (clock.isEmpty()) {
      return;
    }
    boolean slow = clock.equals("hpet") || clock.equals("acpi_pm") || clock.equals("jiffies");
    findings.add(
        slow
            ? Finding.warning(
                "clock source", clock, "reading it is a system call: timers cost more than usual")
            : Finding.ok("clock source", clock));
  }

  /** The rest of the line that starts with the name, or empty. */
  private String field(String file, String name) {
    for (String line : text(file).split("\n")) {
      if (line.startsWith(name)) {
        return line.substring(name.length()).strip();
      }
    }
    return "";
  }

  /** Reads in one go: some files of the kernel give all in the first read or nothing. */
  private String text(String file) {
    try (InputStream in = Files.newInputStream(root.resolve(file))) {
      byte[] bytes = new byte[READ_BYTES];
      int length = 0;
      for (int read = 0; read >= 0 && length < bytes.length; length += Math.max(read, 0)) {
        read = in.read(bytes, length, bytes.length - length);
      }
      return new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
    } catch (IOException | SecurityException notThere) {
      return "";
    }
  }
}
