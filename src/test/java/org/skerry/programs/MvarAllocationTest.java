package org.skerry.programs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.skerry.JitMode;
import org.skerry.Modules;
import org.skerry.Outcome;
import org.skerry.Vm;

/** Operations on MVars that nobody stands against make no Java objects, in either tier. */
@Timeout(120)
class MvarAllocationTest {
  private static final int ROUNDS = 30;
  private static final int OPERATIONS_A_ROUND = 7 * 50_000;

  /** What telling of a round costs, generously; one object an operation would be megabytes. */
  private static final long MAX_BYTES_A_ROUND = 20_000;

  private static final Program OPERATIONS =
      Program.source(
          """
          module operations
          mvar a = 0
          mvar b = 0
          export function main() -> r
              i.const      round, 0
          again:
              r.call       done, operations()
              print        1
              i.add        round, round, 1
              i.jump.lt    round, ROUNDS, @again
              r.return     nil
          end
          function operations() -> r
              i.const      n, 0
          next:
              mvar.lock.write a
              r.mvar.read  x, a
              mvar.write   a, 1
              mvar.unlock  a
              mvar.lock.read b
              r.mvar.read  x, b
              mvar.unlock  b
              r.mvar.read  x, b
              mvar.write   b, 2
              i.add        n, n, 1
              i.jump.lt    n, 50_000, @next
              r.return     nil
          end
          """
              .replace("ROUNDS", Integer.toString(ROUNDS)));

  @ParameterizedTest
  @EnumSource(
      value = JitMode.class,
      names = {"OFF", "EAGER"})
  void shouldMakeNoJavaObjects(JitMode mode) throws Exception {
    AllocationAtEachWrite rounds = new AllocationAtEachWrite();
    try (Vm vm =
        Mode.ONE_WORKER.compiled(mode).apply(Vm.builder()).output(rounds, rounds).start()) {
      Modules.load(vm, OPERATIONS.modules());

      assertThat(vm.run("operations")).isInstanceOf(Outcome.Returned.class);
    }
    // The least: in some rounds the JVM compiles, or loads a class.
    assertThat(rounds.leastBytes())
        .as("%d operations", OPERATIONS_A_ROUND)
        .isLessThan(MAX_BYTES_A_ROUND);
    assertThat(rounds.count()).isGreaterThan(ROUNDS / 2);
  }

  /** Looks at each write what all Java threads together have allocated. */
  private static final class AllocationAtEachWrite extends OutputStream {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final List<Long> totals = new ArrayList<>();

    @Override
    public void write(int b) {
      look();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      look();
    }

    private synchronized void look() {
      totals.add(threads.getTotalThreadAllocatedBytes());
    }

    synchronized int count() {
      return totals.size();
    }

    synchronized long leastBytes() {
      long least = Long.MAX_VALUE;
      for (int i = 1; i < totals.size(); i++) {
        least = Math.min(least, totals.get(i) - totals.get(i - 1));
      }
      return least;
    }
  }
}
