package org.skerry.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.process.Mailbox;
import org.skerry.process.Priority;
import org.skerry.process.SpawnOptions;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;

class SchedulerTest {
  private static final SpawnOptions DEFAULTS = new SpawnOptions();

  private final SchedulerFixture machine = new SchedulerFixture(new SchedulerFixture.RealWorld());
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final CountDownLatch failed = new CountDownLatch(1);
  private final List<WorkerContext> hosts = new ArrayList<>();
  private volatile Runnable whenIdle = () -> {};
  private Scheduler scheduler;

  private WorkerContext start(SchedulerOptions options) {
    scheduler =
        new Scheduler(
            machine.runtime,
            options,
            new Scheduler.Listener() {
              @Override
              public void failed(Throwable cause) {
                failures.add(cause);
                failed.countDown();
              }

              @Override
              public void warned(String message) {
                warnings.add(message);
              }

              @Override
              public void idle() {
                whenIdle.run();
              }
            });
    scheduler.start();
    return host();
  }

  private WorkerContext host() {
    WorkerContext host = machine.host(scheduler.hostScheduling(), scheduler.hostTimers());
    synchronized (hosts) {
      hosts.add(host);
    }
    return host;
  }

  @AfterEach
  void close() {
    scheduler.requestStop();
    assertThat(scheduler.awaitStopped(TimeUnit.SECONDS.toNanos(60))).isTrue();
    machine.abandonProcesses(scheduler.contexts());
    hosts.forEach(WorkerContext::close);
    scheduler.close();
    machine.close();
    assertThat(threadNames()).noneMatch(name -> name.startsWith("skerry-worker"));
  }

  /** As a listener does that has to wait for a lock just when its thread is unparked. */
  private Runnable usesThePermitOf(Runnable unparks) {
    AtomicBoolean isFirst = new AtomicBoolean(true);
    return () -> {
      if (isFirst.getAndSet(false)) {
        unparks.run();
        LockSupport.parkNanos(1);
      }
    };
  }

  @Test
  void shouldStopThoughAListenerUsesUpThePermit() {
    whenIdle = usesThePermitOf(() -> scheduler.requestStop());

    start(workers(1));

    assertThat(scheduler.awaitStopped(TimeUnit.SECONDS.toNanos(60))).isTrue();
  }

  @Test
  void shouldRunWhatBecomesReadyThoughAListenerUsesUpThePermit() throws InterruptedException {
    CountDownLatch isIdle = new CountDownLatch(1);
    CountDownLatch hasWork = new CountDownLatch(1);
    whenIdle =
        usesThePermitOf(() -> {
          isIdle.countDown();
          awaitUninterruptibly(hasWork);
        });
    WorkerContext host = start(workers(1));
    isIdle.await();
    machine.expectExits(2);

    startPair(host, 10);
    hasWork.countDown();

    assertThat(machine.awaitExits()).isTrue();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> threadNames() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }

  private static SchedulerOptions workers(int count) {
    return SchedulerOptions.DEFAULT.withWorkers(count);
  }

  private void startPair(WorkerContext host, int throwsEach) {
    long first =
        SchedulerFixture.start(
            host, Programs.PLAYER, DEFAULTS, Term.NIL, Term.smallInt(throwsEach));
    long second =
        SchedulerFixture.start(host, Programs.PLAYER, DEFAULTS, first, Term.smallInt(throwsEach));
    host.participant().enter();
    // In this order: the first must know the second before a ball can come from there.
    Mailbox.offer(host, host.table().find(first), second);
    Mailbox.offer(host, host.table().find(second), first);
    host.participant().exit();
  }

