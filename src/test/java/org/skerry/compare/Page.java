package org.skerry.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of a page that is made, between two marks; all else is written by hand. */
final class Page {
  static final String BEGIN = "<!-- scripts/compare writes from here -->\n";
  static final String END = "<!-- to here -->\n";

  private Page() {}

  /**
   * Puts a text between the marks.
   *
   * @throws IOException if the page has no marks, or cannot be written
   */
  static void replace(Path page, String text) throws IOException {
    String old = Files.readString(page);
    int begin = old.indexOf(BEGIN);
    int end = old.indexOf(END, Math.max(begin, 0));
    if (begin < 0 || end < 0) {
      throw new IOException(
          page.getFileName() + " has no lines " + BEGIN.strip() + " and " + END.strip());
    }
    Files.writeString(page, old.substring(0, begin + BEGIN.length()) + text + old.substring(end));
  }
}
