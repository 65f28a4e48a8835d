package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.skerry.LimitExceeded.Limit;
import org.skerry.SpawnOptions.WhenFull;

/** Full mailboxes as the host meets them: by an offer, by a request, by a monitor. */
@Timeout(60)
class MailboxLimitsTest {
  private static final Path ECHO = Path.of("src/test/resources/embedding/echo.ska");
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final int PROCESSES = 4;

  private Vm vm;
  private Module echo;

  @BeforeEach
  void start() throws Exception {
    OutputStream nothing = OutputStream.nullOutputStream();
    vm =
        Vm.builder()
            .workers(2)
            .pin("none")
            .maxMemory(64L << 20)
            .maxProcesses(PROCESSES)
            .output(nothing, nothing)
            .start();
    echo = vm.load(ECHO);
  }

  @AfterEach
  void close() {
    vm.close();
  }

  /** A process that sleeps, and takes no message. */
  private Pid sleeper(SpawnOptions options) {
    return vm.spawn(echo.function("late"), options, Duration.ofHours(1).toNanos());
  }

  private static SpawnOptions.Builder small(WhenFull then) {
    return SpawnOptions.builder().maxMailbox(2).whenFull(then);
  }

  private static Throwable cause(CompletionStage<?> stage) {
    return catchThrowable(() -> stage.toCompletableFuture().get()).getCause();
  }

  @ParameterizedTest
  @EnumSource
  void shouldSayWhatBecameOfAnOffer(WhenFull then) {
    Pid sleeper = sleeper(small(then).build());
    Offer refused =
        switch (then) {
          case AWAIT, FAIL -> Offer.FULL;
          case DROP -> Offer.DROPPED;
          case KILL -> Offer.KILLED;
        };

    assertThat(vm.offer(sleeper, 1)).isEqualTo(Offer.OK);
    assertThat(vm.offer(sleeper, "two")).isEqualTo(Offer.OK);
    assertThat(vm.offer(sleeper, 3)).isEqualTo(refused);
  }

  @Test
  void shouldTellWhoMonitorsThatAFullMailboxEndedAProcess() throws Exception {
    Pid sleeper = sleeper(small(WhenFull.KILL).build());
    CompletionStage<Term> end = vm.processes().monitor(sleeper);
    for (int i = 0; i < 3; i++) {
      vm.offer(sleeper, i);
    }

    assertThat(end.toCompletableFuture().get().toString()).contains("mailbox");
    assertThat(vm.isAlive(sleeper)).isFalse();
  }

  @Test
  void shouldTellHowFullTheMailboxOfAnotherWas() {
    Pid sleeper = sleeper(small(WhenFull.FAIL).build());
    vm.offer(sleeper, 1);
    vm.offer(sleeper, 2);

    CallFailed failed = (CallFailed) cause(vm.ask(sleeper, 3, LONG));

    assertThat(failed.reason().asTuple().getFirst()).isEqualTo(Term.atom("mailbox_full"));
    assertThat(failed.limit().limit()).isEqualTo(Limit.MAILBOX);
    assertThat(failed.limit().pid()).isEqualTo(sleeper);
    assertThat(failed.limit().allowed()).isEqualTo(2);
    assertThat(failed.limit().used()).isEqualTo(2);
    assertThat(failed.limit().asked()).isEqualTo(1);
  }

  @Test
  void shouldTellHowManyBytesTheMailboxOfAnotherHad() {
    Pid sleeper =
        sleeper(SpawnOptions.builder().maxMailboxBytes(20_000).whenFull(WhenFull.FAIL).build());
    String text = "x".repeat(3_000);
    assertThat(vm.offer(sleeper, text)).isEqualTo(Offer.OK);
    while (vm.offer(sleeper, text) == Offer.OK) {}
    assertThat(vm.offer(sleeper, text)).isEqualTo(Offer.FULL);
    assertThat(vm.offer(sleeper, "x".repeat(40_000))).isEqualTo(Offer.TOO_LARGE);

    CallFailed failed = (CallFailed) cause(vm.ask(sleeper, text, LONG));

    assertThat(failed.limit().limit()).isEqualTo(Limit.MAILBOX_BYTES);
    assertThat(failed.limit().pid()).isEqualTo(sleeper);
    assertThat(failed.limit().allowed()).isEqualTo(20_000);
    assertThat(failed.limit().used()).isBetween(10_000L, 20_000L);
  }

  @Test
  void shouldTellOfARequestThatAMailboxDrops() {
    Pid sleeper = sleeper(small(WhenFull.DROP).build());
    vm.offer(sleeper, 1);
    vm.offer(sleeper, 2);

    CallFailed failed = (CallFailed) cause(vm.ask(sleeper, 3, LONG));
    assertThat(failed.kind()).isEqualTo(CallFailed.Kind.ERROR);
    assertThat(failed.limit().limit()).isEqualTo(Limit.MAILBOX);
  }

  @Test
  void shouldTellThatARequestOrAMonitorFindsNoRoomForItsProcess() {
    Pid sleeper = sleeper(SpawnOptions.DEFAULT);
    for (int i = 1; i < PROCESSES; i++) {
      sleeper(SpawnOptions.DEFAULT);
    }

    assertThat(catchThrowableOfType(LimitExceeded.class, () -> vm.ask(sleeper, 1, LONG)))
        .satisfies(MailboxLimitsTest::isOfProcesses);
    assertThat(catchThrowableOfType(LimitExceeded.class, () -> vm.processes().monitor(sleeper)))
        .satisfies(MailboxLimitsTest::isOfProcesses);
    assertThat(catchThrowableOfType(LimitExceeded.class, () -> vm.openMailbox()))
        .satisfies(MailboxLimitsTest::isOfProcesses);
  }

  @Test
  void shouldCountTheProcessOfACallNoMoreWhenItAnswers() throws Exception {
    for (int i = 1; i < PROCESSES; i++) {
      sleeper(SpawnOptions.DEFAULT);
    }

    for (int i = 0; i < 2_000; i++) {
      vm.call(echo.function("late"), 1L); // ends on a worker
    }
  }

  private static void isOfProcesses(LimitExceeded exceeded) {
    assertThat(exceeded.limit()).isEqualTo(Limit.PROCESSES);
    assertThat(exceeded.pid()).isNull();
    assertThat(exceeded.allowed()).isEqualTo(PROCESSES);
    assertThat(exceeded.used()).isEqualTo(PROCESSES);
    assertThat(exceeded.asked()).isEqualTo(1);
  }

  @Test
  void shouldKeepAMailboxOfTheHostWithinItsLimits() {
    HostMailbox mailbox = vm.openMailbox(small(WhenFull.AWAIT).build());
    mailbox.writer().integer(1);
    assertThat(mailbox.offer(mailbox.pid())).isEqualTo(Offer.OK);
    mailbox.writer().integer(2);
    assertThat(mailbox.offer(mailbox.pid())).isEqualTo(Offer.OK);
    mailbox.writer().integer(3);
    assertThat(mailbox.offer(mailbox.pid())).isEqualTo(Offer.FULL);

    CallFailed failed = (CallFailed) cause(vm.ask(mailbox.pid(), 4, LONG));
    assertThat(failed.limit().pid()).isEqualTo(mailbox.pid());
    assertThat(mailbox.poll(message -> {}, 10)).isEqualTo(2);
    mailbox.writer().integer(3);
    assertThat(mailbox.offer(mailbox.pid())).isEqualTo(Offer.OK);
  }
}
