package org.skerry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.skerry.verify.lint.Rule;

/**
 * For each rule a program that breaks it, in each way there is, and one that only looks as if.
 * {@code -Dskerry.notes=write} writes what is said anew, to be read before it is kept.
 */
class LintCommandTest {
  private static final Path PROGRAMS = Path.of("src/test/resources/lint");

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(Object... arguments) {
    String[] words = Arrays.stream(arguments).map(Object::toString).toArray(String[]::new);
    return CommandRunner.run(new PrintWriter(out), new PrintWriter(err), words);
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void shouldSayWhatIsWrong(Rule rule) throws Exception {
    Path program = PROGRAMS.resolve(rule.code() + "-bad.ska");

    assertThat(run("lint", program)).isEqualTo(1);

    String said = out.toString().replace(program.toString(), program.getFileName().toString());
    Path expected = PROGRAMS.resolve(rule.code() + "-bad.txt");
    if ("write".equals(System.getProperty("skerry.notes"))) {
      Files.writeString(expected, said);
    }
    assertThat(said).isEqualTo(Files.readString(expected));
    assertThat(said.lines().filter(line -> line.contains(".ska:") && !line.startsWith(" ")))
        .isNotEmpty()
        .allMatch(line -> line.contains(": " + rule.code() + " "));
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void shouldSayNothingOfWhatOnlyLooksWrong(Rule rule) {
    assertThat(run("lint", PROGRAMS.resolve(rule.code() + "-good.ska"))).isZero();

    assertThat(out.toString() + err).isEmpty();
  }

  static List<Path> clean() throws Exception {
    try (Stream<Path> files = Files.list(PROGRAMS.resolve("clean"))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("clean")
  void shouldSayNothingOfWhatPeopleWrite(Path program) {
    assertThat(run("lint", program)).as("%s%s", out, err).isZero();

    assertThat(out.toString() + err).isEmpty();
  }

  static List<Path> examples() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("examples"))) {
      return files.filter(file -> file.toString().endsWith(".ska")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void shouldSayOfAnExampleWhatItSaysItself(Path program) throws Exception {
    Set<String> admitted = codes(Files.readString(program).lines().filter(l -> l.startsWith(";")));

    assertThat(run("lint", program)).as("%s%s", out, err).isEqualTo(admitted.isEmpty() ? 0 : 1);

    assertThat(codes(out.toString().lines())).isEqualTo(admitted);
    assertThat(err.toString()).isEmpty();
  }

  /** An example that is wrong on purpose names the rule in a comment. */
  private static Set<String> codes(Stream<String> lines) {
    return lines
        .flatMap(line -> Pattern.compile("\\bL\\d{3}\\b").matcher(line).results())
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }

  @Test
  void shouldFindTheWaitOfThePhilosophersAndLetTheirCaughtDeadlockPass() {
    assertThat(run("lint", Path.of("examples/philosophers.ska"))).isEqualTo(1);

    assertThat(out.toString().lines().filter(line -> !line.startsWith(" ")))
        .singleElement()
        .asString()
        .contains(": L001 lock held across an await: bell is held");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldPrintJsonForPrograms() {
    assertThat(run("lint", "--json", PROGRAMS.resolve("L004-bad.ska"))).isEqualTo(1);

    assertThat(out.toString().lines())
        .hasSize(5)
        .first()
        .asString()
        .startsWith(
            "{\"code\":\"L004\",\"title\":\"write under a read"
                + " lock\",\"file\":\"src/test/resources/lint/L004-bad.ska\",\"line\":24,\"function\":\"cache.lookup/1\",\"message\":\"cache"
                + " is written while it is held for"
                + " reading\",\"chain\":[{\"file\":\"src/test/resources/"
                + "lint/L004-bad.ska\",\"line\":18,\"pc\":0,\"function\":\"cache.lookup/1\",\"text\":\"locks"
                + " cache for reading: mvar.lock.read\"},")
        .endsWith("],\"advice\":\"take mvar.lock.write cache from the start\"}");
  }

  @Test
  void shouldPrintNothingAsJsonOfACleanProgram() {
    assertThat(run("lint", "--json", PROGRAMS.resolve("L004-good.ska"))).isZero();

    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldEscapeInJsonWhatNamesBring() throws Exception {
    Path program = directory.resolve("odd.ska");
    Files.writeString(
        program,
        """
        module odd
        .source "a\\"b\\\\c\\nd"
        mvar "x\\ty" = 0
        function f() -> r
            .line 1
            r.mvar.read v, "x\\ty"
            mvar.write "x\\ty", v
            r.return v
        end
        """);

    assertThat(run("lint", "--json", program)).isEqualTo(1);

    assertThat(out.toString())
        .contains("\"file\":\"a\\\"b\\\\c\\u000ad\"", "\"message\":\"x\\u0009y gets");
    assertThat(run("lint", program)).isEqualTo(1);
    assertThat(out.toString()).contains("a\"b\\c?d:1: L003");
  }

  @ParameterizedTest
  @EnumSource(Rule.class)
  void shouldExplainEachRule(Rule rule) {
    assertThat(run("lint", "--explain", rule.code().toLowerCase(java.util.Locale.ROOT))).isZero();

    assertThat(out.toString())
        .startsWith(rule.code() + " " + rule.title() + "\n\n")
        .endsWith(rule.explanation());
    assertThat(rule.explanation().lines()).allMatch(line -> line.length() <= 100);
  }

  @Test
  void shouldSayWhichRulesThereAre() {
    assertThat(run("lint", "--explain", "L999")).isEqualTo(2);

    assertThat(err.toString())
        .contains("there is no rule L999; there are L001, L002, L003, L004, L005");
  }

  @Test
  void shouldWantAFile() {
    assertThat(run("lint")).isEqualTo(2);
  }

  @Test
  void shouldGoOnBehindAFileThatIsRejected() throws Exception {
    Path bad = directory.resolve("bad.ska");
    Files.writeString(bad, "module bad\nfunction f() -> r\n    r.retrun x\nend\n");

    assertThat(run("lint", bad, PROGRAMS.resolve("L004-bad.ska"))).isEqualTo(3);

    assertThat(err.toString()).contains("bad.ska:3:");
    assertThat(out.toString()).contains("L004-bad.ska:24: L004");
  }

  @Test
  void shouldReadTheModulesThatAProgramNames() throws Exception {
    Files.writeString(
        directory.resolve("store.ska"),
        "module store\nexport mvar v = 0\nexport function set(r x) -> r\n"
            + "    mvar.write v, x\n    r.return x\nend\n");
    Path main = directory.resolve("main.ska");
    Files.writeString(
        main,
        "module main\nimport store.set(r) -> r\nexport function main() -> r\n"
            + "    r.mvar.read v, store.v\n    r.call v, store.set(v)\n    r.return v\nend\n");

    assertThat(run("lint", main)).isEqualTo(1);

    assertThat(out.toString().replace(directory.toString() + "/", ""))
        .isEqualTo(
            """
            main.ska:5: L003 lost update: store.v gets what comes of its own value, and no lock is \
            held from the read to the write: what others write meanwhile is lost
                main.ska:4  main.main/0  reads store.v: r.mvar.read
                main.ska:5  main.main/0  calls store.set/1, which writes it
                store.ska:4  store.set/1  writes v: mvar.write
                to do: use r.mvar.update, or hold mvar.lock.write store.v from before the read on
            """);
  }

  @Test
  void shouldTellWhatFunctionsMayDo() {
    assertThat(run("lint", "--effects", PROGRAMS.resolve("L001-bad.ska"))).isZero();

    assertThat(out.toString().lines())
        .containsExactly(
            "stock.main/0: reads stock.log, stock.stock; writes stock.log, stock.stock;"
                + " holds for reading stock.log; holds for writing stock.log, stock.stock; awaits",
            "stock.reserve/2: reads stock.stock; writes stock.stock;"
                + " holds for writing stock.stock; awaits",
            "stock.refill/2: awaits",
            "stock.question/2: awaits",
            "stock.nap/0: holds for reading stock.log; awaits",
            "stock.tell/1: reads stock.log; holds for reading stock.log; awaits",
            "stock.with_lock/1: writes stock.log; holds for writing stock.log; awaits",
            "stock.in_handler/0: holds for reading stock.log; holds for writing stock.stock;"
                + " awaits",
            "stock.parity/1: holds for writing stock.log; awaits",
            "stock.even/1: awaits",
            "stock.odd/1: awaits",
            "stock.hook/1: holds for reading stock.log; awaits",
            "stock.made/0: reads stock.log; writes stock.log; holds for writing stock.log; awaits",
            "stock.waits/0: nothing",
            "stock.waiting/1: awaits",
            "stock.reads/0: holds for reading stock.log; awaits");
  }

  @Test
  void shouldTellProgramsWhatFunctionsMayDo() {
    assertThat(run("lint", "--effects", "--json", PROGRAMS.resolve("L001-bad.ska"))).isZero();

    assertThat(out.toString().lines())
        .contains(
            "{\"function\":\"stock.tell/1\",\"reads\":[\"stock.log\"],\"writes\":[],"
                + "\"holds_to_read\":[\"stock.log\"],\"holds_to_write\":[],\"awaits\":true}",
            "{\"function\":\"stock.waits/0\",\"reads\":[],\"writes\":[],"
                + "\"holds_to_read\":[],\"holds_to_write\":[],\"awaits\":false}");
  }

  @Test
  void shouldLintBeforeARunAndNotRunWhatIsWrong() {
    assertThat(run("run", "--lint", PROGRAMS.resolve("L003-bad.ska"))).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("L003-bad.ska:24: L003 lost update");
  }

  @Test
  void shouldRunWhatIsClean() {
    assertThat(run("run", "--lint", "examples/hello.ska")).isZero();
    assertThat(err.toString()).isEmpty();
  }
}
