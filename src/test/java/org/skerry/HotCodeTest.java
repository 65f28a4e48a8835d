package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.skerry.assembly.Assembler;
import org.skerry.module.LinkException;
import org.skerry.module.VerifiedModule;
import org.skerry.verify.Verifier;

class HotCodeTest {
  /** Circumstances in which all is the same. */
  enum Way {
    INTERPRETED,
    COMPILED,
    HOT,
    SUSPENDING,
    COLLECTING,
    COLLECTING_COMPILED,
    SIMULATED;

    Vm start() {
      return builder().start();
    }

    VmBuilder builder() {
      VmBuilder builder = Vm.builder().workers(2);
      switch (this) {
        case INTERPRETED -> builder.jit(JitMode.OFF);
        case COMPILED -> builder.jit(JitMode.EAGER);
        case HOT -> builder.jit(JitMode.HOT);
        case SUSPENDING -> builder.jit(JitMode.EAGER).reductions(1);
        case COLLECTING -> builder.jit(JitMode.OFF).collectAlways(true);
        case COLLECTING_COMPILED -> builder.jit(JitMode.EAGER).collectAlways(true).reductions(3);
        case SIMULATED -> builder.seed(7);
      }
      return builder;
    }
  }

  private static final String TILL =
      """
      module till
      import shop.price(r) -> r
      import shop.cost(i, r, f) -> f
      import shop.loop(r, i) -> r
      export function ask(r what) -> r
          r.call       p, shop.price(what)
          r.return     p
      end
      export function last(r what) -> r
          tail.call    shop.price(what)
      end
      export function sum(i n) -> f
          f.const      total, 0.0
      more:
          i.jump.eq    n, 0, @done
          f.call       c, shop.cost(n, :apple, 0.5)
          f.add        total, total, c
          i.sub        n, n, 1
          jump         @more
      done:
          f.return     total
      end
      export function deep(i n, r list) -> f
          i.jump.eq    n, 0, @end
          i.sub        m, n, 1
          r.from.i     t, n
          r.cons       longer, t, list
          f.call       x, deep(m, longer)
          f.call       c, shop.cost(n, :apple, x)
          i.list.length l, longer
          f.from.i     fl, l
          f.add        c, c, fl
          f.return     c
      end:
          f.return     0.0
      end
      export function spawned(r what) -> r
          r.self       me
          r.spawn      p, shop.tell(me, what)
          r.receive    m
          r.return     m
      end
      import shop.tell(r, r) -> r
      export function kept() -> r
          r.closure    c, shop.price()
          r.return     c
      end
      """;

  private static String shop(int version) {
    return """
    module shop
    export function price(r what) -> r
        r.tuple      p, (what, VERSION)
        r.return     p
    end
    export function cost(i n, r what, f x) -> f
        MORE
        f.from.i     y, n
        f.add        y, y, x
        f.const      v, VERSION.0
        f.add        y, y, v
        f.return     y
    end
    export function tell(r to, r what) -> r
        r.tuple      p, (what, VERSION)
        send         to, p
        r.return     nil
    end
    export function loop(r state, i n) -> r
        r.receive    m
        r.jump.is    m, :inner, @inner
        r.jump.is    m, :newest, @newest
        r.tuple      answer, (state, VERSION)
        send         m, answer
        tail.call    loop(state, n)
    inner:
        tail.call    loop(state, n)
    newest:
        r.add        more, state, 1
        tail.call    shop.loop(more, n)
    end
    export function closures() -> r
        r.closure    own, price()
        r.closure    named, shop.price()
        r.tuple      both, (own, named)
        r.return     both
    end
    export function apply(r f, r what) -> r
        r.call.closure p, f(what)
        r.return     p
    end
    export function holder(r state) -> r
        r.call       both, closures()
        r.tuple.get  own, both, 0
        r.tuple.get  named, both, 1
    next:
        r.receive    to
        r.call.closure a, own(:own)
        r.call.closure b, named(:named)
        r.tuple      answer, (a, b)
        send         to, answer
        jump         @next
    end
    """
        .replace("MORE", registers(version))
        .replace("VERSION", Integer.toString(version));
  }

