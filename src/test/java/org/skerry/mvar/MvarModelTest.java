package org.skerry.mvar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.skerry.memory.Memory;
import org.skerry.process.Engine;
import org.skerry.process.ExitKind;
import org.skerry.process.Lifecycle;
import org.skerry.process.Mailbox;
import org.skerry.process.ProcessLayout;
import org.skerry.process.RoomWaits;
import org.skerry.process.Signals;
import org.skerry.process.SpawnOptions;
import org.skerry.process.Wake;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;

/**
 * Random programs over locks, brief reads and writes, full mailboxes, errors, kills and timeouts,
 * in random schedules. Behind each step the records are compared with {@link LockModel}: who holds
 * what, who waits, in which order; each deadlock that is raised is one, and each that is one is
 * raised; and in the end nobody is left waiting.
 */
class MvarModelTest {
  private static final int SEEDS = Integer.getInteger("skerry.seeds", 10_000);
  private static final int MVARS = 3;
  private static final int PROCESSES = 6;
  private static final int STEPS = 14;

  /** What a process is in the middle of. */
  private enum Kind {
    LOCK,
    READ,
    WRITE,
    SEND
  }

  private record Action(Kind kind, int mvar, int access, int patience, long value) {}

  @Test
  void shouldDoAsTheModelDoes() {
    long deadlocks = 0;
    long mailboxDeadlocks = 0;
    long free = 0;
    try (MvarFixture fixture = new MvarFixture()) {
      for (int seed = 0; seed < SEEDS; seed++) {
        Run run = new Run(fixture, new Random(seed));
        try {
          run.run();
        } catch (AssertionError | RuntimeException failure) {
          throw new AssertionError("seed " + seed + ": " + run.log, failure);
        }
        deadlocks += run.deadlocks;
        mailboxDeadlocks += run.mailboxDeadlocks;
        free += run.free;
      }
    }
    assertThat(deadlocks).isGreaterThan(SEEDS / 10);
    assertThat(mailboxDeadlocks).isGreaterThan(SEEDS / 1000);
    assertThat(free).isGreaterThan(SEEDS);
  }

  /** One program in one schedule. */
  private static final class Run {
    private final MvarFixture fixture;
    private final Random random;
    private final LockModel model = new LockModel(PROCESSES, MVARS);
    private final long[] mvars = new long[MVARS];
    private final long[] processes = new long[PROCESSES];
    private final long[] pids = new long[PROCESSES];
    private final Action[] actions = new Action[PROCESSES];
    private final int[] stepsLeft = new int[PROCESSES];
    private final boolean[] isTimeOver = new boolean[PROCESSES];
    private final boolean[] isOver = new boolean[PROCESSES];
    final List<String> log = new ArrayList<>();
    int deadlocks;
    int mailboxDeadlocks;
    int free;

    Run(MvarFixture fixture, Random random) {
      this.fixture = fixture;
      this.random = random;
      for (int i = 0; i < MVARS; i++) {
        mvars[i] = fixture.mvar(i);
        model.values[i] = Term.smallInt(i);
        MvarValue.replace(fixture.context, mvars[i], Term.smallInt(i)); // of the run before
      }
    }

    void run() {
      fixture.engine = this::slice;
      for (int i = 0; i < PROCESSES; i++) {
        stepsLeft[i] = 1 + random.nextInt(STEPS);
        processes[i] = fixture.start(new SpawnOptions().maxMessages(1));
        pids[i] = MvarFixture.pid(processes[i]);
      }
      while (!isAllOver()) {
        disturb();
        if (fixture.ready.isEmpty()) {
          assertThat(endSomeWait()).as("somebody waits who was not woken").isTrue();
          continue;
        }
        long process = fixture.poll(random.nextInt(fixture.ready.size()));
        int index = indexOf(process);
        if (fixture.run(process) == Engine.EXITED) {
          log.add(index + " exits");
          isOver[index] = true;
          model.exit(index);
        }
        compare();
      }
    }

    private boolean isAllOver() {
      for (boolean over : isOver) {
        if (!over) {
          return false;
        }
      }
      return true;
    }

    private int indexOf(long process) {
      for (int i = 0; i < PROCESSES; i++) {
        if (processes[i] == process && !isOver[i]) {
          return i;
        }
      }
      throw new AssertionError("no such process");
    }

