package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JVMs that were started without the options that Skerry needs. */
@Timeout(120)
class MissingJvmOptionsTest {
  private static final String EXPORTS = "--add-exports java.base/jdk.internal.misc=ALL-UNNAMED";
  private static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
  private static final String NEEDS =
      "Skerry needs JVM options that this JVM was started without: ";

  /** A program that uses the API before it starts a VM, twice. */
  static final class Embedding {
    private Embedding() {}

    public static void main(String[] args) {
      HostModule module = HostModule.builder("java").inlineLong("one() -> i", call -> 1).build();
      for (int i = 0; i < 2; i++) {
        try (Vm vm = Vm.builder().hostModule(module).workers(1).start()) {
          System.out.println("started " + vm.call(vm.module("java").function("one")));
        } catch (Throwable e) {
          System.out.println(e);
        }
      }
    }
  }

  /** What a JVM said, on both streams, and how it ended. */
  private record Result(List<String> lines, int status) {}

  private static Result java(List<String> options, Class<?> main, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    options.forEach(option -> command.addAll(List.of(option.split(" "))));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.endsWith("_OPTIONS"));
    Process process = builder.start();
    process.getOutputStream().close();
    byte[] output = process.getInputStream().readAllBytes();
    return new Result(
        new String(output, StandardCharsets.UTF_8).lines().toList(), process.waitFor());
  }

  @Test
  void shouldFailAtTheStartWithTheOptions() throws Exception {
    String both = EXPORTS + " " + NATIVE;
    assertThat(java(List.of(), Embedding.class).lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).endsWith(": " + NEEDS + both));
    assertThat(java(List.of(NATIVE), Embedding.class).lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).endsWith(": " + NEEDS + EXPORTS));
    assertThat(java(List.of(EXPORTS, "--illegal-native-access=deny"), Embedding.class).lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).endsWith(": " + NEEDS + NATIVE));
  }

  @Test
  void shouldStartWithThem() throws Exception {
    assertThat(java(List.of(EXPORTS, NATIVE), Embedding.class).lines())
        .containsExactly("started 1", "started 1");
  }

  @Test
  void shouldStartWhereTheJdkOnlyWarns() throws Exception {
    assertThat(java(List.of(EXPORTS), Embedding.class).lines()).contains("started 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run examples/hello.ska",
        "run --no-jit examples/hello.ska",
        "dis --jvm main examples/hello.ska",
        "bench fib",
        "verify examples/hello.ska",
        "lint examples/hello.ska",
        "asm -o hello.skb examples/hello.ska"
      })
  void shouldTellOnTheCommandLine(String command) throws Exception {
    Result result = java(List.of(NATIVE), org.skerry.cli.Main.class, command.split(" "));

    assertThat(result.lines()).containsExactly("skerry: " + NEEDS + EXPORTS);
    assertThat(result.status()).isEqualTo(69);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "--version", "bench --help", "completion"})
  void shouldDoWithoutWhereNothingRuns(String command) throws Exception {
    Result result = java(List.of(), org.skerry.cli.Main.class, command.split(" "));

    assertThat(result.status()).isZero();
  }
}
