package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class VmCallTest {
  private static final Path ECHO = Path.of("src/test/resources/embedding/echo.ska");

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private Vm vm;
  private Module echo;

  @BeforeEach
  void start() throws LoadException, InterruptedException {
    open(options().jit(JitMode.EAGER));
  }

  private VmBuilder options() {
    return Vm.builder().workers(2).pin("none").maxMemory(64L << 20).output(output, output);
  }

  private void open(VmBuilder builder) throws LoadException, InterruptedException {
    close();
    vm = builder.start();
    echo = vm.load(ECHO);
  }

  @AfterEach
  void close() {
    if (vm != null) {
      vm.close();
    }
    assertThat(output.toString()).isEmpty();
  }

  private Term call(String function, Object... arguments) throws InterruptedException {
    return vm.call(echo.function(function), arguments);
  }

  @ParameterizedTest
  @EnumSource(JitMode.class)
  void shouldGiveWhatAFunctionReturns(JitMode jit) throws Exception {
    open(options().jit(jit));

    assertThat(call("twice", 21).asLong()).isEqualTo(42);
    assertThat(call("half", 3.0).asDouble()).isEqualTo(1.5);
    assertThat(call("same", List.of("a", Map.of(1, 2)))).hasToString("[\"a\", %{1 => 2}]");
    assertThat(call("same", (Object) null)).isEqualTo(Term.NIL);
    assertThat(call("deep", 100_000).asLong()).isEqualTo(100_000);
    assertThat(call("late", 2_000_000).asLong()).isEqualTo(2_000_000);
  }

  @Test
  void shouldCallInASimulation() throws Exception {
    open(options().seed(7));

    assertThat(call("twice", 21).asLong()).isEqualTo(42);
    assertThat(call("late", 3_600_000_000_000L).asLong()).isEqualTo(3_600_000_000_000L);
    assertFails(CallFailed.Kind.TIMEOUT, "late", Duration.ofSeconds(1), 3_600_000_000_000L);
  }

  private CallFailed assertFails(
      CallFailed.Kind kind, String function, Duration deadline, Object... arguments) {
    CallFailed failed =
        catchThrowableOfType(
            CallFailed.class, () -> vm.call(echo.function(function), deadline, arguments));
    assertThat(failed).isNotNull();
    assertThat(failed.kind()).isEqualTo(kind);
    return failed;
  }

  @Test
  void shouldSayHowACallFails() throws Exception {
    open(options().maxHeap(1 << 20));

    CallFailed failed = assertFails(CallFailed.Kind.ERROR, "fail", null, Term.atom("mine"));
    assertThat(failed.reason()).isEqualTo(Term.atom("mine"));
    assertThat(failed).hasMessageContaining("echo.fail/1").hasMessageContaining("echo.ska:");
    assertThat(assertFails(CallFailed.Kind.EXIT, "leave", null, 5).reason()).isEqualTo(Term.of(5));
    assertFails(CallFailed.Kind.LIMIT, "grow", null, List.of());
    assertFails(CallFailed.Kind.TIMEOUT, "forever", Duration.ofMillis(10));
    assertFails(CallFailed.Kind.TIMEOUT, "silent", Duration.ofMillis(10));
    assertThat(call("twice", 1).asLong()).isEqualTo(2);
  }

  @Test
  void shouldBeCalledByManyThreadsAtOnce() throws Exception {
    List<Callable<Term>> calls = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      calls.add(() -> call("count", 50));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Term> call : threads.invokeAll(calls)) {
        assertThat(call.get().asLong()).isBetween(50L, 10_000L);
      }
    }

    assertThat(vm.mvar("echo", "total").read()).isEqualTo(Term.of(10_000));
  }

  @Test
  void shouldEndWhatAnInterruptedThreadWaitsFor() throws Exception {
    Thread.currentThread().interrupt();

    assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> call("silent"));
    assertThat(vm.statistics().processes().spawned()).isPositive();
    assertThat(call("twice", 1).asLong()).isEqualTo(2);
  }

  @Test
  void shouldTellThoseWhoWaitThatTheVmCloses() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    List<Throwable> thrown = new ArrayList<>();
    List<Thread> callers = new ArrayList<>();
    for (String function : List.of("silent", "forever")) {
      callers.add(
          Thread.ofPlatform()
              .start(() -> {
                begun.countDown();
                Throwable e = catchThrowable(() -> call(function));
                synchronized (thrown) {
                  thrown.add(e);
                }
              }));
    }
    begun.await();
    vm.close();
    for (Thread caller : callers) {
      caller.join();
    }

    assertThat(thrown).hasSize(2).allSatisfy(e -> assertThat(e).hasMessage("the VM is closed"));
    assertThatIllegalStateException().isThrownBy(() -> call("twice", 1));
  }

  @Test
  void shouldAskAProcess() throws Exception {
    Pid server = vm.spawn(echo.function("answer"));
    Duration minute = Duration.ofMinutes(1);

    assertThat(get(vm.ask(server, 21, minute))).isEqualTo(Term.of(42));
    assertThat(kindOf(vm.ask(server, 0, Duration.ofMillis(5)))).isEqualTo(CallFailed.Kind.TIMEOUT);
    CompletionStage<Term> last = vm.ask(server, null, minute);
    assertThat(kindOf(last)).isEqualTo(CallFailed.Kind.ERROR);
    assertThat(reasonOf(last)).isEqualTo(Term.tuple(Term.atom("no_process"), Term.atom("normal")));
    assertThat(reasonOf(vm.ask(server, 1, minute)))
        .isEqualTo(Term.tuple(Term.atom("no_process"), Term.atom("noproc")));

    SpawnOptions small = SpawnOptions.builder().maxMailbox(1).build();
    HostMailbox full = vm.openMailbox(small);
    CompletionStage<Term> first = vm.ask(vm.openMailbox().pid(), 1, minute);
    while (vm.offer(full.pid(), 1) == Offer.OK) {}
    assertThat(reasonOf(vm.ask(full.pid(), 1, minute)).asTuple().getFirst())
        .isEqualTo(Term.atom("mailbox_full"));
    vm.close();
    assertThat(failureOf(first)).hasMessage("the VM is closed");
  }

  private static Term get(CompletionStage<Term> stage) throws Exception {
    return stage.toCompletableFuture().get();
  }

  private static Throwable failureOf(CompletionStage<Term> stage) {
    return catchThrowableOfType(ExecutionException.class, () -> get(stage)).getCause();
  }

  private static CallFailed.Kind kindOf(CompletionStage<Term> stage) {
    return ((CallFailed) failureOf(stage)).kind();
  }

  private static Term reasonOf(CompletionStage<Term> stage) {
    return ((CallFailed) failureOf(stage)).reason();
  }

  @Test
  void shouldReachMvars() throws Exception {
    Mvar total = vm.mvar("echo", "total");
    total.write(5);
    assertThat(call("count", 2).asLong()).isEqualTo(7);
    assertThat(total.exchange(List.of("x"))).isEqualTo(Term.of(7));
    assertThat(total.read()).isEqualTo(Term.of(List.of("x")));

    Mvar table = vm.mvar("echo", "table");
    assertThat(table.get("k")).isNull();
    table.put("k", null);
    table.put(1, Term.tuple(2));
    assertThat(table.get("k")).isEqualTo(Term.NIL);
    assertThat(table.get(1)).isEqualTo(Term.tuple(2));
    assertThat(table.size()).isEqualTo(2);
    assertThat(table.remove("k")).isTrue();
    assertThat(table.remove("k")).isFalse();
    assertThat(vm.mvar("echo", "table")).isSameAs(table).hasToString("echo.table");
    assertThatExceptionOfType(CallFailed.class).isThrownBy(() -> total.get(1));
    assertThatIllegalArgumentException().isThrownBy(() -> vm.mvar("echo", "hidden"));
    assertThatIllegalArgumentException().isThrownBy(() -> vm.mvar("none", "total"));
  }

  @Test
  void shouldWaitForWhoHoldsAnMvar() throws Exception {
    Mvar total = vm.mvar("echo", "total");
    Pid holder = vm.spawn(echo.function("hold"), 3_600_000_000_000L);
    try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
      Future<Term> read = threads.submit(total::read);
      vm.kill(holder);

      assertThat(read.get()).isEqualTo(Term.of(0));
    }
  }

  @Test
  void shouldCloseWhileHostsWaitForAnMvar() throws Exception {
    Mvar total = vm.mvar("echo", "total");
    vm.spawn(echo.function("hold"), 3_600_000_000_000L);
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<Term>> waiting = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        int value = i;
        waiting.add(threads.submit(() -> total.exchange(value)));
      }
      vm.close();
      for (Future<Term> each : waiting) {
        try {
          each.get();
        } catch (ExecutionException e) {
          assertThat(e.getCause()).hasMessage("the VM is closed");
        }
      }
    }
  }
}
