package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How {@code scripts/skerry} finds a JDK and starts the JVM, with JVMs that are shell scripts. */
class LauncherTest {
  private static final String NEWEST = "25.0.3+9-LTS";

  @TempDir private Path directory;
  private Path top;

  /** What a command left behind. */
  private record Outcome(int status, String out, String err) {}

  @BeforeEach
  void installAsBuilt() throws Exception {
    top = directory.resolve("with space/skerry");
    Files.createDirectories(top.resolve("scripts"));
    for (String script : List.of("skerry", "jdk.sh")) {
      Files.copy(Path.of("scripts", script), top.resolve("scripts").resolve(script));
    }
    top.resolve("scripts/skerry").toFile().setExecutable(true);
    Files.createDirectories(top.resolve("target/lib"));
    Files.writeString(top.resolve("target/skerry.jar"), "");
  }

  @Test
  void shouldPassArgumentsAndExitStatusThrough() throws Exception {
    Path jdk = jdk("jdk", NEWEST);

    Outcome outcome =
        launch(Map.of("SKERRY_JAVA_HOME", jdk.toString()), "run", "a file.ska", "", "*");

    assertThat(outcome.status()).isEqualTo(17);
    assertThat(outcome.out())
        .contains("--add-exports|java.base/jdk.internal.misc=ALL-UNNAMED|")
        .contains("--enable-native-access=ALL-UNNAMED|")
        .contains("|org.skerry.cli.Main|run|a file.ska||*|\n");
  }

  @Test
  void shouldWorkThroughSymbolicLinks() throws Exception {
    Path jdk = jdk("jdk", NEWEST);
    Path link = Files.createSymbolicLink(directory.resolve("one"), top.resolve("scripts/skerry"));
    Path linkToLink = Files.createSymbolicLink(directory.resolve("two"), Path.of("one"));
    assertThat(link).isSymbolicLink();

    Outcome outcome = execute(linkToLink, Map.of("SKERRY_JAVA_HOME", jdk.toString()));

    assertThat(outcome.out()).contains("-cp|" + top.toRealPath() + "/target/skerry.jar|");
  }

  @Test
  void shouldPreferItsOwnVariableToJavaHome() throws Exception {
    Path own = jdk("own", NEWEST);
    Path other = jdk("other", NEWEST);

    Outcome outcome =
        launch(Map.of("SKERRY_JAVA_HOME", own.toString(), "JAVA_HOME", other.toString()));

    assertThat(outcome.out()).startsWith(own + "/bin/java|");
  }

  @Test
  void shouldPassOverJavaHomeOfAnotherVersion() throws Exception {
    Path old = jdk("old", "17.0.15+6");
    jdk("home/.jdks/temurin-25", NEWEST);

    Outcome outcome = launch(Map.of("JAVA_HOME", old.toString()));

    // The machine's own JDK 25 may be found before the one in the home directory: it starts a JVM,
    // whose
    // jar is empty here.
    assertThat(outcome.status()).isNotEqualTo(69);
    assertThat(outcome.out()).doesNotStartWith(old.toString());
    assertThat(outcome.err()).doesNotContain("no JDK 25");
  }

  @Test
  void shouldSayWhenItsOwnVariableIsWrong() throws Exception {
    Path old = jdk("old", "17.0.15+6");

    Outcome outcome = launch(Map.of("SKERRY_JAVA_HOME", old.toString()));

    assertThat(outcome.status()).isEqualTo(69);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .isEqualTo("skerry: SKERRY_JAVA_HOME is not the home of a JDK 25: " + old + "\n");
  }

  @Test
  void shouldNotTakeEarlyVersionsForLaterOnes() throws Exception {
    for (String version : List.of("2.5.0", "250.1", "24.0.25", "1.8.0_25")) {
      Path jdk = jdk("jdk-" + version, version);

      assertThat(launch(Map.of("SKERRY_JAVA_HOME", jdk.toString())).status()).isEqualTo(69);
    }
    for (String version : List.of("25", "25-ea", "25+36", "25.0.1+8")) {
      Path jdk = jdk("jdk-" + version, version);

      assertThat(launch(Map.of("SKERRY_JAVA_HOME", jdk.toString())).status()).isEqualTo(17);
    }
  }

  @Test
  void shouldPassJvmOptionsAndLeaveOutItsOwnChoiceOfCollector() throws Exception {
    String jdk = jdk("jdk", NEWEST).toString();

    assertThat(launch(Map.of("SKERRY_JAVA_HOME", jdk, "SKERRY_JAVA_OPTS", "-Xmx64m -Da=b")).out())
        .contains("-XX:+UseSerialGC|")
        .contains("|-Xmx64m|-Da=b|-cp|");
    assertThat(launch(Map.of("SKERRY_JAVA_HOME", jdk, "SKERRY_JAVA_OPTS", "-XX:+UseZGC")).out())
        .contains("|-XX:+UseZGC|-cp|")
        .doesNotContain("UseSerialGC");
  }

