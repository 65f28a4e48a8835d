package org.skerry.process;

import static org.skerry.process.ProcessLayout.FLAGS;

import org.skerry.memory.Memory;

/** The bits of {@link ProcessLayout#FLAGS}, of which each process has its own. For its owner. */
public final class ProcessFlags {
  /** Exit signals become messages. */
  public static final int TRAPS_EXIT = 1;

  /** It is over for others, and sends its last signals. */
  public static final int ENDING = 2;

  /** It was asked about itself while it awaited: what it awaits it has awaited since before. */
  public static final int WAS_ASKED = 4;

  /** A thread of the host waits for its end. */
  public static final int HOST_WAITS = 8;

  /** It awaits a function of the host, or has something of the host. */
  public static final int HOST_STATE = 16;

  /** It waits, and is to look on whether it waits for itself in the end. */
  public static final int OWES_WALK = 32;

  private ProcessFlags() {}

  /** Whether the process has this flag. */
  public static boolean has(long process, int flag) {
    return (Memory.getByte(process + FLAGS) & flag) != 0;
  }

  /** Gives the process a flag, or takes it away; returns whether it had it. */
  public static boolean set(long process, int flag, boolean on) {
    byte flags = Memory.getByte(process + FLAGS);
    Memory.putByte(process + FLAGS, (byte) (on ? flags | flag : flags & ~flag));
    return (flags & flag) != 0;
  }
}
