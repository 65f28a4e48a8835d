package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ProcessesTest {
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private Vm vm;
  private Module echo;

  @BeforeEach
  void start() throws LoadException, InterruptedException {
    vm = Vm.builder().workers(2).pin("none").maxMemory(64L << 20).output(output, output).start();
    echo = vm.load(Path.of("src/test/resources/embedding/echo.ska"));
  }

  @AfterEach
  void close() {
    vm.close();
  }

  private Pid silent(String name) {
    SpawnOptions options = SpawnOptions.builder().name(name).build();
    return vm.spawn(echo.function("silent"), options);
  }

  @Test
  void shouldListWhatIsNotOver() {
    Pid one = silent("one");
    Pid two = silent("two");
    HostMailbox mailbox = vm.openMailbox();

    assertThat(vm.processes().list()).contains(one, two, mailbox.pid());

    vm.kill(one);
    while (vm.isAlive(one)) {
      Thread.onSpinWait();
    }
    assertThat(vm.processes().list()).doesNotContain(one).contains(two);
  }

  @Test
  void shouldSayWhatAProcessSaysOfItself() throws Exception {
    Pid pid = silent("quiet");
    ProcessInfo info = vm.processes().info(pid).orElseThrow();
    while (info.awaits().isNil() || !info.status().equals("waiting")) {
      info = vm.processes().info(pid).orElseThrow(); // it has not come so far, or is just answering
    }

    assertThat(info.pid()).isEqualTo(pid);
    assertThat(info.name()).isEqualTo("quiet");
    assertThat(info.status()).isEqualTo("waiting");
    assertThat(info.awaits().asTuple().getFirst()).isEqualTo(Term.atom("message"));
    assertThat(info.stack().getFirst()).startsWith("echo.silent/0 (").contains("echo.ska:");
    assertThat(info.messages()).isZero();
    assertThat(info.memoryBytes()).isPositive();
    assertThat(info.links()).isEmpty();
    assertThat(info.trapsExit()).isFalse();

    vm.kill(pid);
    while (vm.isAlive(pid)) {
      Thread.onSpinWait();
    }
    assertThat(vm.processes().info(pid)).isEmpty();
  }

  @Test
  void shouldTellTheEndOfAProcess() throws Exception {
    Pid pid = silent("mortal");
    CompletableFuture<Term> end = vm.processes().monitor(pid).toCompletableFuture();
    assertThat(end).isNotDone();

    vm.kill(pid);

    assertThat(end.get(10, TimeUnit.SECONDS)).isEqualTo(Term.atom("killed"));
    assertThat(vm.processes().monitor(pid).toCompletableFuture().get(10, TimeUnit.SECONDS))
        .isEqualTo(Term.atom("noproc"));
  }

  @Test
  void shouldTellThatTheVmHasClosed() throws Exception {
    Processes processes = vm.processes();
    CompletableFuture<Term> end = processes.monitor(silent("left")).toCompletableFuture();

    vm.close();

    assertThat(end)
        .failsWithin(10, TimeUnit.SECONDS)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(IllegalStateException.class);
    assertThatIllegalStateException().isThrownBy(processes::list);
  }
}
