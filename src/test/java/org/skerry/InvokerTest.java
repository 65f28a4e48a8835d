package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A VM without threads of its own, which the test's threads drive. */
@Timeout(60)
class InvokerTest {
  private static final Path ECHO = Path.of("src/test/resources/embedding/echo.ska");

  @TempDir private Path folder;

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch isHeld = new CountDownLatch(1);
  private final CountDownLatch mayGoOn = new CountDownLatch(1);
  private final AtomicReference<Throwable> nested = new AtomicReference<>();
  private Vm vm;
  private Module echo;

  @BeforeEach
  void start() throws Exception {
    open(options());
  }

  private VmBuilder options() {
    return Vm.builder()
        .invoker()
        .jit(JitMode.EAGER)
        .maxMemory(64L << 20)
        .output(output, output)
        .hostModule(
            HostModule.builder("java")
                .inline("hold() -> r", this::hold)
                .inline("drive() -> r", call -> drive())
                .build());
  }

  private Object hold(HostCall call) throws InterruptedException {
    isHeld.countDown();
    mayGoOn.await();
    return null;
  }

  private Object drive() {
    nested.set(catchThrowable(vm::doWork));
    return null;
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

  private Module load(String source) throws Exception {
    Path file = folder.resolve("user.ska");
    Files.writeString(file, "module user\n" + source);
    return vm.load(file);
  }

  private void driveUntil(BooleanSupplier isDone) {
    while (!isDone.getAsBoolean()) {
      if (vm.doWork() == 0) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void shouldRunProcessesOnlyWhileItIsDriven() throws Exception {
    assertThat(vm.doWork()).isZero();
    Pid pid = vm.spawn(echo.function("leave"), 1);

    assertThat(vm.isAlive(pid)).isTrue();
    assertThat(vm.doWork()).isPositive();
    assertThat(vm.isAlive(pid)).isFalse();
    assertThat(vm.doWork()).isZero();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("skerry-worker"));
  }

  @Test
  void shouldRunOneSliceOfAProcessAtATime() {
    vm.spawn(echo.function("forever"));
    Pid other = vm.spawn(echo.function("leave"), 1);

    driveUntil(() -> !vm.isAlive(other));
  }

  @Test
  void shouldFireTimers() {
    long startNs = System.nanoTime();
    Pid late = vm.spawn(echo.function("late"), 3_000_000L);
    driveUntil(() -> !vm.isAlive(late));

    assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(3_000_000L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spin", "hybrid", "park"})
  void shouldDriveWhileItWaitsForACall(String idle) throws Exception {
    open(options().idle(idle));

    assertThat(vm.call(echo.function("twice"), 21)).isEqualTo(Term.of(42));
    assertThat(vm.call(echo.function("late"), 2_000_000L)).isEqualTo(Term.of(2_000_000L));
    assertThatExceptionOfType(CallFailed.class)
        .isThrownBy(() -> vm.call(echo.function("silent"), Duration.ofMillis(2)))
        .matches(failed -> failed.kind() == CallFailed.Kind.TIMEOUT);
    vm.mvar("echo", "total").write(5);
    assertThat(vm.mvar("echo", "total").read()).isEqualTo(Term.of(5));
    Thread.currentThread().interrupt();
    assertThatExceptionOfType(InterruptedException.class)
        .isThrownBy(() -> vm.call(echo.function("silent")));
    driveUntil(() -> vm.processes().list().isEmpty());
  }

  @Test
  void shouldAnswerRequests() throws Exception {
    Pid server = vm.spawn(echo.function("answer"));
    CompletableFuture<Term> answer =
        vm.ask(server, 21, Duration.ofMinutes(1)).toCompletableFuture();
    CompletableFuture<Term> late = vm.ask(server, 0, Duration.ofMillis(2)).toCompletableFuture();
    driveUntil(() -> answer.isDone() && late.isDone());

    assertThat(answer.get()).isEqualTo(Term.of(42));
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(late::get)
        .withCauseInstanceOf(CallFailed.class);
  }

  @Test
  void shouldTakeWhatOtherThreadsSend() throws Exception {
    HostMailbox mailbox = vm.openMailbox();
    Pid server = vm.spawn(echo.function("serve"), Term.NIL, null);
    int count = 20_000;
    Future<?> sender =
        threads.submit(() -> {
          for (int i = 0; i < count; ) {
            i += vm.offer(server, Term.tuple(mailbox.pid(), i)) == Offer.OK ? 1 : 0;
          }
        });
    int[] seen = {0};
    driveUntil(() -> {
      mailbox.poll(
          message -> assertThat(message.enter(1).asLong()).isEqualTo(seen[0]++), Integer.MAX_VALUE);
      return seen[0] == count;
    });
    sender.get();
  }

  @Test
  void shouldAllocateNothingInASteadyLoop() throws Exception {
    HostMailbox mailbox = vm.openMailbox();
    Pid server = vm.spawn(echo.function("serve"), Term.NIL, null);
    var bean = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    int rounds = 50_000;
    long bytes = Long.MAX_VALUE;

    // Some objects are gone only when HotSpot has compiled all of it, in its own time.
    for (int times = 0; times < 40 && bytes >= rounds; times++) {
      long before = bean.getCurrentThreadAllocatedBytes();
      roundTrips(mailbox, server, rounds);
      bytes = bean.getCurrentThreadAllocatedBytes() - before;
    }

    assertThat(bytes).isLessThan(rounds); // one object for each would have 16 times that
  }

  private void roundTrips(HostMailbox mailbox, Pid server, int rounds) {
    long self = mailbox.pid().word();
    MessageHandler nothing = message -> {};
    for (int i = 0; i < rounds; i++) {
      mailbox.writer().beginTuple().pid(self).integer(i).end();
      mailbox.offer(server.word());
      while (mailbox.poll(nothing, 1) == 0) {
        vm.doWork();
      }
    }
  }

  @Test
  void shouldBeDrivenByThreadsInTurn() throws Exception {
    SynchronousQueue<Integer> turns = new SynchronousQueue<>();
    Pid server = vm.spawn(echo.function("serve"), Term.NIL, null);
    HostMailbox mailbox = vm.openMailbox();
    Future<Integer> other =
        threads.submit(() -> {
          int rounds = 0;
          for (; turns.take() > 0; rounds++) {
            roundTrips(mailbox, server, 10);
            assertThat(vm.call(echo.function("twice"), 21)).isEqualTo(Term.of(42));
            turns.put(1);
          }
          return rounds;
        });
    for (int i = 0; i < 200; i++) {
      roundTrips(mailbox, server, 10);
      assertThat(vm.call(echo.function("late"), 1_000L)).isEqualTo(Term.of(1_000L));
      turns.put(1);
      turns.take();
    }
    turns.put(0);

    assertThat(other.get()).isEqualTo(200);
  }

  @Test
  void shouldRefuseASecondThreadMeanwhile() throws Exception {
    Module user =
        load(
            "import java.hold() -> r\n"
                + "export function f() -> r\n"
                + " r.call x, java.hold()\n"
                + " r.return x\n"
                + "end\n");
    vm.spawn(user.function("f"));
    Future<Integer> first = threads.submit(vm::doWork);
    isHeld.await();

    assertThatIllegalStateException()
        .isThrownBy(vm::doWork)
        .withMessage("Another thread drives the VM just now.");
    mayGoOn.countDown();
    assertThat(first.get()).isPositive();
    assertThat(vm.doWork()).isZero();
  }

  @Test
  void shouldNotBeDrivenByAProcessThatRuns() throws Exception {
    Module user =
        load(
            "import java.drive() -> r\n"
                + "export function f() -> r\n"
                + " r.call x, java.drive()\n"
                + " r.return x\n"
                + "end\n");
    vm.spawn(user.function("f"));

    assertThat(vm.doWork()).isPositive();
    assertThat(nested.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("must not drive");
  }

  @Test
  void shouldLetCallsOfOtherThreadsWaitForWhoDrives() throws Exception {
    vm.doWork();
    Future<Term> call = threads.submit(() -> vm.call(echo.function("late"), 1_000L));
    driveUntil(call::isDone);

    assertThat(call.get()).isEqualTo(Term.of(1_000L));
  }

  @Test
  void shouldLetThreadsThatCallDriveInTurnWhereNobodyElseDoes() throws Exception {
    for (int round = 0; round < 50; round++) {
      Future<Term> first = threads.submit(() -> vm.call(echo.function("late"), 200_000L));
      Future<Term> second = threads.submit(() -> vm.call(echo.function("late"), 100_000L));
      assertThat(vm.call(echo.function("late"), 150_000L)).isEqualTo(Term.of(150_000L));
      assertThat(first.get()).isEqualTo(Term.of(200_000L));
      assertThat(second.get()).isEqualTo(Term.of(100_000L));
    }
  }

  @Test
  void shouldDriveAfterTheThreadThatDidHasEnded() throws Exception {
    Thread driver = Thread.ofPlatform().start(vm::doWork);
    driver.join();

    assertThat(vm.call(echo.function("late"), 1_000L)).isEqualTo(Term.of(1_000L));
  }

  @Test
  void shouldRunMain() throws Exception {
    open(options().endWhenAllAwait(true));
    load("export function main() -> r\n print \"hello\\n\"\n r.receive m\n r.return m\nend\n");

    assertThat(vm.run("user")).isInstanceOf(Outcome.AwaitingForever.class);
    assertThat(output.toString()).contains("hello");
  }

  @Test
  void shouldInterruptARun() throws Exception {
    load("export function main() -> r\n r.receive m\n r.return m\nend\n");
    Future<Outcome> run = threads.submit(() -> vm.run("user"));
    while (vm.processes().list().isEmpty()) {
      Thread.onSpinWait();
    }
    vm.interrupt();

    assertThat(run.get()).isInstanceOf(Outcome.Interrupted.class);
  }

  @Test
  void shouldCloseWhileAnotherThreadDrives() throws Exception {
    vm.spawn(echo.function("forever"));
    Future<?> driver =
        threads.submit(() -> {
          while (true) {
            vm.doWork();
          }
        });
    while (vm.statistics().scheduling().slices() < 10) {
      Thread.onSpinWait();
    }
    vm.close();

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(driver::get)
        .withCauseInstanceOf(IllegalStateException.class)
        .withMessageContaining("the VM is closed");
    assertThatIllegalStateException().isThrownBy(vm::doWork).withMessage("the VM is closed");
  }

  @Test
  void shouldDriveWhileItGivesProcessesTimeToEnd() throws Exception {
    vm.doWork();
    vm.spawn(echo.function("late"), 1_000_000L);
    assertThat(vm.close(Duration.ofMinutes(1))).isTrue();

    open(options());
    vm.doWork();
    vm.spawn(echo.function("late"), 1_000_000L);
    Future<Boolean> closing = threads.submit(() -> vm.close(Duration.ofMinutes(1)));
    assertThatIllegalStateException()
        .isThrownBy(() -> driveUntil(() -> false))
        .withMessage("the VM is closed");
    assertThat(closing.get()).isTrue();
  }

  @Test
  void shouldTellWhoCallsThatTheVmCloses() throws Exception {
    Future<Term> call = threads.submit(() -> vm.call(echo.function("silent")));
    while (vm.processes().list().isEmpty()) {
      Thread.onSpinWait();
    }
    vm.close();

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(call::get)
        .withCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldRefuseOptionsThatDoNotGoTogether() throws Exception {
    assertThatIllegalArgumentException().isThrownBy(() -> Vm.builder().invoker().seed(1).start());
    try (Vm other = Vm.builder().workers(1).pin("none").maxMemory(32L << 20).start()) {
      assertThatIllegalStateException()
          .isThrownBy(other::doWork)
          .withMessageContaining("invoker()");
    }
  }
}
