package org.skerry;

/** Something of the host would have exceeded a limit of the VM; nothing of it was done. */
public final class LimitExceeded extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The limits of a VM that a host meets. */
  public enum Limit {
    /** {@link VmBuilder#maxProcesses}, in processes. */
    PROCESSES,
    /** {@link VmBuilder#maxMemory}, in bytes. */
    MEMORY,
    /** {@link SpawnOptions.Builder#maxHeap} of a process to be, in bytes. */
    HEAP,
    /** How many atoms a VM may have. */
    ATOMS
  }

  private final Limit limit;
  private final long allowed;

  LimitExceeded(Limit limit, long allowed, String what) {
    super(what + " limit=" + limit + " allowed=" + allowed);
    this.limit = limit;
    this.allowed = allowed;
  }

  /** The VM has no more memory. */
  static LimitExceeded memory(long allowed, String what) {
    return new LimitExceeded(Limit.MEMORY, allowed, what);
  }

  /** Which limit. */
  public Limit limit() {
    return limit;
  }

  /** What it allows, in the limit's unit. */
  public long allowed() {
    return allowed;
  }
}
