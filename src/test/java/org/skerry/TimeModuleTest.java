package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeModuleTest {
  private static final List<Long> MOMENTS =
      List.of(0L, 1L, -1L, 999_999_999L, -1_000_000_000L, Long.MAX_VALUE, Long.MIN_VALUE);

  private Vm vm;

  @BeforeEach
  void load(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("p.ska");
    Files.writeString(
        file,
        "module p\nimport time.fields(i) -> r\nexport function f(i ns) -> r\n"
            + " r.call x, time.fields(ns)\n r.return x\nend\n");
    vm = Vm.builder().start();
    vm.load(file);
  }

  @AfterEach
  void close() {
    vm.close();
  }

  private Term call(String name, Object argument) throws Exception {
    return vm.call(vm.module("time").function(name), argument);
  }

  private String failed(String name, Object argument) {
    return catchThrowableOfType(CallFailed.class, () -> call(name, argument)).reason().toString();
  }

  @Test
  void shouldTellEachMomentAndReadItAgain() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      long ns = i < MOMENTS.size() ? MOMENTS.get(i) : random.nextLong();
      String text = call("to_rfc3339", ns).asString();
      assertThat(Instant.parse(text))
          .isEqualTo(Instant.ofEpochSecond(0).plusNanos(ns))
          .as("%d", ns);
      assertThat(call("from_rfc3339", text).asLong()).as(text).isEqualTo(ns);
      Term fields = call("fields", ns);
      assertThat(call("from_fields", fields).asLong()).as(text).isEqualTo(ns);
      OffsetDateTime time = OffsetDateTime.parse(text);
      assertThat(fields.asMap().get(Term.atom("weekday")).asLong())
          .isEqualTo(time.get(ChronoField.DAY_OF_WEEK));
      assertThat(fields.asMap().get(Term.atom("day_of_year")).asLong())
          .isEqualTo(time.withOffsetSameInstant(ZoneOffset.UTC).getDayOfYear());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z, 0",
    "1970-01-01t00:00:01z, 1000000000",
    "1970-01-01 00:00:00.5Z, 500000000",
    "1970-01-01T00:00:00.1234567899Z, 123456789",
    "1970-01-01T01:30:00+01:30, 0",
    "1969-12-31T23:00:00-01:00, 0",
    "1970-01-01T00:00:00-00:00, 0",
    "1972-06-30T23:59:60Z, 78796800000000000",
    "1972-07-01T01:59:60+02:00, 78796800000000000",
    "2000-02-29T00:00:00Z, 951782400000000000",
    "2262-04-11T23:47:16.854775807Z, 9223372036854775807",
    "1677-09-21T00:12:43.145224192Z, -9223372036854775808",
  })
  void shouldReadWhatRfc3339Has(String text, long ns) throws Exception {
    assertThat(call("from_rfc3339", text).asLong()).isEqualTo(ns);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1970-01-01",
        "1970-01-01T00:00:00",
        "1970-1-01T00:00:00Z",
        "1970-13-01T00:00:00Z",
        "2001-02-29T00:00:00Z",
        "1970-01-01T24:00:00Z",
        "1970-01-01T00:60:00Z",
        "1970-01-01T00:00:61Z",
        "1970-01-01T12:00:60Z",
        "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00+0100",
        "1970-01-01T00:00:00+24:00",
        "1970-01-01T00:00:00+01:60",
        "+1970-01-01T00:00:00Z",
        "2262-04-11T23:47:16.854775808Z",
        "1677-09-21T00:12:43.145224191Z",
        "9999-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "1970-01-01T00:00:00Zx",
        "１970-01-01T00:00:00Z",
      })
  void shouldRefuseWhatItHasNot(String text) {
    assertThat(failed("from_rfc3339", text)).startsWith("{:bad_argument, ");
  }

  @Test
  void shouldMakeMomentsOfFields() throws Exception {
    Map<Term, Object> fields = Map.of(Term.atom("year"), 2000);
    assertThat(call("from_fields", fields).asLong()).isEqualTo(946_684_800_000_000_000L);
    assertThat(failed("from_fields", Map.of())).contains("without :year");
    assertThat(failed("from_fields", 1)).contains(":bad_argument");
    assertThat(failed("from_fields", Map.of(Term.atom("year"), 2000, Term.atom("month"), 13)))
        .contains(":bad_argument");
    assertThat(failed("from_fields", Map.of(Term.atom("year"), "2000"))).contains(":year is no");
    assertThat(failed("from_fields", Map.of(Term.atom("year"), 3000))).contains("64 bits");
    assertThat(failed("from_rfc3339", 1)).contains(":bad_argument");
  }
}