  @Test
  void shouldMakeStartUpCacheOnceForEachJdkAndUseIt() throws Exception {
    String first = jdk("first", NEWEST).toString();
    String second = jdk("second", "25.0.4+1").toString();

    assertThat(launch(Map.of("SKERRY_JAVA_HOME", first)).err())
        .isEqualTo("skerry: preparing a fast start\n");
    Outcome again = launch(Map.of("SKERRY_JAVA_HOME", first));
    assertThat(again.err()).isEmpty();
    assertThat(again.out()).contains("-XX:AOTCache=");
    assertThat(launch(Map.of("SKERRY_JAVA_HOME", second)).err())
        .isEqualTo("skerry: preparing a fast start\n");
  }

  @Test
  void shouldSayThatMavenIsMissingWhenThereIsSomethingToBuild() throws Exception {
    Path jdk = jdk("jdk", NEWEST);
    Files.delete(top.resolve("target/skerry.jar"));
    Path tools = Files.createDirectories(directory.resolve("tools"));
    for (String tool : List.of("bash", "readlink", "find", "mkdir", "flock")) {
      Path file = Path.of("/usr/bin", tool);
      if (Files.exists(file)) {
        Files.createSymbolicLink(tools.resolve(tool), file);
      }
    }

    Outcome outcome = launch(Map.of("SKERRY_JAVA_HOME", jdk.toString(), "PATH", tools.toString()));

    assertThat(outcome.status()).isEqualTo(69);
    assertThat(outcome.err()).isEqualTo("skerry: Maven not found: install Maven 3.6.3 or later\n");
  }

  @Test
  void shouldBuildAgainOnlyForExamplesThatAreInTheJar() throws Exception {
    Map<String, String> java = Map.of("SKERRY_JAVA_HOME", jdk("jdk", NEWEST).toString());
    Path packed = Files.createDirectories(top.resolve("target/classes/org/skerry/bench"));
    Files.writeString(packed.resolve("fib.ska"), "");
    Path pom = Files.writeString(top.resolve("pom.xml"), "not a pom");
    Files.createDirectories(top.resolve("src/main"));
    Files.createDirectories(top.resolve("examples"));
    Path fib = Files.writeString(top.resolve("examples/fib.ska"), "");
    Path hello = Files.writeString(top.resolve("examples/hello.ska"), "");
    FileTime built = FileTime.from(Instant.parse("2026-01-02T00:00:00Z"));
    for (Path file : List.of(pom, top.resolve("src/main"), fib, hello)) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
    }
    Files.setLastModifiedTime(top.resolve("target/skerry.jar"), built);

    Files.setLastModifiedTime(hello, FileTime.from(Instant.parse("2026-01-03T00:00:00Z")));
    assertThat(launch(java).err()).doesNotContain("building");
    Files.setLastModifiedTime(fib, FileTime.from(Instant.parse("2026-01-03T00:00:00Z")));
    assertThat(launch(java).err()).contains("building");
  }

  /**
   * A JDK whose java prints how it was called, writes the cache it is asked for, and exits with 17.
   */
  private Path jdk(String name, String version) throws IOException {
    Path home = directory.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    String number = version.replaceFirst("[+-].*", "");
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"Nobody\"\nJAVA_RUNTIME_VERSION=\"%s\"\nJAVA_VERSION=\"%s\"\n"
            .formatted(version, number));
    Path java = home.resolve("bin/java");
    Files.writeString(
        java,
        """
        #!/usr/bin/env bash
        printf '%s|' "$0" "$@"
        echo
        for option; do
          [[ $option == -XX:AOTCacheOutput=* ]] && echo cache >"${option#*=}" && exit 0
        done
        exit 17
        """);
    java.toFile().setExecutable(true);
    return home;
  }

  private Outcome launch(Map<String, String> variables, String... args) throws Exception {
    return execute(top.resolve("scripts/skerry"), variables, args);
  }

  private Outcome execute(Path script, Map<String, String> variables, String... args)
      throws Exception {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder = new ProcessBuilder("bash", script.toString());
    builder.command().addAll(List.of(args));
    builder.environment().keySet().removeIf(name -> name.contains("JAVA"));
    builder.environment().put("HOME", directory.resolve("home").toString());
    builder.environment().putAll(variables);
    builder.directory(directory.toFile()).redirectInput(Path.of("/dev/null").toFile());
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    int status = builder.start().waitFor();
    return new Outcome(
        status,
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
