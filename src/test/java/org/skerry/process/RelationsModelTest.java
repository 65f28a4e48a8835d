package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.memory.Memory;
import org.skerry.term.Atoms;
import org.skerry.term.Term;
import org.skerry.term.Tuples;

/**
 * Processes that link, unlink, monitor, demonitor, trap, exit and kill each other at random, run in
 * a random order, against what each of them may expect: a {@code down} for each monitor exactly
 * once and none behind a demonitor, no exit signal behind an unlink, links that both sides have,
 * and ends that reach exactly whom they must.
 */
class RelationsModelTest {
  private static final int SEEDS_PER_PART = 1_000;
  private static final int MOST_PROCESSES = 7;
  private static final int ROUNDS = 4;
  private static final int STEPS = 30;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void shouldKeepToTheModel(int part) {
    for (long seed = part * SEEDS_PER_PART; seed < (part + 1) * SEEDS_PER_PART; seed++) {
      try (ProcessFixture fixture = new ProcessFixture()) {
        new Run(fixture, seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  /** What is known of one process. */
  private static final class Actor {
    final long block;
    final long pid;
    boolean isDead;
    boolean traps;

    /** Refs of monitors that are neither over nor ended, and whom they watch. */
    final Map<Long, Long> monitors = new HashMap<>();

    /** Whose exit signals may come through a link. */
    final Set<Long> mayHearOf = new HashSet<>();

    /** Exit messages since the last quiet moment: how many of each process. */
    final Map<Long, Integer> exits = new HashMap<>();

    Actor(long block) {
      this.block = block;
      pid = ProcessFixture.pid(block);
    }
  }

  private static final class Run {
    final ProcessFixture fixture;
    final WorkerContext context;
    final Random random;
    final int processes;
    final Map<Long, Actor> actors = new HashMap<>();
    final List<Long> pids = new ArrayList<>();
    final List<Long> ready = new ArrayList<>();
    final Set<Long> running = new HashSet<>();
    int depth;

    /** The process whose slice is to do something at random; 0 for none. */
    long acting;

    Run(ProcessFixture fixture, long seed) {
      this.fixture = fixture;
      context = fixture.context;
      random = new Random(seed);
      processes = 2 + (int) (seed % (MOST_PROCESSES - 1));
      fixture.hears = false;
      fixture.engine = (worker, process, reductions) -> slice(process);
    }

    void run() {
      for (int round = 0; round < ROUNDS; round++) {
        while (alive().size() < processes) {
          long block = fixture.idle();
          actors.put(ProcessFixture.pid(block), new Actor(block));
          pids.add(ProcessFixture.pid(block));
        }
        for (int step = 0; step < STEPS; step++) {
          List<Actor> alive = alive();
          if (!alive.isEmpty()) {
            Actor actor = alive.get(random.nextInt(alive.size()));
            acting = actor.pid;
            Wake.notify(context.scheduling(), actor.block);
            runSome(actor);
          }
        }
        quiesce();
        checkSymmetry();
        killAndCheck();
      }
    }

    /** Runs until the actor has acted, others in any order. */
    void runSome(Actor actor) {
      collectReady();
      while (acting == actor.pid && !actor.isDead && !ready.isEmpty()) {
        step();
      }
      acting = 0;
    }

    void quiesce() {
      acting = 0;
      collectReady();
      while (!ready.isEmpty()) {
        step();
      }
      for (Actor actor : alive()) {
        Wake.notify(context.scheduling(), actor.block); // to take its messages
      }
      collectReady();
      while (!ready.isEmpty()) {
        step();
      }
    }

    void step() {
      long process = ready.remove(random.nextInt(ready.size()));
      long pid = Lifecycle.pidOf(process);
      if (fixture.run(process) == Engine.EXITED) {
        actors.get(pid).isDead = true;
      }
      collectReady();
    }

    void collectReady() {
      for (long next = fixture.ready.poll(); next != 0; next = fixture.ready.poll()) {
        ready.add(next);
      }
    }

    List<Actor> alive() {
      return pids.stream().map(actors::get).filter(actor -> !actor.isDead).toList();
    }

    int slice(long process) {
      Actor actor = actors.get(ProcessFixture.pid(process));
      if (actor == null) {
        return Engine.AWAIT;
      }
      if (acting == actor.pid) {
        acting = 0;
        int handled = Signals.isPending(process) ? Signals.handle(context, process) : Signals.ALL;
        if (handled == Signals.ENDS) {
          return Engine.EXITED;
        }
        takeMessages(actor);
        return act(actor);
      }
      if (random.nextBoolean() || acting == 0) {
        takeMessages(actor);
      }
      return Engine.AWAIT;
    }

    /** Lets others act in the middle of a slice, as another worker would. */
    void meanwhile(Actor actor) {
      depth++;
      for (int i = random.nextInt(4); i > 0; i--) {
        List<Actor> others =
            alive().stream().filter(a -> a != actor && !running.contains(a.pid)).toList();
        if (!others.isEmpty()) {
          Actor other = others.get(random.nextInt(others.size()));
          acting = other.pid;
          Wake.notify(context.scheduling(), other.block);
          runSome(other);
        }
      }
      depth--;
    }

    int act(Actor actor) {
      List<Actor> alive = alive();
      Actor other =
          random.nextInt(5) == 0
              ? actors.get(pids.get(random.nextInt(pids.size())))
              : alive.get(random.nextInt(alive.size()));
      int what = random.nextInt(10);
      if (what == 3) {
        actor.mayHearOf.remove(other.pid);
      }
      if (depth < 2 && random.nextBoolean()) {
        running.add(actor.pid);
        meanwhile(actor);
        running.remove(actor.pid);
      }
      switch (what) {
        case 0, 1, 2 -> {
          assertThat(Relations.link(context, actor.block, other.pid)).isEqualTo(Relations.OK);
          actor.mayHearOf.add(other.pid);
          other.mayHearOf.add(actor.pid);
        }
        case 3 -> Relations.unlink(context, actor.block, other.pid);
        case 4, 5 -> {
          long ref = Relations.monitor(context, actor.block, other.pid, other.pid);
          actor.monitors.put(ref, other.pid);
        }
        case 6 -> endMonitor(actor);
        case 7 -> {
          actor.traps = random.nextInt(4) > 0;
          ProcessFlags.set(actor.block, ProcessFlags.TRAPS_EXIT, actor.traps);
        }
        case 8 -> {
          // Sent to one that does not trap, the reason goes on through links.
          long reason = other.traps || random.nextInt(3) == 0 ? Atoms.DROP : Atoms.SHUTDOWN;
          if (reason == Atoms.SHUTDOWN) {
            other.mayHearOf.add(actor.pid);
          }
          Relations.exit(context, actor.block, other.pid, reason);
        }
        default -> {
          if (random.nextInt(5) == 0) {
            Lifecycle.endWith(actor.block, ExitKind.EXITED, Term.smallInt(random.nextInt(100)));
            return Engine.EXITED;
          }
        }
      }
      return Engine.AWAIT;
    }

    void endMonitor(Actor actor) {
      if (actor.monitors.isEmpty()) {
        return;
      }
      List<Long> refs = actor.monitors.keySet().stream().sorted().toList();
      long ref = refs.get(random.nextInt(refs.size()));
      if (!Relations.demonitor(context, actor.block, ref)) {
        Relations.flush(context, actor.block, ref);
      }
      actor.monitors.remove(ref);
    }

    void takeMessages(Actor actor) {
      for (long m = Mailbox.receive(context, actor.block);
          m != Term.NONE;
          m = Mailbox.receive(context, actor.block)) {
        if (Tuples.get(m, 0) == Atoms.DOWN) {
          Long watched = actor.monitors.remove(Tuples.get(m, 1));
          assertThat(watched).as("a monitor tells once, and not once it is ended").isNotNull();
          assertThat(Tuples.get(m, 2)).isEqualTo(watched);
          assertThat(context.table().find(watched)).as("who is down").isZero();
        } else {
          long from = Tuples.get(m, 1);
          if (Tuples.get(m, 2) != Atoms.DROP) {
            assertThat(actor.mayHearOf).as("of whom an exit message may come").contains(from);
          }
          actor.exits.merge(from, 1, Integer::sum);
        }
      }
    }

    void checkSymmetry() {
      for (Actor actor : alive()) {
        for (long pid : links(actor)) {
          Actor other = actors.get(pid);
          assertThat(other.isDead).as("a link leads to a process that is alive").isFalse();
          assertThat(links(other)).as("the other side of a link").contains(actor.pid);
        }
        actor.monitors.forEach((ref, pid) ->
            assertThat(actors.get(pid).isDead).as("who is watched is alive").isFalse());
        assertThat(Mailbox.messageCount(actor.block)).isZero();
      }
    }

    /** The end of one process reaches all that are linked through processes that do not trap. */
    void killAndCheck() {
      if (alive().isEmpty()) {
        return;
      }
      List<Actor> before = alive();
      before.forEach(actor -> actor.exits.clear());
      Map<Long, Set<Long>> graph = new HashMap<>();
      before.forEach(actor -> graph.put(actor.pid, links(actor)));
      Map<Long, Map<Long, Long>> monitors = new HashMap<>();
      before.forEach(actor -> monitors.put(actor.pid, new HashMap<>(actor.monitors)));
      Actor first = before.get(random.nextInt(before.size()));
      Set<Long> dying = new HashSet<>(Set.of(first.pid));
      ArrayDeque<Long> queue = new ArrayDeque<>(List.of(first.pid));
      while (!queue.isEmpty()) {
        for (long pid : graph.get(queue.remove())) {
          if (!actors.get(pid).traps && dying.add(pid)) {
            queue.add(pid);
          }
        }
      }
      Signals.exit(context, first.block, Term.NIL, Atoms.KILL);
      quiesce();
      for (Actor actor : before) {
        assertThat(actor.isDead)
            .as("the end of %x", actor.pid)
            .isEqualTo(dying.contains(actor.pid));
        if (!actor.isDead) {
          Set<Long> expected = new HashSet<>(graph.get(actor.pid));
          expected.retainAll(dying);
          assertThat(actor.exits.keySet()).as("whose ends came").isEqualTo(expected);
          assertThat(actor.exits.values()).as("how often").allMatch(n -> n == 1);
          monitors
              .get(actor.pid)
              .forEach((ref, pid) ->
                  assertThat(actor.monitors.containsKey(ref))
                      .as("a monitor of one that is down is over")
                      .isEqualTo(!dying.contains(pid)));
        }
      }
    }

    static Set<Long> links(Actor actor) {
      Set<Long> links = new HashSet<>();
      long relations = Relations.of(actor.block);
      int buckets = relations == 0 ? 0 : RelationTable.bucketCount(relations);
      for (int i = 0; i < buckets; i++) {
        long node = RelationTable.bucket(relations, i);
        for (; node != 0; node = Memory.getLong(node + SignalLayout.NEXT)) {
          if (Memory.getInt(node + SignalLayout.KIND) == SignalLayout.KIND_LINK
              && Memory.getLong(node + SignalLayout.OBJECT) == 0) {
            links.add(Memory.getLong(node + SignalLayout.FROM));
          }
        }
      }
      return links;
    }
  }
}
