package org.skerry.schedule;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.skerry.process.ProcessRuntime;
import org.skerry.process.Scheduling;
import org.skerry.process.Timers;
import org.skerry.process.WorkerContext;

/**
 * Runs the workers of a VM on the calling thread, one slice at a time, with a clock of its own and
 * every choice from one seed: which worker takes a step, how long its slice is, which queue it
 * looks at, where it steals, when it parks. The same seed gives the same run.
 *
 * <p>When all workers are parked, the clock moves to the next timer; where there is none, all
 * processes await forever, and the run ends and says so.
 *
 * <p>One thread. See {@code native-notes/simulation.md}.
 */
public final class Simulation implements AutoCloseable {
  /** How a run ended. */
  public enum Outcome {
    /** The caller's condition holds. */
    DONE,
    /** Nothing is ready and no timer is set: nothing would ever happen again. */
    AWAITING_FOREVER,
    /** The steps are used up. */
    OUT_OF_STEPS
  }

  private enum State {
    AWAKE,
    PARKED,
    UNPARKED
  }

  /** How much the clock moves in a step: about as long as a short slice. */
  private static final int MAX_STEP_NS = 4_000;

  private static final int SPURIOUS_UNPARK_ONE_IN = 64;

  private final SimulatedWorld world;
  private final SeededRandom random;
  private final WorkerGroup group;
  private final State[] states;
  private long slices;
  private long traceHash;
  private boolean isClosed;

  /**
   * Makes the workers.
   *
   * @param runtime what they share; its world is {@code world}
   * @param world the clock and the seed, not used by any other simulation
   * @param workers how many
   * @param maxReductions the longest slice; 1 suspends processes at every safepoint
   */
  public Simulation(ProcessRuntime runtime, SimulatedWorld world, int workers, int maxReductions) {
    if (runtime.world() != world) {
      throw new IllegalArgumentException("the processes live in another world");
    }
    this.world = world;
    random = world.random();
    Choices choices = new Choices.Seeded(random, maxReductions);
    group = new WorkerGroup(runtime, workers, this::unpark, index -> choices, this::ran);
    states = new State[workers];
    for (int index = 0; index < workers; index++) {
      states[index] = State.AWAKE;
      group.workers()[index].begin();
    }
  }

  /** Where the caller puts processes that it wakes or starts, between runs or in its condition. */
  public Scheduling hostScheduling() {
    return group.hostScheduling();
  }

  /** How the caller sets timers and cancels them; online. */
  public Timers hostTimers() {
    return group.hostTimers();
  }

  /** The workers' contexts, for between runs. */
  public List<WorkerContext> contexts() {
    return group.contexts();
  }

  /** What each worker has done. */
  public List<WorkerStatistics> statistics() {
    return group.statistics();
  }

  /** Of which process ran when, on which worker, and how its slices ended. */
  public long traceHash() {
    return traceHash;
  }

  /** Slices so far. */
  public long slices() {
    return slices;
  }

  /** Timers to come. */
  public long timerCount() {
    return group.timerCount();
  }

  /**
   * Goes on until the condition holds, or nothing can happen any more.
   *
   * @param isDone looked at before each step
   * @param maxSteps how many steps to take at most
   */
  public Outcome run(BooleanSupplier isDone, long maxSteps) {
    for (long left = maxSteps; !isDone.getAsBoolean(); left--) {
      if (left == 0) {
        return Outcome.OUT_OF_STEPS;
      }
      int worker = pick();
      if (worker >= 0) {
        step(worker);
      } else if (!advanceToNextTimer()) {
        return Outcome.AWAITING_FOREVER;
      }
    }
    return Outcome.DONE;
  }

  /** A worker that is not parked, or -1. */
  private int pick() {
    int awake = 0;
    for (State state : states) {
      awake += state == State.PARKED ? 0 : 1;
    }
    if (awake == 0) {
      return -1;
    }
    if (awake < states.length && random.below(SPURIOUS_UNPARK_ONE_IN) == 0) {
      return random.below(states.length); // parking may end for no reason
    }
    int skip = random.below(awake);
    int worker = 0;
    while (states[worker] == State.PARKED || skip-- > 0) {
      worker++;
    }
    return worker;
  }

  private void step(int index) {
    world.advance(1 + random.below(MAX_STEP_NS));
    Worker worker = group.workers()[index];
    if (states[index] != State.AWAKE) {
      states[index] = State.AWAKE;
      worker.parkEnded();
    }
    if (worker.doWork() == 0 && random.below(2) == 0) {
      park(index);
    }
  }

  private void park(int index) {
    if (group.workers()[index].tryPark()) {
      states[index] = State.PARKED;
    }
  }

  private boolean advanceToNextTimer() {
    long nextNs = TimerWheel.NEVER;
    for (Worker worker : group.workers()) {
      nextNs = Math.min(nextNs, worker.nextDeadlineNs());
    }
    if (nextNs == TimerWheel.NEVER) {
      return false;
    }
    world.advanceTo(nextNs);
    for (int index = 0; index < states.length; index++) {
      if (group.workers()[index].nextDeadlineNs() <= world.nanoTime()) {
        states[index] = State.UNPARKED;
      }
    }
    return true;
  }

  private void unpark(int worker) {
    if (states[worker] == State.PARKED) {
      states[worker] = State.UNPARKED;
    }
  }

  private void ran(int worker, long pid, int outcome) {
    slices++;
    traceHash = SeededRandom.mix(traceHash ^ pid ^ (long) worker << 56 ^ (long) outcome << 52);
  }

  /**
   * Frees timers and contexts. Processes that are still there are the caller's to free before, with
   * a context of {@link #contexts}.
   */
  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    for (int index = 0; index < states.length; index++) {
      if (states[index] == State.AWAKE) {
        group.workers()[index].end();
      }
    }
    group.close();
  }
}
