package org.skerry.schedule;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.Memory;
import org.skerry.module.FrameLayout;
import org.skerry.process.Engine;
import org.skerry.process.ExitKind;
import org.skerry.process.Lifecycle;
import org.skerry.process.Mailbox;
import org.skerry.process.ProcessLayout;
import org.skerry.process.SpawnOptions;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;

/**
 * An engine whose programs are Java methods over real process blocks: a process's function index
 * says which, and its registers, all small integers or pids, are in its frame.
 */
final class Programs implements Engine {
  static final int HOG = 0;
  static final int PLAYER = 1;
  static final int SLEEPER = 2;
  static final int TREE = 3;
  static final int COLLECTOR = 4;
  static final int SENDER = 5;
  static final int WAITER = 6;
  static final int BROKEN = 7;
  static final int COUNT = 8;

  private static final SpawnOptions DEFAULTS = new SpawnOptions();

  /** What programs came to, summed up. */
  final LongAdder results = new LongAdder();

  final AtomicLong hogTurns = new AtomicLong();
  final AtomicLong wakeUps = new AtomicLong();
  final AtomicLong earlyWakeUps = new AtomicLong();
  final ConcurrentHistogram latenessNs = new ConcurrentHistogram(3);

  /** Makes a hog's reduction take time, as real instructions do. */
  volatile int spinsPerReduction;

  @Override
  public int run(WorkerContext context, long process, int reductions) {
    return switch (Memory.getInt(process + ProcessLayout.FUNCTION_INDEX)) {
      case HOG -> hog(process, reductions);
      case PLAYER -> player(context, process, reductions);
      case SLEEPER -> sleeper(context, process);
      case TREE -> tree(context, process, reductions);
      case COLLECTOR -> collector(context, process, reductions);
      case SENDER -> sender(context, process, reductions);
      case WAITER -> waiter(context, process);
      default -> throw new IllegalStateException("the engine is broken");
    };
  }

  static long register(long process, int index) {
    return Memory.getLong(
        Memory.getLong(process + HeapLayout.FP) + FrameLayout.registerOffset(index));
  }

  static void setRegister(long process, int index, long term) {
    Memory.putLong(
        Memory.getLong(process + HeapLayout.FP) + FrameLayout.registerOffset(index), term);
  }

  static int number(long process, int index) {
    return (int) Term.smallIntValue(register(process, index));
  }

  static void setNumber(long process, int index, long value) {
    setRegister(process, index, Term.smallInt(value));
  }

  private static int end(long process) {
    Lifecycle.endWith(process, ExitKind.RETURNED, Term.NIL);
    return EXITED;
  }

  /** r0: turns left, -1 for ever. */
  private int hog(long process, int reductions) {
    int left = number(process, 0);
    hogTurns.incrementAndGet();
    for (int spins = spinsPerReduction * reductions; spins > 0; spins--) {
      Thread.onSpinWait();
    }
    if (left == 0) {
      return end(process);
    }
    setNumber(process, 0, left - 1);
    return PREEMPTED;
  }

  /** r0: the other's pid or nil until the first message, which brings it; r1: throws left. */
  private int player(WorkerContext context, long process, int reductions) {
    for (int i = 0; i < reductions; i++) {
      long message = Mailbox.receive(context, process);
      if (message == Term.NONE) {
        return AWAIT;
      }
      if (Term.isPid(message)) {
        setRegister(process, 0, message);
      }
      int left = number(process, 1);
      if (left == 0) {
        results.increment();
        return end(process);
      }
      setNumber(process, 1, left - 1);
      send(context, register(process, 0), Term.TRUE);
    }
    return PREEMPTED;
  }

