package org.skerry.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Processes that change a map, walk it and end in the middle, in every mode: nobody sees half a
 * change, and closing the VM finds nothing left of maps and snapshots.
 */
final class SharedMapProgramsTest {
  /** Transfers between two keys while others take snapshots, of which some are never closed. */
  private static final String TRANSFERS =
      """
      module m
      mvar accounts = %{}

      export function main() -> r
          mvar.put     accounts, {:account, 1}, 50
          mvar.put     accounts, {:account, 2}, 50
          r.self       me
          r.spawn      p, transfer(me)
          r.spawn      p, transfer(me)
          i.const      n, 8
      start:
          r.from.i     number, n
          r.spawn      p, audit(me, number)
          i.add        n, n, -1
          i.jump.gt    n, 0, @start
          i.const      n, 10
      join:
          r.receive    message
          r.jump.ne    message, :done, @wrong
          i.add        n, n, -1
          i.jump.gt    n, 0, @join
          r.call       sum, total()
          r.return     sum
      wrong:
          r.return     message
      end

      function transfer(r parent) -> r
          i.const      n, 60
      more:
          mvar.lock.write accounts
          r.mvar.get   a, accounts, {:account, 1}
          r.mvar.get   b, accounts, {:account, 2}
          r.sub        a, a, 1
          r.add        b, b, 1
          mvar.put     accounts, {:account, 1}, a
          yield
          mvar.put     accounts, {:account, 2}, b
          mvar.unlock  accounts
          r.from.i     key, n
          r.tuple      value, (key, parent)
          mvar.put     accounts, key, value
          i.add        n, n, -1
          i.jump.gt    n, 0, @more
          send         parent, :done
          r.return     nil
      end

      function audit(r parent, r number) -> r
          i.from.r     which, number
          i.const      n, 20
      more:
          mvar.lock.read accounts
          r.mvar.snapshot s, accounts
          mvar.unlock  accounts
          r.call       sum, total()
          r.jump.ne    sum, 100, @wrong
      next:
          r.snapshot.next e, s, @end
          r.tuple.get  v, e, 1
          jump         @next
      end:
          i.and        odd, n, 1
          i.jump.eq    odd, 1, @open
          snapshot.close s
      open:
          i.add        n, n, -1
          i.jump.gt    n, 0, @more
          send         parent, :done
          i.jump.lt    which, 4, @fail
          r.return     nil
      wrong:
          send         parent, sum
          r.return     nil
      fail:
          throw        :gone
      end

      function total() -> r
          mvar.lock.read accounts
          r.mvar.get   a, accounts, {:account, 1}
          r.mvar.get   b, accounts, {:account, 2}
          mvar.unlock  accounts
          r.add        sum, a, b
          r.return     sum
      end
      """;

  /** The map is replaced again and again under those who use it. */
  private static final String REPLACEMENTS =
      """
      module m
      mvar table = %{:whole => 0, "a" => 0, "b" => 0}

      export function main() -> r
          r.self       me
          i.const      n, 3
      start:
          r.spawn      p, reader(me)
          i.add        n, n, -1
          i.jump.gt    n, 0, @start
          i.const      n, 100
      more:
          r.from.i     x, n
          r.map.put    m, %{}, :whole, x
          r.map.put    m, m, "a", x
          r.tuple      pair, ("b", x)
          r.map.put    m, m, "b", x
          mvar.write   table, m
          yield
          i.add        n, n, -1
          i.jump.gt    n, 0, @more
          i.const      n, 3
          i.const      wrong, 0
      join:
          r.receive    message
          i.from.r     k, message
          i.add        wrong, wrong, k
          i.add        n, n, -1
          i.jump.gt    n, 0, @join
          r.from.i     result, wrong
          r.return     result
      end

      function reader(r parent) -> r
          i.const      n, 100
          i.const      wrong, 0
      more:
          r.mvar.read  m, table
          r.map.get    a, m, "a"
          r.map.get    b, m, "b"
          r.jump.eq    a, b, @equal
          i.add        wrong, wrong, 1
      equal:
          r.mvar.snapshot s, table
          r.const      first, nil
      next:
          r.snapshot.next e, s, @end
          r.tuple.get  v, e, 1
          r.jump.eq    first, nil, @first
          r.jump.eq    first, v, @next
          i.add        wrong, wrong, 1
      first:
          r.move       first, v
          jump         @next
      end:
          snapshot.close s
          i.add        n, n, -1
          i.jump.gt    n, 0, @more
          r.from.i     k, wrong
          send         parent, k
          r.return     nil
      end
      """;

  private static final String FULL =
      """
      module m
      mvar table = %{}

      export function main() -> r
          i.const      n, 0
          try
      more:
            r.from.i   key, n
            r.tuple    value, (key, "some text that needs a block", key)
            mvar.put   table, key, value
            i.add      n, n, 1
            jump       @more
          catch e
          r.tuple.get  kind, e, 0
          i.mvar.size  size, table
          i.eq         is_all, size, n
          i.const      k, 0
      remove:
          r.from.i     key, k
          i.mvar.remove had, table, key
          i.add        k, k, 1
          i.jump.lt    k, 1000, @remove
          yield
          mvar.put     table, :after, "all"
          r.mvar.get   after, table, :after
          r.from.i     all, is_all
          r.tuple      t, (kind, all, after)
          r.return     t
      end
      """;

  private static List<Mode> modes() {
    return Mode.all(6);
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldShowNoHalfTransfer(Mode mode) {
    assertThat(run(TRANSFERS, mode).lines()).containsExactly("100");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldShowEachReplacementWhole(Mode mode) {
    assertThat(run(REPLACEMENTS, mode).lines()).containsExactly("0");
  }

  @ParameterizedTest
  @MethodSource("modes")
  void shouldDoWhatTheConformanceProgramSays(Mode mode) {
    Program program = Program.file(Path.of("src/test/resources/conformance/mvar-maps.ska"));
    assertThat(ProgramRun.of(program, mode).lines()).endsWith("{64, :limit_exceeded}", ":end");
  }

  @Test
  void shouldFailClosedWhereTheVmIsFull() {
    ProgramRun run =
        ProgramRun.of(
            Program.source(FULL), Mode.ONE_WORKER, builder -> builder.maxMemory(48 << 20));
    assertThat(run.lines()).containsExactly("{:limit_exceeded, 1, \"all\"}");
  }

  private static ProgramRun run(String source, Mode mode) {
    return ProgramRun.of(Program.source(source), mode);
  }
}
