package org.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.ModuleFile;

/** {@code skerry dis --jvm}. */
class JvmCodeTest {
  private static final Path EXAMPLES = Path.of("examples");
  private static final Pattern BRANCH = Pattern.compile(" +\\d+  (?:goto|if\\w+) +(\\S+)");
  private static final Pattern LABEL = Pattern.compile(" {6}(\\S+):");
  private static final Pattern METHOD = Pattern.compile("; (\\w+)\\(.*; (\\d+) bytes");
  private static final Pattern PLACE = Pattern.compile(" +(\\d+)  [a-z]\\w+.*");

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldShowJvmCodeBehindEachInstruction() {
    assertThat(run("dis", "--jvm", "fib", EXAMPLES.resolve("fib.ska"))).isZero();

    assertThat(out.toString().replaceAll(" +", " "))
        .startsWith("function fib(i n) -> i\n\n; f2(context, fp, arguments): calls enter here; ")
        .containsSubsequence(
            "\n .line 27\n i.jump.lt.imm n, 2, @L1 ; 0\n",
            " lload n\n",
            " lcmp\n",
            " ifge pc1\n",
            "\n i.call a, fib(m) ; 2\n",
            "<header: fib at pc 2>\n",
            " invokestatic CompiledSupport.mayCall\n",
            " invokestatic f2 ; fib\n",
            " lstore a\n",
            "\n i.add a, a, b ; 9\n",
            " lload a\n",
            " lload b\n",
            " ladd\n",
            " lstore a\n",
            "\n L1:\n .line 35\n i.return n ; 11\n pc11:\n",
            " lload n\n",
            " lreturn\n",
            "; cold code of pc 2: i.call\n pc2.cold:\n",
            " invokestatic later2 ; fib\n",
            "\n; r2(context, fp, pc): goes on where a process was suspended",
            "lookupswitch {0: pc0, 2: pc2, ",
            "\n; later2(context, fp, arguments): calls f2 where ",
            " invokestatic f2 ; fib\n");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldNameLiteralsAndMvars() throws IOException {
    Path source =
        write(
            """
            module m
            mvar total = 0
            export function main() -> r
                mvar.write   total, "a text"
                r.const      word, :done
                r.tuple      result, (word, word)
                r.return     result
            end
            """);

    assertThat(run("dis", "--jvm", "main", source)).isZero();

    assertThat(out.toString())
        .contains("<address of MVar m.total>\n", "<address of \"a text\">\n")
        .containsPattern(
            "r.const +word, :done +; \\d+\n +pc\\d+:\n +\\d+  ldc2_w +\\d+ +; :done\n");
  }

  @Test
  void shouldSayWhichInstructionsOnlyAHandlerReaches() throws IOException {
    Path source =
        write(
            """
            module m
            export function main() -> r
                try
                    r.const  list, []
                    r.head   first, list
                    r.return first
                catch error
                    r.return error
            end
            """);

    assertThat(run("dis", "--jvm", "main", source)).isZero();

    assertThat(out.toString())
        .containsPattern("r.return +error +; \\d+\n +-  never reached from the beginning\n")
        .containsPattern("r.return +error +; \\d+\n +pc\\d+:\n +\\d+  lload +error\n");
  }

  static Stream<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files.filter(file -> file.toString().endsWith(".ska")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldShowEveryFunctionOfEveryExample(Path example) throws Exception {
    ModuleFile module = ProgramFiles.load(example);
    for (FunctionDefinition function : module.functions()) {
      out.getBuffer().setLength(0);

      assertThat(run("dis", "--jvm", function.name(), example)).as("%s", err).isZero();

      List<String> methods = Arrays.asList(out.toString().split("\n; (?=\\w+\\()"));
      assertThat(methods).hasSizeGreaterThan(2);
      methods.stream().skip(1).forEach(method -> checkMethod("; " + method));
      assertThat(out.toString()).doesNotContain("null\n", " #");
    }
  }

  /** All labels are there once, and the code is complete. */
  private static void checkMethod(String method) {
    Set<String> labels = new HashSet<>();
    Set<String> branches = new HashSet<>();
    int last = -1;
    for (String line : method.lines().toList()) {
      Matcher label = LABEL.matcher(line);
      if (label.matches()) {
        assertThat(labels.add(label.group(1))).as(line).isTrue();
      }
      Matcher branch = BRANCH.matcher(line);
      if (branch.matches()) {
        branches.add(branch.group(1));
      }
      Matcher place = PLACE.matcher(line);
      if (place.matches()) {
        assertThat(Integer.parseInt(place.group(1))).as(line).isGreaterThan(last);
        last = Integer.parseInt(place.group(1));
      }
    }
    Matcher header = METHOD.matcher(method.lines().findFirst().orElseThrow());
    assertThat(header.matches()).isTrue();
    // The last instruction returns, with a byte.
    assertThat(last).isEqualTo(Integer.parseInt(header.group(2)) - 1);
    assertThat(labels).containsAll(branches);
  }

  @Test
  void shouldTakeModuleFiles() throws IOException {
    Path module = directory.resolve("fib.skb");
    assertThat(run("asm", EXAMPLES.resolve("fib.ska"), "-o", module)).isZero();
    assertThat(run("dis", "--jvm", "fib", EXAMPLES.resolve("fib.ska"))).isZero();
    String fromSource = out.toString();
    out.getBuffer().setLength(0);

    assertThat(run("dis", "--jvm", "fib", module)).isZero();

    assertThat(out.toString()).isEqualTo(fromSource);
  }

  @Test
  void shouldSuggestTheFunctionThatWasMeant() {
    assertThat(run("dis", "--jvm", "fob", EXAMPLES.resolve("fib.ska"))).isEqualTo(2);

    assertThat(err.toString())
        .isEqualTo(
            "skerry: examples/fib.ska: has no function fob; did you mean fib?%n".formatted());
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldRejectAProgramThatDoesNotLink() throws IOException {
    Path source =
        write(
            """
            module m
            import other.f() -> r
            export function main() -> r
                r.call   result, other.f()
                r.return result
            end
            """);

    assertThat(run("dis", "--jvm", "main", source)).isEqualTo(3);
    assertThat(err.toString()).contains("imports the module other");
    Files.writeString(directory.resolve("other.ska"), "module other\n");
    assertThat(run("dis", "--jvm", "main", source)).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "'i.call n, f(n)', 1000, 'it would be a JVM method of more than 65535 bytes; HotSpot compiles"
        + " 8000 at most'",
    "'i.call n, f(n)', 200, 'it would be a JVM method of \\d+ bytes; HotSpot compiles 8000 at"
        + " most'",
    "'i.add nI, n, I', 500, 'it has 501 registers; at most 400 are compiled'",
  })
  void shouldSayWhyAFunctionStaysInterpreted(String line, int count, String why)
      throws IOException {
    StringBuilder text = new StringBuilder("module m\nfunction f(i n) -> i\n");
    for (int i = 0; i < count; i++) {
      text.append(line.replace("I", Integer.toString(i))).append('\n');
    }
    Path source = write(text.append("i.return n\nend\n").toString());

    assertThat(run("dis", "--jvm", "f", source)).isZero();

    assertThat(out.toString())
        .startsWith("function f(i n) -> i\n")
        .containsPattern("; stays interpreted: " + why + "\n");
  }

  @Test
  void shouldBeCompletedByTheShell() {
    assertThat(run("completion")).isZero();

    assertThat(out.toString()).contains("--jvm");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("m.ska"), text);
  }

  private int run(Object... args) {
    return CommandRunner.run(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        Arrays.stream(args).map(Object::toString).toArray(String[]::new));
  }
}