    /** A kill, a timeout or a wake-up for no reason, now and then. */
    private void disturb() {
      int index = random.nextInt(PROCESSES);
      if (isOver[index]) {
        return;
      }
      int chance = random.nextInt(100);
      if (chance < 1) {
        log.add("kill " + index);
        Signals.kill(fixture.context, processes[index], Signals.KILL);
      } else if (chance < 4) {
        Wake.notify(fixture.context.scheduling(), processes[index]);
      } else if (chance < 10 && model.isTimed(index)) {
        endWait(index);
      }
    }

    private boolean endSomeWait() {
      for (int i = 0; i < PROCESSES; i++) {
        if (!isOver[i] && model.isTimed(i)) {
          endWait(i);
          return true;
        }
      }
      return false;
    }

    private void endWait(int index) {
      isTimeOver[index] = true;
      Wake.notify(fixture.context.scheduling(), processes[index]);
    }

    private int slice(WorkerContext context, long process, int reductions) {
      int index = indexOf(process);
      if (actions[index] == null) {
        if (stepsLeft[index]-- == 0) {
          // Often with holds, as one that crashes.
          Lifecycle.endWith(process, ExitKind.EXITED, Term.NIL);
          return Engine.EXITED;
        }
        begin(index);
      }
      if (actions[index] == null) {
        return Engine.PREEMPTED;
      }
      boolean isDone = act(index, actions[index]);
      if (isDone) {
        actions[index] = null;
        isTimeOver[index] = false;
      }
      return isDone ? Engine.PREEMPTED : Engine.AWAIT;
    }

    /** Chooses what to do next; what cannot wait is done at once. */
    private void begin(int index) {
      int mvar = random.nextInt(MVARS);
      int access = random.nextInt(3) == 0 ? HoldQueue.READ : HoldQueue.WRITE;
      long value = Term.smallInt(random.nextInt(1000));
      int chance = random.nextInt(100);
      if (chance < 45) {
        int patience = random.nextInt(4);
        actions[index] =
            new Action(Kind.LOCK, mvar, access, patience == 3 ? MvarLocks.PATIENT : patience, 0);
      } else if (chance < 55) {
        actions[index] = new Action(Kind.READ, mvar, HoldQueue.READ, MvarLocks.PATIENT, 0);
      } else if (chance < 65) {
        actions[index] = new Action(Kind.WRITE, mvar, HoldQueue.WRITE, MvarLocks.PATIENT, value);
      } else if (chance < 75) {
        actions[index] = new Action(Kind.SEND, random.nextInt(PROCESSES), 0, 0, value);
      } else if (chance < 80) {
        Mailbox.receive(fixture.context, processes[index]);
      } else if (chance < 85) {
        int kept = random.nextInt(model.holds(index).size() + 1);
        long frame = Memory.getLong(processes[index] + org.skerry.heap.HeapLayout.FP);
        log.add(index + " keeps " + kept);
        if (MvarLocks.holdsAny(processes[index])) {
          MvarLocks.unwind(fixture.context, processes[index], frame, kept);
        }
        model.unwind(index, kept);
      } else if (model.access(index, mvar) != HoldQueue.NONE) {
        log.add(index + " unlocks " + mvar);
        if (random.nextBoolean()
            || FreeLocks.unlock(processes[index], mvars[mvar]) != FreeLocks.DONE) {
          MvarLocks.unlock(fixture.context, processes[index], mvars[mvar]);
        }
        model.unlock(index, mvar);
      }
    }

    private boolean act(int index, Action action) {
      return switch (action.kind()) {
        case LOCK -> lock(index, action);
        case READ -> read(index, action);
        case WRITE -> write(index, action);
        case SEND -> send(index, action);
      };
    }

    private int expected(int index, Action action, boolean isBrief) {
      if (!model.isPending(index)) {
        return model.request(index, action.mvar(), action.access(), action.patience(), isBrief);
      }
      if (!model.isGranted(index)) {
        return MvarLocks.AWAIT;
      }
      model.take(index);
      return MvarLocks.HELD;
    }

    private boolean lock(int index, Action action) {
      long process = processes[index];
      boolean isAgain = MvarLocks.isPending(process);
      long mvar = mvars[action.mvar()];
      boolean isFree = !isAgain && random.nextBoolean() && lockFree(process, mvar, action);
      int result =
          isFree
              ? MvarLocks.HELD
              : MvarLocks.lock(fixture.context, process, mvar, action.access(), action.patience());
      log.add(index + " locks " + action + ": " + result);
      assertThat(result).isEqualTo(expected(index, action, false));
      if (result != MvarLocks.AWAIT) {
        return true;
      }
      if (action.patience() == MvarLocks.TIMED) {
        if (isTimeOver[index]) {
          assertThat(MvarLocks.withdraw(fixture.context, process)).isTrue();
          model.withdraw(index);
        }
        return isTimeOver[index];
      }
      return isDeadlock(index, isAgain);
    }

