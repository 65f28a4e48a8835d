package org.skerry.programs;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.skerry.JitMode;
import org.skerry.VmBuilder;

/**
 * A way to run a program in which it must do the same as in every other.
 *
 * @param workers threads, or simulated workers
 * @param seed of a simulation; null for threads
 * @param collectsAlways whether to collect wherever a process could
 * @param suspendsAlways whether to preempt wherever a process could be
 * @param jit when code is compiled
 */
public record Mode(
    int workers, Long seed, boolean collectsAlways, boolean suspendsAlways, JitMode jit) {
  public static final Mode ONE_WORKER = new Mode(1, null, false, false, JitMode.OFF);
  public static final Mode TWO_WORKERS = new Mode(2, null, false, false, JitMode.OFF);
  public static final Mode COLLECT_ALWAYS = new Mode(1, null, true, false, JitMode.OFF);
  public static final Mode SUSPEND_ALWAYS = new Mode(2, null, false, true, JitMode.OFF);
  public static final Mode BOTH_ALWAYS = new Mode(2, null, true, true, JitMode.OFF);

  public static Mode simulated(long seed) {
    return new Mode(2, seed, false, false, JitMode.OFF);
  }

  /** Threads, simulations with some seeds, and every stress switch; each in both tiers. */
  public static List<Mode> all(int seeds) {
    List<Mode> modes = new ArrayList<>();
    modes.addAll(List.of(ONE_WORKER, TWO_WORKERS));
    modes.addAll(List.of(COLLECT_ALWAYS, SUSPEND_ALWAYS, BOTH_ALWAYS));
    LongStream.range(0, seeds).mapToObj(Mode::simulated).forEach(modes::add);
    List<Mode> interpreted = List.copyOf(modes);
    interpreted.forEach(mode -> modes.add(mode.compiled(JitMode.EAGER)));
    modes.add(TWO_WORKERS.compiled(JitMode.HOT));
    return modes;
  }

  /** The same with compiled code. */
  public Mode compiled(JitMode mode) {
    return new Mode(workers, seed, collectsAlways, suspendsAlways, mode);
  }

  VmBuilder apply(VmBuilder builder) {
    builder.workers(workers).pin("none").idle("park").collectAlways(collectsAlways).jit(jit);
    builder.endWhenAllAwait(true); // as on the command line: no program here may be taken for stuck
    if (seed != null) {
      // Short slices: more choices, and less work between two of them.
      builder.seed(seed).reductions(200);
    }
    return suspendsAlways ? builder.reductions(1) : builder;
  }

  @Override
  public String toString() {
    return (seed == null ? workers + (workers == 1 ? " worker" : " workers") : "seed " + seed)
        + (collectsAlways ? ", collecting always" : "")
        + (suspendsAlways ? ", suspending always" : "")
        + (jit == JitMode.OFF ? "" : ", compiled " + jit);
  }
}
