package org.skerry.memory;

/**
 * The JVM was started without options that Skerry needs; the message has them as they are given.
 */
public final class MissingJvmOptionsException extends IllegalStateException {
  MissingJvmOptionsException(String options) {
    super("Skerry needs JVM options that this JVM was started without: " + options);
  }
}
