package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skerry.memory.Memory;
import org.skerry.term.Term;

class SpaceWaitersTest {
  private final ProcessFixture fixture = new ProcessFixture();
  private final WorkerContext context = fixture.context;
  private long receiver;
  private long sender;

  @BeforeEach
  void fill() {
    receiver = fixture.idle(new SpawnOptions().maxMessages(8));
    sender = fixture.idle();
    for (int i = 0; i < 8; i++) {
      assertThat(Mailbox.offer(context, receiver, Term.NIL)).isEqualTo(Mailbox.OK);
    }
    fixture.ready.poll();
    assertThat(Mailbox.offer(context, receiver, Term.NIL)).isEqualTo(Mailbox.FULL);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private int awaitRoom() {
    return Mailbox.awaitRoom(context, sender, receiver, Term.NIL);
  }

  private long waiters() {
    return Memory.getLong(receiver + ProcessLayout.SPACE_WAITERS);
  }

  @Test
  void shouldWakeTheSenderWhenTheMailboxIsHalfEmpty() {
    assertThat(awaitRoom()).isEqualTo(Mailbox.SUSPEND);
    for (int i = 0; i < 3; i++) {
      Mailbox.receive(context, receiver);
      assertThat(fixture.ready.size()).isZero();
    }
    Mailbox.receive(context, receiver);
    assertThat(fixture.ready.poll()).isEqualTo(sender);
    assertThat(waiters()).isZero();
  }

  @Test
  void shouldRegisterOnceHoweverOftenItIsAsked() {
    assertThat(awaitRoom()).isEqualTo(Mailbox.SUSPEND);
    long entry = waiters();
    assertThat(awaitRoom()).isEqualTo(Mailbox.SUSPEND);
    assertThat(waiters()).isEqualTo(entry);
    assertThat(Memory.getLong(entry + MailboxLayout.SPACE_NEXT)).isZero();
  }

  @Test
  void shouldKeepThePlaceOfWhoWasWoken() {
    awaitRoom();
    for (int i = 0; i < 4; i++) {
      Mailbox.receive(context, receiver);
    }
    assertThat(fixture.ready.poll()).isEqualTo(sender);
    for (int i = 0; i < 3; i++) {
      assertThat(Mailbox.offer(context, receiver, Term.NIL)).isEqualTo(Mailbox.OK);
    }
    assertThat(Mailbox.offer(context, receiver, Term.NIL)).isEqualTo(Mailbox.FULL);
    assertThat(Mailbox.isAdmitted(sender, receiver)).isTrue();
    assertThat(Mailbox.offerFrom(context, sender, receiver, Term.NIL)).isEqualTo(Mailbox.OK);
    assertThat(Memory.getLong(sender + ProcessLayout.SPACE_ENTRY)).isZero();
    assertThat(Mailbox.messageCount(receiver)).isEqualTo(8);
    assertThat(awaitRoom()).isEqualTo(Mailbox.SUSPEND);
  }

  @Test
  void shouldWakeInOrderAsManyAsThereIsRoomFor() {
    long[] senders = waitAlso(6);
    for (int i = 0; i < 4; i++) {
      Mailbox.receive(context, receiver);
    }
    for (int i = 0; i < 4; i++) {
      assertThat(fixture.ready.poll()).isEqualTo(senders[i]);
    }
    assertThat(fixture.ready.size()).isZero();
    for (int i = 0; i < 4; i++) {
      assertThat(Mailbox.offerFrom(context, senders[i], receiver, Term.NIL)).isEqualTo(Mailbox.OK);
      Mailbox.receive(context, receiver);
    }
    assertThat(fixture.ready.poll()).isEqualTo(senders[4]);
    assertThat(fixture.ready.poll()).isEqualTo(senders[5]);
  }

  @Test
  void shouldAdmitWhoFitsWhenTheReceiverSuspendsWithMoreThanHalf() {
    assertThat(awaitRoom()).isEqualTo(Mailbox.SUSPEND);
    Mailbox.receive(context, receiver);
    assertThat(fixture.ready.size()).isZero();
    Slice.begin(receiver);
    assertThat(Slice.suspend(context, receiver)).isTrue();
    assertThat(fixture.ready.poll()).isEqualTo(sender);
    assertThat(Mailbox.isAdmitted(sender, receiver)).isTrue();
  }

  @Test
  void shouldPassOnThePlaceOfAWaiterThatEndsAtAnyPosition() {
    for (int doomed = 0; doomed < 6; doomed++) {
      long full = full(4);
      long[] senders = new long[6];
      for (int i = 0; i < senders.length; i++) {
        senders[i] = fixture.idle();
        assertThat(Mailbox.awaitRoom(context, senders[i], full, Term.NIL))
            .isEqualTo(Mailbox.SUSPEND);
      }
      if (doomed >= 3) {
        fixture.kill(senders[doomed - 3]); // while it waits
      }
      for (int i = 0; i < 4; i++) {
        Mailbox.receive(context, full);
      }
      // Four are admitted now, at two moments: one that ends leaves its place to the fifth.
      if (doomed < 3) {
        Signals.kill(context, senders[doomed], Signals.KILL);
      }
      int sent = sendAllThatRun(full, senders);
      assertThat(sent).as("doomed %s", doomed).isEqualTo(5);
      assertThat(Memory.getLong(full + ProcessLayout.SPACE_QUEUE)).isZero();
      assertThat(Mailbox.use(full)).as("doomed %s", doomed).isZero();
      fixture.quiesce();
    }
  }

  /** Runs what is woken until nothing is: senders send, the receiver takes all it has. */
  private int sendAllThatRun(long full, long[] senders) {
    int sent = 0;
    for (long next = fixture.ready.poll(); next != 0; next = fixture.ready.poll()) {
      if (next == full) {
        Slice.begin(full);
        do {
          while (Mailbox.receive(context, full) != Term.NONE) {
            // Taken.
          }
        } while (!Slice.suspend(context, full));
      } else if (Memory.getInt(next + ProcessLayout.SIGNAL_HEAD) != 0) {
        fixture.run(next);
      } else {
        Slice.begin(next);
        if (Mailbox.offerFrom(context, next, full, Term.NIL) == Mailbox.OK) {
          sent++;
        }
        Slice.suspend(context, next);
      }
    }
    return sent;
  }

  @Test
  void shouldWaitForAsManyBytesAsTheMessageHas() {
    long image = fixture.image(100);
    long charge = MailboxUse.bytes(Mailbox.chargeOf(image));
    long full = fixture.idle(new SpawnOptions().maxMailboxBytes(charge + charge / 2));
    assertThat(Mailbox.offer(context, full, fixture.image(100))).isEqualTo(Mailbox.OK);
    assertThat(fixture.ready.poll()).isEqualTo(full);
    assertThat(Mailbox.offerFrom(context, sender, full, image)).isEqualTo(Mailbox.FULL);
    assertThat(Mailbox.awaitRoom(context, sender, full, image)).isEqualTo(Mailbox.SUSPEND);

    Slice.begin(full);
    assertThat(Slice.suspend(context, full)).isTrue();
    assertThat(fixture.ready.size()).as("there is room, but not enough").isZero();

    Mailbox.receive(context, full);
    assertThat(fixture.ready.poll()).isEqualTo(sender);
    assertThat(Mailbox.offerFrom(context, sender, full, image)).isEqualTo(Mailbox.OK);
    assertThat(MailboxUse.bytes(Mailbox.use(full))).isEqualTo(charge);
  }

  /** The receiver may wait for the very message that there is room for then. */
  @Test
  void shouldAdmitTheNextWhenTheFirstIsKilledWhoseMessageWasLarger() {
    long image = fixture.image(100);
    long large = MailboxUse.bytes(Mailbox.chargeOf(image));
    long small = MailboxUse.bytes(Mailbox.IMMEDIATE_CHARGE);
    long full = fixture.idle(new SpawnOptions().maxMailboxBytes(large + 2 * small));
    assertThat(Mailbox.offer(context, full, Term.NIL)).isEqualTo(Mailbox.OK);
    assertThat(Mailbox.offer(context, full, Term.NIL)).isEqualTo(Mailbox.OK);
    assertThat(Mailbox.offer(context, full, fixture.image(100))).isEqualTo(Mailbox.OK);
    long next = fixture.idle();
    assertThat(Mailbox.awaitRoom(context, sender, full, image)).isEqualTo(Mailbox.SUSPEND);
    assertThat(Mailbox.awaitRoom(context, next, full, Term.NIL)).isEqualTo(Mailbox.SUSPEND);
    Mailbox.receive(context, full);
    fixture.runAll();
    assertThat(Mailbox.isAdmitted(next, full)).as("it is not its turn").isFalse();

    fixture.kill(sender);

    assertThat(Mailbox.isAdmitted(next, full)).isTrue();
    Mailbox.releaseMessage(image, context.cache());
  }

  @Test
  void shouldCountWhatItSendsWhereItWaitedForLess() {
    assertThat(awaitRoom()).isEqualTo(Mailbox.SUSPEND);
    for (int i = 0; i < 8; i++) {
      Mailbox.receive(context, receiver);
    }
    assertThat(fixture.ready.poll()).isEqualTo(sender);
    long image = fixture.image(10);
    long charge = Mailbox.chargeOf(image);
    assertThat(Mailbox.offerFrom(context, sender, receiver, image)).isEqualTo(Mailbox.OK);
    assertThat(Mailbox.use(receiver)).isEqualTo(charge);
  }

  @Test
  void shouldGiveThePlaceBackWhenItDoesNotSend() {
    long[] senders = waitAlso(1);
    for (int i = 0; i < 4; i++) {
      Mailbox.receive(context, receiver);
    }
    assertThat(fixture.ready.poll()).isEqualTo(senders[0]);
    assertThat(Mailbox.messageCount(receiver)).isEqualTo(5);
    Mailbox.stopAwaitingRoom(context, senders[0]);
    assertThat(Mailbox.messageCount(receiver)).isEqualTo(4);
  }

  private long full(int messages) {
    long full = fixture.idle(new SpawnOptions().maxMessages(messages));
    for (int i = 0; i < messages; i++) {
      assertThat(Mailbox.offer(context, full, Term.NIL)).isEqualTo(Mailbox.OK);
    }
    return full;
  }

  private long[] waitAlso(int count) {
    long[] senders = new long[count];
    for (int i = 0; i < count; i++) {
      senders[i] = fixture.idle();
      assertThat(Mailbox.awaitRoom(context, senders[i], receiver, Term.NIL))
          .isEqualTo(Mailbox.SUSPEND);
    }
    return senders;
  }

  @Test
  void shouldSeeRoomThatWasMadeBeforeItRegistered() {
    Mailbox.receive(context, receiver);
    assertThat(awaitRoom()).isEqualTo(Mailbox.OK);
  }

  @Test
  void shouldWakeTheSenderWhenTheReceiverEnds() {
    assertThat(awaitRoom()).isEqualTo(Mailbox.SUSPEND);
    Memory.putInt(receiver + ProcessLayout.STATE, Wake.IDLE);
    Signals.kill(context, receiver, Signals.KILL);
    assertThat(fixture.run(fixture.ready.poll())).isEqualTo(Engine.EXITED);
    assertThat(fixture.ready.poll()).isEqualTo(sender);
  }

  @Test
  void shouldNotWaitForAReceiverThatIsOver() {
    Memory.putInt(receiver + ProcessLayout.STATE, Wake.IDLE);
    fixture.kill(receiver);
    assertThat(awaitRoom()).isEqualTo(Mailbox.OVER);
    fixture.quiesce();
    fixture.kill(sender);
  }

  @Test
  void shouldFreeTheEntryOfASenderThatEndsFirst() {
    awaitRoom();
    fixture.kill(sender);
    for (int i = 0; i < 8; i++) {
      Mailbox.receive(context, receiver);
    }
    assertThat(fixture.ready.size()).isZero();
    assertThat(waiters()).isZero();
  }

  @Test
  void shouldWakeWhoRegisteredTooLateToBeSeen() {
    for (int i = 0; i < 8; i++) {
      Mailbox.receive(context, receiver);
    }
    // As if the receiver had looked for waiters just before this one came.
    SpaceWaiters.register(context, sender, receiver, Mailbox.chargeOf(Term.NIL));
    assertThat(fixture.ready.size()).isZero();

    Slice.begin(receiver);
    assertThat(Slice.suspend(context, receiver)).isTrue();

    assertThat(fixture.ready.poll()).isEqualTo(sender);
  }

  @Test
  void shouldStopWaitingForOneReceiverWhenItSendsToAnother() {
    long other = fixture.idle(new SpawnOptions().maxMessages(1));
    Mailbox.offer(context, other, Term.NIL);
    fixture.ready.poll();
    awaitRoom();
    assertThat(Mailbox.awaitRoom(context, sender, other, Term.NIL)).isEqualTo(Mailbox.SUSPEND);
    Mailbox.receive(context, other);
    assertThat(fixture.ready.poll()).isEqualTo(sender);
    Mailbox.stopAwaitingRoom(context, sender);
    assertThat(Memory.getLong(sender + ProcessLayout.SPACE_ENTRY)).isZero();
  }
}
