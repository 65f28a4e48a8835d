package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a VM closes: with time for its processes or without, from anywhere, while others use it. */
@Timeout(60)
class ClosingTest {
  private static final Path ECHO = Path.of("src/test/resources/embedding/echo.ska");
  private static final Duration LONG = Duration.ofSeconds(Long.MAX_VALUE);

  @TempDir private Path folder;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CompletableFuture<String> stage = new CompletableFuture<>();
  private Vm vm;
  private Module echo;

  @BeforeEach
  void start() throws Exception {
    open(options());
  }

  private VmBuilder options() {
    return Vm.builder()
        .workers(2)
        .pin("none")
        .maxMemory(64L << 20)
        .output(OutputStream.nullOutputStream(), OutputStream.nullOutputStream())
        .hostModule(
            HostModule.builder("java")
                .inline("close() -> r", call -> vm.close(LONG))
                .async("stage() -> r", call -> stage)
                .build());
  }

  private void open(VmBuilder builder) throws Exception {
    close();
    vm = builder.start();
    echo = vm.load(ECHO);
  }

  @AfterEach
  void close() {
    if (vm != null) {
      vm.close();
    }
  }

  @AfterEach
  void endThreads() {
    threads.shutdown();
  }

  private Pid silent() {
    return vm.spawn(echo.function("silent"));
  }

  private Term call(String function, Object... arguments) throws Exception {
    return vm.call(echo.function(function), arguments);
  }

  private Module load(String source) throws Exception {
    Path file = folder.resolve("user.ska");
    java.nio.file.Files.writeString(file, "module user\n" + source);
    return vm.load(file);
  }

  /** Closes on another thread, and returns when nothing new can begin any more. */
  private Future<Boolean> closing(Duration drain) {
    Future<Boolean> closing = threads.submit(() -> vm.close(drain));
    while (catchThrowable(() -> vm.spawn(echo.function("leave"), 1)) == null) {
      Thread.onSpinWait();
    }
    return closing;
  }

  @Test
  void shouldLetProcessesEnd() throws Exception {
    Pid late = vm.spawn(echo.function("late"), 20_000_000L);
    CompletionStage<Term> end = vm.processes().monitor(late);

    assertThat(vm.close(LONG)).isTrue();

    assertThat(end.toCompletableFuture().get()).isEqualTo(Term.atom("normal"));
    assertThat(vm.close(LONG)).isTrue();
  }

  @Test
  void shouldCloseAtOnceWhereNothingRuns() {
    assertThat(vm.close(LONG)).isTrue();
  }

  @Test
  void shouldEndWhatIsLeftWhenTheTimeIsUp() throws Exception {
    CompletionStage<Term> end = vm.processes().monitor(silent());

    assertThat(vm.close(Duration.ofMillis(5))).isFalse();

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> end.toCompletableFuture().get())
        .withCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldGiveNoTimeThatIsNegative() {
    silent();

    assertThat(vm.close(Duration.ofSeconds(Long.MIN_VALUE))).isFalse();
  }

  @Test
  void shouldBeginNothingNewMeanwhile() throws Exception {
    Pid silent = silent();
    Mvar total = vm.mvar("echo", "total");
    Processes processes = vm.processes();
    Future<Boolean> closing = closing(LONG);

    List<Callable<?>> refused =
        List.of(
            () -> silent(),
            () -> call("twice", 1),
            () -> vm.offer(silent, 1),
            () -> vm.ask(silent, 1, Duration.ofSeconds(1)),
            () -> vm.load(ECHO),
            () -> vm.load(HostModule.builder("more").build()),
            () -> vm.run("echo"),
            () -> vm.openMailbox(),
            () -> vm.mvar("echo", "table"),
            total::read,
            () -> processes.info(silent),
            () -> processes.monitor(silent));
    assertThat(refused)
        .allSatisfy(action ->
            assertThatIllegalStateException()
                .isThrownBy(action::call)
                .withMessageStartingWith("the VM is closing"));
    assertThat(processes.list()).containsExactly(silent);
    assertThat(vm.isAlive(silent)).isTrue();
    assertThat(vm.statistics().workers()).isEqualTo(2);
    assertThat(vm.kill(silent)).isTrue();
    assertThat(closing.get()).isTrue();
  }

