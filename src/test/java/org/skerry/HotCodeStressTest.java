package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.FutureTask;
import java.util.function.IntFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.skerry.assembly.Assembler;
import org.skerry.verify.Verifier;

/** Two threads load versions of two modules while processes call, spawn and hold closures. */
class HotCodeStressTest {
  private static final int WORKERS = 4;
  private static final int LOADS = 40;

  private static final String USER =
      """
      module user
      import calc.f(i, r, f) -> r
      import calc.down(i) -> i
      import calc.same(r) -> r
      import calc.make() -> r
      import calc.tell(r, r) -> r
      import calc.version() -> i
      export mvar stop = 0
      export function work() -> r
          r.closure    named, calc.same()
          i.const      n, 0
      next:
          i.add        n, n, 1
          r.mvar.read  s, stop
          r.jump.is.not s, 0, @done
          r.call       t, calc.f(n, :x, 1.5)
          r.tuple.get  x, t, 0
          i.from.r     again, x
          i.jump.ne    again, n, @bad
          r.tuple.get  x, t, 1
          r.jump.is.not x, :x, @bad
          r.call       own, calc.make()
          r.call.closure v, own(:y)
          r.jump.is.not v, :y, @bad
          r.call.closure v, named(:z)
          r.jump.is.not v, :z, @bad
          r.self       me
          r.spawn      p, calc.tell(me, [:hello])
          r.receive    m
          r.head       m, m
          r.jump.is.not m, :hello, @bad
          i.call       depth, deep(150)
          i.jump.ne    depth, 150, @bad
          jump         @next
      done:
          i.call       newest, calc.version()
          r.from.i     last, newest
          r.return     last
      bad:
          r.tuple      error, (:bad, t)
          throw        error
      end
      export function deep(i d) -> i
          i.jump.le    d, 0, @end
          i.sub        m, d, 1
          i.call       x, calc.down(m)
          i.add        x, x, 1
          i.return     x
      end:
          i.return     0
      end
      """;

  private static String calc(int version) {
    StringBuilder registers = new StringBuilder();
    for (int i = 0; i < version * 31 % 130; i++) {
      registers.append("    i.const k").append(i).append(", ").append(i).append('\n');
    }
    return """
    module calc
    import user.deep(i) -> i
    import other.pair(r, r) -> r
    export function version() -> i
        i.return     VERSION
    end
    export function f(i n, r x, f y) -> r
    REGISTERS
        r.from.i     t, n
        r.call       pair, other.pair(t, x)
        r.return     pair
    end
    export function down(i d) -> i
    REGISTERS
        i.jump.le    d, 0, @end
        i.sub        m, d, 1
        i.call       x, user.deep(m)
        i.add        x, x, 1
        i.return     x
    end:
        i.return     0
    end
    export function same(r x) -> r
        r.return     x
    end
    export function make() -> r
        r.const      nothing, {}
        r.closure    c, captured(nothing)
        r.return     c
    end
    function captured(r x, r nothing) -> r
        r.return     x
    end
    export function tell(r to, r what) -> r
    REGISTERS
        send         to, what
        r.return     nil
    end
    """
        .replace("REGISTERS\n", registers)
        .replace("VERSION", Integer.toString(version));
  }

  private static String other(int version) {
    return """
    module other
    export function pair(r a, r b) -> r
        r.const      version, VERSION
        r.tuple      t, (a, b, version)
        r.return     t
    end
    """
        .replace("VERSION", Integer.toString(version));
  }

  private static void load(Vm vm, String... sources) throws Exception {
    var modules = new ArrayList<org.skerry.module.VerifiedModule>();
    for (String source : sources) {
      modules.add(Verifier.verify(Assembler.assemble("m.ska", source)));
    }
    Modules.load(vm, modules);
  }

  private static FutureTask<Void> loading(Vm vm, IntFunction<String> source) {
    FutureTask<Void> task =
        new FutureTask<>(() -> {
          for (int version = 2; version <= LOADS; version++) {
            load(vm, source.apply(version));
          }
          return null;
        });
    new Thread(task, "loads").start();
    return task;
  }

  @ParameterizedTest
  @EnumSource(value = HotCodeTest.Way.class, mode = EnumSource.Mode.EXCLUDE, names = "SIMULATED")
  void shouldGoOnWhileModulesAreLoaded(HotCodeTest.Way way) throws Exception {
    try (Vm vm = way.start()) {
      load(vm, USER, calc(1), other(1));
      Function work = vm.module("user").function("work");
      List<CompletionStage<Term>> ends = new ArrayList<>();
      List<FutureTask<Term>> calls = new ArrayList<>();
      for (int i = 0; i < WORKERS; i++) {
        ends.add(vm.processes().monitor(vm.spawn(work)));
        FutureTask<Term> call = new FutureTask<>(() -> vm.call(work));
        new Thread(call, "calls").start();
        calls.add(call);
      }
      FutureTask<Void> one = loading(vm, HotCodeStressTest::calc);
      FutureTask<Void> two = loading(vm, HotCodeStressTest::other);
      one.get();
      two.get();
      vm.mvar("user", "stop").write(1);

      for (CompletionStage<Term> end : ends) {
        assertThat(end.toCompletableFuture().get().toString()).isEqualTo(":normal");
      }
      for (FutureTask<Term> call : calls) {
        assertThat(call.get().asLong()).isEqualTo(LOADS);
      }
      assertThat(vm.module("calc").version()).isEqualTo(LOADS);
      assertThat(vm.module("other").version()).isEqualTo(LOADS);
    }
  }
}
