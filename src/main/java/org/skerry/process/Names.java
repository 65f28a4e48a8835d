package org.skerry.process;

import java.util.concurrent.atomic.AtomicInteger;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.term.Term;

/**
 * The registered names of a VM: for each atom a slot with the pid that it stands for. A name stands
 * for one process at most and a process has one at most; both are given back when it ends, before
 * anybody hears of that. Any thread that is online; no locks. See {@code
 * native-notes/relations.md}.
 */
public final class Names {
  /** The most names at once. */
  public static final int MAX_NAMES = 1 << 16;

  /** {@link #register}: the name stands for the process. */
  public static final int OK = 0;

  /** {@link #register}: it stands for another, or the process has a name, or it is over. */
  public static final int REFUSED = -1;

  /** {@link #register}: there is no memory, or there are as many names as there may be. */
  public static final int NO_MEMORY = -2;

  /** A slot whose name is being given: nobody else can take it, and it stands for nothing yet. */
  private static final long RESERVED = Term.TOMBSTONE;

  private static final int CHUNK_SHIFT = 9;
  private static final int CHUNK_BYTES = 8 << CHUNK_SHIFT;
  private static final int MAX_ATOMS = 1 << 30;
  private static final int ROOT_SHIFT = 20;
  private static final int ROOT_ENTRIES = MAX_ATOMS >> ROOT_SHIFT;
  private static final int MIDDLE_ENTRIES = 1 << ROOT_SHIFT - CHUNK_SHIFT;

  private final BlockCache cache;
  private final AtomicInteger count = new AtomicInteger();

  /** Directory of directories of chunks of slots; made with the first name. */
  private volatile long root;

  /**
   * @param cache for slots, its own, used under its monitor
   */
  Names(BlockCache cache) {
    this.cache = cache;
  }

  /**
   * The process that a name stands for.
   *
   * @return its pid, or 0
   */
  public long whereis(long name) {
    long slot = slot(name);
    if (slot == Memory.NULL) {
      return 0;
    }
    long pid = Memory.getLongAcquire(slot);
    return pid == RESERVED ? 0 : pid;
  }

  /** Names that stand for a process, or are about to. */
  public int count() {
    return count.get();
  }

  /**
   * Gives a process a name.
   *
   * @param pid the process's
   * @param process its block, as the table found it
   * @return {@link #OK}, {@link #REFUSED} or {@link #NO_MEMORY}
   */
  public int register(WorkerContext context, long name, long pid, long process) {
    long relations = Relations.ensure(context, process);
    if (relations == Memory.NULL) {
      return NO_MEMORY;
    }
    int reserved = reserve(name);
    if (reserved != OK) {
      return reserved;
    }
    if (!Memory.compareAndSetLong(relations + RelationsLayout.NAME, 0, name)) {
      cancel(name);
      return REFUSED;
    }
    Memory.putLongVolatile(slot(name), pid);
    // Behind the store: a process that ends meanwhile either sees its name, or is seen to be over.
    if (Memory.getLongVolatile(relations + RelationsLayout.NAME) == Term.NIL
        || context.table().find(pid) == Memory.NULL) {
      Memory.compareAndSetLong(relations + RelationsLayout.NAME, name, Term.NIL);
      clear(name, pid);
      return REFUSED;
    }
    return OK;
  }

  /** Keeps a name for a process to come; as {@link #register}. */
  int reserve(long name) {
    if (count.getAndIncrement() >= MAX_NAMES || !makeSlot(name)) {
      count.getAndDecrement();
      return NO_MEMORY;
    }
    if (!Memory.compareAndSetLong(slot(name), 0, RESERVED)) {
      count.getAndDecrement();
      return REFUSED;
    }
    return OK;
  }

  /** Takes {@link #reserve} back. */
  void cancel(long name) {
    clear(name, RESERVED);
  }

  /** Gives a reserved name to a process that nobody runs yet; its table finds it. */
  void assign(long name, long process) {
    long relations = Memory.getLong(process + ProcessLayout.RELATIONS);
    Memory.putLong(relations + RelationsLayout.NAME, name);
    Memory.putLongVolatile(slot(name), Memory.getLong(process + ProcessLayout.PID));
  }

