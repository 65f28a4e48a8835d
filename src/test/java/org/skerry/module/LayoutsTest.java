package org.skerry.module;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.skerry.memory.NotesPage;

class LayoutsTest {
  private static final String PAGE = "frames.md";

  @Test
  void shouldBeAsTheNotesShowThem() {
    NotesPage.check(PAGE, FrameLayout.TABLE);
    NotesPage.check(PAGE, FunctionLayout.TABLE);
    NotesPage.check(PAGE, HandlerTable.TABLE);
  }

  @Test
  void shouldFillAFunctionRecordOfACacheLine() {
    assertThat(FunctionLayout.BYTES).isEqualTo(64);
    assertThat(HandlerTable.SEGMENT_BYTES).isEqualTo(16);
    assertThat(FrameLayout.REGISTERS_OFFSET).isEqualTo(16);
  }
}
