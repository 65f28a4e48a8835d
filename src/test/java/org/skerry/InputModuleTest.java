package org.skerry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InputModuleTest {
  private static final String PROGRAM =
      """
      module reads
      import stdin.read_line() -> r
      import stdin.read(i) -> r
      export function lines() -> r
          r.const      lines, []
      next:
          r.call       line, stdin.read_line()
          r.jump.is    line, nil, @end
          r.cons       lines, line, lines
          jump         @next
      end:
          r.call       line, stdin.read_line()
          r.jump.is.not line, nil, @end
          r.list.reverse lines, lines
          r.return     lines
      end
      export function parts(i most) -> r
          r.const      all, <<>>
      next:
          r.call       part, stdin.read(most)
          r.jump.is    part, nil, @end
          r.bytes.concat all, all, part
          jump         @next
      end:
          r.return     all
      end
      ; One line for each that is sent on.
      export function echo(r to, r name) -> r
          r.call       line, stdin.read_line()
          r.tuple      message, (name, line)
          send         to, message
          r.return     line
      end
      export function main() -> r
          r.call       lines, lines()
          r.return     lines
      end
      """;

  @TempDir private Path folder;

  @BeforeEach
  void writeProgram() throws IOException {
    Files.writeString(folder.resolve("reads.ska"), PROGRAM);
  }

  private Vm vm(InputStream input) throws Exception {
    Vm vm = Vm.builder().workers(2).input(input).start();
    vm.load(folder.resolve("reads.ska"));
    return vm;
  }

  private List<String> lines(String input) throws Exception {
    try (Vm vm = vm(new ByteArrayInputStream(input.getBytes(UTF_8)))) {
      return vm.call(vm.module("reads").function("lines")).asList().stream()
          .map(line -> new String(line.asBytes(), UTF_8))
          .toList();
    }
  }

  @Test
  void shouldGiveLines() throws Exception {
    assertThat(lines("")).isEmpty();
    assertThat(lines("a")).containsExactly("a");
    assertThat(lines("\n")).containsExactly("");
    assertThat(lines("a\n\r\nb\r\r\nc\rd\r")).containsExactly("a", "", "b\r", "c\rd\r");
    assertThat(lines("ö".repeat(100_000) + "\nx")).containsExactly("ö".repeat(100_000), "x");
    assertThat(lines("line\n".repeat(100_000))).hasSize(100_000);
    try (Vm vm = Vm.builder().start()) {
      vm.load(folder.resolve("reads.ska"));
      assertThat(vm.call(vm.module("reads").function("lines"))).hasToString("[]");
    }
  }

  @Test
  void shouldReadInASimulation() throws Exception {
    InputStream input = new ByteArrayInputStream("one\ntwo\n".getBytes(UTF_8));
    try (Vm vm = Vm.builder().seed(1).input(input).start()) {
      vm.load(folder.resolve("reads.ska"));
      assertThat(vm.call(vm.module("reads").function("lines")))
          .hasToString("[<<111 110 101>>, <<116 119 111>>]");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100_000})
  void shouldGiveParts(int most) throws Exception {
    byte[] bytes = "some bytes\n".repeat(5_000).getBytes(UTF_8);
    try (Vm vm = vm(new ByteArrayInputStream(bytes))) {
      assertThat(vm.call(vm.module("reads").function("parts"), most).asBytes()).isEqualTo(bytes);
      CallFailed failed =
          catchThrowableOfType(
              CallFailed.class, () -> vm.call(vm.module("stdin").function("read"), 0));
      assertThat(failed.reason()).asString().startsWith("{:bad_argument,");
    }
  }

  @Test
  void shouldSayWhatIsWrong() throws Exception {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("unplugged");
          }
        };
    try (Vm vm = vm(broken)) {
      assertThat(failure(vm)).isEqualTo("{:input_error, :io, \"unplugged\"}");
    }
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 'x';
          }
        };
    try (Vm vm = vm(endless)) {
      assertThat(failure(vm)).startsWith("{:input_error, :too_large,");
    }
  }

  private static String failure(Vm vm) {
    return catchThrowableOfType(
            CallFailed.class, () -> vm.call(vm.module("reads").function("lines")))
        .reason()
        .toString();
  }

  @Test
  void shouldGiveTheNextWhatAKilledProcessWaitedFor() throws Exception {
    PipedOutputStream out = new PipedOutputStream();
    try (Vm vm = vm(new PipedInputStream(out));
        HostMailbox mailbox = vm.openMailbox()) {
      Function echo = vm.module("reads").function("echo");
      Pid first = vm.spawn(echo, mailbox.pid(), 1);
      while (!isWaiting(vm, first)) {
        Thread.onSpinWait();
      }
      Pid second = vm.spawn(echo, mailbox.pid(), 2);
      while (!isWaiting(vm, second)) {
        Thread.onSpinWait();
      }
      vm.kill(first);
      while (vm.isAlive(first)) {
        Thread.onSpinWait();
      }
      out.write("for two\nfor three\n".getBytes(UTF_8));
      out.flush();
      List<String> messages = new ArrayList<>();
      while (messages.isEmpty()) {
        mailbox.poll(message -> messages.add(message.toTerm().toString()), 1);
      }
      vm.spawn(echo, mailbox.pid(), 3);
      while (messages.size() < 2) {
        mailbox.poll(message -> messages.add(message.toTerm().toString()), 1);
      }
      assertThat(messages)
          .containsExactly(
              "{2, <<102 111 114 32 116 119 111>>}", "{3, <<102 111 114 32 116 104 114 101 101>>}");
    }
  }

  private static boolean isWaiting(Vm vm, Pid pid) throws InterruptedException {
    return vm.processes().info(pid).toString().contains("host");
  }

  /** What it waits for cannot be interrupted, as with a terminal. */
  @Test
  void shouldCloseWhileInputIsAwaited() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    InputStream silent =
        new InputStream() {
          @Override
          public int read() {
            reading.countDown();
            while (over.getCount() > 0) {
              Thread.onSpinWait();
            }
            return -1;
          }
        };
    try (Vm vm = vm(silent)) {
      Pid pid = vm.spawn(vm.module("reads").function("lines"));
      reading.await();
      vm.kill(pid);
      while (vm.isAlive(pid)) {
        Thread.onSpinWait();
      }
      vm.spawn(vm.module("reads").function("lines"));
    } finally {
      over.countDown();
    }
  }
}
