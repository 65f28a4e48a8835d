package org.skerry.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Keeps whatever the allocator puts before this object off the word's cache lines. */
@SuppressWarnings("unused")
abstract class EpochWordPadding {
  private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}

/** An epoch on cache lines of its own; what writes and reads mean is in {@link Epochs}. */
abstract class EpochWordValue extends EpochWordPadding {
  static final VarHandle VALUE;

  static {
    try {
      VALUE = MethodHandles.lookup().findVarHandle(EpochWordValue.class, "value", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  long value;
}

/** {@link EpochWordValue}, with the lines behind it kept free as well. */
@SuppressWarnings("unused")
class EpochWord extends EpochWordValue {
  private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14, p15;
}
