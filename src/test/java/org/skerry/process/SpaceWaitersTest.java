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
  void shouldRegisterAgainAfterItWasWoken() {
    awaitRoom();
    for (int i = 0; i < 4; i++) {
      Mailbox.receive(context, receiver);
    }
    assertThat(fixture.ready.poll()).isEqualTo(sender);
    for (int i = 0; i < 4; i++) {
      Mailbox.offer(context, receiver, Term.NIL);
    }
    assertThat(awaitRoom()).isEqualTo(Mailbox.SUSPEND);
    assertThat(waiters()).isNotZero();
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
    assertThat(awaitRoom()).isEqualTo(Mailbox.OK);
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
    SpaceWaiters.register(context.cache(), sender, receiver);
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
