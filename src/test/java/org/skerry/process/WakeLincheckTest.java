package org.skerry.process;

import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;

/**
 * The wake word against a state machine: notifiers on several threads, and one worker. Each
 * operation tells what it did, so a history shows which notification queued the process and which
 * kept it from suspending.
 */
@SuppressWarnings("this-escape")
public class WakeLincheckTest {
  private static final long PROCESS = block();

  private boolean running;

  /** An idle process. */
  public WakeLincheckTest() {
    Memory.putIntVolatile(PROCESS + ProcessLayout.STATE, Wake.IDLE);
  }

  private static long block() {
    MemoryPool pool = new MemoryPool(1 << 24);
    BlockCache cache = pool.newCache();
    long block = cache.allocate(ProcessLayout.BYTES);
    Memory.fill(block, ProcessLayout.BYTES, (byte) 0);
    return block;
  }

  /** Whether this notification is the one that puts the process into a queue. */
  @Operation
  public boolean notifyProcess() {
    boolean[] enqueued = new boolean[1];
    Wake.notify(process -> enqueued[0] = true, PROCESS);
    return enqueued[0];
  }

  /** Whether the worker found the process in a queue. */
  @Operation(nonParallelGroup = "worker")
  public boolean begin() {
    if (running || Memory.getIntVolatile(PROCESS + ProcessLayout.STATE) != Wake.QUEUED) {
      return false;
    }
    Wake.begin(PROCESS);
    running = true;
    return true;
  }

  /** Whether the worker could suspend the process. */
  @Operation(nonParallelGroup = "worker")
  public boolean suspend() {
    if (!running || !Wake.suspend(PROCESS)) {
      return false;
    }
    running = false;
    return true;
  }

  /** Whether the worker put the process back. */
  @Operation(nonParallelGroup = "worker")
  public boolean requeue() {
    if (!running) {
      return false;
    }
    Wake.requeue(PROCESS);
    running = false;
    return true;
  }

  /** What the operations do when nothing runs at the same time, without a wake word. */
  public static class Machine {
    private int queued;
    private boolean running;
    private boolean notified;

    /** As {@link WakeLincheckTest#notifyProcess}. */
    public boolean notifyProcess() {
      if (running) {
        notified = true;
        return false;
      }
      return queued++ == 0;
    }

    /** As {@link WakeLincheckTest#begin}. */
    public boolean begin() {
      if (running || queued == 0) {
        return false;
      }
      queued = 0;
      running = true;
      return true;
    }

    /** As {@link WakeLincheckTest#suspend}. */
    public boolean suspend() {
      if (!running || notified) {
        notified = false;
        return false;
      }
      running = false;
      return true;
    }

    /** As {@link WakeLincheckTest#requeue}. */
    public boolean requeue() {
      if (!running) {
        return false;
      }
      running = false;
      notified = false;
      queued = 1;
      return true;
    }
  }

  @Test
  void shouldBehaveAsTheStateMachine() {
    new StressOptions()
        .threads(3)
        .actorsPerThread(4)
        .iterations(30)
        .invocationsPerIteration(1000)
        .sequentialSpecification(Machine.class)
        .check(WakeLincheckTest.class);
  }
}
