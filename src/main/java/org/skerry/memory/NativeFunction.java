package org.skerry.memory;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * A function of the C library whose arguments are at most six integers or pointers; on Linux only.
 *
 * <p>All share one stub, of the type {@code long (long, long, long, long, long, long)}: making one
 * costs the start of the JVM some 30 ms, and the calling conventions of Linux pass each such
 * argument in a whole register and leave it to the caller to clean up, so a function takes what it
 * declares and sees no more.
 *
 * <p>Any thread. See {@code native-notes/ffm-calls.md}.
 */
@SuppressWarnings("restricted")
public final class NativeFunction {
  private static final boolean IS_LINUX = "Linux".equals(System.getProperty("os.name"));

  private static final MethodHandle CALL = IS_LINUX ? link() : null;

  private final String name;
  private final MemorySegment symbol;

  private NativeFunction(String name, MemorySegment symbol) {
    this.name = name;
    this.symbol = symbol;
  }

  private static MethodHandle link() {
    var word = ValueLayout.JAVA_LONG;
    return Linker.nativeLinker()
        .downcallHandle(FunctionDescriptor.of(word, word, word, word, word, word, word));
  }

  /**
   * Links what calls need, which another thread may do while there is other work; not needed to be
   * done, and done once.
   */
  public static void prepare() {
    NativeFunction processId = find("getpid");
    if (processId != null) {
      processId.call(0, 0, 0);
    }
  }

  /** The function of that name, or null where the system is not Linux or has none. */
  public static NativeFunction find(String name) {
    if (!IS_LINUX) {
      return null;
    }
    return Linker.nativeLinker()
        .defaultLookup()
        .find(name)
        .map(symbol -> new NativeFunction(name, symbol))
        .orElse(null);
  }

  /** Calls it with three arguments; of an {@code int} result only the low half counts. */
  public long call(long a, long b, long c) {
    return call(a, b, c, 0, 0, 0);
  }

  /** Calls it; arguments beyond those that it declares are not looked at. */
  public long call(long a, long b, long c, long d, long e, long f) {
    try {
      return (long) CALL.invokeExact(symbol, a, b, c, d, e, f);
    } catch (Throwable thrown) {
      throw new VmBug("A native function could not be called. name=" + name, thrown);
    }
  }
}
