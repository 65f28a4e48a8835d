package org.skerry.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps the generated parts of {@code native-notes} true: the text between {@code <!-- begin NAME
 * -->} and {@code <!-- end NAME -->} must be what the code renders.
 *
 * <p>Tests run with {@code -Dskerry.notes=write} put the rendered text there; a page or a place
 * that does not exist yet is then appended.
 */
public final class NotesPage {
  private static final boolean WRITE = "write".equals(System.getProperty("skerry.notes"));

  private NotesPage() {}

  /** Fails where the page's picture of a layout is not the code's. */
  public static void check(String page, LayoutTable table) {
    check(page, table.name(), table.render());
  }

  /**
   * Fails where a generated part of a page is not what the code renders.
   *
   * @param page the file's name in {@code native-notes}, such as {@code memory.md}
   * @param name the name of the place in it
   * @param rendered what must stand there
   */
  public static void check(String page, String name, String rendered) {
    Path file = Path.of("native-notes", page);
    String begin = "<!-- begin " + name + " -->\n";
    String end = "<!-- end " + name + " -->";
    try {
      String text = Files.exists(file) ? Files.readString(file) : "";
      int from = text.indexOf(begin);
      int to = text.indexOf(end, Math.max(from, 0));
      if (from >= 0 && to >= 0 && text.substring(from + begin.length(), to).equals(rendered)) {
        return;
      }
      if (!WRITE) {
        throw new AssertionError(
            file
                + ": `"
                + name
                + "` differs from the code; run the test with"
                + " -Dskerry.notes=write. Expected:\n"
                + rendered);
      }
      String changed =
          from >= 0 && to >= 0
              ? text.substring(0, from + begin.length()) + rendered + text.substring(to)
              : text + "\n" + begin + rendered + end + "\n";
      Files.createDirectories(file.getParent());
      Files.writeString(file, changed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
