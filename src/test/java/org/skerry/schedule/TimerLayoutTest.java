package org.skerry.schedule;

import org.junit.jupiter.api.Test;
import org.skerry.memory.NotesPage;

class TimerLayoutTest {
  @Test
  void shouldBePicturedInTheNotes() {
    NotesPage.check("timers.md", TimerLayout.TABLE);
  }
}
