package org.skerry.memory;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LayoutTableTest {
  private static final LayoutTable TABLE =
      LayoutTable.of(
              "sample",
              structLayout(
                  JAVA_INT.withName("kind"), paddingLayout(4), JAVA_LONG.withName("address")))
          .note("kind", "written once");

  @Test
  void shouldDeriveOffsetsAndSizes() {
    assertThat(TABLE.offset("kind")).isZero();
    assertThat(TABLE.offset("address")).isEqualTo(8);
    assertThat(TABLE.byteSize("kind")).isEqualTo(4);
    assertThat(TABLE.byteSize()).isEqualTo(16);
  }

  @Test
  void shouldRefuseAnUnknownField() {
    assertThatThrownBy(() -> TABLE.offset("size")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> TABLE.note("size", "?")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldRenderEveryByte() {
    assertThat(TABLE.render())
        .isEqualTo(
            """
            | offset | bytes | field | notes |
            |---:|---:|---|---|
            | 0 | 4 | `kind` | written once |
            | 4 | 4 | (unused) |  |
            | 8 | 8 | `address` |  |
            | 16 | | end | |
            """);
  }

  @Test
  void shouldShowTheAllocatorsLayoutsInTheNotes() {
    NotesPage.check("memory.md", RegionLayout.PAGE);
    NotesPage.check("memory.md", RegionLayout.SLAB_DESCRIPTOR);
    NotesPage.check("memory.md", SharedBytes.LAYOUT);
  }
}
