package org.skerry.mvar;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.skerry.memory.NotesPage;

class MvarLayoutTest {
  private static final int CACHE_LINE_BYTES = 64;

  @Test
  void shouldKeepAnMvarInOneCacheLineOfAPair() {
    assertThat(MvarLayout.BYTES).isEqualTo(2 * CACHE_LINE_BYTES);
    assertThat(MvarLayout.WAITERS + Integer.BYTES).isLessThanOrEqualTo(CACHE_LINE_BYTES);
  }

  @Test
  void shouldBePicturedInTheNotes() {
    NotesPage.check("mvars.md", MvarLayout.TABLE);
    NotesPage.check("mvars.md", MvarLayout.LOCKS);
    NotesPage.check("mvars.md", MvarLayout.HOLD);
  }
}
