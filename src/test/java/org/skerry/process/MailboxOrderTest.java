package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.junit.jupiter.api.Test;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.term.Term;

/**
 * Order per sender where the steps of senders and of the receiver interleave: the places at which
 * another thread could come in between are gone through by hand, or by a seeded choice.
 */
class MailboxOrderTest {
  private static final int SHIFT = 7;
  private static final int PLACES = (1 << SHIFT) / 16;

  @Test
  void shouldWaitForAPlaceThatIsClaimedBeforeItTakesFromTheOverflow() {
    try (ProcessFixture fixture = new ProcessFixture()) {
      WorkerContext context = fixture.context;
      long process = fixture.idle(new SpawnOptions().ringShift(SHIFT));
      Mailbox.offer(context, process, Term.smallInt(-1));
      assertThat(Mailbox.receive(context, process)).isEqualTo(Term.smallInt(-1));
      long ring = Memory.getLong(process + ProcessLayout.RING);
      long claimed = MailboxRing.claim(ring, SHIFT);
      assertThat(Overflow.push(context.cache(), process, Term.smallInt(2))).isTrue();

      assertThat(Mailbox.receive(context, process)).isEqualTo(Term.NONE);
      MailboxRing.fill(claimed, Term.smallInt(1));

      assertThat(Mailbox.receive(context, process)).isEqualTo(Term.smallInt(1));
      assertThat(Mailbox.receive(context, process)).isEqualTo(Term.smallInt(2));
    }
  }

  @Test
  void shouldLeaveWhatCameAfterItLooked() {
    try (ProcessFixture fixture = new ProcessFixture()) {
      BlockCache cache = fixture.context.cache();
      long process = fixture.idle();
      for (int i = 0; i < 3; i++) {
        Overflow.push(cache, process, Term.smallInt(i));
      }
      long seen = Memory.getLong(process + ProcessLayout.OVERFLOW_HEAD);
      for (int i = 3; i < 6; i++) {
        Overflow.push(cache, process, Term.smallInt(i));
      }

      Overflow.detach(process, seen);

      for (int i = 0; i < 3; i++) {
        assertThat(Overflow.poll(cache, process)).isEqualTo(Term.smallInt(i));
      }
      assertThat(Overflow.poll(cache, process)).isZero();
      for (int i = 3; i < 6; i++) {
        assertThat(Mailbox.receive(fixture.context, process)).isEqualTo(Term.smallInt(i));
      }
    }
  }

  @Test
  void shouldKeepTheOrderOfEachSenderUnderEverySchedule() {
    try (ProcessFixture fixture = new ProcessFixture()) {
      long overflows = 0;
      long cuts = 0;
      for (long seed = 0; seed < 300; seed++) {
        Schedule schedule = new Schedule(fixture, seed);
        schedule.run();
        overflows += schedule.overflows;
        cuts += schedule.cuts;
      }
      assertThat(overflows).isGreaterThan(1000);
      assertThat(cuts).isGreaterThan(10);
    }
  }

  @Test
  void shouldBeARingThatAgronaReadsAndWrites() {
    try (ProcessFixture fixture = new ProcessFixture()) {
      long process = fixture.idle(new SpawnOptions().ringShift(SHIFT));
      Mailbox.offer(fixture.context, process, Term.NIL);
      Mailbox.receive(fixture.context, process);
      long address = Memory.getLong(process + ProcessLayout.RING);
      UnsafeBuffer buffer = new UnsafeBuffer(address, MailboxRing.blockBytes(SHIFT));
      ManyToOneRingBuffer ring = new ManyToOneRingBuffer(buffer);
      UnsafeBuffer word = new UnsafeBuffer(ByteBuffer.allocateDirect(8));
      for (long i = 0; i < 100; i++) {
        assertThat(MailboxRing.write(address, SHIFT, 2 * i + 1)).isTrue();
        word.putLong(0, 2 * i + 2);
        assertThat(ring.write(1, word, 0, 8)).isTrue();
        List<Long> read = new ArrayList<>();
        ring.read((type, source, index, length) -> read.add(source.getLong(index)), 1);
        assertThat(read).containsExactly(2 * i + 1);
        assertThat(MailboxRing.read(address, SHIFT)).isEqualTo(2 * i + 2);
        assertThat(MailboxRing.isEmpty(address, SHIFT)).isTrue();
      }
    }
  }

