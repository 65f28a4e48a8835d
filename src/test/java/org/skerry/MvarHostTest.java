package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** MVars and the host: calls that wait and end otherwise, and first values that fail. */
@Timeout(60)
class MvarHostTest {
  private static final Duration SHORT = Duration.ofMillis(20);

  private static final String SHARED =
      """
      module shared
      export mvar total = 0
      export mvar words = %{}

      export function hold() -> r
          mvar.lock.write total
          r.receive    reason
          mvar.unlock  total
          r.return     nil
      end

      export function share() -> r
          mvar.lock.read total
          r.receive    reason
          mvar.unlock  total
          r.return     nil
      end

      export function read() -> r
          r.mvar.read  v, total
          r.return     v
      end

      export function upgrade() -> r
          mvar.lock.read total
          mvar.lock.write total
          r.mvar.read  v, total
          r.add        v, v, 1
          mvar.write   total, v
          mvar.unlock  total
          mvar.unlock  total
          r.return     v
      end
      """;

  private static final String NEXT =
      """
      module next
      export mvar v = one()
      function one() -> r
          r.return 1
      end
      """;

  @TempDir private Path directory;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private Vm vm;
  private Module shared;
  private Mvar total;

  @BeforeEach
  void start() throws Exception {
    vm = Vm.builder().workers(2).pin("none").maxMemory(64L << 20).output(output, output).start();
    shared = load("shared", SHARED);
    total = vm.mvar("shared", "total");
  }

  /** In checked memory closing finds every block given back. */
  @AfterEach
  void close() {
    vm.close();
  }

  private Module load(String name, String source) throws Exception {
    Path file = directory.resolve(name + ".ska");
    Files.writeString(file, source);
    return vm.load(file);
  }

  /** A process that holds the MVar until it is told to end. */
  private Pid holder(String function) throws Exception {
    Pid holder = vm.spawn(shared.function(function));
    while (awaiting("{:message") == 0) {
      Thread.onSpinWait();
    }
    return holder;
  }

  private long awaiting(String what) throws InterruptedException {
    long count = 0;
    for (Pid pid : vm.processes().list()) {
      Optional<ProcessInfo> info = vm.processes().info(pid);
      count += info.isPresent() && info.get().awaits().toString().startsWith(what) ? 1 : 0;
    }
    return count;
  }

  private void awaitWaiters(int count) throws InterruptedException {
    while (awaiting("{:mvar") != count) {
      Thread.onSpinWait();
    }
  }

  @ParameterizedTest
  @CsvSource({"hold, read", "hold, upgrade", "share, upgrade"})
  void shouldGiveUpACallWhoseTimeIsOver(String holding, String waiting) throws Exception {
    Pid holder = holder(holding);

    CallFailed late =
        catchThrowableOfType(CallFailed.class, () -> vm.call(shared.function(waiting), SHORT));
    assertThat(late.kind()).isEqualTo(CallFailed.Kind.TIMEOUT);
    late = catchThrowableOfType(CallFailed.class, () -> total.within(SHORT).write("lost"));
    assertThat(late.kind()).isEqualTo(CallFailed.Kind.TIMEOUT);

    awaitWaiters(0);
    vm.offer(holder, 0);
    assertThat(total.within(Duration.ofMinutes(1)).read()).isEqualTo(Term.of(0));
    assertThat(vm.call(shared.function("upgrade"))).isEqualTo(Term.of(1));
  }

