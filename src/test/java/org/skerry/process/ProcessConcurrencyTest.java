package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.memory.Memory;
import org.skerry.memory.TestThreads;
import org.skerry.term.Term;
import org.skerry.term.Tuples;

/** Threads that run processes from one queue: what is lost hangs, what is leaked fails at close. */
@Timeout(120)
class ProcessConcurrencyTest {
  private static final int WORKERS = 3;
  private static final int SENDERS = 6;
  private static final int MESSAGES = 3000;

  /** What a process of the test does in a slice. */
  private interface Body {
    int run(WorkerContext context, long process);
  }

  private final Map<Long, Body> bodies = new ConcurrentHashMap<>();
  private final AtomicBoolean done = new AtomicBoolean();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10, 40, 1000})
  void shouldBringEachMessageOnceAndInOrderThroughAMailboxOfAnySize(int maxMessages)
      throws Exception {
    try (ProcessFixture fixture = new ProcessFixture()) {
      long receiver = spawn(fixture, new SpawnOptions().maxMessages(maxMessages));
      long receiverPid = ProcessFixture.pid(receiver);
      Receiver counts = new Receiver(maxMessages);
      bodies.put(receiver, counts);
      for (int i = 0; i < SENDERS; i++) {
        bodies.put(spawn(fixture, ProcessFixture.DEFAULTS), new Sender(fixture, receiverPid, i));
      }
      for (long process : bodies.keySet()) {
        Lifecycle.start(fixture.context, process);
      }

      runWorkers(fixture);

      assertThat(counts.total).isEqualTo(SENDERS * MESSAGES);
    }
  }

  @Test
  void shouldNeitherLeakNorCrashWhereProcessesEndWhileOthersSendToThem() throws Exception {
    try (ProcessFixture fixture = new ProcessFixture()) {
      fixture.hears = false;
      AtomicLong target = new AtomicLong();
      fixture.engine =
          (context, process, reductions) -> {
            Mailbox.receive(context, process);
            Mailbox.selectBegin(process);
            Mailbox.selectNext(context, process);
            return Engine.AWAIT;
          };
      fixture.context.participant().offline();
      AtomicInteger rounds = new AtomicInteger();
      TestThreads.start(
              WORKERS,
              index -> {
                WorkerContext context = fixture.newContext(fixture.ready);
                context.participant().online();
                if (index == 0) {
                  endProcesses(fixture, context, target, rounds);
                } else {
                  sendToWhoIsThere(fixture, context, target, index);
                }
                context.participant().offline();
              })
          .join();
      fixture.context.participant().online();
      assertThat(rounds.get()).isEqualTo(2000);
    }
  }

  private void endProcesses(
      ProcessFixture fixture, WorkerContext context, AtomicLong target, AtomicInteger rounds) {
    for (int i = 0; i < 2000; i++) {
      long process = Lifecycle.create(context, ProcessFixture.SMALL, ProcessFixture.DEFAULTS);
      target.set(Lifecycle.start(context, process));
      for (int slices = 0; slices < 1 + i % 5; slices++) {
        slice(fixture, context);
      }
      long alive = context.table().find(target.get());
      if (alive != 0) {
        Signals.kill(context, alive, Signals.KILL);
      }
      while (context.table().find(target.get()) != 0) {
        slice(fixture, context);
      }
      context.participant().quiescent();
      rounds.incrementAndGet();
    }
    done.set(true);
  }

  private void sendToWhoIsThere(
      ProcessFixture fixture, WorkerContext context, AtomicLong target, int index) {
    for (int i = 0; !done.get(); i++) {
      long process = context.table().find(target.get());
      if (process != 0) {
        long message = i % 3 == 0 ? fixture.image(context, i % 7) : Term.smallInt(index);
        if (Mailbox.offer(context, process, message) != Mailbox.OK) {
          Mailbox.releaseMessage(message, context.cache());
        }
        if (i % 50 == 0) {
          Signals.exit(context, process, Term.NIL, fixture.image(context, 2));
        }
      }
      context.participant().quiescent();
    }
  }

  private static void slice(ProcessFixture fixture, WorkerContext context) {
    long process = fixture.ready.poll();
    if (process == 0) {
      Thread.onSpinWait();
      return;
    }
    Slice.begin(process);
    int outcome = Slice.run(context, process, 100);
    if (outcome == Engine.PREEMPTED
        || outcome == Engine.AWAIT && !Slice.suspend(context, process)) {
      Slice.requeue(process);
      fixture.ready.ready(process);
    }
  }

  private void runWorkers(ProcessFixture fixture) throws InterruptedException {
    fixture.engine = (context, process, reductions) -> bodies.get(process).run(context, process);
    fixture.context.participant().offline();
    TestThreads.start(
            WORKERS,
            index -> {
              WorkerContext context = fixture.newContext(fixture.ready);
              context.participant().online();
              while (!done.get()) {
                slice(fixture, context);
                context.participant().quiescent();
              }
              context.participant().offline();
            })
        .join();
    fixture.context.participant().online();
  }

  private static long spawn(ProcessFixture fixture, SpawnOptions options) {
    return Lifecycle.create(fixture.context, ProcessFixture.SMALL, options);
  }

  /** Sends numbers in order, every fifth as an image, and waits for room where there is none. */
  private static final class Sender implements Body {
    private final ProcessFixture fixture;
    private final long receiver;
    private final int index;
    private int next;

    Sender(ProcessFixture fixture, long receiver, int index) {
      this.fixture = fixture;
      this.receiver = receiver;
      this.index = index;
    }

    @Override
    public int run(WorkerContext context, long process) {
      for (int sent = 0; next < MESSAGES; sent++) {
        if (sent == 100) {
          return Engine.PREEMPTED;
        }
        long target = context.table().find(receiver);
        long message = message(context);
        int result = Mailbox.offerFrom(context, process, target, message);
        if (result == Mailbox.FULL) {
          int wait = Mailbox.awaitRoom(context, process, target, message);
          Mailbox.releaseMessage(message, context.cache());
          if (wait == Mailbox.SUSPEND) {
            return Engine.AWAIT;
          }
        } else if (result == Mailbox.OK) {
          next++;
        } else {
          throw new AssertionError("offer: " + result);
        }
      }
      Mailbox.stopAwaitingRoom(context, process);
      return Engine.AWAIT;
    }

    private long message(WorkerContext context) {
      return next % 5 == 0
          ? fixture.image(context, index + 1)
          : Term.smallInt((long) index << 32 | next);
    }
  }

  /** Receives everything, and checks the order of each sender. */
  private final class Receiver implements Body {
    private final int maxMessages;
    private final int[] expected = new int[SENDERS];
    int total;

    Receiver(int maxMessages) {
      this.maxMessages = maxMessages;
    }

    @Override
    public int run(WorkerContext context, long process) {
      for (int received = 0; received < 200; received++) {
        int count = Mailbox.messageCount(process);
        if (count > maxMessages) {
          throw new AssertionError("limit " + maxMessages + " count " + count);
        }
        long term = Mailbox.receive(context, process);
        if (term == Term.NONE) {
          return Engine.AWAIT;
        }
        boolean isImage = Term.isTuple(term);
        int sender =
            isImage ? (int) Tuples.size(term) - 1 : (int) (Term.smallIntValue(term) >>> 32);
        int number = isImage ? expected[sender] : (int) Term.smallIntValue(term);
        if (number != expected[sender] || isImage != (number % 5 == 0)) {
          throw new AssertionError("sender " + sender + " sent " + number);
        }
        expected[sender]++;
        if (++total == SENDERS * MESSAGES) {
          done.set(true);
        }
      }
      return Engine.PREEMPTED;
    }
  }

  @Test
  void shouldNotLoseANotificationBetweenTwoThreads() throws Exception {
    try (ProcessFixture fixture = new ProcessFixture()) {
      int rounds = 20_000;
      long ping = spawn(fixture, ProcessFixture.DEFAULTS);
      long pong = spawn(fixture, ProcessFixture.DEFAULTS);
      long[] pids = {ProcessFixture.pid(ping), ProcessFixture.pid(pong)};
      AtomicInteger bounces = new AtomicInteger();
      for (int i = 0; i < 2; i++) {
        long other = pids[1 - i];
        bodies.put(
            i == 0 ? ping : pong,
            (context, process) -> {
              long term = Mailbox.receive(context, process);
              if (term != Term.NONE) {
                if (bounces.incrementAndGet() == rounds) {
                  done.set(true);
                } else {
                  Mailbox.offer(context, context.table().find(other), term);
                }
              }
              return Engine.AWAIT;
            });
      }
      Lifecycle.start(fixture.context, ping);
      Lifecycle.start(fixture.context, pong);
      Mailbox.offer(fixture.context, ping, Term.TRUE);

      runWorkers(fixture);

      assertThat(bounces.get()).isEqualTo(rounds);
      assertThat(Memory.getLong(ping + ProcessLayout.OVERFLOW_HEAD)).isZero();
    }
  }
}
