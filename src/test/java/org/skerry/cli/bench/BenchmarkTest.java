package org.skerry.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BenchmarkTest {
  @ParameterizedTest
  @EnumSource(Benchmark.class)
  void shouldHaveTheExampleOnTheClassPath(Benchmark benchmark) throws Exception {
    Path example = Path.of("examples", benchmark.module() + ".ska");

    assertThat(GuestProgram.source(benchmark.module()))
        .as("the class path has %s as it is", example)
        .isEqualTo(Files.readString(example));
  }

  @Test
  void shouldFindOneAndAllVariants() {
    assertThat(Benchmark.named("fib")).containsExactly(Benchmark.FIB);
    assertThat(Benchmark.named("FIB")).containsExactly(Benchmark.FIB);
    assertThat(Benchmark.named("bigmsg"))
        .containsExactly(Benchmark.BIGMSG_LIST, Benchmark.BIGMSG_ARRAY);
    assertThat(Benchmark.named("idle")).containsExactly(Benchmark.IDLE);
    assertThat(Benchmark.named("idle:mailbox")).containsExactly(Benchmark.IDLE_MAILBOX);
    assertThat(Benchmark.named("big")).isEmpty();
  }
}
