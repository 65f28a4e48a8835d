package org.skerry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.assembly.Assembler;
import org.skerry.assembly.LibraryModules;
import org.skerry.module.VerifiedModule;
import org.skerry.verify.Verifier;

/**
 * A VM that runs out of memory at any point of a program: each run ends in a way that has a name,
 * and closing finds every block given back. Run in simulation, so that what was found is found
 * again.
 */
class AllocationFailureTest {
  private static final int MOST_ALLOCATIONS = 5_000;

  /** How {@link #RELATED} may end. */
  private static final Set<String> ENDS = Set.of(":all", "limit", ":limit_exceeded", ":no_process");

  /** What processes may report that no handler saw; the last where no memory is left to say it. */
  private static final Pattern ERROR =
      Pattern.compile(
          "error in process .* \\(.*\\): (\\{:limit_exceeded, .*|\\{:crashed, .*|\\{:no_process,"
              + " .*|\\(it cannot be shown\\))");

  private static final String PROGRAM =
      """
      module hungry

      export function main() -> r
          try
          r.call      sum, work(20)
          r.return    sum
          catch       error
          r.tuple.get kind, error, 0
          r.return    kind
      end

      function work(r n) -> r
          r.self        me
          r.const       words, ["one", "two", "three"]
          r.spawn       worker, serve(me, words)
          i.const       left, 40
      more:
          r.from.i      number, left
          r.tuple       request, (me, number, words)
          send          worker, request
          i.add         left, left, -1
          i.jump.gt     left, 0, @more
          r.const       counts, %{}
          i.const       left, 40
      take:
          i.const       ns, 1_000_000_000
          r.receive.timeout answer, ns, @late
          r.string.from.term text, answer
          r.map.put     counts, counts, text, answer
          i.add         left, left, -1
          i.jump.gt     left, 0, @take
      late:
          i64.new       array, 100
          i.map.size    size, counts
          r.from.i      result, size
          r.call        deep, down(result)
          r.return      deep
      end

      function down(r n) -> r
          i.from.r      i, n
          i.jump.le     i, 0, @end
          i.add         i, i, -1
          r.from.i      less, i
          r.call        rest, down(less)
          r.cons        list, n, rest
          r.return      list
      end:
          r.return      []
      end

      function serve(r parent, r words) -> r
      again:
          select.begin
          r.select.next request
          select.take
          r.tuple.get   number, request, 1
          r.map.put     answer, %{}, number, words
          r.tuple       reply, (:answer, number, answer)
          r.send.after  timer, parent, :tick, 5_000_000_000
          i.cancel      ns, timer
          send          parent, reply
          jump          @again
      end
      """;

