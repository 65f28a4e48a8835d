package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls of functions that nobody sees the process of, unless they take long or fail. */
@Timeout(60)
class NumericCallTest {
  private static final String SOURCE =
      """
      module numbers
      export function price(i n, f x) -> f
          f.from.i     y, n
          f.mul        y, y, x
          f.return     y
      end
      export function same(i n) -> i
          i.return     n
      end
      export function divide(i a, i b) -> i
          i.call       q, quotient(a, b)
          i.return     q
      end
      function quotient(i a, i b) -> i
          i.div        a, a, b
          i.return     a
      end
      export function deep(i n) -> i
          i.jump.eq    n, 0, @bottom
          i.add        n, n, -1
          i.call       n, deep(n)
          i.add        n, n, 1
      bottom:
          i.return     n
      end
      export function count(i n) -> i
          i.const      sum, 0
      again:
          i.add        sum, sum, n
          i.add        n, n, -1
          i.jump.gt    n, 0, @again
          i.return     sum
      end
      export function forever() -> i
      again:
          jump         @again
      end
      export function is_even(i n) -> i
          i.jump.eq    n, 0, @yes
          i.add        n, n, -1
          tail.call    is_odd(n)
      yes:
          i.return     1
      end
      function is_odd(i n) -> i
          i.jump.eq    n, 0, @no
          i.add        n, n, -1
          tail.call    is_even(n)
      no:
          i.return     0
      end
      export function silent() -> r
          r.receive    m
          r.return     m
      end
      export function seen(i n) -> i
          i.call       n, hidden(n)
          i.return     n
      end
      function hidden(i n) -> i
          sleep        1
          i.return     n
      end
      export function main() -> r
          r.return     nil
      end
      """;

  @TempDir private Path folder;

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Vm vm;
  private Module numbers;

  private static VmBuilder options() {
    return Vm.builder().workers(2).pin("none").maxMemory(64L << 20);
  }

  private void open(VmBuilder options) throws Exception {
    close();
    Path file = folder.resolve("numbers.ska");
    Files.writeString(file, SOURCE);
    vm = options.output(output, output).start();
    numbers = vm.load(file);
  }

  @AfterEach
  void close() {
    if (vm != null) {
      vm.close();
    }
    assertThat(output.toString()).isEmpty();
  }

  @AfterEach
  void endThreads() {
    threads.shutdown();
  }

  private Term call(String function, Object... arguments) throws InterruptedException {
    return vm.call(numbers.function(function), arguments);
  }

  @Test
  void shouldKnowWhichFunctionsShowTheirProcessToNobody() throws Exception {
    open(options());

    assertThat(numbers.functions().stream().filter(each -> each.in(vm).isNumeric(vm)))
        .extracting(Function::name)
        .containsExactlyInAnyOrder(
            "price", "same", "divide", "deep", "count", "forever", "is_even");
  }

  @ParameterizedTest
  @EnumSource(JitMode.class)
  void shouldGiveWhatTheyReturn(JitMode jit) throws Exception {
    open(options().jit(jit));

    for (int i = 0; i < 2_000; i++) {
      assertThat(call("price", 100L, 2.5)).isEqualTo(Term.of(250.0));
      assertThat(call("same", Long.MIN_VALUE + i)).isEqualTo(Term.of(Long.MIN_VALUE + i));
      assertThat(call("divide", 7, 2)).isEqualTo(Term.of(3));
      assertThat(call("is_even", i)).isEqualTo(Term.of(1 - i % 2));
    }
    assertThat(call("deep", 100_000)).isEqualTo(Term.of(100_000));
    assertThat(call("count", 3_000_000)).isEqualTo(Term.of(4_500_001_500_000L));
    assertThat(call("price", Term.of(4), (short) 3 * 1.0f)).isEqualTo(Term.of(12.0));
    assertThat(vm.processes().list()).isEmpty();
  }

  @Test
  void shouldCollectAlwaysAndSuspendAlways() throws Exception {
    open(options().collectAlways(true).reductions(1).jit(JitMode.EAGER));

    for (int i = 0; i < 200; i++) {
      assertThat(call("same", Long.MAX_VALUE - i)).isEqualTo(Term.of(Long.MAX_VALUE - i));
      assertThat(call("deep", 50)).isEqualTo(Term.of(50));
      assertThat(call("price", i, 0.5)).isEqualTo(Term.of(i * 0.5));
    }
  }

