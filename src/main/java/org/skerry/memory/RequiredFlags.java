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
    if (exportsInternalMemory() && mayCallNatively()) {
      return;
    }
    List<String> missing = new ArrayList<>(2);
    if (!exportsInternalMemory()) {
      missing.add(exportsFlag());
    }
    if (!RequiredFlags.class.getModule().isNativeAccessEnabled()) {
      missing.add(nativeAccessFlag());
    }
    throw new MissingJvmOptionsException(String.join(" ", missing));
  }

  /** Whether memory can be reached. */
  public static boolean exportsInternalMemory() {
    return Object.class.getModule().isExported(PACKAGE, accessor());
  }

  /** The option without which memory cannot be reached. */
  public static String exportsFlag() {
    return "--add-exports java.base/" + PACKAGE + "=" + nameOf(accessor());
  }

  /** The option without which the JDK warns of native access, or forbids it. */
  public static String nativeAccessFlag() {
    return "--enable-native-access=" + nameOf(RequiredFlags.class.getModule());
  }

  /** Whose code reaches memory: Agrona's, which on a module path is a module of its own. */
  private static Module accessor() {
    // A literal does not initialize the class, which would fail for good.
    return UnsafeApi.class.getModule();
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
