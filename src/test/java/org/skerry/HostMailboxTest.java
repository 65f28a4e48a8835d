package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HostMailboxTest {
  private static final Path ECHO = Path.of("src/test/resources/embedding/echo.ska");

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final List<Term> messages = new ArrayList<>();
  private Vm vm;
  private Module echo;
  private HostMailbox mailbox;

  @BeforeEach
  void start() throws LoadException, InterruptedException {
    vm = Vm.builder().workers(2).pin("none").maxMemory(64L << 20).output(output, output).start();
    echo = vm.load(ECHO);
    mailbox = vm.openMailbox();
  }

  /** Closing in checked memory tells of every block that was not given back. */
  @AfterEach
  void close() {
    vm.close();
  }

  private Term next() {
    while (messages.isEmpty()) {
      if (mailbox.poll(message -> messages.add(message.toTerm()), 1) == HostMailbox.ENDED) {
        throw new AssertionError("the mailbox is over");
      }
      Thread.onSpinWait();
    }
    return messages.removeFirst();
  }

  private Pid serve() {
    return vm.spawn(echo.function("serve"), Term.NIL, null);
  }

  @Test
  void shouldPassArgumentsOfAllBanks() {
    vm.spawn(echo.function("sum"), 1L, mailbox.pid(), 0.5, 41);

    assertThat(next()).isEqualTo(Term.of(42.5));
  }

  @Test
  void shouldComputeFirstValuesOfMvarsWhenItLoads() {
    vm.spawn(echo.function("first_value"), mailbox.pid());

    assertThat(next()).isEqualTo(Term.of(21));
  }

  @Test
  void shouldSendTermsOfEveryKindThereAndBack() {
    Pid server = serve();
    List<Term> terms =
        List.of(
            Term.NIL,
            Term.of(true),
            Term.of(Long.MIN_VALUE),
            Term.of(-0.0),
            Term.atom("an atom"),
            Term.of("text ü"),
            Term.of(new byte[1000]),
            Term.of(List.of()),
            Term.of(List.of(1, Term.tuple(2, 3))),
            Term.of(Map.of("k", 1)),
            Term.of(server));

    for (Term term : terms) {
      assertThat(vm.offer(server, Term.tuple(mailbox.pid(), term))).isEqualTo(Offer.OK);
      assertThat(next()).isEqualTo(Term.tuple(Term.atom("echo"), term));
    }
  }

  @Test
  void shouldWriteAndReadWithoutObjects() {
    Atom echoed = vm.atom("echo");
    Atom key = vm.atom("key");
    Pid server = serve();
    mailbox
        .writer()
        .beginTuple()
        .pid(mailbox.pid())
        .beginTuple()
        .integer(-5)
        .number(0.25)
        .bool(true)
        .nil()
        .atom(key)
        .string("ascii")
        .string("ünicode")
        .bytes(new byte[] {1, 2, 3, 4}, 1, 2)
        .beginList()
        .integer(1)
        .integer(2)
        .end()
        .beginMap()
        .atom(key)
        .integer(7)
        .end()
        .end()
        .end();
    assertThat(mailbox.offer(server)).isEqualTo(Offer.OK);

    int count = 0;
    while (count == 0) {
      count = mailbox.poll(message -> assertEcho(message, echoed, key), 10);
    }
    assertThat(count).isOne();
  }

  private static void assertEcho(TermReader message, Atom echoed, Atom key) {
    assertThat(message.type()).isEqualTo(TermType.TUPLE);
    assertThat(message.enter(0).isAtom(echoed)).isTrue();
    message.leave().enter(1);
    assertThat(message.size()).isEqualTo(10);
    assertThat(message.enter(0).asLong()).isEqualTo(-5);
    assertThat(message.leave().enter(1).asDouble()).isEqualTo(0.25);
    assertThat(message.leave().enter(2).asBoolean()).isTrue();
    assertThat(message.leave().enter(3).isNil()).isTrue();
    assertThat(message.leave().enter(4).asAtom()).isEqualTo("key");
    assertThat(message.leave().enter(5).asString()).isEqualTo("ascii");
    assertThat(message.leave().enter(6).asString()).isEqualTo("ünicode");
    byte[] bytes = new byte[4];
    assertThat(message.leave().enter(7).copyTo(bytes, 1)).isEqualTo(2);
    assertThat(bytes).containsExactly(0, 2, 3, 0);
    message.leave().enter(8);
    assertThat(message.size()).isEqualTo(2);
    assertThat(message.enterFirst()).isTrue();
    assertThat(message.asLong()).isEqualTo(1);
    assertThat(message.next()).isTrue();
    assertThat(message.asLong()).isEqualTo(2);
    assertThat(message.next()).isFalse();
    assertThat(message.size()).isZero();
    message.leave().enter(9);
    assertThat(message.enter(key)).isTrue();
    assertThat(message.asLong()).isEqualTo(7);
    assertThat(message.leave().enter(echoed)).isFalse();
    assertThatIllegalStateException()
        .isThrownBy(message::asLong)
        .withMessage("The term is of another type. type=map wanted=integer");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> message.leave().enter(10));
  }

  @Test
  void shouldTakeMillionsOfBytesThroughASmallHeap() {
    Pid server = serve();
    byte[] large = new byte[200];

    for (int batch = 0; batch < 100; batch++) {
      for (int i = 0; i < 200; i++) {
        mailbox.writer().beginTuple().pid(mailbox.pid()).bytes(large, 0, 200).end();
        assertThat(mailbox.offer(server)).isEqualTo(Offer.OK);
      }
      for (int count = 0; count < 200; ) {
        count += mailbox.poll(message -> assertThat(message.enter(1).size()).isEqualTo(200), 50);
      }
    }
    assertThat(mailbox.isAlive()).isTrue();
  }

  @Test
  void shouldSayThatAMessageHasNoRoom() {
    HostMailbox small = vm.openMailbox(SpawnOptions.builder().maxHeap(8 << 10).build());
    assertThat(vm.offer(small.pid(), "x".repeat(20_000))).isEqualTo(Offer.OK);

    for (int i = 0; i < 2; i++) {
      assertThatExceptionOfType(LimitExceeded.class)
          .isThrownBy(() -> small.poll(message -> {}, 1))
          .matches(e -> e.limit() == LimitExceeded.Limit.HEAP && e.allowed() == 8 << 10);
    }
    small.close();
  }

  @Test
  void shouldHearOfTheEndOfWhatItMonitorsAndIsLinkedTo() {
    Pid failing = vm.spawn(echo.function("silent"));
    mailbox.monitor(failing);
    mailbox.link(failing);
    assertThat(vm.kill(failing)).isTrue();

    List<String> told = List.of(next().asTuple().get(0).asAtom(), next().asTuple().get(0).asAtom());
    assertThat(told).containsExactlyInAnyOrder("down", "exit");
    assertThat(vm.isAlive(failing)).isFalse();
    mailbox.monitor(failing);
    assertThat(next().asTuple().get(3).asAtom()).isEqualTo("noproc");
  }

  @Test
  void shouldTellWhoIsLinkedToItThatItCloses() {
    Pid silent = vm.spawn(echo.function("silent"));
    HostMailbox other = vm.openMailbox();
    mailbox.monitor(silent);
    mailbox.monitor(other.pid());
    other.link(silent);

    other.close();
    assertThat(next().asTuple().get(3).asAtom()).isEqualTo("normal"); // which does not end silent
    assertThat(vm.isAlive(other.pid())).isFalse();
    assertThat(vm.isAlive(silent)).isTrue();
    assertThatIllegalStateException()
        .isThrownBy(other::writer)
        .withMessage("The mailbox is closed.");
    other.close();
  }

  @Test
  void shouldEndWhoIsLinkedToItByAReason() {
    Pid silent = vm.spawn(echo.function("silent"));
    HostMailbox other = vm.openMailbox();
    mailbox.monitor(other.pid());
    mailbox.monitor(silent);
    other.link(silent);

    other.close(Term.tuple(Term.atom("broken"), "by the host"));
    List<Term> reasons = List.of(next().asTuple().get(3), next().asTuple().get(3));
    assertThat(reasons).containsOnly(Term.tuple(Term.atom("broken"), "by the host"));
    assertThat(vm.isAlive(silent)).isFalse();
    other.close("again");

    vm.offer(mailbox.pid(), "to be polled");
    assertThatIllegalStateException()
        .isThrownBy(() -> mailbox.poll(message -> mailbox.close("in use"), 1));
    assertThat(mailbox.isAlive()).isTrue();
  }

  @Test
  void shouldLeaveWhomItHasUnlinked() {
    Pid server = serve();
    HostMailbox other = vm.openMailbox();
    other.link(server);
    other.unlink(server);

    other.close(Term.atom("broken"));
    // Behind the signals that the end of the mailbox has sent.
    vm.offer(server, Term.tuple(mailbox.pid(), 1));
    assertThat(next()).isEqualTo(Term.tuple(Term.atom("echo"), 1));
  }

  @Test
  void shouldEndWhenItIsKilled() {
    vm.kill(mailbox.pid());

    assertThat(mailbox.poll(message -> {}, 1)).isEqualTo(HostMailbox.ENDED);
    assertThat(vm.isAlive(mailbox.pid())).isFalse();
    assertThat(mailbox.isAlive()).isFalse();
    assertThatIllegalStateException().isThrownBy(() -> mailbox.monitor(mailbox.pid()));
    mailbox.writer().nil();
    assertThat(mailbox.offer(mailbox.pid())).isEqualTo(Offer.NO_PROCESS);
  }

  @Test
  void shouldSayWhatBecameOfAnOffer() {
    SpawnOptions small = SpawnOptions.builder().maxMailbox(1).maxMailboxBytes(2048).build();
    Pid silent = vm.spawn(echo.function("silent"), small);
    vm.kill(silent);
    awaitEnd(silent);
    assertThat(vm.offer(silent, 1)).isEqualTo(Offer.NO_PROCESS);

    HostMailbox full = vm.openMailbox(small);
    assertThat(vm.offer(full.pid(), new byte[100_000]))
        .isEqualTo(Offer.OK); // shared bytes count for nobody
    assertThat(vm.offer(full.pid(), "x".repeat(4096))).isEqualTo(Offer.TOO_LARGE);
    while (vm.offer(full.pid(), 1) == Offer.OK) {}
    assertThat(vm.offer(full.pid(), 1)).isEqualTo(Offer.FULL);

    SpawnOptions.Builder policy = SpawnOptions.builder().maxMailbox(1);
    HostMailbox dropping = vm.openMailbox(policy.whenFull(SpawnOptions.WhenFull.DROP).build());
    vm.offer(dropping.pid(), 1);
    assertThat(vm.offer(dropping.pid(), 2)).isEqualTo(Offer.DROPPED);
    HostMailbox killed = vm.openMailbox(policy.whenFull(SpawnOptions.WhenFull.KILL).build());
    vm.offer(killed.pid(), 1);
    assertThat(vm.offer(killed.pid(), 2)).isEqualTo(Offer.KILLED);
    assertThat(killed.poll(message -> {}, 1)).isEqualTo(HostMailbox.ENDED);
  }

  private void awaitEnd(Pid pid) {
    while (vm.isAlive(pid)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void shouldLetThoseInWhoWaitForRoom() {
    HostMailbox small = vm.openMailbox(SpawnOptions.builder().maxMailbox(2).build());
    vm.spawn(echo.function("full"), small.pid());

    int count = 0;
    while (count < 1000) {
      count += small.poll(message -> assertThat(message.asLong()).isOne(), 10);
    }
    assertThat(count).isGreaterThanOrEqualTo(1000);
  }

  @Test
  void shouldBeOneThreadsAtATime() throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    vm.offer(mailbox.pid(), 1);
    mailbox.writer();
    Thread other =
        Thread.ofPlatform()
            .start(() -> {
              try {
                mailbox.poll(message -> {}, 1);
              } catch (IllegalStateException e) {
                thrown.set(e);
              }
            });
    other.join();
    mailbox.abort();

    assertThat(thrown.get()).hasMessage("The mailbox is not this thread's just now.");
    assertThat(mailbox.poll(message -> {}, 1)).isOne();
  }

  @Test
  void shouldKeepReadersAndWritersToTheirTime() {
    AtomicReference<TermReader> kept = new AtomicReference<>();
    vm.offer(mailbox.pid(), 1);
    mailbox.poll(kept::set, 1);
    TermWriter writer = mailbox.writer();
    assertThatIllegalStateException().isThrownBy(() -> kept.get().asLong());
    writer.integer(1);
    assertThatIllegalStateException().isThrownBy(() -> writer.integer(2));
    mailbox.abort();
    assertThatIllegalStateException().isThrownBy(() -> writer.integer(2));
    mailbox.writer().beginTuple();
    assertThatIllegalStateException().isThrownBy(() -> mailbox.offer(mailbox.pid()));
    assertThatIllegalStateException().isThrownBy(() -> mailbox.offer(mailbox.pid()));
  }

  @Test
  void shouldSendFromAHandlerAndSurviveWhatItThrows() {
    vm.offer(mailbox.pid(), 1);
    vm.offer(mailbox.pid(), 2);
    mailbox.poll(
        message -> {
          mailbox.writer().integer(message.asLong() + 10);
          assertThat(mailbox.offer(mailbox.pid())).isEqualTo(Offer.OK);
        },
        1);
    assertThatIllegalStateException()
        .isThrownBy(() ->
            mailbox.poll(
                message -> {
                  throw new IllegalStateException("mine");
                },
                1))
        .withMessage("mine");

    assertThat(next()).isEqualTo(Term.of(11));
  }

  @Test
  void shouldSendNothingWhereAMapLacksAValue() {
    TermWriter writer = mailbox.writer().beginMap().integer(1);
    assertThatIllegalStateException().isThrownBy(writer::end);
    assertThatIllegalStateException().isThrownBy(() -> mailbox.offer(mailbox.pid()));
    assertThat(mailbox.poll(message -> {}, 1)).isZero();
  }

  /** A thread of a service may fail between the beginning of a message and its end. */
  @Test
  @Timeout(60)
  void shouldCloseTheVmWhereTheOwnersThreadHasEnded() throws InterruptedException {
    Thread owner = Thread.ofPlatform().start(() -> mailbox.writer().beginTuple().integer(1));
    owner.join();
    assertThatIllegalStateException().isThrownBy(mailbox::writer);
    vm.close();
    assertThatIllegalStateException().isThrownBy(mailbox::writer).withMessageContaining("closed");
  }

  @Test
  void shouldCloseTheVmFromAHandler() {
    vm.offer(mailbox.pid(), 1);
    mailbox.poll(
        message -> {
          vm.close();
          assertThat(message.asLong()).isOne();
        },
        1);

    assertThatIllegalStateException().isThrownBy(() -> mailbox.poll(message -> {}, 1));
    assertThatIllegalStateException().isThrownBy(this::serve).withMessage("the VM is closed");
  }

  @Test
  void shouldWaitWithClosingForAPollInProgress() throws InterruptedException {
    CountDownLatch inHandler = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicReference<Term> seen = new AtomicReference<>();
    vm.offer(mailbox.pid(), List.of(1, 2));
    Thread poller =
        Thread.ofPlatform()
            .start(() ->
                mailbox.poll(
                    message -> {
                      inHandler.countDown();
                      try {
                        goOn.await();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                      seen.set(message.toTerm());
                    },
                    1));
    inHandler.await();
    Thread closer = Thread.ofPlatform().start(vm::close);
    goOn.countDown();
    poller.join();
    closer.join();

    assertThat(seen.get()).isEqualTo(Term.of(List.of(1, 2)));
  }

  @Test
  void shouldRefuseWhatDoesNotFit() {
    Function sum = echo.function("sum");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vm.spawn(sum, 1L))
        .withMessage("The function takes 4 arguments. function=echo.sum(i, r, f, i) -> r given=1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> vm.spawn(sum, 1L, 2, 3, 4))
        .withMessageContaining("argument=3 type=integer");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> echo.function("compute"))
        .withMessage("echo.compute is not exported");
    assertThatIllegalArgumentException().isThrownBy(() -> echo.function("nothing"));
    SpawnOptions named = SpawnOptions.builder().name("server").build();
    vm.spawn(echo.function("silent"), named);
    assertThatIllegalStateException()
        .isThrownBy(() -> vm.spawn(echo.function("silent"), named))
        .withMessageContaining("name=server");
    try (Vm other = Vm.builder().workers(1).pin("none").maxMemory(32L << 20).start()) {
      Atom foreign = other.atom("ok");
      assertThatIllegalArgumentException().isThrownBy(() -> mailbox.writer().atom(foreign));
      mailbox.abort();
      assertThatIllegalArgumentException().isThrownBy(() -> other.spawn(sum, 1, 2, 3.0, 4));
    }
  }

  @Test
  void shouldStopAtTheLimitOfProcesses() {
    try (Vm few =
        Vm.builder().workers(1).pin("none").maxMemory(32L << 20).maxProcesses(1).start()) {
      HostMailbox only = few.openMailbox();
      assertThatExceptionOfType(LimitExceeded.class)
          .isThrownBy(few::openMailbox)
          .matches(e -> e.limit() == LimitExceeded.Limit.PROCESSES && e.allowed() == 1);
      only.close();
      few.openMailbox().close();
    }
  }

  @Test
  void shouldSayWhyAFileIsNotLoaded() {
    assertThatExceptionOfType(LoadException.class)
        .isThrownBy(() -> vm.load(Path.of("none.ska")))
        .withMessage("no such file: none.ska");
    assertThat(vm.module("echo").functions())
        .extracting(Function::toString)
        .contains("echo.sum(i, r, f, i) -> r");
  }
}
