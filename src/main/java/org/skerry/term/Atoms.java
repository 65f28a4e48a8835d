package org.skerry.term;

import java.nio.charset.StandardCharsets;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;
import org.skerry.memory.VmBug;

/**
 * The atoms of one VM: name ↔ index. Atoms are never removed; their number is bounded.
 *
 * <p>Threading: {@link #intern} and {@link #find} take the table's lock. Looking a name up by index
 * takes none: an entry is complete before its index is returned to anyone, and an atom reaches
 * another thread only through a hand-over that orders memory.
 *
 * <p>Names lie off-heap, so that comparing, hashing and printing atoms allocates no Java object.
 *
 * <pre>
 * directory:  address of each page of {@value #PAGE_ENTRIES} entries
 * page:       address of each name
 * name:       hash (8 bytes), length in bytes (8 bytes), UTF-8
 * </pre>
 */
public final class Atoms implements AutoCloseable {
  /** type_error. */
  public static final long TYPE_ERROR = 0L << 3 | 2;

  /** bad_argument. */
  public static final long BAD_ARGUMENT = 1L << 3 | 2;

  /** bad_arity. */
  public static final long BAD_ARITY = 2L << 3 | 2;

  /** division_by_zero. */
  public static final long DIVISION_BY_ZERO = 3L << 3 | 2;

  /** index_out_of_bounds. */
  public static final long INDEX_OUT_OF_BOUNDS = 4L << 3 | 2;

  /** overflow. */
  public static final long OVERFLOW = 5L << 3 | 2;

  /** no_match. */
  public static final long NO_MATCH = 6L << 3 | 2;

  /** undefined. */
  public static final long UNDEFINED = 7L << 3 | 2;

  /** limit_exceeded. */
  public static final long LIMIT_EXCEEDED = 8L << 3 | 2;

  /** timeout. */
  public static final long TIMEOUT = 9L << 3 | 2;

  /** deadlock. */
  public static final long DEADLOCK = 10L << 3 | 2;

  /** mailbox_full. */
  public static final long MAILBOX_FULL = 11L << 3 | 2;

  /** no_process. */
  public static final long NO_PROCESS = 12L << 3 | 2;

  /** bad_module. */
  public static final long BAD_MODULE = 13L << 3 | 2;

  /** not_supported. */
  public static final long NOT_SUPPORTED = 14L << 3 | 2;

  /** io_error. */
  public static final long IO_ERROR = 15L << 3 | 2;

  /** ok. */
  public static final long OK = 16L << 3 | 2;

  /** error. */
  public static final long ERROR = 17L << 3 | 2;

  /** throw. */
  public static final long THROW = 18L << 3 | 2;

  /** exit. */
  public static final long EXIT = 19L << 3 | 2;

  /** normal. */
  public static final long NORMAL = 20L << 3 | 2;

  /** killed. */
  public static final long KILLED = 21L << 3 | 2;

  /** kill. */
  public static final long KILL = 22L << 3 | 2;

  /** shutdown. */
  public static final long SHUTDOWN = 23L << 3 | 2;

  /** down. */
  public static final long DOWN = 24L << 3 | 2;

  /** noproc. */
  public static final long NOPROC = 25L << 3 | 2;

  /** noconnection. */
  public static final long NOCONNECTION = 26L << 3 | 2;

  /** heap. */
  public static final long HEAP = 27L << 3 | 2;

  /** mailbox. */
  public static final long MAILBOX = 28L << 3 | 2;

  /** processes. */
  public static final long PROCESSES = 29L << 3 | 2;

  /** deadline. */
  public static final long DEADLINE = 30L << 3 | 2;

  /** memory. */
  public static final long MEMORY = 31L << 3 | 2;

  /** stack. */
  public static final long STACK = 32L << 3 | 2;

  /** atoms. */
  public static final long ATOMS = 33L << 3 | 2;

  /** messages. */
  public static final long MESSAGES = 34L << 3 | 2;

  /** reductions. */
  public static final long REDUCTIONS = 35L << 3 | 2;