    /** As compiled code does it. */
    private boolean lockFree(long process, long mvar, Action action) {
      long frame = Memory.getLong(process + org.skerry.heap.HeapLayout.FP);
      boolean isDone =
          FreeLocks.lock(process, mvar, action.access(), frame, Memory.getLong(frame))
              == FreeLocks.DONE;
      free += isDone ? 1 : 0;
      return isDone;
    }

    private long readFree(int index, long mvar) {
      long value = FreeLocks.read(processes[index], mvar);
      if (value == MvarValue.NONE) {
        value = FreeLocks.readHeld(processes[index], mvar);
      }
      free += value == MvarValue.NONE ? 0 : 1;
      return value;
    }

    private boolean writeFree(int index, long mvar, long value) {
      long process = processes[index];
      return FreeLocks.writeHeld(fixture.context, process, mvar, value)
          || FreeLocks.write(fixture.context, process, mvar, value) == FreeLocks.DONE;
    }

    private boolean read(int index, Action action) {
      boolean isAgain = MvarLocks.isPending(processes[index]);
      long mvar = mvars[action.mvar()];
      long value = MvarValue.NONE;
      if (!isAgain && random.nextBoolean()) {
        value = readFree(index, mvar);
      }
      if (value == MvarValue.NONE) {
        value = BriefLocks.read(fixture.context, processes[index], mvar);
      }
      log.add(index + " reads " + action.mvar() + ": " + value);
      long seen = model.isGranted(index) ? model.answer(index) : model.values[action.mvar()];
      int expected = expected(index, action, true);
      if (value == BriefLocks.BLOCKED) {
        assertThat(expected).isEqualTo(MvarLocks.AWAIT);
        return isDeadlock(index, isAgain);
      }
      assertThat(expected).isEqualTo(MvarLocks.HELD);
      assertThat(value).isEqualTo(seen);
      return true;
    }

    private boolean write(int index, Action action) {
      long mvar = mvars[action.mvar()];
      boolean isAgain = MvarLocks.isPending(processes[index]);
      if (!isAgain && random.nextBoolean() && writeFree(index, mvar, action.value())) {
        log.add(index + " writes at once " + action);
        free++;
        model.values[action.mvar()] = action.value();
        assertThat(MvarLocks.HELD).isEqualTo(expected(index, action, true));
        return true;
      }
      int result = BriefLocks.beginWrite(fixture.context, processes[index], mvar);
      log.add(index + " writes " + action + ": " + result);
      if (result == MvarLocks.HELD) {
        // Every other one is an image, which somebody has to keep for those who wait to read it.
        long value = random.nextBoolean() ? action.value() : fixture.image();
        MvarValue.replace(fixture.context, mvar, value);
        BriefLocks.endWrite(fixture.context, mvar);
        model.values[action.mvar()] = value;
      }
      assertThat(result).isEqualTo(expected(index, action, true));
      return result == MvarLocks.HELD || isDeadlock(index, isAgain);
    }

    private boolean send(int index, Action action) {
      long sender = processes[index];
      boolean isAgain = Memory.getLong(sender + ProcessLayout.SPACE_ENTRY) != Memory.NULL;
      long target = fixture.context.table().find(pids[action.mvar()]);
      while (target != Memory.NULL && target != sender) {
        int result = Mailbox.offerFrom(fixture.context, sender, target, action.value());
        if (result == Mailbox.OK) {
          break;
        }
        assertThat(result).isEqualTo(Mailbox.FULL);
        int next = Mailbox.awaitRoom(fixture.context, sender, target, action.value());
        if (next == Mailbox.OVER) {
          break;
        }
        if (next == Mailbox.SUSPEND) {
          log.add(index + " sends to " + action.mvar() + " and waits");
          return isDeadlock(index, isAgain);
        }
      }
      Mailbox.stopAwaitingRoom(fixture.context, sender);
      return true;
    }

