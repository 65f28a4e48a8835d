package org.skerry.assembly;

import java.util.Arrays;

/** A text with its lines: places are offsets in it until someone has to read them. */
final class Source {
  private static final int EXCERPT_CHARS = 100;

  final String file;
  final String text;
  private final int[] lineStarts;

  Source(String file, CharSequence text) {
    this.file = file;
    this.text = text.toString();
    int[] starts = new int[64];
    int count = 1;
    for (int at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) {
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, 2 * count);
      }
      starts[count++] = at + 1;
    }
    lineStarts = Arrays.copyOf(starts, count);
  }

  int lineCount() {
    return lineStarts.length;
  }

  /** The line, from 1, that an offset lies in. */
  int lineOf(int offset) {
    int found = Arrays.binarySearch(lineStarts, offset);
    return found >= 0 ? found + 1 : -found - 1;
  }

  int lineStart(int line) {
    return lineStarts[line - 1];
  }

  /** Offset of a line's line feed, or of the text's end. */
  int lineEnd(int line) {
    return line < lineStarts.length ? lineStarts[line] - 1 : text.length();
  }

  AssemblyError error(int start, int end, String message) {
    int line = lineOf(Math.min(start, text.length()));
    int lineStart = lineStart(line);
    int column = text.codePointCount(lineStart, Math.min(start, text.length())) + 1;
    return new AssemblyError(file, line, column, message, excerpt(line, start, end));
  }

  private String excerpt(int line, int start, int end) {
    int lineStart = lineStart(line);
    int lineEnd = lineEnd(line);
    if (lineEnd > lineStart && text.charAt(lineEnd - 1) == '\r') {
      lineEnd--;
    }
    int from = Math.max(lineStart, start - EXCERPT_CHARS / 2);
    int to = Math.min(lineEnd, Math.max(from, start) + EXCERPT_CHARS);
    StringBuilder excerpt = new StringBuilder("  ");
    StringBuilder mark = new StringBuilder("  ");
    if (from > lineStart) {
      excerpt.append("… ");
      mark.append("  ");
    }
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      excerpt.append(Character.isISOControl(c) && c != '\t' ? '?' : c);
    }
    for (int i = from; i < start; i++) {
      if (!Character.isLowSurrogate(text.charAt(i))) {
        mark.append(text.charAt(i) == '\t' ? '\t' : ' ');
      }
    }
    mark.append('^');
    for (int i = start + 1; i < Math.min(end, to); i++) {
      if (!Character.isLowSurrogate(text.charAt(i))) {
        mark.append('~');
      }
    }
    return excerpt.append(to < lineEnd ? " …" : "").append('\n').append(mark).toString();
  }
}
