package org.skerry.json;

/** Why a text is no JSON, and where. */
public final class JsonFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final long offset;

  JsonFailure(String text, long offset) {
    super(text, null, false, false);
    this.offset = offset;
  }

  /** How many bytes of the text are before what is wrong, about. */
  public long offset() {
    return offset;
  }
}
