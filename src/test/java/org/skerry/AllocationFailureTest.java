package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.assembly.Assembler;
import org.skerry.module.VerifiedModule;
import org.skerry.verify.Verifier;

/**
 * A VM that runs out of memory at any point of a program: each run ends in a way that has a name,
 * and closing finds every block given back. Run in simulation, so the n-th allocation is the same
 * one in every run.
 */
class AllocationFailureTest {
  private static final int MOST_ALLOCATIONS = 5_000;

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

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldEndWellWhicheverAllocationFails(boolean allAfterIt) throws Exception {
    List<VerifiedModule> program =
        List.of(Verifier.verify(Assembler.assemble("hungry.ska", PROGRAM)));
    int n = 1;
    while (run(program, n, allAfterIt)) {
      n++;
      assertThat(n).isLessThan(MOST_ALLOCATIONS);
    }
    assertThat(n).isGreaterThan(10);
  }

  /** Whether the n-th allocation was asked for at all. */
  private static boolean run(List<VerifiedModule> program, int n, boolean allAfterIt)
      throws Exception {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (Vm vm = Vm.builder().seed(n).workers(2).output(output, output).start()) {
      vm.load(program);
      long before = vm.allocationFailures().allocations();
      if (allAfterIt) {
        vm.allocationFailures().failFrom(n);
      } else {
        vm.allocationFailures().failOnce(n);
      }
      Outcome outcome = vm.run("hungry");
      vm.allocationFailures().none();

      assertThat(outcome)
          .as("allocation %d fails, all after it: %s; %s", n, allAfterIt, output)
          .isInstanceOfAny(Outcome.Returned.class, Outcome.LimitExceeded.class);
      return vm.allocationFailures().allocations() - before >= n;
    }
  }
}
