package org.skerry.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.agrona.UnsafeApi;

/** Turns JVM options that raw memory needs, where they are missing, into one clear sentence. */
public final class RequiredFlags {
  private static final String PACKAGE = "jdk.internal.misc";

  private RequiredFlags() {}

  /**
   * Fails at once, with the exact options, where the JVM was started without them. Initializes no
   * class that would fail.
   *
   * @throws MissingJvmOptionsException where memory cannot be reached
   */
  public static void check() {
    // A literal does not initialize the class, which would fail for good.
    Module accessor = UnsafeApi.class.getModule();
    boolean isExported = Object.class.getModule().isExported(PACKAGE, accessor);
    if (isExported && mayCallNatively()) {
      return;
    }
    List<String> missing = new ArrayList<>(2);
    if (!isExported) {
      missing.add("--add-exports java.base/" + PACKAGE + "=" + nameOf(accessor));
    }
    Module self = RequiredFlags.class.getModule();
    if (!self.isNativeAccessEnabled()) {
      missing.add("--enable-native-access=" + nameOf(self));
    }
    throw new MissingJvmOptionsException(String.join(" ", missing));
  }

  /** Where it is neither allowed nor forbidden, the JDK allows it, and warns once. */
  @SuppressWarnings("restricted")
  private static boolean mayCallNatively() {
    if (RequiredFlags.class.getModule().isNativeAccessEnabled()) {
      return true;
    }
    try {
      MemorySegment.NULL.reinterpret(0);
      return true;
    } catch (IllegalCallerException forbidden) {
      return false;
    }
  }

  private static String nameOf(Module module) {
    return module.isNamed() ? module.getName() : "ALL-UNNAMED";
  }
}
