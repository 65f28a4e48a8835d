package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a VM tells the flight recorder, each time in a JVM of its own: it records ever after. */
@Timeout(240)
class FlightRecorderTest {
  private static final Path PROGRAM = Path.of("src/test/resources/events/happenings.ska");
  private static final long LONG_NS = 2_000_000;

  @TempDir private Path directory;

  /** Records a program that does a bit of everything. */
  static final class Everything {
    private Everything() {}

    public static void main(String[] args) throws Exception {
      HostModule java =
          HostModule.builder("java")
              .inlineLong("dawdle() -> i", call -> dawdle())
              .blocking("doze() -> r", call -> Term.of(dawdle()))
              .build();
      try (Recording recording = new Recording()) {
        recording.enable("org.skerry.ProcessSpawn");
        recording.enable("org.skerry.ProcessExit");
        recording.setDestination(Path.of(args[0]));
        recording.start();
        try (Vm vm =
            Vm.builder()
                .workers(2)
                .jit(JitMode.EAGER)
                .hostModule(java)
                .output(OutputStream.nullOutputStream(), OutputStream.nullOutputStream())
                .start()) {
          vm.call(vm.load(PROGRAM).function("main"));
        }
      }
    }

    private static long dawdle() {
      long from = System.nanoTime();
      while (System.nanoTime() - from < LONG_NS) {
        Thread.onSpinWait();
      }
      return 1;
    }
  }

  /** A VM that was there before anybody recorded, and one that nobody drives. */
  static final class Late {
    private Late() {}

    public static void main(String[] args) throws Exception {
      try (Vm _ = Vm.builder().workers(2).start();
          Vm _ = Vm.builder().invoker().start();
          RecordingStream stream = new RecordingStream()) {
        CountDownLatch seen = new CountDownLatch(1);
        stream.enable("org.skerry.WorkerStatistics").withPeriod(Duration.ofMillis(10));
        stream.enable("org.skerry.VmStatistics").withPeriod(Duration.ofMillis(10));
        List<String> kinds = new ArrayList<>();
        stream.onEvent(event -> {
          String kind =
              event.getEventType().getName()
                  + " "
                  + event.getInt("vm")
                  + (event.hasField("worker") ? " " + event.getInt("worker") : "");
          if (!kinds.contains(kind)) {
            kinds.add(kind);
            if (kinds.size() == 5) {
              seen.countDown();
            }
          }
        });
        stream.startAsync();
        seen.await();
        kinds.stream().sorted().forEach(System.out::println);
      }
    }
  }

  /** Slices while long ones are told of, and none is long: bytes that each thread made for them. */
  static final class Steady {
    private Steady() {}

    public static void main(String[] args) throws Exception {
      try (Recording recording = new Recording();
          Vm vm = Vm.builder().invoker().start()) {
        recording.enable("org.skerry.LongSlice").withThreshold(Duration.ofHours(1));
        recording.start();
        String program =
            "module m\nexport function main(i n) -> r\nnext:\n yield\n i.add n, n, -1\n";
        program += " i.jump.gt n, 0, @next\n r.return nil\nend\n";
        vm.load(Program.assemble(program));
        Pid ticking = vm.spawn(vm.module("m").function("main"), Long.MAX_VALUE);
        var bean =
            (com.sun.management.ThreadMXBean)
                java.lang.management.ManagementFactory.getThreadMXBean();
        drive(vm);
        long before = bean.getCurrentThreadAllocatedBytes();
        drive(vm);
        System.out.println(bean.getCurrentThreadAllocatedBytes() - before);
        vm.kill(ticking);
      }
    }

    private static void drive(Vm vm) {
      for (int i = 0; i < 50_000; i++) {
        vm.doWork();
      }
    }
  }