  /** r0: naps left; r1: ns of each; r2: whether it sleeps already. */
  private int sleeper(WorkerContext context, long process) {
    long nowNs = context.world().nanoTime();
    long deadlineNs = Memory.getLong(process + ProcessLayout.WAIT_DEADLINE_NS);
    if (deadlineNs != 0) {
      if (nowNs < deadlineNs) {
        context.timers().wakeAt(process, deadlineNs);
        return AWAIT;
      }
      latenessNs.recordValue(Math.max(0, nowNs - deadlineNs));
      wakeUps.incrementAndGet();
    }
    int left = number(process, 0);
    if (left == 0) {
      results.increment();
      return end(process);
    }
    setNumber(process, 0, left - 1);
    deadlineNs = nowNs + number(process, 1);
    Memory.putLong(process + ProcessLayout.WAIT_DEADLINE_NS, deadlineNs);
    context.timers().wakeAt(process, deadlineNs);
    return AWAIT;
  }

  /**
   * r0: parent's pid or nil; r1: depth; r2: children started; r3: answers so far; r4: their sum.
   */
  private int tree(WorkerContext context, long process, int reductions) {
    int depth = number(process, 1);
    for (int i = 0; i < reductions; i++) {
      if (depth == 0 || number(process, 3) == 10) {
        long sum = depth == 0 ? 1 : number(process, 4);
        if (Term.isPid(register(process, 0))) {
          send(context, register(process, 0), Term.smallInt(sum));
        } else {
          results.add(sum);
        }
        return end(process);
      }
      int started = number(process, 2);
      if (started < 10) {
        long child = create(context, TREE, DEFAULTS);
        setRegister(child, 0, Memory.getLong(process + ProcessLayout.PID));
        setNumber(child, 1, depth - 1);
        Lifecycle.start(context, child);
        setNumber(process, 2, started + 1);
        continue;
      }
      long answer = Mailbox.receive(context, process);
      if (answer == Term.NONE) {
        return AWAIT;
      }
      setNumber(process, 3, number(process, 3) + 1);
      setNumber(process, 4, number(process, 4) + Term.smallIntValue(answer));
    }
    return PREEMPTED;
  }

  /** r0: messages still to come. */
  private int collector(WorkerContext context, long process, int reductions) {
    for (int i = 0; i < reductions; i++) {
      int left = number(process, 0);
      if (left == 0) {
        results.increment();
        return end(process);
      }
      if (Mailbox.receive(context, process) == Term.NONE) {
        return AWAIT;
      }
      setNumber(process, 0, left - 1);
    }
    return PREEMPTED;
  }

  /** r0: receiver; r1: messages left. Waits for room where there is none. */
  private int sender(WorkerContext context, long process, int reductions) {
    for (int i = 0; i < reductions; i++) {
      int left = number(process, 1);
      if (left == 0) {
        return end(process);
      }
      long receiver = context.table().find(register(process, 0));
      if (receiver != 0) {
        int result = Mailbox.offerFrom(context, process, receiver, Term.TRUE);
        if (result == Mailbox.FULL) {
          if (Mailbox.awaitRoom(context, process, receiver, Term.TRUE) == Mailbox.SUSPEND) {
            return AWAIT;
          }
          continue;
        }
      }
      setNumber(process, 1, left - 1);
    }
    return PREEMPTED;
  }

  /** Awaits a message that never comes. */
  private static int waiter(WorkerContext context, long process) {
    return Mailbox.receive(context, process) == Term.NONE ? AWAIT : end(process);
  }

  private static void send(WorkerContext context, long pid, long message) {
    long receiver = context.table().find(pid);
    if (receiver != 0 && Mailbox.offer(context, receiver, message) != Mailbox.OK) {
      throw new AssertionError("these mailboxes never fill");
    }
  }

  static long create(WorkerContext context, int program, SpawnOptions options) {
    long process = Lifecycle.create(context, program, options);
    if (process < 0) {
      throw new AssertionError("no process: " + process);
    }
    for (int i = 0; i < SchedulerFixture.REGISTERS; i++) {
      setNumber(process, i, 0);
    }
    return process;
  }
}
