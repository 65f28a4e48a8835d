package org.skerry.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skerry.Modules;
import org.skerry.Outcome;
import org.skerry.Vm;
import org.skerry.assembly.Assembler;
import org.skerry.assembly.AssemblyException;
import org.skerry.verify.Verifier;

/** Programs that once showed a defect of the machine. */
class RegressionTest {
  /** The timer of the look-through stayed set, and the sleep waited for that. */
  @Test
  void shouldNotOversleepAfterLookingThroughTheMailbox() {
    assertReturns(
        ":slept",
        """
        export function main() -> r
            r.self       me
            r.send.after t, me, :a, 10_000
            select.begin
            r.select.next.timeout m, 900_000_000, @late
            i.time       before
            sleep        10_000
            i.time       after
            i.sub        d, after, before
            i.jump.gt    d, 100_000_000, @late
            r.return     :slept
        late:
            r.return     :overslept
        end
        """);
  }

  /** An error of an array access gave the slice back all its reductions. */
  @Test
  void shouldSpendTheSliceOnErrorsThatAreCaught() {
    assertReturns(
        ":fair",
        """
        export function main() -> r
            i64.new      a, 1
            i.const      n, 4_000
            i.time       before
        again:
            i.const      k, 5
        inner:
            i.add        k, k, -1
            i.jump.gt    k, 0, @inner
          try
            i64.get      x, a, 7
            jump         @next
          catch e
        next:
            i.add        n, n, -1
            i.jump.gt    n, 0, @again
            i.time       after
            i.sub        d, after, before
            i.jump.lt    d, 1_000_000, @hog
            r.return     :fair
        hog:
            r.return     :hog
        end
        """);
  }

  /** Bulk work without a back edge was charged, but the slice went on. */
  @Test
  void shouldEndTheSliceAfterBulkWork() {
    StringBuilder appends = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      appends.append("    r.list.append l, l, [1]\n");
    }
    assertReturns(
        ":fair",
        """
        export function main() -> r
            r.const      l, []
            i.const      n, 5_000
        fill:
            r.cons       l, 1, l
            i.add        n, n, -1
            i.jump.gt    n, 0, @fill
            i.time       before
        """
            + appends
            + """
                i.time       after
                i.sub        d, after, before
                i.jump.lt    d, 60_000, @hog
                r.return     :fair
            hog:
                r.return     :hog
            end
            """);
  }

  /** The upper bound of the parts' bytes was not in whole words. */
  @Test
  void shouldSplitAString() {
    assertReturns(
        "[\"a\", \"bc\", \"\"]",
        """
        export function main() -> r
            r.string.split l, "a,bc,", ","
            r.return     l
        end
        """);
  }

  /** Nobody told the waiting thread that output was lost, and it waited for ever. */
  @Test
  @Timeout(60)
  void shouldEndWhenOutputIsLost() throws Exception {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("closed");
          }
        };
    String source =
        """
        module m
        export function main() -> r
        again:
            print        "x"
            jump         @again
        end
        """;
    try (Vm vm = Vm.builder().workers(1).output(closed, closed).start()) {
      Modules.load(vm, List.of(Verifier.verify(Assembler.assemble("m", source))));

      assertThat(vm.run("m")).isEqualTo(new Outcome.OutputFailed("closed"));
    }
  }

  private static void assertReturns(String value, String source) {
    try {
      Sandbox.Result result =
          Sandbox.run(
              Assembler.assemble("m", source),
              Sandbox.limited(1).maxHeap(8 << 20).deadline(Duration.ofSeconds(100)));
      assertThat(result.outcome()).isEqualTo(new Outcome.Returned(value, false));
    } catch (AssemblyException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }
}