  @Test
  void shouldFinishCallsAndRequestsThatHaveBegun() throws Exception {
    HostMailbox mailbox = vm.openMailbox();
    Pid server = vm.spawn(echo.function("answer"));
    CompletionStage<Term> answer = vm.ask(server, 21, LONG);
    Future<Term> waiting = threads.submit(() -> call("late", 20_000_000L));
    while (vm.processes().list().size() < 4 && !waiting.isDone()) {
      Thread.onSpinWait();
    }
    Future<Boolean> closing = closing(LONG);

    assertThat(answer.toCompletableFuture().get()).isEqualTo(Term.of(42));
    assertThat(waiting.get()).isEqualTo(Term.of(20_000_000L));
    // A mailbox goes on: it tells the server to end, as a process would.
    mailbox.writer().beginTuple().nil().nil().nil().end();
    assertThat(mailbox.offer(server)).isEqualTo(Offer.OK);
    assertThat(closing.get()).isTrue();
    assertThatIllegalStateException().isThrownBy(() -> mailbox.poll(message -> {}, 1));
  }

  @Test
  void shouldTakeTheShortestTimeThatAnybodyGives() throws Exception {
    silent();
    Future<Boolean> first = closing(LONG);
    Future<Boolean> second = threads.submit(() -> vm.close(LONG));
    vm.close();

    assertThat(first.get()).isFalse();
    assertThat(second.get()).isFalse();
    assertThat(vm.close(LONG)).isFalse();
  }

