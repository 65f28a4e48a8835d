package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.skerry.memory.Memory;
import org.skerry.term.Term;

class PlainMessagesTest {
  private final ProcessFixture fixture = new ProcessFixture();
  private final WorkerContext context = fixture.context;

  @AfterEach
  void close() {
    fixture.close();
  }

  private boolean send(long sender, long receiver, long message) {
    long pid = Memory.getLong(receiver + ProcessLayout.PID);
    return PlainMessages.send(context, sender, pid, message);
  }

  @Test
  void shouldSendOnlyWhereThereIsARing() {
    long sender = fixture.idle();
    long receiver = fixture.idle();

    assertThat(send(sender, receiver, Term.NIL)).isFalse();
    assertThat(Mailbox.messageCount(receiver)).isZero();

    Mailbox.offer(context, receiver, Term.smallInt(1));

    assertThat(send(sender, receiver, Term.smallInt(2))).isTrue();
    assertThat(Mailbox.messageCount(receiver)).isEqualTo(2);
    assertThat(PlainMessages.receive(context, receiver)).isEqualTo(Term.smallInt(1));
    assertThat(PlainMessages.receive(context, receiver)).isEqualTo(Term.smallInt(2));
    assertThat(PlainMessages.receive(context, receiver)).isEqualTo(Term.NONE);
    assertThat(Mailbox.use(receiver)).isZero();
  }

  @Test
  void shouldLeaveTheRestToTheGeneralWayWhereTheRingIsFull() {
    long sender = fixture.idle();
    long receiver = fixture.idle();
    Mailbox.offer(context, receiver, Term.smallInt(0));
    int sent = 1;
    while (send(sender, receiver, Term.smallInt(sent))) {
      sent++;
    }

    assertThat(sent).isEqualTo(32);
    assertThat(Mailbox.messageCount(receiver)).isEqualTo(32);
    assertThat(context.counters().overflows).isZero();

    // With a message in the overflow list no other may overtake it through the ring.
    Mailbox.offer(context, receiver, Term.smallInt(32));
    assertThat(PlainMessages.receive(context, receiver)).isEqualTo(Term.smallInt(0));
    assertThat(send(sender, receiver, Term.smallInt(33))).isFalse();
    for (int i = 1; i < 32; i++) {
      assertThat(PlainMessages.receive(context, receiver)).isEqualTo(Term.smallInt(i));
    }
    assertThat(PlainMessages.receive(context, receiver)).isEqualTo(Term.NONE);
    assertThat(Mailbox.receive(context, receiver)).isEqualTo(Term.smallInt(32));
  }

  @Test
  void shouldNotTouchWhatIsNoPidOrNoImmediate() {
    long sender = fixture.idle();
    long receiver = fixture.idle();
    Mailbox.offer(context, receiver, Term.NIL);
    long pid = Memory.getLong(receiver + ProcessLayout.PID);

    assertThat(PlainMessages.send(context, sender, Term.NIL, Term.NIL)).isFalse();
    assertThat(PlainMessages.send(context, sender, pid, sender)).isFalse();
    assertThat(Mailbox.messageCount(receiver)).isEqualTo(1);
  }
}
