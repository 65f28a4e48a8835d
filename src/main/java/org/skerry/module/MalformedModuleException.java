package org.skerry.module;

/** Bytes that are no module file: where they stop being one, and what should stand there. */
public final class MalformedModuleException extends Exception {
  private static final long serialVersionUID = 1L;

  private final long offset;

  /**
   * @param offset bytes from the start of the file
   * @param problem what was expected there and what was found
   */
  public MalformedModuleException(long offset, String problem) {
    super("malformed module at byte " + offset + ": " + problem);
    this.offset = offset;
  }

  /** Where the file is wrong, in bytes from its start. */
  public long offset() {
    return offset;
  }
}