  /** The steps of {@link Mailbox}'s two sides, one at a time. */
  private static final class Schedule {
    private static final int SENDERS = 4;
    private static final int MESSAGES = 60;
    private final WorkerContext context;
    private final Random random;
    private final long process;
    private final int[] sent = new int[SENDERS];
    private final int[] step = new int[SENDERS];
    private final long[] claimed = new long[SENDERS];
    private final int[] received = new int[SENDERS];
    private final int[] weights = new int[SENDERS + 1];
    private final long ring;
    private long seenOverflow;
    private int receiverStep;
    private int total;
    long overflows;
    long cuts;

    Schedule(ProcessFixture fixture, long seed) {
      context = fixture.context;
      random = new Random(seed);
      process = fixture.idle(new SpawnOptions().ringShift(SHIFT));
      Mailbox.offer(context, process, Term.NIL);
      Mailbox.receive(context, process);
      fixture.ready.poll();
      ring = Memory.getLong(process + ProcessLayout.RING);
    }

    void run() {
      for (int i = 0; total < SENDERS * MESSAGES; i++) {
        if (i % 40 == 0) {
          for (int j = 0; j < weights.length; j++) {
            weights[j] = random.nextInt(10);
          }
        }
        int who = random.nextInt(SENDERS + 1);
        if (random.nextInt(10) < weights[who]) {
          continue;
        }
        if (who == SENDERS) {
          receive();
        } else if (sent[who] < MESSAGES) {
          send(who);
        }
      }
      assertThat(Mailbox.receive(context, process)).isEqualTo(Term.NONE);
    }

    private void send(int who) {
      long message = Term.smallInt((long) who << 32 | sent[who]);
      switch (step[who]) {
        case 0 -> step[who] = Memory.getLong(process + ProcessLayout.OVERFLOW_HEAD) == 0 ? 1 : 3;
        case 1 -> {
          claimed[who] = MailboxRing.claim(ring, SHIFT);
          step[who] = claimed[who] == MailboxRing.FULL ? 3 : 2;
        }
        case 2 -> {
          MailboxRing.fill(claimed[who], message);
          step[who] = 0;
          sent[who]++;
        }
        default -> {
          assertThat(Overflow.push(context.cache(), process, message)).isTrue();
          overflows++;
          step[who] = 0;
          sent[who]++;
        }
      }
    }

    private void receive() {
      switch (receiverStep) {
        case 0 -> {
          long pending = Overflow.poll(context.cache(), process);
          if (pending != 0) {
            check(pending);
          } else {
            seenOverflow = Memory.getLong(process + ProcessLayout.OVERFLOW_HEAD);
            receiverStep = 1;
          }
        }
        case 1 -> {
          long message = MailboxRing.read(ring, SHIFT);
          receiverStep = message != 0 || seenOverflow == 0 ? 0 : 2;
          if (message != 0) {
            check(message);
          }
        }
        case 2 -> receiverStep = MailboxRing.isEmpty(ring, SHIFT) ? 3 : 0;
        default -> {
          if (seenOverflow != Memory.getLong(process + ProcessLayout.OVERFLOW_HEAD)) {
            cuts++;
          }
          Overflow.detach(process, seenOverflow);
          receiverStep = 0;
        }
      }
    }

    private void check(long message) {
      long value = Term.smallIntValue(message);
      int who = (int) (value >>> 32);
      assertThat((int) value).as("next of sender %d", who).isEqualTo(received[who]++);
      total++;
    }
  }

  @Test
  void shouldHaveARingOfTheSizeAskedFor() {
    try (ProcessFixture fixture = new ProcessFixture()) {
      long process = fixture.idle(new SpawnOptions().ringShift(SHIFT));
      for (int i = 0; i <= PLACES; i++) {
        Mailbox.offer(fixture.context, process, Term.NIL);
      }
      assertThat(fixture.context.counters().overflows).isEqualTo(1);
    }
  }
}
