package org.skerry;

import org.skerry.host.Releasable;

/** A term that has its memory already, for one process that is given it. */
final class BuiltTerm implements Releasable {
  /** An immediate, or the address of an image. */
  private final long word;

  private final BuiltTerms maker;

  BuiltTerm(long word, BuiltTerms maker) {
    this.word = word;
    this.maker = maker;
  }

  /** It is the caller's from now on. */
  long take() {
    return word;
  }

  @Override
  public void release() {
    maker.release(word);
  }
}
