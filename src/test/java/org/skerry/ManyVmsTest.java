package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A thousand VMs in a row, of all kinds, leave nothing behind. */
@Timeout(120)
class ManyVmsTest {
  private static final int VMS = 1_000;
  private static final int WARM_UP = 100;

  /** In a JVM of its own, whose threads and classes are nobody else's. */
  static final class Child {
    private static final Path ECHO = Path.of("src/test/resources/embedding/echo.ska");

    private Child() {}

    public static void main(String[] args) throws Exception {
      HostModule java =
          HostModule.builder("java")
              .inlineLong("one() -> i", call -> 1)
              .blocking("two() -> r", call -> "x")
              .build();
      open(WARM_UP, java);
      Map<String, Long> before = measured();
      open(VMS, java);
      Map<String, Long> after = measured();
      before.forEach((what, count) -> System.out.println(what + " " + (after.get(what) - count)));
    }

    private static void open(int count, HostModule java) throws Exception {
      for (int i = 0; i < count; i++) {
        use(i, options(i).hostModule(java));
        if (i % 50 == 0) {
          fail(i);
        }
      }
    }

    private static VmBuilder options(int i) {
      VmBuilder options =
          Vm.builder()
              .workers(2)
              .pin("none")
              .maxMemory(32L << 20)
              .jit(i % 16 == 0 ? JitMode.EAGER : JitMode.HOT)
              .output(OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
      return switch (i % 3) {
        case 0 -> options;
        case 1 -> options.invoker();
        default -> options.seed(i);
      };
    }

    private static void use(int i, VmBuilder options) throws Exception {
      try (Vm vm = options.start()) {
        Module echo = vm.load(ECHO);
        HostMailbox mailbox = vm.openMailbox();
        vm.call(echo.function("twice"), 21);
        vm.call(echo.function("late"), 1_000L);
        vm.spawn(echo.function("silent"));
        vm.spawn(echo.function("fail"), "and says so");
        vm.ask(vm.spawn(echo.function("answer")), 1, java.time.Duration.ofMinutes(1));
        vm.mvar("echo", "total").write(List.of(1, 2, 3));
        vm.offer(mailbox.pid(), "hello");
        mailbox.poll(message -> {}, 10);
        vm.spawn(vm.module("java").function("two"));
        if (i % 2 == 0) {
          mailbox.close();
        }
      }
    }

    /** VMs that do not start: too little memory for so many threads, and a module twice. */
    private static void fail(int i) {
      HostModule module = HostModule.builder("twice").build();
      assertThatThrownBy(() -> options(i).hostModule(module).hostModule(module).start())
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> options(0).workers(0).start())
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> options(0).maxMemory(16L << 20).workers(255).start())
          .isInstanceOf(IllegalStateException.class);
    }

    private static Map<String, Long> measured() throws Exception {
      // Threads that have told their VM that they end may be there for a moment still.
      long threads = settled(() -> (long) ManagementFactory.getThreadMXBean().getThreadCount());
      long classes =
          settled(() -> {
            System.gc();
            return (long) ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
          });
      Runtime runtime = Runtime.getRuntime();
      Map<String, Long> counts = new LinkedHashMap<>();
      counts.put("threads", threads);
      counts.put("classes", classes);
      counts.put("heap", runtime.totalMemory() - runtime.freeMemory());
      if (Files.isDirectory(Path.of("/proc/self/fd"))) {
        counts.put("descriptors", files());
        counts.put("mappings", (long) Files.readAllLines(Path.of("/proc/self/maps")).size());
        counts.put("resident", resident());
      }
      return counts;
    }

    /** What it is when it has become no less for a while. */
    private static long settled(Supplier<Long> count) throws InterruptedException {
      long least = count.get();
      for (int same = 0; same < 5; same++) {
        Thread.sleep(20);
        long now = count.get();
        if (now < least) {
          least = now;
          same = 0;
        }
      }
      return least;
    }

    private static long files() throws IOException {
      try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
        return files.count();
      }
    }

    private static long resident() throws IOException {
      try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
        String line = lines.filter(text -> text.startsWith("VmRSS:")).findFirst().orElseThrow();
        return Long.parseLong(line.replaceAll("\\D+", "")) << 10;
      }
    }
  }

  private static Map<String, Long> growth() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xms96m", "-Xmx96m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dskerry.memory=unchecked"));
    command.addAll(List.of("--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Child.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    Map<String, Long> growth = new LinkedHashMap<>();
    output
        .lines()
        .map(line -> line.split(" "))
        .forEach(words -> growth.put(words[0], Long.parseLong(words[1])));
    return growth;
  }

  @Test
  void shouldLeaveNothingBehind() throws Exception {
    Map<String, Long> growth = growth();

    assertThat(growth).containsKeys("threads", "classes", "heap");
    assertThat(growth.get("threads")).isLessThanOrEqualTo(2); // of the JVM's compilers
    // One in sixteen VMs makes hidden classes; a VM that stayed would keep some.
    assertThat(growth.get("classes")).as("%s", growth).isLessThan(50);
    assertThat(growth.get("heap")).as("%s", growth).isLessThan(2L << 20);
    if (growth.containsKey("descriptors")) {
      assertThat(growth.get("descriptors")).isLessThanOrEqualTo(0);
      assertThat(growth.get("mappings")).as("%s", growth).isLessThan(100);
      assertThat(growth.get("resident")).as("%s", growth).isLessThan(24L << 20);
    }
  }
}
