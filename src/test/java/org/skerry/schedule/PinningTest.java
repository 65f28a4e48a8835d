package org.skerry.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinningTest {
  private static final BitSet ALLOWED = BitSet.valueOf(new long[] {0b1011_0000});

  @Test
  void shouldWantNothingForNone() {
    assertThat(Pinning.parse("none").isWanted()).isFalse();
    assertThat(Pinning.NONE.coreFor(0, ALLOWED)).isEqualTo(-1);
  }

  @Test
  void shouldGoRoundTheAllowedCoresForAuto() {
    Pinning pinning = Pinning.parse("auto");

    assertThat(pinning.isWanted()).isTrue();
    assertThat(List.of(0, 1, 2, 3))
        .extracting(i -> pinning.coreFor(i, ALLOWED))
        .containsExactly(4, 5, 7, 4);
  }

  @Test
  void shouldHaveNoCoreWhereNothingIsAllowed() {
    assertThat(Pinning.AUTO.coreFor(0, new BitSet())).isEqualTo(-1);
  }

  @Test
  void shouldReadAListOfCoresAndRanges() {
    Pinning pinning = Pinning.parse("6,0,2, 4-5");

    assertThat(List.of(0, 1, 2, 3, 4, 5))
        .extracting(i -> pinning.coreFor(i, ALLOWED))
        .containsExactly(6, 0, 2, 4, 5, 6);
    assertThat(pinning).hasToString("6,0,2,4,5");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "1,", "-1", "3-1", "1-2-3", "99999", "Auto", "1,,2", ",1", "8192"})
  void shouldRejectWhatIsNoList(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pinning.parse(text))
        .withMessage("'" + text + "' is not a pinning: write auto, none, or cores as in 0,2,4-7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1,1", "0-3,2"})
  void shouldRejectAListThatNamesACoreTwice(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pinning.parse(text))
        .withMessage("'" + text + "' names a core twice");
  }

  @Test
  void shouldBindAThreadToOneOfItsCores() throws Exception {
    assumeThat(Affinity.isAvailable()).isTrue();
    BitSet allowed = Affinity.allowedCores();
    assertThat(allowed.cardinality()).isPositive();
    BitSet one = new BitSet();
    one.set(allowed.length() - 1);
    try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
      // Where a container forbids it, the answer is no, and the thread runs as before.
      BitSet after =
          thread.submit(() -> Affinity.bindTo(one) ? Affinity.allowedCores() : one).get();
      assertThat(after).isEqualTo(one);
    }
    assertThat(Affinity.allowedCores()).as("other threads").isEqualTo(allowed);
  }

  @Test
  void shouldRefuseCoresThatAreNotThere() {
    BitSet none = new BitSet();
    BitSet missing = new BitSet();
    missing.set(8191);

    assertThat(Affinity.bindTo(none)).isFalse();
    assertThat(Affinity.bindTo(missing)).isFalse();
  }
}