    /** As the instructions do: whether the wait is given up because it would never end. */
    private boolean isDeadlock(int index, boolean isAgain) {
      long process = processes[index];
      Memory.fullFence();
      boolean hasSenders = Mailbox.hasWaiters(process);
      Cycle cycle = null;
      if (isAgain ? hasSenders : WaitGraph.mayCloseCycle(process)) {
        Mailbox.admitWaiters(fixture.context, process);
        cycle = fixture.mvars.graph().find(fixture.context, process);
      }
      assertThat(cycle != null)
          .as("deadlock of %s", index)
          .isEqualTo(model.isDeadlocked(index, this::receiverOf));
      if (cycle == null) {
        return false;
      }
      check(cycle, index);
      log.add(index + " is in a deadlock");
      deadlocks++;
      if (model.isPending(index)) {
        assertThat(MvarLocks.withdraw(fixture.context, process)).isTrue();
        model.withdraw(index);
      } else {
        Mailbox.stopAwaitingRoom(fixture.context, process);
      }
      return true;
    }

    private void check(Cycle cycle, int index) {
      assertThat(cycle.members().getFirst().pid()).isEqualTo(pids[index]);
      boolean hasMailbox = false;
      for (Cycle.Member member : cycle.members()) {
        int place = List.of(box(pids)).indexOf(member.pid());
        hasMailbox |= member.receiver() != 0;
        for (Cycle.Held held : member.holds()) {
          assertThat(model.access(place, held.mvar()))
              .isEqualTo(held.isWrite() ? HoldQueue.WRITE : HoldQueue.READ);
        }
      }
      if (hasMailbox) {
        mailboxDeadlocks++;
      }
    }

    private static Long[] box(long[] values) {
      Long[] boxed = new Long[values.length];
      for (int i = 0; i < values.length; i++) {
        boxed[i] = values[i];
      }
      return boxed;
    }

    private int receiverOf(int index) {
      if (isOver[index]) {
        return -1;
      }
      long entry = RoomWaits.entry(processes[index]);
      long receiver =
          entry == Memory.NULL ? Memory.NULL : RoomWaits.blockingReceiver(fixture.context, entry);
      return receiver == Memory.NULL ? -1 : indexOf(receiver);
    }

    private void compare() {
      for (int i = 0; i < MVARS; i++) {
        compare(i, mvars[i]);
      }
      for (int i = 0; i < PROCESSES; i++) {
        if (!isOver[i]) {
          assertThat(MvarLocks.isPending(processes[i])).isEqualTo(model.isPending(i));
          assertThat(MvarLocks.holdsAny(processes[i])).isEqualTo(!model.holds(i).isEmpty());
        }
      }
    }

    private void compare(int index, long mvar) {
      long word = Memory.getLong(mvar + MvarLayout.WORD);
      List<Integer> readers = new ArrayList<>();
      List<Integer> writers = new ArrayList<>();
      for (long hold = Memory.getLong(mvar + MvarLayout.HOLDERS);
          hold != Memory.NULL;
          hold = Memory.getLong(hold + MvarLayout.NEXT)) {
        boolean isWriter = (word & LockWord.WRITER) != 0;
        (isWriter ? writers : readers).add(indexOf(Memory.getLong(hold + MvarLayout.PROCESS)));
      }
      List<Integer> expectedReaders = new ArrayList<>();
      List<Integer> expectedWriters = new ArrayList<>();
      model
          .holders(index)
          .forEach((process, access) ->
              (access == HoldQueue.WRITE ? expectedWriters : expectedReaders).add(process));
      if (!readers.equals(expectedReaders) || !writers.equals(expectedWriters)) {
        assertThat(readers).containsExactlyInAnyOrderElementsOf(expectedReaders);
        assertThat(writers).containsExactlyInAnyOrderElementsOf(expectedWriters);
      }
      List<Integer> queue = new ArrayList<>();
      for (long hold = Memory.getLong(mvar + MvarLayout.QUEUE_HEAD);
          hold != Memory.NULL;
          hold = Memory.getLong(hold + MvarLayout.NEXT)) {
        queue.add(indexOf(Memory.getLong(hold + MvarLayout.PROCESS)));
      }
      if (!queue.equals(model.queue(index).stream().map(LockModel.Wish::process).toList())) {
        throw new AssertionError("queue of " + index + ": " + queue + " " + model.queue(index));
      }
      long flags =
          (writers.isEmpty() ? 0 : LockWord.WRITER)
              | (readers.isEmpty() ? 0 : LockWord.READERS)
              | (queue.isEmpty() ? 0 : LockWord.WAITERS);
      if ((word & LockWord.BUSY) != flags
          || Memory.getInt(mvar + MvarLayout.READERS) != readers.size()
          || Memory.getInt(mvar + MvarLayout.WAITERS) != queue.size()
          || Memory.getLong(mvar + MvarLayout.VALUE) != model.values[index]) {
        throw new AssertionError("record of " + index + ": " + Long.toBinaryString(word));
      }
    }
  }
}
