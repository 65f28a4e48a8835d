package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An application that is a module, and has Skerry on its module path. */
@Timeout(300)
class ModularApplicationTest {
  private static final String EXPORTS = "--add-exports=java.base/jdk.internal.misc=org.agrona";
  private static final String NATIVE = "--enable-native-access=org.skerry";

  /** What the module needs, among all that tests have on their class path. */
  private static final Pattern LIBRARY =
      Pattern.compile(
          "(agrona|httpcore5|picocli|HdrHistogram|re2j|jackson-core|jspecify)-[0-9].*\\.jar");

  private static final String MODULE = "module application { requires org.skerry; }";

  private static final String APPLICATION =
      """
      package application;

      import java.util.concurrent.CompletableFuture;
      import org.skerry.*;

      public final class Main {
        public static void main(String[] args) throws Exception {
          HostModule host =
              HostModule.builder("host")
                  .inlineLong("two() -> i", call -> 2)
                  .blocking("name() -> r", call -> Thread.currentThread().isVirtual())
                  .async("later(i n) -> i", call -> CompletableFuture.completedFuture(call.asLong(0)))
                  .build();
          Program program =
              Program.assemble(
                  \"""
                  module m
                  import host.two() -> i
                  import host.name() -> r
                  import host.later(i) -> i
                  import json.encode(r) -> r
                  import regex.split(r, r) -> r
                  export function main() -> r
                      i.call  two, host.two()
                      i.call  three, host.later(3)
                      r.call  isVirtual, host.name()
                      r.from.i two_, two
                      r.from.i three_, three
                      r.const words, "a b"
                      r.const blank, " "
                      r.call  split, regex.split(blank, words)
                      r.tuple all, (two_, three_, isVirtual, split)
                      r.list  some, (two_, three_, isVirtual, split)
                      r.call  json, json.encode(some)
                      print   json
                      r.return all
                  end
                  \""");
          for (JitMode mode : JitMode.values()) {
            try (Vm vm = Vm.builder().workers(1).jit(mode).hostModule(host).start()) {
              vm.load(program);
              System.out.println(vm.call(vm.module("m").function("main")));
            } catch (IllegalStateException e) {
              System.out.println(e.getMessage());
            }
          }
        }
      }
      """;

  private static final String MEDDLER =
      """
      package application;

      final class Meddler {
        org.skerry.memory.MemoryPool pool;
      }
      """;

  @TempDir Path folder;

  private String modulePath;

  @BeforeEach
  void write() throws Exception {
    modulePath =
        Stream.concat(
                Stream.of(Path.of("target/classes").toAbsolutePath().toString()),
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                    .filter(entry -> LIBRARY.matcher(Path.of(entry).getFileName() + "").matches()))
            .collect(Collectors.joining(File.pathSeparator));
    Files.createDirectories(folder.resolve("application"));
    Files.writeString(folder.resolve("module-info.java"), MODULE);
    Files.writeString(folder.resolve("application/Main.java"), APPLICATION);
  }

  /** What a tool of the JDK says, and its exit status as the last line. */
  private List<String> tool(String name, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", name).toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(variable -> variable.endsWith("_OPTIONS"));
    Process process = builder.directory(folder.toFile()).start();
    process.getOutputStream().close();
    byte[] output = process.getInputStream().readAllBytes();
    List<String> lines =
        new ArrayList<>(new String(output, StandardCharsets.UTF_8).lines().toList());
    lines.add(String.valueOf(process.waitFor()));
    return lines;
  }

  private List<String> compile(String... files) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("-d", "classes", "-p", modulePath));
    arguments.add("module-info.java");
    arguments.addAll(List.of(files));
    return tool("javac", arguments.toArray(String[]::new));
  }

  private List<String> run(String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("-XX:+UseSerialGC"));
    arguments.addAll(List.of(options));
    String path = modulePath + File.pathSeparator + "classes";
    arguments.addAll(List.of("-p", path, "-m", "application/application.Main"));
    return tool("java", arguments.toArray(String[]::new));
  }

  @Test
  void shouldRunPrograms() throws Exception {
    assertThat(compile("application/Main.java")).containsExactly("0");

    // In any order: what a program prints and what Java does are written by different threads.
    assertThat(run(EXPORTS, NATIVE))
        .containsExactlyInAnyOrder(
            "[2,3,true,[\"a\",\"b\"]]",
            "{2, 3, true, [\"a\", \"b\"]}",
            "[2,3,true,[\"a\",\"b\"]]",
            "{2, 3, true, [\"a\", \"b\"]}",
            "[2,3,true,[\"a\",\"b\"]]",
            "{2, 3, true, [\"a\", \"b\"]}",
            "0");
  }

  @Test
  void shouldNameTheModulesThatNeedOptions() throws Exception {
    assertThat(compile("application/Main.java")).containsExactly("0");

    String needs =
        "Skerry needs JVM options that this JVM was started without:"
            + " --add-exports java.base/jdk.internal.misc=org.agrona"
            + " --enable-native-access=org.skerry";
    assertThat(run()).containsExactly(needs, needs, needs, "0");
  }

  @Test
  void shouldHideAllButTheApi() throws Exception {
    Files.writeString(folder.resolve("application/Meddler.java"), MEDDLER);

    assertThat(compile("application/Meddler.java"))
        .anyMatch(line -> line.contains("package org.skerry.memory is not visible"))
        .endsWith("1");
  }

  @Test
  void shouldBeACommandLineOnTheModulePath() throws Exception {
    Path hello = Path.of("examples/hello.ska").toAbsolutePath();

    List<String> lines =
        tool(
            "java",
            "-XX:+UseSerialGC",
            EXPORTS,
            NATIVE,
            "-p",
            modulePath,
            "-m",
            "org.skerry/org.skerry.cli.Main",
            "run",
            hello.toString());

    assertThat(lines).hasSizeGreaterThan(1).endsWith("0");
  }
}
