package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.memory.Memory;
import org.skerry.term.Term;
import org.skerry.term.Tuples;

class MailboxTest {
  private final ProcessFixture fixture = new ProcessFixture();
  private final WorkerContext context = fixture.context;

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void shouldGiveMessagesInTheOrderOfArrival() {
    long process = fixture.idle();
    for (int i = 0; i < 10; i++) {
      assertThat(Mailbox.offer(context, process, Term.smallInt(i))).isEqualTo(Mailbox.OK);
    }

    assertThat(receiveAll(process)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
    assertThat(Mailbox.use(process)).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {31, 32, 33, 63, 64, 65, 1000})
  void shouldKeepTheOrderBeyondTheRing(int count) {
    long process = fixture.idle();
    for (int i = 0; i < count; i++) {
      assertThat(Mailbox.offer(context, process, Term.smallInt(i))).isEqualTo(Mailbox.OK);
    }

    List<Long> received = receiveAll(process);

    assertThat(received).hasSize(count).isSorted().doesNotHaveDuplicates();
    assertThat(context.counters().overflows).isEqualTo(Math.max(0, count - 32));
  }

  @Test
  void shouldMakeTheRingWithTheFirstMessage() {
    long process = fixture.idle();
    assertThat(Memory.getLong(process + ProcessLayout.RING)).isZero();

    Mailbox.offer(context, process, Term.NIL);

    assertThat(Memory.getLong(process + ProcessLayout.RING)).isNotZero();
  }

  @Test
  void shouldGoOnThroughTheRingOnceTheOverflowIsTaken() {
    long process = fixture.idle();
    long next = 0;
    long expected = 0;
    for (int round = 0; round < 50; round++) {
      for (int i = 0; i < 40; i++) {
        Mailbox.offer(context, process, Term.smallInt(next++));
      }
      for (int i = 0; i < 40; i++) {
        assertThat(Mailbox.receive(context, process)).isEqualTo(Term.smallInt(expected++));
      }
    }
    assertThat(Mailbox.receive(context, process)).isEqualTo(Term.NONE);
    assertThat(context.counters().overflows).isLessThan(50 * 40);
  }

  @Test
  void shouldTakeImagesIntoTheReceiversHeap() {
    long process = fixture.idle();
    for (int i = 0; i < 50; i++) {
      Mailbox.offer(context, process, fixture.image(i));
    }
    for (int i = 0; i < 50; i++) {
      long tuple = Mailbox.receive(context, process);
      assertThat(Tuples.size(tuple)).isEqualTo(i);
      for (int j = 0; j < i; j++) {
        assertThat(Tuples.get(tuple, j)).isEqualTo(Term.smallInt(j));
      }
    }
    assertThat(Mailbox.use(process)).isZero();
  }

  @Test
  void shouldCountMessagesUntilTheyAreTaken() {
    long process = fixture.idle();
    Mailbox.offer(context, process, Term.NIL);
    long image = fixture.image(100);
    long bytes = MailboxUse.bytes(Mailbox.chargeOf(image));
    Mailbox.offer(context, process, image);
    assertThat(Mailbox.use(process)).isEqualTo(MailboxUse.of(2, 16 + bytes));

    Mailbox.selectBegin(process);
    Mailbox.selectNext(context, process);
    Mailbox.selectNext(context, process);
    assertThat(Mailbox.messageCount(process)).isEqualTo(2);
    assertThat(Mailbox.selectTake(context, process)).isTrue();

    assertThat(Mailbox.use(process)).isEqualTo(MailboxUse.of(1, 16));
    assertThat(Mailbox.receive(context, process)).isEqualTo(Term.NIL);
    assertThat(Mailbox.use(process)).isZero();
  }

  @Test
  void shouldRefuseExactlyOneMessageTooMany() {
    long process = fixture.idle(new SpawnOptions().maxMessages(100).policy(MailboxPolicy.FAIL));
    for (int i = 0; i < 100; i++) {
      assertThat(Mailbox.isFull(process)).isFalse();
      assertThat(Mailbox.offer(context, process, Term.NIL)).isEqualTo(Mailbox.OK);
    }
    assertThat(Mailbox.isFull(process)).isTrue();
    assertThat(Mailbox.offer(context, process, Term.NIL)).isEqualTo(Mailbox.FAILED);

    Mailbox.receive(context, process);

    assertThat(Mailbox.offer(context, process, Term.NIL)).isEqualTo(Mailbox.OK);
    assertThat(Mailbox.offer(context, process, Term.NIL)).isEqualTo(Mailbox.FAILED);
  }

  @Test
  void shouldRefuseTheFirstByteTooMuch() {
    long image = fixture.image(10);
    long bytes = MailboxUse.bytes(Mailbox.chargeOf(image));
    SpawnOptions options = new SpawnOptions().policy(MailboxPolicy.FAIL);
    long exact = fixture.idle(options.maxMailboxBytes(bytes + 16));
    long less = fixture.idle(options.maxMailboxBytes(bytes + 15));

    assertThat(Mailbox.offer(context, exact, Term.NIL)).isEqualTo(Mailbox.OK);
    assertThat(Mailbox.offer(context, less, Term.NIL)).isEqualTo(Mailbox.OK);
    assertThat(Mailbox.offer(context, less, image)).isEqualTo(Mailbox.FAILED);
    assertThat(Mailbox.offer(context, exact, image)).isEqualTo(Mailbox.OK);
  }

  @Test
  void shouldFailWhatCanNeverFitInsteadOfWaiting() {
    long process = fixture.idle(new SpawnOptions().maxMailboxBytes(64));
    long image = fixture.image(100);

    assertThat(Mailbox.offer(context, process, image)).isEqualTo(Mailbox.FAILED);

    Mailbox.releaseMessage(image, context.cache());
  }

  @Test
  void shouldLoseMessagesWhereThatIsThePolicy() {
    long process = fixture.idle(new SpawnOptions().maxMessages(1).policy(MailboxPolicy.DROP));
    assertThat(Mailbox.offer(context, process, Term.TRUE)).isEqualTo(Mailbox.OK);
    assertThat(Mailbox.offer(context, process, fixture.image(3))).isEqualTo(Mailbox.DROPPED);

    assertThat(Mailbox.receive(context, process)).isEqualTo(Term.TRUE);
    assertThat(Mailbox.receive(context, process)).isEqualTo(Term.NONE);
    assertThat(context.counters().drops).isEqualTo(1);
  }

  @Test
  void shouldKillTheReceiverWhereThatIsThePolicy() {
    long process = fixture.idle(new SpawnOptions().maxMessages(1).policy(MailboxPolicy.KILL));
    long pid = ProcessFixture.pid(process);
    Mailbox.offer(context, process, Term.TRUE);
    assertThat(Mailbox.offer(context, process, fixture.image(3))).isEqualTo(Mailbox.KILLED);

    fixture.runAll();

    assertThat(fixture.table.find(pid)).isZero();
    assertThat(fixture.exits).hasSize(1).first().asString().startsWith("LIMIT");
  }

  @Test
  void shouldWakeAnIdleReceiverOnce() {
    long process = fixture.idle();
    Mailbox.offer(context, process, Term.TRUE);
    Mailbox.offer(context, process, Term.TRUE);

    assertThat(fixture.ready.poll()).isEqualTo(process);
    assertThat(fixture.ready.poll()).isZero();
  }

  @Test
  void shouldHoldAMessageForWhichThereIsNoRoom() {
    long process = fixture.idle(new SpawnOptions().maxMemoryBytes(1024));
    Mailbox.offer(context, process, fixture.image(200));
    Mailbox.offer(context, process, Term.TRUE);

    assertThat(Mailbox.receive(context, process)).isEqualTo(Mailbox.NO_ROOM);
    assertThat(Mailbox.receive(context, process)).isEqualTo(Mailbox.NO_ROOM);
    Mailbox.selectBegin(process);
    assertThat(Mailbox.selectNext(context, process)).isEqualTo(Mailbox.NO_ROOM);
    assertThat(Mailbox.messageCount(process)).isEqualTo(2);

    Memory.putLong(process + org.skerry.heap.HeapLayout.MEMORY_MAX, 1 << 20);
    assertThat(Tuples.size(Mailbox.receive(context, process))).isEqualTo(200);
    assertThat(Mailbox.receive(context, process)).isEqualTo(Term.TRUE);
    assertThat(Mailbox.receive(context, process)).isEqualTo(Term.NONE);
  }

  private List<Long> receiveAll(long process) {
    List<Long> received = new ArrayList<>();
    for (long term = Mailbox.receive(context, process);
        term != Term.NONE;
        term = Mailbox.receive(context, process)) {
      received.add(Term.smallIntValue(term));
    }
    return received;
  }
}
