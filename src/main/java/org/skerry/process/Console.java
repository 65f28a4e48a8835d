package org.skerry.process;

/** Where a guest's output goes. Any thread; one call's bytes stay together. */
public interface Console {
  /**
   * Writes bytes.
   *
   * @param address of the first byte; may be 0 where {@code length} is 0
   * @param length in bytes
   * @param toStderr whether to stderr rather than to stdout
   */
  void write(long address, long length, boolean toStderr);
}
