package org.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineChecksTest {
  @TempDir private Path root;

  @Test
  void shouldSayNothingOfFilesThatAreNotThere() {
    assertThat(new MachineChecks(root).findings())
        .extracting(Finding::subject)
        .containsExactly("system", "cores", "memory limit of the control group");
  }

  @Test
  void shouldReadThisMachine() {
    assertThat(new MachineChecks(Path.of("/")).findings())
        .allSatisfy(finding -> assertThat(finding.value()).isNotBlank());
  }

  @Test
  void shouldReadPageSizeFromAuxiliaryVector() throws IOException {
    ByteBuffer vector = ByteBuffer.allocate(64).order(ByteOrder.nativeOrder());
    vector.putLong(16).putLong(1).putLong(6).putLong(65536).putLong(0).putLong(0);
    Path file = root.resolve("proc/self/auxv");
    Files.createDirectories(file.getParent());
    Files.write(file, vector.array());

    assertThat(finding("page size").value()).isEqualTo("64 KiB");
  }

  @Test
  void shouldWarnOfHugePagesEverywhere() throws IOException {
    write("sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never\n");

    assertThat(finding("transparent huge pages").level()).isEqualTo(Finding.Level.WARNING);
  }

  @Test
  void shouldAcceptHugePagesOnAdvice() throws IOException {
    write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");

    assertThat(finding("transparent huge pages"))
        .isEqualTo(Finding.ok("transparent huge pages", "madvise"));
  }

  @Test
  void shouldWarnOfProcessorQuota() throws IOException {
    write("proc/self/cgroup", "0::/\n");
    write("sys/fs/cgroup/cpu.max", "150000 100000\n");

    Finding finding = finding("processor quota");
    assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
    assertThat(finding.value()).startsWith("1.50 cores");
  }

  @Test
  void shouldTakeLeastMemoryLimitAboveControlGroup() throws IOException {
    write("proc/self/cgroup", "0::/outer/inner\n");
    write("sys/fs/cgroup/outer/inner/memory.max", "max\n");
    write("sys/fs/cgroup/outer/memory.max", "1073741824\n");
    write("sys/fs/cgroup/memory.max", "2147483648\n");

    assertThat(finding("memory limit of the control group").value()).isEqualTo("1 GiB");
  }

  @Test
  void shouldReadMemoryLimitOfVersionOne() throws IOException {
    write("proc/self/cgroup", "4:memory:/job\n1:cpu:/\n");
    write("sys/fs/cgroup/memory/job/memory.limit_in_bytes", "536870912\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");

    assertThat(finding("memory limit of the control group").value()).isEqualTo("512 MiB");
  }

  @Test
  void shouldWarnOfLittleMemory() throws IOException {
    write("proc/meminfo", "MemTotal:  1048576 kB\nMemAvailable:   102400 kB\n");

    Finding finding = finding("memory");
    assertThat(finding.value()).isEqualTo("1 GiB, available 100 MiB");
    assertThat(finding.level()).isEqualTo(Finding.Level.WARNING);
  }

  @Test
  void shouldWarnWhenMappingCountsAsUse() throws IOException {
    write("proc/sys/vm/overcommit_memory", "2\n");
    write("proc/self/limits", "Max address space         8589934592   unlimited   bytes\n");

    assertThat(finding("memory overcommit").level()).isEqualTo(Finding.Level.WARNING);
    assertThat(finding("address space limit").value()).isEqualTo("8589934592 bytes");
  }

  @Test
  void shouldWarnOfSlowClock() throws IOException {
    write("sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet\n");

    assertThat(finding("clock source").level()).isEqualTo(Finding.Level.WARNING);
  }

  private void write(String name, String content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private Finding finding(String subject) {
    return new MachineChecks(root)
        .findings().stream()
            .filter(finding -> finding.subject().equals(subject))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no finding on " + subject));
  }
}
