package org.skerry.regex;

import org.skerry.host.Courtesy;

/** A text that is looked through: now and then it lets others run. One thread. */
final class PatientText implements CharSequence {
  /** Characters between two pauses; a power of two. */
  private static final int PAUSE = 1 << 12;

  private final String text;
  private int looked;

  PatientText(String text) {
    this.text = text;
  }

  @Override
  public char charAt(int index) {
    if ((++looked & PAUSE - 1) == 0) {
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
