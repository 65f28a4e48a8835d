package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandomModuleTest {
  private static final String PROGRAM =
      """
      module p
      import random.between(i, i) -> i
      import random.float_between(f, f) -> f
      import random.bytes(i) -> r
      import random.shuffle(r) -> r
      import random.pick(r) -> r
      import random.secure_bytes(i) -> r
      export function many(i low, i high, i count) -> r
          r.const      all, []
      next:
          i.jump.le    count, 0, @done
          i.call       n, random.between(low, high)
          r.from.i     t, n
          r.cons       all, t, all
          i.add        count, count, -1
          jump         @next
      done:
          r.return     all
      end
      export function all() -> r
          i.const      n, 100
          r.call       bytes, random.bytes(n)
          r.call       secure, random.secure_bytes(n)
          i.const      low, -1_000_000
          i.const      high, 1_000_000
          i.call       between, random.between(low, high)
          r.from.i     between_r, between
          r.call       mixed, random.shuffle([1, 2, 3, 4, 5, 6, 7, 8, 9])
          r.call       one, random.pick([1, 2, 3, 4, 5, 6, 7, 8, 9])
          r.tuple      all, (bytes, secure, between_r, mixed, one)
          r.return     all
      end
      """;

  private static Vm vm(Path folder, Long seed, JitMode jit) throws Exception {
    Path file = folder.resolve("p.ska");
    Files.writeString(file, PROGRAM);
    VmBuilder builder = Vm.builder().workers(2).jit(jit);
    Vm vm = (seed == null ? builder : builder.seed(seed)).start();
    vm.load(file);
    return vm;
  }

  private static Term random(Vm vm, String name, Object... arguments) throws Exception {
    return vm.call(vm.module("random").function(name), arguments);
  }

  @ParameterizedTest
  @CsvSource({
    "OFF, -3, 3",
    "EAGER, -3, 3",
    "OFF, 5, 5",
    "OFF, 9223372036854775804, 9223372036854775807",
    "OFF, -9223372036854775808, -9223372036854775800"
  })
  void shouldChooseEachNumberOftenEnough(JitMode jit, long low, long high, @TempDir Path folder)
      throws Exception {
    try (Vm vm = vm(folder, 7L, jit)) {
      int each = 2_000;
      long different = high - low + 1;
      List<Term> all =
          vm.call(vm.module("p").function("many"), low, high, each * different).asList();
      Map<Long, Integer> counts = new HashMap<>();
      all.forEach(n -> counts.merge(n.asLong(), 1, Integer::sum));
      assertThat(counts).hasSize((int) different);
      // More than five standard deviations away: not by chance, and the seed is the same always.
      counts.forEach((n, count) -> {
        assertThat(n).isBetween(low, high);
        assertThat(count).isBetween(each - 250, each + 250);
      });
    }
  }

  @Test
  void shouldTakeRangesThatNoIntegerCounts(@TempDir Path folder) throws Exception {
    try (Vm vm = vm(folder, 7L, JitMode.OFF)) {
      List<Term> all =
          vm.call(vm.module("p").function("many"), Long.MIN_VALUE, Long.MAX_VALUE, 1_000).asList();
      assertThat(all.stream().filter(n -> n.asLong() < 0).count()).isBetween(400L, 600L);
      all =
          vm.call(vm.module("p").function("many"), Long.MIN_VALUE + 1, Long.MAX_VALUE - 1, 1_000)
              .asList();
      assertThat(all.stream().filter(n -> n.asLong() < 0).count()).isBetween(400L, 600L);
      all = vm.call(vm.module("p").function("many"), -1L, Long.MAX_VALUE, 1_000).asList();
      assertThat(all).allMatch(n -> n.asLong() >= -1);
    }
  }

  @Test
  void shouldGiveFloatsBytesAndOrders(@TempDir Path folder) throws Exception {
    try (Vm vm = vm(folder, null, JitMode.OFF)) {
      for (int i = 0; i < 200; i++) {
        assertThat(random(vm, "float_between", -1.5, 2.5).asDouble())
            .isGreaterThanOrEqualTo(-1.5)
            .isLessThan(2.5);
        assertThat(random(vm, "bytes", i).asBytes()).hasSize(i);
        assertThat(random(vm, "secure_bytes", i * 10).asBytes()).hasSize(i * 10);
        List<Integer> list = new ArrayList<>(IntStream.range(0, i).boxed().toList());
        assertThat(random(vm, "shuffle", list).asList())
            .containsExactlyInAnyOrderElementsOf(list.stream().map(Term::of).toList());
      }
      assertThat(random(vm, "float_between", 1.0, Math.nextUp(1.0)).asDouble()).isEqualTo(1.0);
      assertThat(random(vm, "float_between", -Double.MAX_VALUE, Double.MAX_VALUE).asDouble())
          .isFinite();
      assertThat(random(vm, "bytes", 1_000).asBytes())
          .isNotEqualTo(random(vm, "bytes", 1_000).asBytes());
      assertThat(random(vm, "secure_bytes", 2_000).asBytes())
          .isNotEqualTo(random(vm, "secure_bytes", 2_000).asBytes());
      assertThat(random(vm, "pick", List.of("x"))).isEqualTo(Term.of("x"));
    }
  }

  @Test
  void shouldChooseEachOrder(@TempDir Path folder) throws Exception {
    try (Vm vm = vm(folder, 3L, JitMode.OFF)) {
      Map<Term, Integer> counts = new HashMap<>();
      for (int i = 0; i < 1_200; i++) {
        counts.merge(random(vm, "shuffle", List.of(1, 2, 3)), 1, Integer::sum);
      }
      assertThat(counts).hasSize(6);
      assertThat(counts.values()).allMatch(count -> count > 130 && count < 270);
    }
  }

  @Test
  void shouldGiveTheSameWithTheSameSeed(@TempDir Path folder) throws Exception {
    List<Term> runs = new ArrayList<>();
    for (long seed : new long[] {1, 1, 2}) {
      try (Vm vm = vm(folder, seed, JitMode.OFF)) {
        runs.add(vm.call(vm.module("p").function("all")));
      }
    }
    assertThat(runs.get(0)).isEqualTo(runs.get(1)).isNotEqualTo(runs.get(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"between|2|1", "bytes|-1|", "bytes|16777217|", "secure_bytes|-1|", "pick||"})
  void shouldRefuseWhatCannotBe(String name, Long first, Long second, @TempDir Path folder)
      throws Exception {
    try (Vm vm = vm(folder, null, JitMode.OFF)) {
      Object[] arguments =
          first == null
              ? new Object[] {List.of()}
              : second == null ? new Object[] {first} : new Object[] {first, second};
      assertThatThrownBy(() -> random(vm, name, arguments)).hasMessageContaining("bad_argument");
    }
  }
}