  /** await. */
  public static final long AWAIT = 36L << 3 | 2;

  /** fail. */
  public static final long FAIL = 37L << 3 | 2;

  /** drop. */
  public static final long DROP = 38L << 3 | 2;

  /** high. */
  public static final long HIGH = 39L << 3 | 2;

  /** low. */
  public static final long LOW = 40L << 3 | 2;

  /** max_heap. */
  public static final long MAX_HEAP = 41L << 3 | 2;

  /** max_mailbox. */
  public static final long MAX_MAILBOX = 42L << 3 | 2;

  /** max_mailbox_bytes. */
  public static final long MAX_MAILBOX_BYTES = 43L << 3 | 2;

  /** mailbox_policy. */
  public static final long MAILBOX_POLICY = 44L << 3 | 2;

  /** priority. */
  public static final long PRIORITY = 45L << 3 | 2;

  /** link. */
  public static final long LINK = 46L << 3 | 2;

  /** monitor. */
  public static final long MONITOR = 47L << 3 | 2;

  /** trap_exit. */
  public static final long TRAP_EXIT = 48L << 3 | 2;

  /** name. */
  public static final long NAME = 49L << 3 | 2;

  /** self. */
  public static final long SELF = 50L << 3 | 2;

  /** message. */
  public static final long MESSAGE = 51L << 3 | 2;

  /** messages_waiting. */
  public static final long MESSAGES_WAITING = 52L << 3 | 2;

  /** heap_bytes. */
  public static final long HEAP_BYTES = 53L << 3 | 2;

  /** stack_bytes. */
  public static final long STACK_BYTES = 54L << 3 | 2;

  /** main. */
  public static final long MAIN = 55L << 3 | 2;

  /** monotonic. */
  public static final long MONOTONIC = 56L << 3 | 2;

  /** wall. */
  public static final long WALL = 57L << 3 | 2;

  /** The atom {@code awaits}. */
  public static final long AWAITS = 58L << 3 | 2;

  /** The atom {@code location}. */
  public static final long LOCATION = 59L << 3 | 2;

  /** The atom {@code links}. */
  public static final long LINKS = 60L << 3 | 2;

  /** The atom {@code monitors}. */
  public static final long MONITORS = 61L << 3 | 2;

  /** The atom {@code monitored_by}. */
  public static final long MONITORED_BY = 62L << 3 | 2;

  /** The atom {@code holds}. */
  public static final long HOLDS = 63L << 3 | 2;

  /** The atom {@code status}. */
  public static final long STATUS = 64L << 3 | 2;

  /** The atom {@code running}. */
  public static final long RUNNING = 65L << 3 | 2;

  /** The atom {@code runnable}. */
  public static final long RUNNABLE = 66L << 3 | 2;

  /** The atom {@code waiting}. */
  public static final long WAITING = 67L << 3 | 2;

  /** Most bytes of a name. */
  public static final int MAX_NAME_BYTES = 255;

  /** Atoms that a VM may have unless it is told otherwise. */
  public static final int DEFAULT_MAX_COUNT = 1 << 20;

  private static final String[] PREDEFINED = {
    "type_error", "bad_argument", "bad_arity", "division_by_zero", "index_out_of_bounds",
        "overflow",
    "no_match", "undefined", "limit_exceeded", "timeout", "deadlock", "mailbox_full",
    "no_process", "bad_module", "not_supported", "io_error", "ok", "error",
    "throw", "exit", "normal", "killed", "kill", "shutdown",
    "down", "noproc", "noconnection", "heap", "mailbox", "processes",
    "deadline", "memory", "stack", "atoms", "messages", "reductions",
    "await", "fail", "drop", "high", "low", "max_heap",
    "max_mailbox", "max_mailbox_bytes", "mailbox_policy", "priority", "link", "monitor",
    "trap_exit", "name", "self", "message", "messages_waiting", "heap_bytes",
    "stack_bytes", "main", "monotonic", "wall", "awaits", "location",
    "links", "monitors", "monitored_by", "holds", "status", "running",
    "runnable", "waiting"
  };

