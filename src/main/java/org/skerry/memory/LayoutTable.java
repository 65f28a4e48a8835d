package org.skerry.memory;

import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The one declaration of a record's bytes: field offsets for code, and the picture for people.
 *
 * <p>A {@code …Layout} class holds one as a constant and derives each offset from it:
 *
 * <pre>{@code
 * static final LayoutTable TABLE =
 *     LayoutTable.of("slab", MemoryLayout.structLayout(
 *             ValueLayout.JAVA_LONG.withName("next"), ValueLayout.JAVA_LONG.withName("previous")))
 *         .note("next", "written and read under the class's lock; plain");
 * static final int NEXT_OFFSET = TABLE.offset("next");
 * }</pre>
 *
 * <p>A test passes {@link #render()} to the notes check, which fails where {@code native-notes}
 * shows another table. Immutable; {@link #note} returns a new table.
 */
public final class LayoutTable {
  private final String name;
  private final GroupLayout layout;
  private final Map<String, String> notes;

  private LayoutTable(String name, GroupLayout layout, Map<String, String> notes) {
    this.name = name;
    this.layout = layout;
    this.notes = notes;
  }

  /**
   * @param name the record's name, as the notes use it
   * @param layout its fields; those without a name are padding
   */
  public static LayoutTable of(String name, GroupLayout layout) {
    return new LayoutTable(name, layout, Map.of());
  }

  /**
   * Adds what people must know about a field: who writes it, who reads it, with which memory order.
   *
   * @throws IllegalArgumentException where no field has that name
   */
  public LayoutTable note(String field, String text) {
    offset(field);
    Map<String, String> more = new LinkedHashMap<>(notes);
    more.put(field, text);
    return new LayoutTable(name, layout, more);
  }

  /** The record's name, which is also the name of its place in the notes. */
  public String name() {
    return name;
  }

  /** The declared layout. */
  public GroupLayout layout() {
    return layout;
  }

  /** Bytes of one record. */
  public int byteSize() {
    return Math.toIntExact(layout.byteSize());
  }

  /**
   * Bytes from the record's start to the field.
   *
   * @throws IllegalArgumentException where no field has that name
   */
  public int offset(String field) {
    return offset(layout, field);
  }

  /**
   * Bytes of the field.
   *
   * @throws IllegalArgumentException where no field has that name
   */
  public int byteSize(String field) {
    return Math.toIntExact(member(layout, field).byteSize());
  }

  /**
   * Bytes from a record's start to the field. Adds up what lies before it: a {@code
   * MemoryLayout.PathElement} makes method handles, which cost the start of the JVM 15 ms.
   *
   * @throws IllegalArgumentException where no field has that name
   */
  public static int offset(GroupLayout layout, String field) {
    MemoryLayout found = member(layout, field);
    long offset = 0;
    for (MemoryLayout member : layout.memberLayouts()) {
      if (member == found) {
        break;
      }
      offset += member.byteSize();
    }
    return Math.toIntExact(offset);
  }

  private static MemoryLayout member(GroupLayout layout, String field) {
    for (MemoryLayout member : layout.memberLayouts()) {
      if (member.name().isPresent() && member.name().get().equals(field)) {
        return member;
      }
    }
    throw new IllegalArgumentException("no such field: " + field + " in " + layout);
  }

  /** A Markdown table: offset, bytes, field, note; one line a field, padding included. */
  public String render() {
    StringBuilder text = new StringBuilder();
    text.append("| offset | bytes | field | notes |\n|---:|---:|---|---|\n");
    long offset = 0;
    for (MemoryLayout member : layout.memberLayouts()) {
      String field = member.name().orElse("");
      text.append("| ").append(offset).append(" | ").append(member.byteSize()).append(" | ");
      text.append(field.isEmpty() ? "(unused)" : "`" + field + "`").append(" | ");
      text.append(notes.getOrDefault(field, "")).append(" |\n");
      offset += member.byteSize();
    }
    text.append("| ").append(offset).append(" | | end | |\n");
    return text.toString();
  }
}
