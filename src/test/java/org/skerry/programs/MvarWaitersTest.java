package org.skerry.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes that wait for an MVar and are killed, ended by a signal or too late, at the head, in
 * the middle and at the tail of the queue: all others get it, in their order, and nothing is held
 * in the end.
 */
@Timeout(240)
class MvarWaitersTest {
  private static final int SEEDS = 8;

  /** How a waiter goes; {@code granted}: killed when it has been granted what it waited for. */
  private static final List<String> FATES = List.of("killed", "exits", "late", "granted");

  /**
   * Main holds {@code a}, starts waiters one after the other, each when the one before waits, ends
   * some, releases, and gives the list of those that got it. Each waiter holds {@code b} too.
   */
  private static final String PROGRAM =
      """
      module waiters
      mvar a = 0
      mvar b = 0

      function round_write(r asks) -> r
          r.const      pids, []
          mvar.lock.write a
          r.call       pids, queue(asks, pids)
          r.call       done, end(asks, pids, :before)
          mvar.unlock  a
          r.call       got, finish(asks, pids)
          r.return     got
      end

      function round_read(r asks) -> r
          r.const      pids, []
          mvar.lock.read a
          r.call       pids, queue(asks, pids)
          r.call       done, end(asks, pids, :before)
          mvar.unlock  a
          r.call       got, finish(asks, pids)
          r.return     got
      end

      ; Starts a waiter for each; gives {pid, ref} of each, in order.
      function queue(r asks, r pids) -> r
          r.self       me
      more:
          r.jump.is    asks, [], @all
          r.head       ask, asks
          r.tail       asks, asks
          r.spawn.with pair, %{:monitor => true}, wait(me, ask)
          r.tuple.get  pid, pair, 0
          r.call       done, entered(pid)
          r.cons       pids, pair, pids
          jump         @more
      all:
          r.list.reverse pids, pids
          r.return     pids
      end

      ; One that was late meanwhile awaits a message; one behind it may have got it, and be gone.
      function entered(r pid) -> r
      more:
          r.process.info.of awaits, pid, :awaits
          r.jump.is    awaits, nil, @not_yet
          r.tuple.get  kind, awaits, 0
          r.jump.is    kind, :mvar, @yes
          r.jump.is    kind, :message, @yes
      not_yet:
          i.alive      alive, pid
          i.jump.eq    alive, 0, @yes
          yield
          jump         @more
      yes:
          r.return     nil
      end

      ; Ends those whose fate comes now, and waits until they are gone, or late.
      function end(r asks, r pids, r when) -> r
      more:
          r.jump.is    asks, [], @all
          r.head       ask, asks
          r.tail       asks, asks
          r.head       pair, pids
          r.tail       pids, pids
          r.tuple.get  fate, ask, 2
          r.jump.is    fate, :stays, @more
          r.jump.is    fate, :granted, @granted
          r.jump.is    when, :after, @more
          r.jump.is    fate, :late, @late
          r.tuple.get  pid, pair, 0
          r.jump.is    fate, :exits, @exits
          exit.signal  pid, :kill
          jump         @gone
      exits:
          exit.signal  pid, :enough
          jump         @gone
      granted:
          r.jump.is    when, :before, @more
          r.tuple.get  pid, pair, 0
          exit.signal  pid, :kill
          jump         @gone
      late:
          r.tuple.get  number, ask, 0
          r.tuple      told, (:late, number)
          r.call       done, take(told)
          r.tuple.get  pid, pair, 0
          send         pid, :go
      gone:
          r.call       done, down(pair)
          jump         @more
      all:
          r.return     nil
      end

      function take(r wanted) -> r
          select.begin
      more:
          r.select.next m
          r.jump.ne    m, wanted, @more
          select.take
          r.return     nil
      end

      function down(r pair) -> r
          r.tuple.get  wanted, pair, 1
          select.begin
      more:
          r.select.next m
          r.jump.tuple m, 4, @tuple
          jump         @more
      tuple:
          r.tuple.get  kind, m, 0
          r.jump.ne    kind, :down, @more
          r.tuple.get  ref, m, 1
          r.jump.ne    ref, wanted, @more
          select.take
          r.return     nil
      end

      ; Who got it, in order; then nobody may hold anything.
      function finish(r asks, r pids) -> r
          r.call       done, end(asks, pids, :after)
          r.const      got, []
      more:
          r.jump.is    asks, [], @all
          r.head       ask, asks
          r.tail       asks, asks
          r.tuple.get  fate, ask, 2
          r.jump.ne    fate, :stays, @more
          r.call       m, next_got()
          r.cons       got, m, got
          jump         @more
      all:
          r.jump.is    pids, [], @gone
          r.head       pair, pids
          r.tail       pids, pids
          r.tuple.get  pid, pair, 0
          i.alive      alive, pid
          i.jump.eq    alive, 0, @all
          r.call       done, down(pair)
          jump         @all
      gone:
          mvar.try.lock.write a, @held
          mvar.try.lock.write b, @held_b
          mvar.unlock  b
          mvar.unlock  a
          r.list.reverse got, got
          r.return     got
      held_b:
          mvar.unlock  a
      held:
          r.return     :held
      end

      function next_got() -> r
          select.begin
      more:
          r.select.next m
          r.jump.type  m, int, @number
          jump         @more
      number:
          select.take
          r.return     m
      end

      ; {number, how it asks, fate}
      function wait(r parent, r ask) -> r
          r.tuple.get  number, ask, 0
          r.tuple.get  access, ask, 1
          r.tuple.get  fate, ask, 2
          i.const      ns, 1_000_000
          mvar.lock.read b
          r.jump.is    fate, :late, @timed
          r.jump.is    access, :read, @read
          r.jump.is    access, :get, @get
          r.jump.is    access, :set, @set
          mvar.lock.write a
          r.call       done, say(parent, number, fate)
          mvar.unlock  a
          jump         @end
      read:
          mvar.lock.read a
          r.call       done, say(parent, number, fate)
          mvar.unlock  a
          jump         @end
      get:
          r.mvar.read  v, a
          r.call       done, say(parent, number, fate)
          jump         @end
      set:
          mvar.write   a, number
          r.call       done, say(parent, number, fate)
          jump         @end
      timed:
          r.jump.is    access, :read, @timed_read
          mvar.lock.write.timeout a, ns, @late
          mvar.unlock  a
          jump         @wrong
      timed_read:
          mvar.lock.read.timeout a, ns, @late
          mvar.unlock  a
      wrong:
          send         parent, -1
          jump         @end
      late:
          r.tuple      told, (:late, number)
          send         parent, told
          r.receive    go
      end:
          mvar.unlock  b
          r.return     nil
      end

      function say(r parent, r number, r fate) -> r
          r.jump.is    fate, :granted, @end
          send         parent, number
      end:
          r.return     nil
      end

      """;