  private static final int PAGE_SHIFT = 9;
  private static final int PAGE_ENTRIES = 1 << PAGE_SHIFT;
  private static final int NAME_HASH = 0;
  private static final int NAME_LENGTH = 8;
  private static final int NAME_BYTES = 16;
  private static final int INITIAL_SLOTS = 256;

  private final BlockCache cache;
  private final int maxCount;
  private final long directory;
  private final long directoryBytes;
  private int[] slots = new int[INITIAL_SLOTS];
  private int count;
  private boolean closed;

  /**
   * A table with the predefined atoms.
   *
   * @param pool where names are stored; must outlive the table
   * @param maxCount most atoms, the predefined included
   * @throws IllegalArgumentException if the predefined atoms do not fit
   * @throws OutOfMemoryError if the pool's cap leaves no room for the predefined atoms
   */
  public Atoms(MemoryPool pool, int maxCount) {
    if (maxCount < PREDEFINED.length || maxCount > 1 << 30) {
      throw new IllegalArgumentException("The atom limit is out of range. maxCount=" + maxCount);
    }
    this.cache = pool.newCache();
    this.maxCount = maxCount;
    this.directoryBytes = 8L * ((maxCount + PAGE_ENTRIES - 1) >>> PAGE_SHIFT);
    this.directory = cache.allocate(directoryBytes);
    if (directory == Memory.NULL) {
      cache.close();
      throw new OutOfMemoryError("The memory cap leaves no room for the atom table.");
    }
    Memory.fill(directory, directoryBytes, (byte) 0);
    for (int i = 0; i < PREDEFINED.length; i++) {
      long atom = intern(PREDEFINED[i]);
      if (atom != Term.atom(i)) {
        close();
        if (atom == Term.NONE) {
          throw new OutOfMemoryError("The memory cap leaves no room for the atom table.");
        }
        throw new VmBug(
            "Predefined atoms have fixed indices. name=" + PREDEFINED[i] + " index=" + i);
      }
    }
  }

  /** Number of predefined atoms; their indices are below it. */
  public static int predefinedCount() {
    return PREDEFINED.length;
  }

  /** The name of a predefined atom. */
  public static String predefinedName(int index) {
    return PREDEFINED[index];
  }

  /** Number of atoms. */
  public synchronized int count() {
    return count;
  }

