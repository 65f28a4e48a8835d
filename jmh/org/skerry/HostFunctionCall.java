package org.skerry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost a process to call a function of the host, and to call one of its own? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
      "--enable-native-access=ALL-UNNAMED"
    })
public class HostFunctionCall {
  private static final int CALLS = 100_000;

  /** A loop of calls for each kind: what is in it beside the call is the same. */
  private static final String SOURCE =
      """
      module benchmark
      import java.add(i, i) -> i
      import java.same(r) -> r
      import java.blocking(i) -> i
      import java.async(i) -> i

      function add(i a, i b) -> i
          i.add        sum, a, b
          i.return     sum
      end

      export function own(i n) -> i
          i.const      sum, 0
      next:
          i.call       sum, add(sum, n)
          i.add        n, n, -1
          i.jump.gt    n, 0, @next
          i.return     sum
      end

      export function inline(i n) -> i
          i.const      sum, 0
      next:
          i.call       sum, java.add(sum, n)
          i.add        n, n, -1
          i.jump.gt    n, 0, @next
          i.return     sum
      end

      export function terms(i n) -> i
          r.const      t, :atom
      next:
          r.call       t, java.same(t)
          i.add        n, n, -1
          i.jump.gt    n, 0, @next
          i.return     n
      end

      export function blocking(i n) -> i
      next:
          i.call       m, java.blocking(n)
          i.add        n, n, -1
          i.jump.gt    n, 0, @next
          i.return     n
      end

      export function async(i n) -> i
      next:
          i.call       m, java.async(n)
          i.add        n, n, -1
          i.jump.gt    n, 0, @next
          i.return     n
      end
      """;

  /** Whether functions are compiled. */
  @Param({"OFF", "EAGER"})
  public JitMode jit;

  private Vm vm;
  private Module module;

  /** Starts the VM. */
  @Setup
  public void setup() throws IOException, LoadException, InterruptedException {
    HostModule java =
        HostModule.builder("java")
            .inlineLong("add(i, i) -> i", call -> call.asLong(0) + call.asLong(1))
            .inline("same(r) -> r", call -> call.term(0))
            .blocking("blocking(i) -> i", call -> call.asLong(0))
            .async("async(i) -> i", call -> CompletableFuture.completedFuture(call.asLong(0)))
            .build();
    Path file = Files.createTempFile("benchmark", ".ska");
    Files.writeString(file, SOURCE);
    vm = Vm.builder().workers(1).pin("none").jit(jit).hostModule(java).start();
    module = vm.load(file);
    Files.delete(file);
  }

  /** Closes it. */
  @TearDown
  public void tearDown() {
    vm.close();
  }

  private long run(String function, int calls) throws InterruptedException {
    return vm.call(module.function(function), (long) calls).asLong();
  }

  /** Calls of a function of the module, for comparison. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public long own() throws InterruptedException {
    return run("own", CALLS);
  }

  /** Calls of an inline function with two integers. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public long inline() throws InterruptedException {
    return run("inline", CALLS);
  }

  /** Calls of an inline function with an atom. */
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public long terms() throws InterruptedException {
    return run("terms", CALLS);
  }

  /** Calls of a function on a virtual thread. */
  @Benchmark
  @OperationsPerInvocation(1_000)
  public long blocking() throws InterruptedException {
    return run("blocking", 1_000);
  }

  /** Calls of a function that returns a stage that is complete. */
  @Benchmark
  @OperationsPerInvocation(1_000)
  public long async() throws InterruptedException {
    return run("async", 1_000);
  }
}
