package org.skerry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JsonModuleTest {
  private static final String PROGRAM =
      """
      module p
      import json.decode(r) -> r
      import json.encode(r) -> r
      export function again(r term) -> r
          r.call       text, json.encode(term)
          r.call       term, json.decode(text)
          r.return     term
      end
      export function odd(i which) -> r
          i.jump.eq    which, 1, @pid
          i.jump.eq    which, 2, @array
          i.jump.eq    which, 3, @function
          i.jump.eq    which, 4, @shared
          r.const      x, [1 | 2]
          jump         @encode
      pid:
          r.self       x
          jump         @encode
      array:
          i.const      size, 2
          i64.new      numbers, size
          i.const      n, -7
          i.const      at, 1
          i64.set      numbers, at, n
          f64.new      floats, size
          r.list       x, (numbers, floats)
          jump         @encode
      function:
          r.closure    x, again()
          jump         @encode
      shared:                              ; 2 to the 40 parts
          r.const      x, "x"
          i.const      n, 40
      more:
          r.list       x, (x, x)
          i.add        n, n, -1
          i.jump.gt    n, 0, @more
      encode:
          r.call       text, json.encode(x)
          r.string.from.bytes text, text
          r.return     text
      end
      """;

  private Vm vm;

  @BeforeEach
  void load(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("p.ska");
    Files.writeString(file, PROGRAM);
    vm = Vm.builder().workers(2).start();
    vm.load(file);
  }

  @AfterEach
  void close() {
    vm.close();
  }

  private Term decode(Object json) throws Exception {
    return vm.call(vm.module("json").function("decode"), json);
  }

  private String encode(Object term) throws Exception {
    return new String(vm.call(vm.module("json").function("encode"), term).asBytes(), UTF_8);
  }

  private List<Term> rejected(Object json) {
    CallFailed failed = catchThrowableOfType(CallFailed.class, () -> decode(json));
    assertThat(failed).as("%s", json).isNotNull();
    List<Term> error = failed.reason().asTuple();
    assertThat(error.getFirst()).as("%s", failed.reason()).isEqualTo(Term.atom("json_error"));
    assertThat(error.get(1).asString()).isNotEmpty().doesNotContain("jackson").hasLineCount(1);
    return error;
  }

  /** A text, and behind the tilde the term as assembly writes it. */
  private static final List<String> ACCEPTED =
      List.of(
          "null~nil",
          "true~true",
          " \t\r\n[ false ]\n~[false]",
          "[]~[]",
          "{}~%{}",
          "[[],{}]~[[], %{}]",
          "0~0",
          "-0~0",
          "-0.0~-0.0",
          "9223372036854775807~9223372036854775807",
          "-9223372036854775808~-9223372036854775808",
          "1.5~1.5",
          "1e3~1000.0",
          "1E+3~1000.0",
          "25e-1~2.5",
          "1.7976931348623157e308~1.7976931348623157e308",
          "4.9e-324~4.9e-324",
          "1e-400~0.0",
          "0.1~0.1",
          "9007199254740993.0~9.007199254740992E15",
          "\"\"~\"\"",
          "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"~\"a\\\"\\\\/\\u{8}\\u{c}\\n\\r\\t\"",
          "\"\\u00f6\\uD83D\\ude00ö😀\"~\"ö😀ö😀\"",
          "{\"a\":1,\"b\":[null]}~%{\"a\" => 1, \"b\" => [nil]}",
          "{\"a\":1,\"a\":2}~%{\"a\" => 2}",
          "{\"\":{\"\":[]}}~%{\"\" => %{\"\" => []}}",
          "\"\u007f\u2028\"~\"\\u{7F}\\u{2028}\"");

  @Test
  void shouldTakeWhatTheGrammarHas() throws Exception {
    for (String row : ACCEPTED) {
      int tilde = row.indexOf('~');
      shouldTake(row.substring(0, tilde), row.substring(tilde + 1));
    }
  }

  private void shouldTake(String json, String term) throws Exception {
    // Short ones on the worker, long ones aside; a string and bytes.
    String blanks = " ".repeat(5_000);
    for (Object text : List.of(json, json.getBytes(UTF_8), json + blanks, blanks + json)) {
      Term decoded = decode(text);
      assertThat(decoded).isEqualTo(decode(json));
    }
    Term decoded = decode(json);
    assertThat(decoded.toString()).as(json).isEqualToIgnoringCase(term);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "nul",
        "NULL",
        "True",
        "nulll",
        "null null",
        "1 2",
        "[] []",
        "{}x",
        "[",
        "]",
        "{",
        "}",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "[,]",
        "[1 2]",
        "[1:2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{\"a\",1}",
        "{a:1}",
        "{1:1}",
        "{'a':1}",
        "{\"a\":1 \"b\":2}",
        "{,}",
        "{null:1}",
        "[}",
        "{]",
        "[{]}",
        "-",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "-.5",
        "1e",
        "1e+",
        "1.e3",
        "0x1",
        "1_000",
        "NaN",
        "Infinity",
        "-Infinity",
        "1a",
        "[1a]",
        "--1",
        "1-",
        "9223372036854775808",
        "-9223372036854775809",
        "123456789012345678901234567890",
        "1e400",
        "-1e999999999",
        "\"",
        "\"a",
        "'a'",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\U0041\"",
        "\"\t\"",
        "\"\n\"",
        "\"\u0000\"",
        "\"\u001f\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800x\"",
        "\"\\ud800\\ud800\"",
        "{\"\\ud800\":1}",
        "/**/1",
        "//\n1",
        "#\n1",
        "1//",
        "\u00a01",
        "\f1",
        "\u000b1",
        "\u0000",
        "\ufeff1",
        "\u001e1",
        "\u20281",
        "undefined",
        "[1,,2]",
        "(1)",
        "\"a\"\"b\"",
        "{\"a\":1}}",
        "[1]]",
        "tru",
        "[tru]",
        "\\n1",
        "{\"a\":tru}",
        "[\"a\", \"b]",
        "1,",
        ",1",
        ":1",
        "{:1}",
      })
  void shouldRefuseWhatItHasNot(String json) {
    for (Object text : List.of(json, json.getBytes(UTF_8))) {
      assertThat(rejected(text).get(2).asLong()).isBetween(0L, (long) json.getBytes(UTF_8).length);
    }
    String blanks = " ".repeat(5_000);
    assertThat(rejected(blanks + json).get(2).asLong()).isGreaterThanOrEqualTo(4_000);
  }

  @Test
  void shouldRefuseOtherEncodings() {
    String[] wrong = {
      "\"\u00ff\"", "\"\u00c0\u0080\"", "\"\u00c1\u00bf\"", "\"\u00ed\u00a0\u0080\"",
      "\"\u00f4\u0090\u0080\u0080\"", "\"\u00f0\u0080\u0080\u0080\"", "\"\u00e2\u0082\"", "\u0080",
      "\"\u00e0\u009f\u00bf\"", "\"\u00f8\u0088\u0080\u0080\u0080\"", "[\"\u00e2\u0082"
    };
    for (String bytes : wrong) {
      assertThat(rejected(bytes.getBytes(ISO_8859_1)).get(1)).isEqualTo(Term.of("no UTF-8"));
    }
    rejected("[1]".getBytes(UTF_16BE));
    rejected("\ufeff[1]".getBytes(UTF_16BE));
    rejected("[1]".getBytes(java.nio.charset.Charset.forName("UTF-32LE")));
  }

  @Test
  void shouldTellWhereItIsWrong() {
    assertThat(rejected("[1, 2, x]").get(2).asLong()).isBetween(7L, 8L);
    assertThat(rejected("{\"a\": 99999999999999999999}").get(2).asLong()).isEqualTo(6);
    assertThat(rejected("[\"ö\", \"\\ud800\"]").get(2).asLong()).isEqualTo(7);
    assertThat(rejected("null null").get(2).asLong()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({"[, ]", "'{\"a\":', '}'"})
  void shouldBoundHowDeepItIs(String begin, String end) throws Exception {
    String deep = begin.repeat(999) + "[]" + end.repeat(999);
    assertThat(vm.call(vm.module("p").function("again"), decode(deep))).isEqualTo(decode(deep));
    long offset = rejected(begin.repeat(1_001)).get(2).asLong();
    assertThat(offset).isBetween(999L * begin.length(), 1_001L * begin.length());
    rejected(begin.repeat(1_000_000) + end.repeat(1_000_000));
    Term deeper = decode(deep);
    for (int i = 0; i < 2; i++) {
      deeper = Term.of(List.of(deeper));
    }
    assertThat(notEncoded(deeper)).contains("1_000 deep");
  }

  private String notEncoded(Object term) {
    String reason = catchThrowableOfType(CallFailed.class, () -> encode(term)).reason().toString();
    assertThat(reason).startsWith("{:bad_argument,");
    return reason;
  }

  @Test
  void shouldWriteWhatTermsThereAre() throws Exception {
    Map<Object, Object> map = new LinkedHashMap<>();
    map.put(Term.atom("k"), Term.atom("v"));
    assertThat(encode(map)).isEqualTo("{\"k\":\"v\"}");
    assertThat(encode(null)).isEqualTo("null");
    assertThat(encode(true)).isEqualTo("true");
    assertThat(encode("a\"\\\u0001\n\u007fö😀/")).isEqualTo("\"a\\\"\\\\\\u0001\\n\u007fö😀/\"");
    assertThat(encode(List.of(1, -2.5, 1e300, 1.0, Long.MIN_VALUE)))
        .isEqualTo("[1,-2.5,1.0E300,1.0,-9223372036854775808]");
    assertThat(encode(List.of(List.of(), Map.of()))).isEqualTo("[[],{}]");
    for (Object none :
        List.of(
            Double.NaN,
            Double.POSITIVE_INFINITY,
            "bytes".getBytes(UTF_8),
            Term.tuple(1, 2),
            Map.of(1, 2),
            Map.of(List.of(), 2),
            Map.of(Term.atom("a"), 1, "a", 2),
            List.of(Term.tuple()))) {
      assertThat(notEncoded(none)).contains("JSON has nothing for");
    }
    assertThat(vm.call(vm.module("p").function("odd"), 2)).isEqualTo(Term.of("[[0,-7],[0.0,0.0]]"));
    for (int which : new int[] {0, 1, 3}) {
      assertThat(odd(which)).contains("JSON has nothing for");
    }
    assertThat(odd(4)).contains("more than 64 MiB");
  }

  private String odd(int which) {
    return catchThrowableOfType(
            CallFailed.class, () -> vm.call(vm.module("p").function("odd"), which))
        .reason()
        .toString();
  }

  @Test
  void shouldGiveEachTermBack() throws Exception {
    Random random = new Random(11);
    for (int i = 0; i < 500; i++) {
      Object term = random(random, i % 50 == 0 ? 4_000 : random.nextInt(1, 200));
      assertThat(vm.call(vm.module("p").function("again"), term)).isEqualTo(Term.of(term));
    }
  }

  private static Object random(Random random, int size) {
    if (size <= 1) {
      return switch (random.nextInt(7)) {
        case 0 -> null;
        case 1 -> random.nextBoolean();
        case 2 -> random.nextLong();
        case 3 -> (long) random.nextInt(-100, 100);
        case 4 -> finite(random);
        default -> text(random);
      };
    }
    int parts = random.nextInt(0, 6);
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      list.add(random(random, (size - 1) / parts));
    }
    if (random.nextBoolean()) {
      return list;
    }
    Map<String, Object> map = new LinkedHashMap<>();
    list.forEach(part -> map.put(text(random), part));
    return map;
  }

  private static double finite(Random random) {
    double value = Double.longBitsToDouble(random.nextLong());
    return Double.isFinite(value) ? value : -0.0;
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(8); n > 0; n--) {
      int point = random.nextInt(3) == 0 ? random.nextInt(0x110000) : random.nextInt(0x180);
      text.appendCodePoint(point >= 0xd800 && point < 0xe000 ? '"' : point);
    }
    return text.toString();
  }

  /** Changed anywhere, a text is read or refused; nothing else comes out. */
  @Test
  void shouldReadOrRefuseAnything() {
    Random random = new Random(13);
    byte[] json =
        "{\"a\": [1, -2.5e3, \"ö\\u00f6\\n\", null, true], \"b\": {\"c\": []}}".getBytes(UTF_8);
    for (int i = 0; i < 5_000; i++) {
      byte[] changed = json.clone();
      for (int n = random.nextInt(1, 4); n > 0; n--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      CallFailed failed = catchThrowableOfType(CallFailed.class, () -> decode(changed));
      if (failed != null) {
        assertThat(failed.reason().asTuple().getFirst()).isEqualTo(Term.atom("json_error"));
      }
    }
  }

  @Test
  void shouldHaveNoMoreMemoryThanItsVm(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("q.ska");
    Files.writeString(
        file,
        """
        module q
        import json.decode(r) -> r
        export function caught(r text) -> r
          try
            r.call     x, json.decode(text)
            r.return   :decoded
          catch e
            r.tuple.get kind, e, 0
            r.return   kind
        end
        """);
    byte[] lists = ("[" + "[[]],".repeat(1_000_000) + "[]]").getBytes(UTF_8);
    try (Vm small = Vm.builder().workers(1).maxMemory(32 << 20).start()) {
      Module module = small.load(file);
      for (int i = 0; i < 3; i++) {
        assertThat(small.call(module.function("caught"), lists))
            .isEqualTo(Term.atom("limit_exceeded"));
      }
      assertThat(small.call(module.function("caught"), "[1]")).isEqualTo(Term.atom("decoded"));
    }
    try (Vm large = Vm.builder().workers(1).maxHeap(8 << 20).start()) {
      Module module = large.load(file);
      CallFailed failed =
          catchThrowableOfType(
              CallFailed.class, () -> large.call(module.function("caught"), lists));
      assertThat(failed.kind()).isEqualTo(CallFailed.Kind.LIMIT);
    }
  }

  @Test
  void shouldForgetWhatNobodyWaitsFor() throws Exception {
    byte[] lists = ("[" + "[[1,2.5]],".repeat(200_000) + "[]]").getBytes(UTF_8);
    for (int i = 0; i < 20; i++) {
      Pid pid = vm.spawn(vm.module("json").function("decode"), lists);
      for (int turns = 0; turns < i * 2_000_000 && vm.isAlive(pid); turns++) {
        Thread.onSpinWait();
      }
      vm.kill(pid);
      if (i % 10 == 9) {
        vm.close(); // with checked memory, which tells of what is left
        load(Files.createTempDirectory("json"));
      }
    }
  }
}
