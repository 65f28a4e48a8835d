package org.skerry.mvar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.skerry.memory.NotesPage;

class MvarLayoutTest {
  private static final int CACHE_LINE_BYTES = 64;

  @Test
  void shouldKeepWhatReadersLookAtOnALineOfItsOwn() {
    assertThat(MvarLayout.BYTES % CACHE_LINE_BYTES).isZero();
    assertThat(MvarLayout.VALUE).isLessThan(CACHE_LINE_BYTES);
    assertThat(MvarLayout.QUEUE_HEAD).isEqualTo(CACHE_LINE_BYTES);
  }

  @Test
  void shouldBePicturedInTheNotes() {
    NotesPage.check("mvars.md", MvarLayout.TABLE);
    NotesPage.check("mvars.md", MvarLayout.LOCKS);
    NotesPage.check("mvars.md", MvarLayout.HOLD);
  }
}