  /**
   * Takes a name away.
   *
   * @return false where it stood for nothing
   */
  public boolean unregister(WorkerContext context, long name) {
    long pid = whereis(name);
    if (pid == 0 || !clear(name, pid)) {
      return false;
    }
    long process = context.table().find(pid);
    if (process != Memory.NULL) {
      long relations = Memory.getLongAcquire(process + ProcessLayout.RELATIONS);
      Memory.compareAndSetLong(relations + RelationsLayout.NAME, name, 0);
    }
    return true;
  }

  /** The process ends: it has no name any more, and gets none. */
  void giveBack(long relations, long pid) {
    long name = Memory.getAndSetLong(relations + RelationsLayout.NAME, Term.NIL);
    if (name != 0 && name != Term.NIL) {
      clear(name, pid);
    }
  }

  /** The name of a process, or 0. */
  static long nameOf(long process) {
    long relations = Memory.getLongAcquire(process + ProcessLayout.RELATIONS);
    long name = relations == Memory.NULL ? 0 : Memory.getLongAcquire(relations);
    return name == Term.NIL ? 0 : name;
  }

  /** Frees the slots. No thread looks any more. */
  void close() {
    if (root != Memory.NULL) {
      freeSlots();
    }
    cache.close();
  }

  private void freeSlots() {
    for (int i = 0; i < ROOT_ENTRIES; i++) {
      long middle = Memory.getLong(root + 8L * i);
      for (int j = 0; middle != Memory.NULL && j < MIDDLE_ENTRIES; j++) {
        long chunk = Memory.getLong(middle + 8L * j);
        if (chunk != Memory.NULL) {
          cache.free(chunk, CHUNK_BYTES);
        }
      }
      if (middle != Memory.NULL) {
        cache.free(middle, 8L * MIDDLE_ENTRIES);
      }
    }
    cache.free(root, 8L * ROOT_ENTRIES);
  }

  private boolean clear(long name, long expected) {
    long slot = slot(name);
    if (!Memory.compareAndSetLong(slot, expected, 0)) {
      return false;
    }
    count.getAndDecrement();
    return true;
  }

  /** Address of the slot of a name, or 0 where there is none yet. */
  private long slot(long name) {
    int index = Term.atomIndex(name);
    long middle = root == Memory.NULL ? Memory.NULL : entry(root, index >>> ROOT_SHIFT);
    if (middle == Memory.NULL) {
      return Memory.NULL;
    }
    long chunk = entry(middle, index >>> CHUNK_SHIFT & MIDDLE_ENTRIES - 1);
    return chunk == Memory.NULL ? Memory.NULL : chunk + 8L * (index & (1 << CHUNK_SHIFT) - 1);
  }

  private static long entry(long directory, int index) {
    return Memory.getLongAcquire(directory + 8L * index);
  }

  private boolean makeSlot(long name) {
    return slot(name) != Memory.NULL || addSlot(name);
  }

  private synchronized boolean addSlot(long name) {
    if (root == Memory.NULL) {
      root = zeroed(8 * ROOT_ENTRIES);
      if (root == Memory.NULL) {
        return false;
      }
    }
    int index = Term.atomIndex(name);
    if (index >>> ROOT_SHIFT >= ROOT_ENTRIES) {
      throw new VmBug("An atom's index is below the limit", "index", index);
    }
    return fill(root + 8L * (index >>> ROOT_SHIFT), 8 * MIDDLE_ENTRIES)
        && fill(
            Memory.getLong(root + 8L * (index >>> ROOT_SHIFT))
                + 8L * (index >>> CHUNK_SHIFT & MIDDLE_ENTRIES - 1),
            CHUNK_BYTES);
  }

  private boolean fill(long entry, int byteCount) {
    if (Memory.getLong(entry) != Memory.NULL) {
      return true;
    }
    long block = zeroed(byteCount);
    // Release: whoever finds the block finds it zeroed.
    Memory.putLongRelease(entry, block);
    return block != Memory.NULL;
  }

  private long zeroed(int byteCount) {
    long block = cache.allocate(byteCount);
    if (block != Memory.NULL) {
      Memory.fill(block, byteCount, (byte) 0);
    }
    return block;
  }
}
