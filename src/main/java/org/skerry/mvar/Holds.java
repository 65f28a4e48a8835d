package org.skerry.mvar;

import static org.skerry.memory.Memory.getByte;
import static org.skerry.memory.Memory.getLong;
import static org.skerry.memory.Memory.putLong;
import static org.skerry.mvar.MvarLayout.*;

import org.skerry.heap.HeapLayout;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.process.ProcessLayout;
import org.skerry.process.WorkerContext;

/** The holds of a process and the record that they hang on: memory and order. For its owner. */
final class Holds {
  static final long HOLD_CHARGE = BlockCache.blockSize(HOLD_BYTES);
  static final long LOCKS_CHARGE = BlockCache.blockSize(LOCKS_BYTES);

  /** So many holds are looked through for nothing. */
  private static final int FEW = 16;

  private Holds() {}

  /** The process's record, made if there is none; 0 where there is no memory. */
  static long record(WorkerContext context, long process) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    if (locks == Memory.NULL) {
      locks = allocate(context, process, LOCKS_BYTES, LOCKS_CHARGE);
      if (locks != Memory.NULL) {
        for (int i = 0; i < LOCKS_BYTES; i += Long.BYTES) {
          putLong(locks + i, 0);
        }
        putLong(locks + FIRST_HOLD + PROCESS, process);
        Memory.putLongRelease(process + ProcessLayout.LOCKS, locks);
      }
    }
    return locks;
  }

  /**
   * A hold that the instruction of the process's top frame asks for; 0 where there is no memory.
   */
  static long create(WorkerContext context, long process, long mvar, int access, int wait) {
    long locks = record(context, process);
    if (locks == Memory.NULL) {
      return Memory.NULL;
    }
    long hold = locks + FIRST_HOLD;
    if (getLong(hold + MVAR) != Memory.NULL) {
      hold = allocate(context, process, HOLD_BYTES, HOLD_CHARGE);
      if (hold == Memory.NULL) {
        return Memory.NULL;
      }
    }
    putLong(hold + PROCESS, process);
    long frame = getLong(process + HeapLayout.FP);
    fill(hold, mvar, frame, getLong(frame), access, wait);
    return hold;
  }

  /** A hold of nothing yet: it waits, and its process has had nothing before. */
  static void fill(long hold, long mvar, long frame, long where, int access, int wait) {
    putLong(hold + MVAR, mvar);
    putLong(hold + FRAME, frame);
    putLong(hold + WHERE, where);
    putLong(hold + STATE, initialState(access, wait));
  }

  /** The last eight bytes of a hold: it waits, and its process has had nothing before. */
  private static long initialState(int access, int wait) {
    return HoldQueue.WAITING
        | (long) access << 8 * (ACCESS - STATE)
        | (long) HoldQueue.NONE << 8 * (PRIOR - STATE)
        | (long) wait << 8 * (WAIT - STATE);
  }

  /** Gives the memory of a hold back that is in no list. */
  static void free(WorkerContext context, long process, long hold) {
    if (hold == getLong(process + ProcessLayout.LOCKS) + FIRST_HOLD) {
      putLong(hold + MVAR, Memory.NULL);
      return;
    }
    context.cache().free(hold, HOLD_BYTES);
    long used = getLong(process + HeapLayout.MEMORY_USED);
    putLong(process + HeapLayout.MEMORY_USED, used - HOLD_CHARGE);
  }

  /** Gives the memory of a hold back whose process's record is at {@code locks}, at the end. */
  static void abandon(BlockCache processes, long locks, long hold) {
    if (hold != locks + FIRST_HOLD) {
      processes.free(hold, HOLD_BYTES);
    }
  }

  /** What the process holds of an MVar: NONE, READ or WRITE. */
  static int access(long locks, long mvar) {
    if (locks == Memory.NULL) {
      return HoldQueue.NONE;
    }
    int access = HoldQueue.NONE;
    int looks = 0;
    for (long hold = getLong(locks + HOLDS); hold != Memory.NULL; hold = getLong(hold + BELOW)) {
      looks++;
      if (getLong(hold + MVAR) == mvar) {
        access = Math.max(getByte(hold + ACCESS), getByte(hold + PRIOR));
        break;
      }
    }
    if (looks > FEW) {
      charge(getLong(locks + FIRST_HOLD + PROCESS), (long) looks * HOLD_BYTES);
    }
    return access;
  }

  /** Who looks at many holds looks long: that counts as work, or it would hold up its worker. */
  static void charge(long process, long byteCount) {
    long debt = getLong(process + HeapLayout.WORK_DEBT);
    putLong(process + HeapLayout.WORK_DEBT, debt + byteCount);
  }

  /** Makes a hold that was granted the process's newest. */
  static void push(long locks, long hold) {
    putLong(hold + BELOW, getLong(locks + HOLDS));
    putLong(locks + HOLDS, hold);
  }

  /** Takes the newest hold of an MVar off the process's list; 0 where there is none. */
  static long remove(long locks, long mvar) {
    long above = Memory.NULL;
    for (long hold = getLong(locks + HOLDS); hold != Memory.NULL; hold = getLong(hold + BELOW)) {
      if (getLong(hold + MVAR) == mvar) {
        if (above == Memory.NULL) {
          putLong(locks + HOLDS, getLong(hold + BELOW));
        } else {
          putLong(above + BELOW, getLong(hold + BELOW));
        }
        return hold;
      }
      above = hold;
    }
    return Memory.NULL;
  }

  /** What the process waits with, or was granted and has not taken; 0 where there is nothing. */
  static long pending(long process) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    return locks == Memory.NULL ? Memory.NULL : getLong(locks + WAIT_HOLD);
  }

  private static long allocate(WorkerContext context, long process, int bytes, long charge) {
    long used = getLong(process + HeapLayout.MEMORY_USED);
    if (charge > getLong(process + HeapLayout.MEMORY_MAX) - used) {
      return Memory.NULL;
    }
    long address = context.cache().allocate(bytes);
    if (address != Memory.NULL) {
      putLong(process + HeapLayout.MEMORY_USED, used + charge);
    }
    return address;
  }
}
