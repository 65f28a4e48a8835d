package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.skerry.memory.NotesPage;

class ProcessLayoutTest {
  @Test
  void shouldFillItsBlock() {
    assertThat(ProcessLayout.TABLE.byteSize()).isEqualTo(ProcessLayout.BYTES).isEqualTo(512);
    assertThat(ProcessLayout.FIRST_CHUNK + ProcessLayout.FIRST_CHUNK_BYTES).isEqualTo(512);
  }

  @Test
  void shouldKeepWhatOthersWriteOnALineOfItsOwn() {
    assertThat(ProcessLayout.PID).isEqualTo(256);
    assertThat(ProcessLayout.RING).isEqualTo(312);
    assertThat(ProcessLayout.SPACE_QUEUE).isEqualTo(320);
  }

  @Test
  void shouldGiveBlocksThatBeginOnACacheLine() {
    try (ProcessFixture fixture = new ProcessFixture()) {
      for (int i = 0; i < 1000; i++) {
        long process = Lifecycle.create(fixture.context, 0, ProcessFixture.DEFAULTS);
        assertThat(process % 64).isZero();
        Lifecycle.start(fixture.context, process);
      }
    }
  }

  @Test
  void shouldBePicturedInTheNotes() {
    NotesPage.check("process-block.md", ProcessLayout.TABLE);
    NotesPage.check("mailbox.md", MailboxLayout.OVERFLOW);
    NotesPage.check("mailbox.md", MailboxLayout.SPACE);
    NotesPage.check("mailbox.md", MailboxLayout.SAVED);
    NotesPage.check("signals.md", SignalLayout.TABLE);
    NotesPage.check("signals.md", RelationsLayout.REASON);
    NotesPage.check("relations.md", RelationsLayout.TABLE);
  }
}