  /** One queue. */
  private record Round(String mine, List<String> accesses, List<String> fates) {
    String asks() {
      return IntStream.range(0, accesses.size())
          .mapToObj(i -> "{" + i + ", :" + accesses.get(i) + ", :" + fates.get(i) + "}")
          .collect(Collectors.joining(", ", "[", "]"));
    }

    /** The numbers of those that get it, those together that are admitted together. */
    List<TreeSet<Integer>> groups() {
      List<TreeSet<Integer>> groups = new ArrayList<>();
      boolean reading = false;
      for (int i = 0; i < accesses.size(); i++) {
        if (!fates.get(i).equals("stays")) {
          continue;
        }
        boolean reads = accesses.get(i).equals("read");
        if (!(reads && reading)) {
          groups.add(new TreeSet<>());
        }
        groups.getLast().add(i);
        reading = reads;
      }
      return groups;
    }

    /** Operations of one instruction are told behind it, when the next may have begun. */
    boolean isOrdered() {
      return accesses.stream().noneMatch(access -> access.equals("get") || access.equals("set"));
    }
  }

  private static List<Round> rounds() {
    List<Round> rounds = new ArrayList<>();
    for (String fate : FATES) {
      // The first, one in the middle, the last, neighbours, and all but one.
      for (List<Integer> victims :
          List.of(List.of(0), List.of(2), List.of(4), List.of(1, 2, 3), List.of(0, 1, 3, 4))) {
        rounds.add(round("write", "write write write write write", fate, victims));
        rounds.add(round("write", "read read write read read", fate, victims));
        rounds.add(round("write", "write read write read write", fate, victims));
        rounds.add(round("read", "write read read write read", fate, victims));
        rounds.add(round("write", "get set get set get", fate, victims));
      }
    }
    rounds.add(new Round("write", List.of("write", "read", "read", "write"), FATES));
    rounds.add(new Round("read", List.of("write", "write", "write", "write"), FATES));
    return rounds;
  }

  private static Round round(String mine, String accesses, String fate, List<Integer> victims) {
    List<String> fates = new ArrayList<>();
    List<String> kinds = List.of(accesses.split(" "));
    boolean waitsAnyway = mine.equals("write");
    for (int i = 0; i < kinds.size(); i++) {
      String kind = kinds.get(i);
      if (!victims.contains(i)) {
        fates.add("stays");
        waitsAnyway |= kind.equals("write");
      } else if (kind.equals("read") && !waitsAnyway) {
        fates.add("granted"); // whoever goes before it lets it in
      } else {
        // Of reads and writes for one operation none has a time limit.
        boolean isBrief = kind.equals("get") || kind.equals("set");
        fates.add(isBrief && fate.equals("late") ? "killed" : fate);
      }
    }
    return new Round(mine, kinds, fates);
  }

  private static Program program() {
    StringBuilder source = new StringBuilder(PROGRAM).append("export function main() -> r\n");
    for (Round round : rounds()) {
      source.append("    r.call x, round_%s(%s)\n".formatted(round.mine(), round.asks()));
      source.append("    print x\n");
    }
    return Program.source(source.append("    r.return nil\nend\n").toString());
  }

  static List<Mode> modes() {
    return Mode.all(SEEDS);
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldLoseNobodysWakeUp(Mode mode) {
    ProgramRun run = ProgramRun.of(program(), mode);

    assertThat(run.exitStatus()).as(run.told()).isZero();
    assertThat(run.lines()).hasSameSizeAs(rounds());
    for (int i = 0; i < rounds().size(); i++) {
      Round round = rounds().get(i);
      List<Integer> got =
          Arrays.stream(run.lines().get(i).replaceAll("[\\[\\] ]", "").split(","))
              .filter(number -> !number.isEmpty())
              .map(Integer::valueOf)
              .toList();
      List<TreeSet<Integer>> groups = round.groups();
      if (!round.isOrdered()) {
        TreeSet<Integer> all = new TreeSet<>();
        groups.forEach(all::addAll);
        groups = List.of(all);
      }
      List<TreeSet<Integer>> seen = new ArrayList<>();
      int from = 0;
      for (TreeSet<Integer> group : groups) {
        int to = Math.min(from + group.size(), got.size());
        seen.add(new TreeSet<>(got.subList(Math.min(from, to), to)));
        from = to;
      }
      assertThat(seen).as("%s in mode %s", round, mode).isEqualTo(groups);
      assertThat(got).as("%s in mode %s", round, mode).hasSize(from);
    }
  }
}
