package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TermTest {
  private final Map<String, Object> map = new LinkedHashMap<>();

  @Test
  void shouldPrintAsAssemblyDoes() {
    map.put("k\n", Arrays.asList(1, null, true));
    Term term =
        Term.tuple(
            Term.atom("ok"),
            Term.atom("not plain"),
            map,
            new byte[] {1, -1},
            2.5,
            Double.NaN,
            List.of(),
            Double.NEGATIVE_INFINITY);

    assertThat(term)
        .hasToString(
            "{:ok, :\"not plain\", %{\"k\\n\" => [1, nil, true]}, <<1 255>>, 2.5, nan, [], -inf}");
  }

  @Test
  void shouldPrintSeveralEntriesInOrder() {
    map.put("a", 1);
    map.put("b", Term.tuple());

    assertThat(Term.of(map)).hasToString("%{\"a\" => 1, \"b\" => {}}");
  }

  @Test
  void shouldCutLongText() {
    assertThat(Term.of("x".repeat(100_000)).toString()).hasSizeBetween(4_000, 4_200).endsWith("…");
    assertThat(Term.of(new byte[1 << 20]).toString()).hasSizeBetween(4_000, 4_200);
  }

  @Test
  void shouldGiveBackWhatItWasMadeOf() {
    assertThat(Term.of((byte) 7).asLong()).isEqualTo(7);
    assertThat(Term.of(1.5f).asDouble()).isEqualTo(1.5);
    assertThat(Term.of('c').asString()).isEqualTo("c");
    assertThat(Term.of(false).asBoolean()).isFalse();
    assertThat(Term.of(null).isNil()).isTrue();
    assertThat(Term.of(new byte[] {1, 2}).asBytes()).containsExactly(1, 2);
    assertThat(Term.of(List.of(1, "x")).asList()).containsExactly(Term.of(1L), Term.of("x"));
    assertThat(Term.tuple(1, Term.atom("a")).asTuple().get(1).asAtom()).isEqualTo("a");
    assertThat(Term.of(Map.of("k", 2)).asMap()).containsEntry(Term.of("k"), Term.of(2));
    assertThat(Term.atom("x").isAtom("x")).isTrue();
    assertThat(Term.of("x").isAtom("x")).isFalse();
  }

  @Test
  void shouldBeIndependentOfWhatItWasMadeOf() {
    byte[] bytes = {1};
    Term term = Term.of(bytes);
    bytes[0] = 2;
    term.asBytes()[0] = 3;

    assertThat(term.asBytes()).containsExactly(1);
  }

  @Test
  void shouldBeEqualWhereAProgramFindsThemEqual() {
    assertThat(Term.of(1)).isEqualTo(Term.of(1L)).isNotEqualTo(Term.of(1.0));
    assertThat(Term.of(0.0)).isEqualTo(Term.of(-0.0)).hasSameHashCodeAs(Term.of(-0.0));
    assertThat(Term.of(Double.NaN)).isEqualTo(Term.of(Double.NaN));
    assertThat(Term.atom("a")).isNotEqualTo(Term.of("a"));
    assertThat(Term.tuple(1, 2)).isNotEqualTo(Term.of(List.of(1, 2)));
    assertThat(Term.tuple(1, List.of(2)))
        .isEqualTo(Term.tuple(1, List.of(2)))
        .hasSameHashCodeAs(Term.tuple(1, List.of(2)))
        .isNotEqualTo(Term.tuple(1, List.of(3)));
    assertThat(Term.of(new byte[] {1})).isEqualTo(Term.of(new byte[] {1}));
    assertThat(Term.of(Map.of(Term.of(new byte[] {1}), 0.0)))
        .isEqualTo(Term.of(Map.of(Term.of(new byte[] {1}), -0.0)));
    map.put("a", 1);
    map.put("b", 2);
    assertThat(Term.of(map)).isEqualTo(Term.of(Map.of("b", 2, "a", 1)));
    assertThat(Term.of(map)).hasSameHashCodeAs(Term.of(Map.of("b", 2, "a", 1)));
    assertThat(Term.of(map)).isNotEqualTo(Term.of(Map.of("b", 2, "c", 1)));
  }

  @Test
  void shouldCompareWhatIsSharedAgainAndAgain() {
    Term one = Term.of(1);
    Term other = Term.of(1);
    for (int i = 0; i < 60; i++) {
      one = Term.tuple(one, one);
      other = Term.tuple(other, other);
    }

    assertThat(one.equals(other)).isTrue();
    assertThat(one.hashCode()).isEqualTo(other.hashCode());
    assertThat(one.toString()).endsWith("…");
  }

  @Test
  void shouldSayWhatItIsInstead() {
    assertThatIllegalStateException()
        .isThrownBy(() -> Term.of("x").asLong())
        .withMessage("The term is of another type. type=string wanted=integer term=\"x\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Term.of(new Object[0]))
        .withMessageContaining("java.lang.Object");
  }
}
