package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RegexModuleTest {
  private static final String PROGRAM =
      """
      module p
      import regex.is_match(r, r) -> r
      import mark.set(r) -> r
      export function look(r pattern, r subject) -> r
          r.call       done, mark.set(nil)
          r.call       x, regex.is_match(pattern, subject)
          r.return     x
      end
      """;

  private final CountDownLatch begun = new CountDownLatch(2);
  private Vm vm;

  @BeforeEach
  void load(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("p.ska");
    Files.writeString(file, PROGRAM);
    HostModule mark =
        HostModule.builder("mark")
            .inline(
                "set(r) -> r",
                call -> {
                  begun.countDown();
                  return null;
                })
            .build();
    vm = Vm.builder().workers(2).hostModule(mark).start();
    vm.load(file);
  }

  @AfterEach
  void close() {
    vm.close();
  }

  private Term call(String name, Object... arguments) throws Exception {
    return vm.call(vm.module("regex").function(name), arguments);
  }

  private String failed(String name, Object... arguments) {
    return catchThrowableOfType(CallFailed.class, () -> call(name, arguments)).reason().toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "match a(b)?(c) xacx {\"ac\",nil,\"c\"}",
        "match (?i)B abc {\"b\"}",
        "match q abc nil",
        "match ö..$ böse {\"öse\"}",
        "match_all \\d+ a1b22c [{\"1\"},{\"22\"}]",
        "match_all x* axb [{\"\"},{\"x\"},{\"\"},{\"\"}]",
        "is_match ^b abc false",
        "split , ,a,,b, [\"\",\"a\",\"\",\"b\",\"\"]",
        "split x abc [\"abc\"]",
        "split (?:) abc [\"a\",\"b\",\"c\"]",
        "named (?P<k>\\w+)=(?P<v>\\w+)(?P<n>!)? a=b %{\"k\"=>\"a\",\"n\"=>nil,\"v\"=>\"b\"}",
        "named (?P<k>q) a nil",
      })
  void shouldFind(String name, String pattern, String subject, String result) throws Exception {
    // Not known yet, known, and as bytes.
    for (Object given : List.of(subject, subject, subject.getBytes(StandardCharsets.UTF_8))) {
      assertThat(call(name, pattern, given).toString().replace(" ", "")).isEqualTo(result);
    }
  }

  @Test
  void shouldReplace() throws Exception {
    assertThat(call("replace", "(\\w+)@(?P<at>\\w+)", "a@b, c@d", "${at}:$1$$"))
        .isEqualTo(Term.of("b:a$, d:c$"));
    assertThat(call("replace", "x*", "abc", "-")).isEqualTo(Term.of("-a-b-c-"));
    assertThat(call("replace", "a(b)?", "a", "[$1]\\$0")).isEqualTo(Term.of("[]\\a"));
    for (String wrong : List.of("$", "$2", "${no}", "${", "$x", "$99999999999")) {
      assertThat(failed("replace", "(a)", "a", wrong)).startsWith("{:regex_error, :syntax,");
    }
    String odd = "a.b*[c]\\d{1}|^$()+?";
    assertThat(call("match", call("escape", odd).asString(), "x" + odd + "y"))
        .isEqualTo(Term.tuple(odd));
  }

  @Test
  void shouldSeeTextsOfAnyLengthAlike() throws Exception {
    for (int length : new int[] {10, 3_990, 3_999, 4_000, 4_001, 1_000_000}) {
      String subject = "x".repeat(length) + "\uD83D\uDE00y";
      assertThat(call("match", "x(.)y", subject)).isEqualTo(Term.tuple("x😀y", "😀"));
    }
    byte[] wrong = {'a', (byte) 0xff, 'b', (byte) 0xc3};
    assertThat(call("match", "a.b.$", wrong)).isEqualTo(Term.tuple("a\uFFFDb\uFFFD"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "[a", "a**", "\\", "(?<=a)b", "(a)\\1", "a{1001}", "\\pX"})
  void shouldRefuseWhatIsNoPattern(String pattern) {
    assertThat(failed("match", pattern, "a")).startsWith("{:regex_error, :syntax,");
  }

  /** Millions of small texts take many times the memory of the one that they come from. */
  @Test
  void shouldRefuseResultsOfTooManyPieces() {
    String text = "x".repeat(2_000_000);
    assertThat(failed("split", "", text)).startsWith("{:regex_error, :too_large,");
    assertThat(failed("match_all", "", text)).startsWith("{:regex_error, :too_large,");
  }

  @Test
  void shouldRefusePatternsThatTakeTooMuch() throws Exception {
    for (String pattern :
        List.of(
            "(((a{1000}){1000}){1000})",
            "((a{100}){100}){100}",
            "(\\pL{1000}){1000}",
            "(?:[[:alpha:]\\]]{999}){999}",
            "((\\Qa{\\E{100}){100}){2}",
            "((a{0,100}){0,100}){0,2}",
            "((((a{10}){10}){10}){10}){10}",
            "(".repeat(100_000) + ")".repeat(100_000),
            "(".repeat(4_000) + ")".repeat(4_000),
            "a".repeat(20_000))) {
      assertThat(failed("match", pattern, "a")).startsWith("{:regex_error, :too_large,");
    }
    for (String pattern :
        List.of(
            "(\\d{1,3}\\.){3}\\d{1,3}",
            "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
            "\\x{1F600}{2}",
            "[{9999}]{2}",
            "a{1,x}",
            "{",
            "\\Q((((\\E")) {
      call("match", pattern, "a");
    }
    assertThat(failed("replace", "x", "x".repeat(100_000), "y".repeat(10_000)))
        .startsWith("{:regex_error, :too_large,");
    assertThat(failed("match", 1, "a")).contains(":bad_argument");
    assertThat(failed("match", "a", 1)).contains(":type_error");
  }

  /** With a library that goes back, each of these takes longer than the universe has been there. */
  @ParameterizedTest
  @ValueSource(strings = {"(x+x+)+y", "(x*)*y", "(x|x)*y", "(.*)*(.*)*(.*)*y", "(x?){30}x{30}y"})
  void shouldTakeTimeInProportion(String pattern) throws Exception {
    assertThat(call("is_match", pattern, "x".repeat(3_000))).isEqualTo(Term.of(false));
    assertThat(call("is_match", pattern, "x".repeat(30_000))).isEqualTo(Term.of(false));
  }

  @Test
  void shouldEndWhatTakesLongWithItsProcess() throws Exception {
    String subject = "x".repeat(10_000_000);
    Function look = vm.module("p").function("look");
    Pid one = vm.spawn(look, "(x{0,60}){0,60}y", subject);
    Pid two = vm.spawn(look, "(x{0,60}){0,60}y", subject);
    begun.await();
    // Others get their turn beside them.
    assertThat(call("is_match", "y", "x".repeat(10_000))).isEqualTo(Term.of(false));
    vm.kill(one);
    vm.kill(two);
    while (vm.isAlive(one) || vm.isAlive(two)) {
      Thread.onSpinWait();
    }
    vm.close(); // waits for the virtual threads
  }

  /** Where both libraries know the syntax they find the same. */
  @Test
  void shouldFindWhatTheJdkFinds() throws Exception {
    Random random = new Random(5);
    String[] parts = {"a", "b", "(a|b)", "[ab]", "a?", "b+", "(ab)*", ".", "c"};
    for (int i = 0; i < 300; i++) {
      StringBuilder pattern = new StringBuilder();
      for (int n = random.nextInt(1, 5); n > 0; n--) {
        pattern.append(parts[random.nextInt(parts.length)]);
      }
      StringBuilder subject = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        subject.append("abc".charAt(random.nextInt(3)));
      }
      java.util.regex.Matcher matcher = Pattern.compile(pattern.toString()).matcher(subject);
      Term found = call("match", pattern.toString(), subject.toString());
      assertThat(found.isNil() ? null : found.asTuple().getFirst().asString())
          .as("%s in %s", pattern, subject)
          .isEqualTo(matcher.find() ? matcher.group() : null);
      assertThat(call("replace", pattern.toString(), subject.toString(), "<>").asString())
          .isEqualTo(matcher.replaceAll("<>"));
    }
  }
}