  /** Versions have frames of different sizes. */
  private static String registers(int version) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < version * 37 % 200; i++) {
      text.append("i.const x").append(i).append(", ").append(i).append("\n    ");
      text.append("r.from.i t").append(i).append(", x").append(i).append("\n    ");
    }
    return text.toString();
  }

  private static VerifiedModule module(String source) throws Exception {
    return Verifier.verify(Assembler.assemble("m.ska", source));
  }

  private static void load(Vm vm, String... sources) throws Exception {
    List<VerifiedModule> modules = new ArrayList<>();
    for (String source : sources) {
      modules.add(module(source));
    }
    Modules.load(vm, modules);
  }

  private static Function function(Vm vm, String name) {
    int dot = name.indexOf('.');
    return vm.module(name.substring(0, dot)).function(name.substring(dot + 1));
  }

  private static Term ask(Vm vm, Pid process) throws Exception {
    return vm.call(function(vm, "asking.ask"), process);
  }

  private static final String ASKING =
      """
      module asking
      export function ask(r process) -> r
          r.self       me
          send         process, me
          r.receive    answer
          r.return     answer
      end
      """;

  @ParameterizedTest
  @EnumSource
  void shouldSwitchCallsOfOtherModules(Way way) throws Exception {
    try (Vm vm = way.start()) {
      load(vm, shop(1), TILL);
      Function ask = function(vm, "till.ask");
      Function last = function(vm, "till.last");
      Function sum = function(vm, "till.sum");
      Function deep = function(vm, "till.deep");
      Function spawned = function(vm, "till.spawned");
      for (int version = 1; version <= 12; version++) {
        if (version > 1) {
          load(vm, shop(version));
        }
        assertThat(vm.module("shop").version()).isEqualTo(version);
        assertThat(vm.call(ask, "apple").toString()).isEqualTo("{\"apple\", " + version + "}");
        assertThat(vm.call(last, "pear").toString()).isEqualTo("{\"pear\", " + version + "}");
        assertThat(vm.call(spawned, "fig").toString()).isEqualTo("{\"fig\", " + version + "}");
        int n = 1_000;
        assertThat(vm.call(sum, n).asDouble())
            .isEqualTo(n * (n + 1) / 2 + n * 0.5 + (double) n * version);
        int depth = 300;
        assertThat(vm.call(deep, depth, List.of()).asDouble())
            .isEqualTo(depth * (depth + 1.0) + (double) depth * version);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldStayInOldCodeUntilAQualifiedCall(Way way) throws Exception {
    try (Vm vm = way.start()) {
      load(vm, shop(1), ASKING);
      Pid process = vm.spawn(function(vm, "shop.loop"), 10, 5);
      assertThat(ask(vm, process).toString()).isEqualTo("{10, 1}");
      load(vm, shop(2));
      vm.offer(process, vm.atom("inner"));
      assertThat(ask(vm, process).toString()).isEqualTo("{10, 1}");
      load(vm, shop(3));
      vm.offer(process, vm.atom("newest"));
      assertThat(ask(vm, process).toString()).isEqualTo("{11, 3}");
      vm.offer(process, vm.atom("newest"));
      assertThat(ask(vm, process).toString()).isEqualTo("{12, 3}");
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldCallClosuresWhereTheyWereMadeAndByNameWhatIsCurrent(Way way) throws Exception {
    try (Vm vm = way.start()) {
      load(vm, shop(1), TILL, ASKING);
      Pid holder = vm.spawn(function(vm, "shop.holder"), 0);
      assertThat(ask(vm, holder).toString()).isEqualTo("{{:own, 1}, {:named, 1}}");
      for (int version = 2; version < 6; version++) {
        load(vm, shop(version));
        assertThat(ask(vm, holder).toString()).isEqualTo("{{:own, 1}, {:named, " + version + "}}");
      }
    }
  }

  @Test
  void shouldRefuseWhatDoesNotFitAndChangeNothing() throws Exception {
    try (Vm vm = Vm.builder().workers(1).start()) {
      load(vm, shop(1), TILL);
      String other = shop(2).replace("function price(r what)", "function price(r what, r where)");
      String shorter = shop(2).replace("export function tell", "function tell");

      assertThatThrownBy(() -> load(vm, other))
          .isInstanceOf(LinkException.class)
          .hasMessageContaining("till: a function has another signature than expected")
          .hasMessageContaining("module=shop function=price signature=(r, r) -> r")
          .hasMessageContaining("at=m.ska:6");
      assertThatThrownBy(() -> load(vm, shorter, TILL.replace("module till", "module other")))
          .isInstanceOf(LinkException.class)
          .hasMessageContaining("till: a function is not exported: module=shop function=tell");

      assertThat(vm.module("shop").version()).isEqualTo(1);
      assertThat(vm.call(function(vm, "till.ask"), 1).toString()).isEqualTo("{1, 1}");
      assertThatThrownBy(() -> vm.module("other")).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void shouldChangeModulesTogetherWhoseOldVersionsGoOnWithEachOther() throws Exception {
    String one =
        """
        module one
        import two.f(r) -> r
        export function loop(r to) -> r
            r.receive    m
            r.call       x, two.f(m)
            send         m, x
            tail.call    loop(to)
        end
        """;
    String two =
        """
        module two
        export function f(r x) -> r
            r.return     :old
        end
        """;
    try (Vm vm = Vm.builder().workers(1).start()) {
      load(vm, one, two, ASKING);
      Pid old = vm.spawn(function(vm, "one.loop"), 0);
      assertThat(ask(vm, old).toString()).isEqualTo(":old");

      load(
          vm,
          one.replace("two.f(r)", "two.f(r, r)").replace("two.f(m)", "two.f(m, m)"),
          two.replace("f(r x)", "f(r x, r y)").replace(":old", ":new"));

      assertThat(ask(vm, old).toString()).isEqualTo(":old");
      assertThat(ask(vm, vm.spawn(function(vm, "one.loop"), 0)).toString()).isEqualTo(":new");
    }
  }

  @Test
  void shouldKeepTheValuesOfMvars() throws Exception {
    String first =
        """
        module counter
        export mvar total = 1
        export mvar list = [1, 2]
        export function add() -> r
            r.mvar.update x, total, plus(1)
            r.return     x
        end
        function plus(r x, r n) -> r
            r.add        x, x, n
            r.return     x
        end
        """;
    String second =
        first
                .replace(
                    "export mvar total = 1", "export mvar fresh = fill()\nexport mvar total = 100")
                .replace("plus(1)", "plus(10)")
            + """
            function fill() -> r
                r.return     {:fresh, 7}
            end
            """;
    try (Vm vm = Vm.builder().workers(1).start()) {
      Path file = folder.resolve("counter.ska");
      Files.writeString(file, first);
      vm.load(file);
      Mvar total = vm.mvar("counter", "total");
      vm.call(function(vm, "counter.add"));
      assertThat(total.read().asLong()).isEqualTo(2);

      Files.writeString(file, second);
      assertThat(vm.load(file).version()).isEqualTo(2);

      vm.call(function(vm, "counter.add"));
      assertThat(total.read().asLong()).isEqualTo(12);
      assertThat(vm.mvar("counter", "fresh").read().toString()).isEqualTo("{:fresh, 7}");
      assertThat(vm.mvar("counter", "list").read().toString()).isEqualTo("[1, 2]");

      Files.writeString(file, second.replace("export mvar total", "mvar total"));
      assertThatThrownBy(() -> vm.load(file))
          .isInstanceOf(LoadException.class)
          .hasMessageContaining("an MVar is not exported: module=counter mvar=total");
    }
  }

  @TempDir Path folder;

  @Test
  void shouldTellThatAHandleHasNoFunctionAnyMore() throws Exception {
    try (Vm vm = Vm.builder().workers(1).start()) {
      load(vm, shop(1));
      Function price = function(vm, "shop.price");
      load(vm, "module shop\nexport function price(i what) -> r\n    r.return nil\nend\n");

      assertThatThrownBy(() -> vm.call(price, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("function=shop.price(r) -> r");
      assertThat(function(vm, "shop.price").signature()).isEqualTo("(i) -> r");
      load(vm, shop(2));
      assertThat(vm.call(price, 1).toString()).isEqualTo("{1, 2}");
    }
  }

  @Test
  void shouldNameOldVersionsInTraces() throws Exception {
    String source =
        """
        module fails
        export function wait() -> r
            r.receive    m
            throw        :oops
        end
        """;
    try (Vm vm = Vm.builder().workers(1).start()) {
      load(vm, source);
      Pid process = vm.spawn(function(vm, "fails.wait"));
      load(vm, source);
      String stack = vm.processes().info(process).orElseThrow().stack().toString();

      assertThat(stack).contains("fails.wait/0 (m.ska:3, version 1)");
    }
  }

  @Test
  void shouldLeaveModulesOfTheHostAsTheyAre() throws Exception {
    HostModule clock = HostModule.builder("clock").inlineLong("now() -> i", call -> 1).build();
    try (Vm vm = Vm.builder().workers(1).hostModule(clock).start()) {
      assertThatThrownBy(
              () -> load(vm, "module clock\nexport function now() -> i\n    i.return 2\nend\n"))
          .isInstanceOf(LinkException.class)
          .hasMessageContaining("clock: the module is the host's");
    }
  }
}
