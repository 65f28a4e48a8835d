package org.skerry.assembly;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The mistakes found so far. */
final class Diagnostics {
  private final Source source;
  private final List<Mistake> mistakes = new ArrayList<>();
  private boolean more;

  Diagnostics(Source source) {
    this.source = source;
  }

  void add(Mistake mistake) {
    if (mistakes.size() == AssemblyException.MAX_ERRORS) {
      more = true;
    } else {
      mistakes.add(mistake);
    }
  }

  void add(int start, int end, String message) {
    add(new Mistake(start, end, message));
  }

  /** Whether more mistakes would not be shown. */
  boolean isFull() {
    return more;
  }

  boolean isEmpty() {
    return mistakes.isEmpty();
  }

  AssemblyException exception() {
    mistakes.sort(Comparator.comparingInt(mistake -> mistake.start));
    return new AssemblyException(
        mistakes.stream()
            .map(mistake -> source.error(mistake.start, mistake.end, mistake.getMessage()))
            .toList(),
        more);
  }
}