  @Test
  void shouldCloseOnManyThreadsAtOnce() throws Exception {
    for (int round = 0; round < 20; round++) {
      open(options());
      silent();
      List<Callable<Boolean>> closers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Duration drain = i % 2 == 0 ? Duration.ofMillis(i) : LONG;
        closers.add(() -> vm.close(drain));
        closers.add(() -> callUntilClosed());
      }
      for (Future<Boolean> closer : threads.invokeAll(closers)) {
        assertThat(closer.get()).isFalse();
      }
    }
  }

  private boolean callUntilClosed() throws Exception {
    try {
      while (true) {
        assertThat(call("twice", 21)).isEqualTo(Term.of(42));
      }
    } catch (IllegalStateException closed) {
      assertThat(closed).hasMessageStartingWith("the VM is clos");
      return false;
    }
  }

  @Test
  void shouldGiveUpTheTimeWhenItIsInterrupted() throws Exception {
    silent();
    AtomicReference<Thread> closer = new AtomicReference<>();
    Future<Boolean> closing =
        threads.submit(() -> {
          closer.set(Thread.currentThread());
          vm.close(LONG);
          return Thread.interrupted();
        });
    while (closer.get() == null) {
      Thread.onSpinWait();
    }
    closer.get().interrupt();

    assertThat(closing.get()).isTrue();
    assertThatIllegalStateException().isThrownBy(this::silent);
  }

  @Test
  void shouldCloseWithTimeFromAHandler() throws Exception {
    HostMailbox mailbox = vm.openMailbox();
    CompletionStage<Term> end =
        vm.processes().monitor(vm.spawn(echo.function("late"), 10_000_000L));
    vm.offer(mailbox.pid(), 1);
    mailbox.poll(message -> assertThat(vm.close(LONG)).isFalse(), 1);

    assertThat(end.toCompletableFuture().get()).isEqualTo(Term.atom("normal"));
    assertThatIllegalStateException().isThrownBy(this::silent).withMessage("the VM is closed");
  }

  @Test
  void shouldTellAHandlerThatWaitsThatTheVmCloses() throws Exception {
    HostMailbox mailbox = vm.openMailbox();
    CountDownLatch inHandler = new CountDownLatch(1);
    vm.offer(mailbox.pid(), 1);
    Future<Throwable> handler =
        threads.submit(() ->
            catchThrowable(() ->
                mailbox.poll(
                    message -> {
                      inHandler.countDown();
                      try {
                        call("silent");
                      } catch (Exception e) {
                        throw new AssertionError(e);
                      }
                    },
                    1)));
    inHandler.await();
    vm.close();

    assertThat(handler.get()).rootCause().isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldCloseBehindAnAnswerAndBehindAStage() throws Exception {
    Pid server = vm.spawn(echo.function("answer"));
    CompletionStage<Boolean> closed =
        vm.ask(server, 21, LONG).thenApply(answer -> vm.close(Duration.ofMillis(1)));
    assertThat(closed.toCompletableFuture().get()).isFalse();

    open(options());
    Module user =
        load(
            "import java.stage() -> r\n"
                + "export function f() -> r\n"
                + " r.call x, java.stage()\n"
                + " r.return x\n"
                + "end\n");
    // What depends on a stage runs youngest first: so the call has its answer before this closes.
    CompletableFuture<Boolean> late = stage.thenApply(text -> vm.close(LONG));
    Future<Term> call = threads.submit(() -> vm.call(user.function("f")));
    stage.complete("done");
    assertThat(late.get()).isTrue();
    assertThat(catchThrowable(call::get))
        .satisfiesAnyOf(
            none -> assertThat(none).isNull(),
            refused -> assertThat(refused).hasCauseInstanceOf(IllegalStateException.class));
  }

  @Test
  void shouldNotCloseFromAFunctionThatItsProcessRuns() throws Exception {
    Module user =
        load(
            "import java.close() -> r\n"
                + "export function f() -> r\n"
                + " r.call x, java.close()\n"
                + " r.return x\n"
                + "end\n");

    assertThatExceptionOfType(CallFailed.class)
        .isThrownBy(() -> vm.call(user.function("f")))
        .withMessageContaining("must not wait. method=close");
    assertThat(call("twice", 1)).isEqualTo(Term.of(2));
  }

  @Test
  void shouldEndRunsInProgress() throws Exception {
    Path file = folder.resolve("run.ska");
    java.nio.file.Files.writeString(
        file, "module run\nexport function main() -> r\n r.receive m\n r.return m\nend\n");
    vm.load(file);
    Future<Outcome> run = threads.submit(() -> vm.run("run"));
    while (vm.processes().list().isEmpty()) {
      Thread.onSpinWait();
    }
    vm.close();

    assertThat(run.get()).isInstanceOf(Outcome.Interrupted.class);
  }

  @Test
  void shouldGiveVirtualTimeInASimulation() throws Exception {
    open(options().seed(5));
    vm.spawn(echo.function("late"), Duration.ofHours(1).toNanos());
    assertThat(vm.close(Duration.ofHours(2))).isTrue();

    open(options().seed(5));
    vm.spawn(echo.function("late"), Duration.ofHours(3).toNanos());
    assertThat(vm.close(Duration.ofHours(2))).isFalse();

    open(options().seed(5));
    silent();
    assertThat(vm.close(LONG)).isFalse();
  }

  @Test
  void shouldStopASimulationThatAnotherThreadRuns() throws Exception {
    open(options().seed(5));
    Future<Term> call = threads.submit(() -> call("forever"));
    while (vm.statistics().scheduling().slices() < 10) {
      Thread.onSpinWait();
    }
    assertThatIllegalStateException()
        .isThrownBy(() -> call("twice", 1))
        .withMessageContaining("simulation");
    vm.close();

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(call::get)
        .withCauseInstanceOf(IllegalStateException.class);
  }
}