  @Test
  void shouldLetTheOthersInWhoeverOfThoseWhoWaitIsInterrupted() throws Exception {
    total.write(3);
    Pid holder = holder("hold");
    for (int interrupted = 0; interrupted < 3; interrupted++) {
      List<FutureTask<Term>> calls = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        int value = i;
        calls.add(new FutureTask<>(() -> total.exchange(value)));
        threads.add(Thread.ofPlatform().start(calls.get(i)));
        awaitWaiters(i + 1);
      }
      threads.get(interrupted).interrupt();
      FutureTask<Term> ended = calls.get(interrupted);
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(ended::get)
          .withCauseInstanceOf(InterruptedException.class);
      awaitWaiters(2);
      vm.offer(holder, 0);
      int first = interrupted == 0 ? 1 : 0;
      int last = interrupted == 2 ? 1 : 2;
      assertThat(calls.get(first).get()).isEqualTo(Term.of(3));
      assertThat(calls.get(last).get()).isEqualTo(Term.of(first));
      assertThat(total.read()).isEqualTo(Term.of(last));
      total.write(3);
      holder = holder("hold");
    }
    vm.kill(holder);
    assertThat(total.read()).isEqualTo(Term.of(3));
  }

  @Test
  void shouldTellTheHostThatOfTwoUpgradesOneCannotBe() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
      Pid holder = holder("share");
      Future<Term> first = threads.submit(() -> vm.call(shared.function("upgrade")));
      awaitWaiters(1);

      CallFailed second =
          catchThrowableOfType(CallFailed.class, () -> vm.call(shared.function("upgrade"), SHORT));
      vm.offer(holder, 0);

      assertThat(first.get()).isEqualTo(Term.of(1));
      assertThat(second).isNotNull();
    }
  }

  @Test
  void shouldRefuseTheHostWhatDoesNotFit() throws Exception {
    String large = "x".repeat(100 << 20);
    Throwable refused = catchThrowable(() -> total.write(large));
    assertThat(refused).isInstanceOfAny(LimitExceeded.class, CallFailed.class);
    refused = catchThrowable(() -> vm.mvar("shared", "words").put("k", large));
    assertThat(refused).isInstanceOfAny(LimitExceeded.class, CallFailed.class);

    assertThat(total.read()).isEqualTo(Term.of(0));
    assertThat(vm.mvar("shared", "words").size()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "throw :no, reason=:no",
    "exit :no, reason=:no",
    "i64.new a 1_000_000_000, limit",
  })
  void shouldSayWhyAFirstValueFailsAndLoadOthersStill(String instruction, String said)
      throws Exception {
    String source =
        """
        module failing
        export mvar v = first()
        mvar other = 0
        function first() -> r
            mvar.lock.write other
            mvar.lock.write shared.total
            INSTRUCTION
            mvar.unlock shared.total
            mvar.unlock other
            r.return nil
        end
        """
            .replace("INSTRUCTION", instruction.replace("a 1", "a, 1"));
    Throwable failed = catchThrowable(() -> load("failing", source));

    assertThat(failed).isInstanceOf(LoadException.class);
    assertThat(failed).hasMessageContaining(said);
    assertThat(total.read()).isEqualTo(Term.of(0));
    load("next", NEXT);
    assertThat(vm.mvar("next", "v").read()).isEqualTo(Term.of(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"jump @again", "r.receive x"})
  void shouldEndAFirstValueThatNeverComesWithTheThreadThatWaits(String instruction)
      throws Exception {
    String source =
        """
        module endless
        export mvar v = first()
        function first() -> r
            mvar.lock.write shared.total
        again:
            INSTRUCTION
            jump @again
        end
        """
            .replace("INSTRUCTION", instruction);
    FutureTask<Module> loading = new FutureTask<>(() -> load("endless", source));
    Thread thread = Thread.ofPlatform().start(loading);
    while (vm.processes().list().isEmpty()) {
      Thread.onSpinWait();
    }
    thread.interrupt();

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(loading::get)
        .withCauseInstanceOf(InterruptedException.class);
    assertThat(total.read()).isEqualTo(Term.of(0));
    load("next", NEXT);
    assertThat(vm.mvar("next", "v").read()).isEqualTo(Term.of(1));
    assertThatExceptionOfType(CallFailed.class).isThrownBy(vm.mvar("endless", "v")::read);
  }

  @Test
  void shouldComputeFirstValuesOfModulesThatAreLoadedAtTheSameTime() throws Exception {
    int count = 20;
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Module>> loads = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String name = "beside" + i;
        String source = NEXT.replace("next", name).replace("return 1", "return " + i);
        loads.add(threads.submit(() -> load(name, source)));
      }
      for (int i = 0; i < count; i++) {
        loads.get(i).get();
        assertThat(vm.mvar("beside" + i, "v").read()).isEqualTo(Term.of(i));
      }
    }
  }
}
