package org.skerry.regex;

import org.skerry.host.Courtesy;

/** A text that is looked through: now and then it lets others run. One thread. */
final class PatientText implements CharSequence {
  /** Steps between two pauses: each character takes as many as the pattern is large, at most. */
  private static final int STEPS = 1 << 14;

  private final String text;
  private final int interval;
  private int looked;

  /**
   * @param programSize of the pattern, in instructions
   */
  PatientText(String text, int programSize) {
    this.text = text;
    interval = Math.max(1, STEPS / Math.max(1, programSize));
  }

  @Override
  public char charAt(int index) {
    if (++looked >= interval) {
      looked = 0;
      Courtesy.pause();
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