  private static String java(Class<?> main, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("--add-exports", "java.base/jdk.internal.misc=ALL-UNNAMED"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  private static List<RecordedEvent> events(List<RecordedEvent> all, String name) {
    return all.stream()
        .filter(event -> event.getEventType().getName().equals("org.skerry." + name))
        .toList();
  }

  @Test
  void shouldTellOfWhatHappens() throws Exception {
    Path file = directory.resolve("all.jfr");
    java(Everything.class, file.toString());
    List<RecordedEvent> all = RecordingFile.readAllEvents(file);

    assertThat(events(all, "ModuleLoad"))
        .anySatisfy(load -> {
          assertThat(load.getString("modules")).isEqualTo("happenings");
          assertThat(load.getInt("functions")).isEqualTo(9);
        });
    assertThat(events(all, "Compilation"))
        .anySatisfy(one -> {
          assertThat(one.getString("module")).isEqualTo("happenings");
          assertThat(one.getInt("methods")).isEqualTo(9);
          assertThat(one.getInt("interpreted")).isZero();
        });
    assertThat(events(all, "ProcessSpawn"))
        .extracting(event -> event.getString("function"))
        .contains(
            "happenings.main",
            "happenings.holds",
            "happenings.crossed",
            "happenings.sleeps",
            "happenings.grows");
    assertThat(events(all, "ProcessExit"))
        .anySatisfy(exit -> {
          assertThat(exit.getString("function")).isEqualTo("happenings.grows");
          assertThat(exit.getString("how")).isEqualTo("limit");
          assertThat(exit.getLong("reductions")).isGreaterThan(100_000);
        });
    String main =
        events(all, "ProcessSpawn").stream()
            .filter(event -> event.getString("function").equals("happenings.main"))
            .findFirst()
            .orElseThrow()
            .getString("process");
    assertThat(events(all, "MvarWait"))
        .anySatisfy(wait -> {
          assertThat(wait.getString("process")).isEqualTo(main);
          assertThat(wait.getString("mvar")).isEqualTo("happenings.slow");
          assertThat(wait.getBoolean("write")).isFalse();
          assertThat(wait.getDuration("waited")).isGreaterThan(Duration.ofMillis(2));
          assertThat(wait.getString("holder")).startsWith("#pid<").isNotEqualTo(main);
        });
    assertThat(events(all, "Deadlock"))
        .singleElement()
        .satisfies(deadlock -> {
          assertThat(deadlock.getInt("members")).isEqualTo(2);
          assertThat(deadlock.getString("description"))
              .contains("asks to write happenings.first", "asks to write happenings.second");
        });
    assertThat(events(all, "MailboxFull"))
        .hasSize(3)
        .allSatisfy(full -> {
          assertThat(full.getString("sender")).isEqualTo(main);
          assertThat(full.getString("policy")).isEqualTo("drop");
          assertThat(full.getLong("messages")).isEqualTo(2);
        });
    assertThat(events(all, "LimitExceeded"))
        .singleElement()
        .satisfies(exceeded -> {
          assertThat(exceeded.getString("function")).isEqualTo("happenings.grows");
          assertThat(exceeded.getString("limit")).isEqualTo("{:limit_exceeded, :heap}");
        });
    assertThat(events(all, "Collection"))
        .anySatisfy(collection -> {
          assertThat(collection.getLong("copied")).isGreaterThan(1_000_000);
          assertThat(collection.getLong("heap")).isLessThanOrEqualTo(40_000_000);
        });
    assertThat(events(all, "HostCall"))
        .anySatisfy(call -> {
          assertThat(call.getString("function")).isEqualTo("java.dawdle");
          assertThat(call.getString("kind")).isEqualTo("inline");
          assertThat(call.getDuration()).isGreaterThanOrEqualTo(Duration.ofNanos(LONG_NS));
        })
        .anySatisfy(call -> {
          assertThat(call.getString("function")).isEqualTo("java.doze");
          assertThat(call.getString("kind")).isEqualTo("blocking");
          assertThat(call.getString("process")).isEqualTo(main);
        });
    assertThat(events(all, "LongSlice"))
        .anySatisfy(slice -> {
          assertThat(slice.getString("process")).isEqualTo(main);
          assertThat(slice.getString("function")).startsWith("happenings.");
          assertThat(slice.getInt("line")).isPositive();
          assertThat(slice.getDuration()).isGreaterThanOrEqualTo(Duration.ofNanos(LONG_NS));
        });
  }

  @Test
  void shouldTellOfVmsThatWereThereBefore() throws Exception {
    assertThat(java(Late.class).lines())
        .containsExactly(
            "org.skerry.VmStatistics 1",
            "org.skerry.VmStatistics 2",
            "org.skerry.WorkerStatistics 1 0",
            "org.skerry.WorkerStatistics 1 1",
            "org.skerry.WorkerStatistics 2 0");
  }

  @Test
  void shouldMakeNoObjectsForSlices() throws Exception {
    assertThat(Long.parseLong(java(Steady.class).strip())).isLessThan(50_000); // not one for each
  }

  @Test
  void shouldRecordARunOfTheCommandLine() throws Exception {
    Path program = directory.resolve("sum.ska");
    Files.writeString(program, "module sum\nexport function main() -> i\n i.return 5\nend\n");
    Path file = directory.resolve("run.jfr");

    String output =
        java(org.skerry.cli.Main.class, "run", "--jfr", file.toString(), program.toString());

    assertThat(output).isEqualTo("5\n");
    List<RecordedEvent> all = RecordingFile.readAllEvents(file);
    assertThat(events(all, "ModuleLoad")).hasSize(1);
    assertThat(events(all, "ProcessSpawn")).isEmpty(); // off unless asked for
    assertThat(all)
        .anySatisfy(
            event -> assertThat(event.getEventType().getName()).isEqualTo("jdk.JVMInformation"));
  }
}