  /**
   * The atom of this name, made if need be.
   *
   * @return the atom, or {@link Term#NONE} where the limit of atoms or of memory is reached, or the
   *     name is longer than {@link #MAX_NAME_BYTES} or no valid Unicode
   */
  public long intern(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_NAME_BYTES || !isUnicode(name)) {
      return Term.NONE;
    }
    synchronized (this) {
      long scratch = cache.allocate(MAX_NAME_BYTES + 1);
      if (scratch == Memory.NULL) {
        return Term.NONE;
      }
      try {
        Memory.copyIn(bytes, 0, bytes.length, scratch);
        return intern(scratch, bytes.length);
      } finally {
        cache.free(scratch, MAX_NAME_BYTES + 1);
      }
    }
  }

  /**
   * The atom of the name that lies at an address, made if need be. Allocates no Java object unless
   * the table grows.
   *
   * @param address of the name in valid UTF-8
   * @return the atom, or {@link Term#NONE} where the limit of atoms or of memory is reached, or the
   *     name is too long
   */
  public synchronized long intern(long address, long byteLength) {
    if (byteLength > MAX_NAME_BYTES) {
      return Term.NONE;
    }
    long hash = Hashing.bytes(address, byteLength);
    int slot = slotOf(address, byteLength, hash);
    if (slots[slot] != 0) {
      return Term.atom(slots[slot] - 1);
    }
    return insert(slot, address, byteLength, hash);
  }

  /** The atom of the name at an address, or {@link Term#NONE} where there is none. */
  public synchronized long find(long address, long byteLength) {
    int slot = slotOf(address, byteLength, Hashing.bytes(address, byteLength));
    return slots[slot] == 0 ? Term.NONE : Term.atom(slots[slot] - 1);
  }

  /** The name of an atom, as a new string. */
  public String name(long atom) {
    byte[] bytes = new byte[nameLength(atom)];
    Memory.copyOut(nameAddress(atom), bytes, 0, bytes.length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** Where the UTF-8 bytes of an atom's name lie; they never move before the table is closed. */
  public long nameAddress(long atom) {
    return entry(atom) + NAME_BYTES;
  }

  /** Bytes of an atom's name. */
  public int nameLength(long atom) {
    return (int) Memory.getLong(entry(atom) + NAME_LENGTH);
  }

  /** The hash of an atom's name, which depends on nothing else. */
  public long nameHash(long atom) {
    return Memory.getLong(entry(atom) + NAME_HASH);
  }

  /** Whether the order of names is before (negative), the same (0) or behind (positive). */
  public int compare(long a, long b) {
    if (a == b) {
      return 0;
    }
    return Utf8.compareBytes(nameAddress(a), nameLength(a), nameAddress(b), nameLength(b));
  }

  /** Gives all memory back; no atom's name may be asked for afterwards. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (int i = 0; i < count; i++) {
      long entry = entry(Term.atom(i));
      cache.free(entry, NAME_BYTES + Memory.getLong(entry + NAME_LENGTH));
    }
    for (long at = directory; at < directory + directoryBytes; at += 8) {
      if (Memory.getLong(at) != Memory.NULL) {
        cache.free(Memory.getLong(at), 8L * PAGE_ENTRIES);
      }
    }
    cache.free(directory, directoryBytes);
    cache.close();
  }

  private long entry(long atom) {
    int index = Term.atomIndex(atom);
    long page = Memory.getLong(directory + 8L * (index >>> PAGE_SHIFT));
    return Memory.getLong(page + 8L * (index & PAGE_ENTRIES - 1));
  }

  private int slotOf(long address, long byteLength, long hash) {
    int slot = (int) hash & slots.length - 1;
    while (slots[slot] != 0) {
      long entry = entry(Term.atom(slots[slot] - 1));
      if (Memory.getLong(entry + NAME_HASH) == hash
          && Memory.getLong(entry + NAME_LENGTH) == byteLength
          && Memory.mismatch(entry + NAME_BYTES, address, byteLength) < 0) {
        return slot;
      }
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }

  private long insert(int slot, long address, long byteLength, long hash) {
    if (count == maxCount) {
      return Term.NONE;
    }
    long pageAt = directory + 8L * (count >>> PAGE_SHIFT);
    if (Memory.getLong(pageAt) == Memory.NULL) {
      long page = cache.allocate(8L * PAGE_ENTRIES);
      if (page == Memory.NULL) {
        return Term.NONE;
      }
      Memory.putLongRelease(pageAt, page); // release: the entry below is ordered by its hand-over
    }
    long entry = cache.allocate(NAME_BYTES + byteLength);
    if (entry == Memory.NULL) {
      return Term.NONE;
    }
    Memory.putLong(entry + NAME_HASH, hash);
    Memory.putLong(entry + NAME_LENGTH, byteLength);
    Memory.copy(address, entry + NAME_BYTES, byteLength);
    Memory.putLongRelease(Memory.getLong(pageAt) + 8L * (count & PAGE_ENTRIES - 1), entry);
    slots[slot] = ++count;
    if (count > slots.length / 2) {
      growSlots();
    }
    return Term.atom(count - 1);
  }

  private void growSlots() {
    int[] grown = new int[slots.length * 2];
    for (int used : slots) {
      if (used != 0) {
        int slot = (int) nameHash(Term.atom(used - 1)) & grown.length - 1;
        while (grown[slot] != 0) {
          slot = slot + 1 & grown.length - 1;
        }
        grown[slot] = used;
      }
    }
    slots = grown;
  }

  private static boolean isUnicode(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c) && i + 1 < text.length()) {
        if (!Character.isLowSurrogate(text.charAt(++i))) {
          return false;
        }
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }
}
