package org.skerry.memory;

import org.agrona.UnsafeApi;

/** Turns the JVM flag that raw memory needs, where it is missing, into one clear sentence. */
public final class RequiredFlags {
  /** The option without which the JVM does not let Skerry reach its memory. */
  public static final String ADD_EXPORTS = "--add-exports java.base/jdk.internal.misc=ALL-UNNAMED";

  private RequiredFlags() {}

  /**
   * Fails at once, with the exact flag, where the JVM was started without it.
   *
   * @throws IllegalStateException where raw memory cannot be reached
   */
  public static void check() {
    try {
      UnsafeApi.pageSize();
    } catch (IllegalAccessError | ExceptionInInitializerError | NoClassDefFoundError e) {
      throw new IllegalStateException(
          "Skerry needs the JVM option " + ADD_EXPORTS + " and was started without it", e);
    }
  }
}