  @ParameterizedTest
  @EnumSource(JitMode.class)
  void shouldFailAsOthersDo(JitMode jit) throws Exception {
    open(options().jit(jit).maxHeap(1 << 20));
    call("same", 1);
    for (int i = 0; i < 3; i++) {
      CallFailed failed = catchThrowableOfType(CallFailed.class, () -> call("divide", 1, 0));
      assertThat(failed.kind()).isEqualTo(CallFailed.Kind.ERROR);
      assertThat(failed)
          .hasMessageContaining("numbers.quotient/2")
          .hasMessageContaining("numbers.divide/2");
      // The report names a process that no other is called like.
      Pid next = vm.spawn(numbers.function("silent"));
      assertThat(failed.getMessage()).doesNotContain(next.toString() + " ");
      vm.kill(next);
    }
    CallFailed limit = catchThrowableOfType(CallFailed.class, () -> call("deep", 10_000_000));
    assertThat(limit.kind()).isEqualTo(CallFailed.Kind.LIMIT);
    assertThat(limit.limit().limit()).isEqualTo(LimitExceeded.Limit.HEAP);
    assertThat(call("same", 1)).isEqualTo(Term.of(1));
    assertThatIllegalArgumentException().isThrownBy(() -> call("price", 1L));
    assertThatIllegalArgumentException().isThrownBy(() -> call("price", 1L, 2L));
    try (Vm other = options().start()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> other.call(numbers.function("same"), 1));
    }
  }

  @Test
  void shouldBeSeenAndEndedWhereTheyTakeLong() throws Exception {
    open(options());
    call("same", 1);

    assertThatExceptionOfType(CallFailed.class)
        .isThrownBy(() -> vm.call(numbers.function("forever"), Duration.ofMillis(5)))
        .matches(failed -> failed.kind() == CallFailed.Kind.TIMEOUT);
    Future<Term> call = threads.submit(() -> call("forever"));
    while (vm.processes().list().isEmpty()) {
      Thread.onSpinWait();
    }
    Pid pid = vm.processes().list().getFirst();
    assertThat(vm.processes().info(pid)).isPresent();
    assertThat(vm.kill(pid)).isTrue();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(call::get)
        .withCauseInstanceOf(CallFailed.class);
  }

  @Test
  void shouldBeToldThatTheVmCloses() throws Exception {
    open(options());
    Future<Term> call = threads.submit(() -> call("forever"));
    while (vm.processes().list().isEmpty()) {
      Thread.onSpinWait();
    }
    vm.close();

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(call::get)
        .withCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldCountAsProcesses() throws Exception {
    open(options().maxProcesses(1));
    call("same", 1);
    Pid silent = vm.spawn(numbers.function("silent"));

    assertThatExceptionOfType(LimitExceeded.class)
        .isThrownBy(() -> call("same", 1))
        .matches(limit -> limit.limit() == LimitExceeded.Limit.PROCESSES);
    vm.kill(silent);
    while (vm.isAlive(silent)) {
      Thread.onSpinWait();
    }
    // A killed process is counted until it is gone.
    Term result = null;
    while (result == null) {
      try {
        result = call("same", 1);
      } catch (LimitExceeded notYet) {
        Thread.onSpinWait();
      }
    }
    assertThat(result).isEqualTo(Term.of(1));
    assertThat(vm.close(Duration.ofMinutes(1))).isTrue();
  }

  @Test
  void shouldTakeNoMoreMemoryTheMoreAreCalled() throws Exception {
    open(options().jit(JitMode.EAGER));
    call("deep", 50_000);
    call("same", Long.MAX_VALUE);
    long before = vm.statistics().memory().usedBytes();
    for (int i = 0; i < 100_000; i++) {
      call("same", Long.MAX_VALUE - i);
    }

    assertThat(vm.statistics().memory().usedBytes()).isEqualTo(before);
  }

  @Test
  void shouldBeCalledByManyThreadsAtOnce() throws Exception {
    open(options().jit(JitMode.EAGER));
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      calls.add(() -> {
        for (int i = 0; i < 5_000; i++) {
          assertThat(call("price", i, 2.0)).isEqualTo(Term.of(i * 2.0));
          if (i % 100 == 0) {
            assertThat(call("count", 20_000)).isEqualTo(Term.of(200_010_000));
            assertThat(call("seen", i)).isEqualTo(Term.of(i));
          }
        }
        return true;
      });
    }
    for (Future<Boolean> call : threads.invokeAll(calls)) {
      assertThat(call.get()).isTrue();
    }
    // Who was given up to the workers leaves the table behind its answer.
    while (!vm.processes().list().isEmpty()) {
      Thread.onSpinWait();
    }
  }
}