  @ParameterizedTest
  @CsvSource({"1,HYBRID", "2,HYBRID", "4,PARK", "2,SPIN", "3,HYBRID"})
  void shouldPlayPingPongToTheEnd(int workers, IdleMode idle) throws Exception {
    machine.expectExits(20);
    WorkerContext host = start(workers(workers).withIdle(idle));
    for (int pair = 0; pair < 10; pair++) {
      startPair(host, 2_000);
    }

    assertThat(machine.awaitExits()).isTrue();
    assertThat(machine.programs.results.sum()).isEqualTo(20);
    assertThat(failures).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void shouldRunATreeOfProcesses(int workers) throws Exception {
    machine.expectExits(11_111);
    WorkerContext host = start(workers(workers));
    SchedulerFixture.start(host, Programs.TREE, DEFAULTS, Term.NIL, Term.smallInt(4));

    assertThat(machine.awaitExits()).isTrue();
    assertThat(machine.programs.results.sum()).isEqualTo(10_000);
    assertThat(failures).isEmpty();
  }

  @Test
  void shouldWakeEverySleeperAndNoneEarly() throws Exception {
    machine.expectExits(500);
    WorkerContext host = start(workers(2));
    for (int i = 0; i < 500; i++) {
      long napNs = 100_000 + i * 2_000L;
      SchedulerFixture.start(
          host, Programs.SLEEPER, DEFAULTS, Term.smallInt(10), Term.smallInt(napNs));
    }

    assertThat(machine.awaitExits()).isTrue();
    assertThat(machine.programs.wakeUps.get()).isEqualTo(5_000);
    assertThat(machine.programs.results.sum()).isEqualTo(500);
    assertThat(scheduler.timerCount()).isZero();
    assertThat(scheduler.statistics()).anyMatch(worker -> worker.timersFired() > 0);
  }

  @Test
  void shouldServeSleepersAndLowPriorityBesideHogs() throws Exception {
    machine.programs.spinsPerReduction = 1;
    WorkerContext host = start(workers(2).withReductions(200));
    SpawnOptions high = new SpawnOptions().priority(Priority.HIGH);
    for (int i = 0; i < 8; i++) {
      SchedulerFixture.start(host, Programs.HOG, i < 4 ? high : DEFAULTS, Term.smallInt(1 << 30));
    }
    machine.expectExits(2);
    SchedulerFixture.start(
        host, Programs.HOG, new SpawnOptions().priority(Priority.LOW), Term.smallInt(50));
    SchedulerFixture.start(
        host, Programs.SLEEPER, DEFAULTS, Term.smallInt(20), Term.smallInt(200_000));

    assertThat(machine.awaitExits()).isTrue();
    assertThat(failures).isEmpty();
  }

  @Test
  void shouldLetAThirdProcessRunBesideAPair() throws Exception {
    WorkerContext host = start(workers(1));
    startPair(host, 1 << 30);
    machine.expectExits(1);
    SchedulerFixture.start(host, Programs.HOG, DEFAULTS, Term.smallInt(1_000));

    assertThat(machine.awaitExits()).isTrue();
  }

  /** Many threads wake workers that keep falling asleep: a lost wake-up would hang. */
  @ParameterizedTest
  @CsvSource({"1,PARK", "2,PARK", "3,HYBRID"})
  void shouldLoseNoWakeUpFromHostThreads(int workers, IdleMode idle) throws Exception {
    int threads = 3;
    int each = 3_000;
    start(workers(workers).withIdle(idle));
    List<Thread> senders = new ArrayList<>();
    machine.expectExits((long) threads * each);
    for (int i = 0; i < threads; i++) {
      WorkerContext host = host();
      senders.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int n = 0; n < each; n++) {
                  SchedulerFixture.start(host, Programs.HOG, DEFAULTS, Term.smallInt(n % 3));
                  if (n % 7 == 0) {
                    Thread.yield();
                  }
                }
              }));
    }
    for (Thread sender : senders) {
      sender.join();
    }

    assertThat(machine.awaitExits()).isTrue();
    assertThat(failures).isEmpty();
    assertThat(sum(WorkerStatistics::injected)).isPositive();
  }

  @Test
  void shouldHoldSendersBackUntilThereIsRoom() throws Exception {
    int senders = 20;
    int each = 2_000;
    WorkerContext host = start(workers(2));
    machine.expectExits(senders + 1);
    long collector =
        SchedulerFixture.start(
            host,
            Programs.COLLECTOR,
            new SpawnOptions().maxMessages(16),
            Term.smallInt(senders * each));
    for (int i = 0; i < senders; i++) {
      SchedulerFixture.start(host, Programs.SENDER, DEFAULTS, collector, Term.smallInt(each));
    }

    assertThat(machine.awaitExits()).isTrue();
    assertThat(machine.programs.results.sum()).isEqualTo(1);
  }

  @Test
  void shouldOverflowTheQueuesAndLoseNothing() throws Exception {
    int count = 5_000;
    machine.expectExits(count);
    WorkerContext host = start(workers(2));
    for (int i = 0; i < count; i++) {
      SchedulerFixture.start(host, Programs.HOG, DEFAULTS, Term.smallInt(3));
    }

    assertThat(machine.awaitExits()).isTrue();
  }

  @Test
  void shouldParkWhenThereIsNothingToDo() throws Exception {
    machine.expectExits(1);
    WorkerContext host = start(workers(2));
    SchedulerFixture.start(host, Programs.WAITER, DEFAULTS);
    SchedulerFixture.start(host, Programs.HOG, DEFAULTS, Term.smallInt(1));
    assertThat(machine.awaitExits()).isTrue();

    awaitTrue(() -> sum(WorkerStatistics::parks) >= 2 ? 1 : 0);
    assertThat(failures).isEmpty();
  }

  @Test
  void shouldEndAllWorkersAndSayWhyWhenOneFails() throws Exception {
    WorkerContext host = start(workers(2));
    SchedulerFixture.start(host, Programs.BROKEN, DEFAULTS);

    assertThat(failed.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(failures).hasSize(1);
    assertThat(failures.getFirst()).hasMessage("the engine is broken");
    assertThat(scheduler.failure()).isSameAs(failures.getFirst());
    assertThat(scheduler.awaitStopped(TimeUnit.SECONDS.toNanos(60))).isTrue();
  }

  @Test
  void shouldWarnAndGoOnWhereAWorkerCannotBePinned() throws Exception {
    machine.expectExits(1);
    WorkerContext host = start(workers(1).withPinning(Pinning.parse("8191")));
    SchedulerFixture.start(host, Programs.HOG, DEFAULTS, Term.smallInt(1));

    assertThat(machine.awaitExits()).isTrue();
    assertThat(warnings)
        .containsExactly(
            "cannot pin worker 0 to core 8191: not permitted or not available on this system; it"
                + " runs unpinned");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void shouldSendTheMessagesOfHostThreadsLater(int workers) throws Exception {
    int count = 200;
    WorkerContext host = start(workers(workers).withIdle(IdleMode.PARK));
    machine.expectExits(1);
    long collector =
        SchedulerFixture.start(host, Programs.COLLECTOR, DEFAULTS, Term.smallInt(count));
    host.participant().enter();
    for (int i = 0; i < count; i++) {
      long now = machine.runtime.world().nanoTime();
      host.timers().sendAfter(host, collector, Term.TRUE, now + i * 10_000L);
      long late = host.timers().sendAfter(host, collector, Term.TRUE, now + (1L << 40));
      assertThat(host.timers().cancel(late)).isBetween(1L, 1L << 40);
      assertThat(host.timers().cancel(late)).isEqualTo(-1);
    }
    host.participant().exit();

    assertThat(machine.awaitExits()).isTrue();
    assertThat(machine.programs.results.sum()).isEqualTo(1);
  }

  @Test
  void shouldStopInTheMiddleOfWork() {
    WorkerContext host = start(workers(3));
    for (int i = 0; i < 50; i++) {
      SchedulerFixture.start(host, Programs.HOG, DEFAULTS, Term.smallInt(1 << 30));
      SchedulerFixture.start(
          host, Programs.SLEEPER, DEFAULTS, Term.smallInt(1 << 20), Term.smallInt(1 << 30));
    }
    awaitTrue(machine.programs.hogTurns::get);
    // close() stops them, and finds all memory given back.
  }

  private static void awaitTrue(LongSupplier condition) {
    while (condition.getAsLong() == 0) {
      Thread.onSpinWait();
    }
  }

  private long sum(ToLongFunction<WorkerStatistics> counter) {
    return scheduler.statistics().stream().mapToLong(counter).sum();
  }
}
