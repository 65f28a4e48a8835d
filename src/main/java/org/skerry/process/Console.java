package org.skerry.process;

import org.skerry.term.TextBuffer;

/** Where a guest's output goes. Any thread; one call's bytes stay together. */
public interface Console {
  /**
   * Takes a text over to write it, in the order of the calls.
   *
   * @param pid the process that writes: it is notified when there is room, where there is none now
   * @param text empty afterwards, or as it was; may be left to the console as a whole
   * @param toStderr whether to stderr rather than to stdout
   * @return false where there is no room now, and nothing was written
   */
  boolean write(long pid, TextBuffer text, boolean toStderr);
}
