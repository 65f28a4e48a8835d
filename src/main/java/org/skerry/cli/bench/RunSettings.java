package org.skerry.cli.bench;

import java.time.Duration;
import java.util.Objects;
import org.skerry.JitMode;
import org.skerry.Vm;
import org.skerry.VmBuilder;

/**
 * How benchmarks are run.
 *
 * @param size of the work; 0 for each benchmark's own
 * @param warmupRounds rounds that do not count; -1 for each benchmark's own
 * @param rounds rounds that count; 0 for each benchmark's own
 * @param budget after which a benchmark starts no further round, half of it for warm-up; null for
 *     none. At least one round counts
 * @param workers worker threads; 0 for one a core
 * @param pinning cores that workers are bound to, as {@code VmBuilder.pin} reads them
 * @param idle what a worker without work does, as {@code VmBuilder.idle} reads it
 * @param jit when bytecode is compiled
 */
public record RunSettings(
    long size,
    int warmupRounds,
    int rounds,
    Duration budget,
    int workers,
    String pinning,
    String idle,
    JitMode jit) {

  /** Checks that nothing is missing. */
  public RunSettings {
    Objects.requireNonNull(pinning, "pinning");
    Objects.requireNonNull(idle, "idle");
    Objects.requireNonNull(jit, "jit");
  }

  /** Each benchmark's own rounds and sizes, and the VM's defaults, with hot code compiled. */
  public static RunSettings defaults() {
    return new RunSettings(0, -1, 0, null, 0, "auto", "hybrid", JitMode.HOT);
  }

  long size(Benchmark benchmark) {
    return size == 0 ? benchmark.size() : size;
  }

  int warmupRounds(Benchmark benchmark) {
    return warmupRounds < 0 ? benchmark.warmupRounds() : warmupRounds;
  }

  int rounds(Benchmark benchmark) {
    return rounds == 0 ? benchmark.rounds() : rounds;
  }

  VmBuilder vm() {
    VmBuilder builder = Vm.builder().pin(pinning).idle(idle).jit(jit).endWhenAllAwait(true);
    return workers == 0 ? builder : builder.workers(workers);
  }

  /** As the VM will take it. */
  int workerCount() {
    return workers == 0 ? Runtime.getRuntime().availableProcessors() : workers;
  }
}
