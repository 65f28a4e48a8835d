package org.skerry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.json.JsonReader;
import org.skerry.json.JsonWriter;
import org.skerry.memory.BlockCache;
import org.skerry.memory.MemoryPool;
import org.skerry.term.Atoms;
import org.skerry.term.TermBuilder;
import org.skerry.term.TermScratch;

/** How long JSON may keep a worker, and where it looks at the time. */
@Timeout(60)
class JsonTimeTest {
  private static final String NUMBERS =
      LongStream.range(0, 100).mapToObj(Long::toString).collect(Collectors.joining(",", "[", "]"));

  /** What is begun on a worker that has no time is done aside: with the same result. */
  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE})
  void shouldGiveTheSameWhereverItRuns(long workerNs) throws Exception {
    try (Vm vm = Vm.builder().workers(1).pin("none").start()) {
      vm.load(new JsonModule(vm.hostFunctions().system().builtTerms(), workerNs).module());
      Module json = vm.module("json");
      Term numbers = Term.of(LongStream.range(0, 100).boxed().toList());

      assertThat(vm.call(json.function("decode"), NUMBERS)).isEqualTo(numbers);
      Term text = vm.call(json.function("encode"), numbers);
      assertThat(new String(text.asBytes(), UTF_8)).isEqualTo(NUMBERS);
      int begun = vm.call(json.function("decode"), "[1]").asList().size(); // too short to look
      assertThat(begun).isOne();
    }
  }

  @Test
  void shouldLookAtTheTimeEvery32Tokens() throws Exception {
    AtomicInteger pauses = new AtomicInteger();
    MemoryPool pool = new MemoryPool(16 << 20);
    BlockCache cache = pool.newCache();
    Atoms atoms = new Atoms(pool, 100);
    try (TermScratch scratch = new TermScratch(cache, atoms);
        TermBuilder builder = new TermBuilder(scratch)) {
      new JsonReader().read(NUMBERS.getBytes(UTF_8), builder, pauses::incrementAndGet);
      assertThat(pauses).hasValue(102 / 32);
      builder.clear();
      Runnable cancelled =
          () -> {
            throw new CancellationException("nobody waits");
          };
      assertThatThrownBy(() -> new JsonReader().read(NUMBERS.getBytes(UTF_8), builder, cancelled))
          .isInstanceOf(CancellationException.class);
    }
    atoms.close();
    cache.close();
    pool.close();

    pauses.set(0);
    new JsonWriter().write(LongStream.range(0, 100).boxed().toList(), pauses::incrementAndGet);
    assertThat(pauses).hasValue(101 / 32);
  }
}