  /**
   * Processes that are linked, watched, named and supervised, that share MVars, wait for them, time
   * out and crash. Whoever waits for somebody either hears of its end or waits for some time only.
   */
  private static final String RELATED =
      """
      module related

      import supervisor.start(r, r) -> r
      import supervisor.stop(r) -> r
      import supervisor.which_children(r) -> r
      import server.start(r, r, r) -> r
      import server.call(r, r, i) -> r
      import server.stop(r, r, i) -> r

      mvar lock = {:a, "first value"}
      mvar table = build()

      export function main() -> r
          try
          i.trap.exit was, 1
          r.call      x, watched()
          r.call      x, shared()
          r.call      x, supervised()
          r.call      x, served()
          r.return    :all
          catch       error
          r.jump.type error, tuple, @tuple
          r.return    error
      tuple:
          r.tuple.get kind, error, 0
          r.return    kind
      end

      function build() -> r
          r.map.put   m, %{}, "one", {1, "one"}
          r.map.put   m, m, {:two}, 2
          r.return    m
      end

      ; Links, monitors, names, questions.
      function watched() -> r
          r.spawn.with pair, %{:link => true, :monitor => true, :name => :worker}, waits()
          r.tuple.get pid, pair, 0
          r.monitor   ref, :worker
          r.monitor   other, pid
          i.demonitor.flush was, other
          r.process.info.of x, pid, :awaits
          r.process.info.of x, pid, :links
          r.process.list all
          r.spawn     linked, waits()
          link        linked
          unlink      linked
          link        linked
          register    :linked, linked
          r.whereis   x, :linked
          send        :linked, {"some", "text"}
          exit.signal linked, {:enough, "of this"}
          exit.signal pid, :kill
          i.const     left, 4
      more:
          r.receive.timeout m, 1_000_000_000, @late
          i.add       left, left, -1
          i.jump.gt   left, 0, @more
      late:
          r.monitor   ref, pid
          link        pid
          r.receive.timeout m, 1_000_000_000, @over
          r.receive.timeout m, 1_000_000_000, @over
      over:
          r.return    nil
      end

      function waits() -> r
          r.receive.timeout m, 60_000_000_000, @late
          r.receive.timeout m, 60_000_000_000, @late
      late:
          r.return    nil
      end

      ; Locks that are waited for, in vain, too; maps and snapshots, one that stays open.
      function shared() -> r
          r.self      me
          mvar.lock.write lock
          r.spawn     p, takes(me, 1)
          r.spawn     q, takes(me, 2)
          r.spawn     late, is_late(me)
          r.receive.timeout m, 1_000_000_000, @held
      held:
          exit.signal p, :kill
          mvar.write  lock, {:b, "another value", [1, 2, 3]}
          mvar.unlock lock
          r.receive.timeout m, 1_000_000_000, @read
      read:
          r.mvar.read x, lock
          mvar.put    table, "three", {3, "three"}
          mvar.put    table, {:two}, "two"
          r.mvar.snapshot s, table
          r.mvar.snapshot t, table
          mvar.put    table, "four", 4
          i.mvar.remove had, table, "one"
          r.snapshot.next e, s, @end
          r.snapshot.next e, s, @end
      end:
          snapshot.close s
          r.mvar.read x, table
          mvar.write  table, x
          r.mvar.get  x, table, "three"
          r.mvar.update x, lock, both(me)
          r.return    nil
      end

      function both(r value, r me) -> r
          r.tuple     t, (value, me)
          r.return    t
      end

      function takes(r parent, r number) -> r
          mvar.lock.read lock
          r.mvar.read x, lock
          r.mvar.snapshot s, table
          send        parent, number
          mvar.unlock lock
          r.return    nil
      end

      function is_late(r parent) -> r
          mvar.lock.write.timeout lock, 1_000_000, @late
          mvar.unlock lock
      late:
          send        parent, {:late, "text"}
          r.return    nil
      end

      ; A child that crashes is started again.
      function supervised() -> r
          r.self      me
          r.closure   steady, waits()
          r.map.put   one, %{:id => :one, :shutdown => 1_000_000_000}, :start, steady
          r.closure   wild, crashes(me)
          r.map.put   two, %{:id => "two", :restart => :transient}, :start, wild
          r.cons      children, two, []
          r.cons      children, one, children
          r.call      s, supervisor.start(%{:strategy => :one_for_all, :name => :boss}, children)
          r.receive.timeout m, 1_000_000_000, @late
          r.receive.timeout m, 1_000_000_000, @late
      late:
          r.call      x, supervisor.which_children(s)
          r.call      x, supervisor.stop(s)
          r.return    x
      end

      function crashes(r parent) -> r
          r.self      me
          r.tuple     told, (:started, me)
          send        parent, told
          sleep       1_000_000
          throw       {:crashed, "as it does"}
      end

      function served() -> r
          r.closure   handler, handle()
          r.call      pid, server.start(handler, [], %{:name => :list})
          r.call      x, server.call(pid, {:add, "an item"}, 1_000_000_000)
          r.call      x, server.call(:list, {:add, 2.5}, 1_000_000_000)
          r.call      x, server.stop(pid, {:stopped, "well"}, 1_000_000_000)
          r.return    x
      end

      function handle(r event, r state) -> r
          r.tuple.get kind, event, 0
          r.jump.is.not kind, :call, @none
          r.tuple.get item, event, 2
          r.cons      state, item, state
          r.tuple     outcome, (:reply, state, state)
          r.return    outcome
      none:
          r.tuple     outcome, (:noreply, state)
          r.return    outcome
      end
      """;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldEndWellWhicheverAllocationFails(boolean allAfterIt) throws Exception {
    List<VerifiedModule> program =
        List.of(Verifier.verify(Assembler.assemble("hungry.ska", PROGRAM)));
    failEach(program, allAfterIt, 10);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldEndWellWhicheverAllocationFailsAmongRelatedProcesses(boolean allAfterIt)
      throws Exception {
    List<VerifiedModule> program = new ArrayList<>();
    program.add(Verifier.verify(Assembler.assemble("related.ska", RELATED)));
    for (String name : List.of("server", "supervisor")) {
      String source = LibraryModules.source(name);
      program.add(Verifier.verify(Assembler.assemble(name + ".ska", source)));
    }
    Set<String> ends = failEach(program, allAfterIt, 100);

    assertThat(ends).contains(":all").isSubsetOf(ENDS);
  }

  /** Fails each allocation in turn; how the runs ended. */
  private static Set<String> failEach(
      List<VerifiedModule> program, boolean allAfterIt, int leastAllocations) throws Exception {
    Set<String> ends = new TreeSet<>();
    int n = 1;
    String interpreted = run(program, n, allAfterIt, JitMode.OFF, ends);
    while (interpreted != null) {
      assertThat(run(program, n, allAfterIt, JitMode.EAGER, ends))
          .as("allocation %d fails, all after it: %s, compiled", n, allAfterIt)
          .isEqualTo(interpreted);
      n++;
      interpreted = run(program, n, allAfterIt, JitMode.OFF, ends);
      assertThat(n).isLessThan(MOST_ALLOCATIONS);
    }
    assertThat(n).isGreaterThan(leastAllocations);
    return ends;
  }

  /** The outcome and the output; null where the n-th allocation was not asked for at all. */
  private static String run(
      List<VerifiedModule> program, int n, boolean allAfterIt, JitMode jit, Set<String> ends)
      throws Exception {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    VmBuilder builder = Vm.builder().seed(n).workers(2).endWhenAllAwait(true).jit(jit);
    try (Vm vm = builder.output(output, output).start()) {
      Modules.load(vm, program);
      long before = vm.allocationFailures().allocations();
      if (allAfterIt) {
        vm.allocationFailures().failFrom(n);
      } else {
        vm.allocationFailures().failOnce(n);
      }
      Outcome outcome = vm.run(program.getFirst().file().name());
      vm.allocationFailures().none();

      String what = "allocation %d fails, all after it: %s; %s; %s";
      assertThat(outcome)
          .as(what, n, allAfterIt, outcome, output)
          .isInstanceOfAny(Outcome.Returned.class, Outcome.LimitExceeded.class);
      ends.add(outcome instanceof Outcome.Returned returned ? returned.value() : "limit");
      assertThat(output.toString(UTF_8).lines().filter(line -> line.startsWith("error in process")))
          .as(what, n, allAfterIt, outcome, output)
          .allMatch(line -> ERROR.matcher(line).matches());
      boolean failed = vm.allocationFailures().allocations() - before >= n;
      return failed ? outcome + "\n" + output : null;
    }
  }
}
