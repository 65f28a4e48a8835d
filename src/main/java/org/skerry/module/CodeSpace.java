package org.skerry.module;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;

/**
 * All code of one VM: the modules that are loaded, and off-heap a record for each of their
 * functions (see {@link FunctionLayout}), which a function index finds in two loads.
 *
 * <pre>
 * directory:  {@value #DIRECTORY_ENTRIES} addresses of pages, 0 where there is none yet
 * page:       {@value #PAGE_FUNCTIONS} function records
 * </pre>
 *
 * <p>Threading: {@link Linker} adds modules under this object's lock. Everything else takes no
 * lock: a record is complete before its index is known to anyone, and an index reaches another
 * thread only by a hand-over that orders memory.
 */
public final class CodeSpace implements AutoCloseable {
  /** Most functions of a VM. */
  public static final int MAX_FUNCTIONS = 1 << 21;

  /** Most MVars of a VM. */
  public static final int MAX_MVARS = 1 << 21;

  private static final int PAGE_SHIFT = 9;
  private static final int PAGE_FUNCTIONS = 1 << PAGE_SHIFT;
  private static final int DIRECTORY_ENTRIES = MAX_FUNCTIONS / PAGE_FUNCTIONS;
  private static final long PAGE_BYTES = (long) PAGE_FUNCTIONS * FunctionLayout.BYTES;
  private static final long DIRECTORY_BYTES = 8L * DIRECTORY_ENTRIES;

  private final BlockCache cache;
  private final long directory;
  private final List<Block> blocks = new ArrayList<>();
  private final Map<String, LinkedModule> byName = new HashMap<>();

  /** Replaced, never changed, when a module is added. */
  private volatile LinkedModule[] modules = {};

  private volatile int functionCount;
  private volatile int mvarCount;
  private boolean closed;

  private record Block(long address, long bytes) {}

  /**
   * @param pool where code lives
   * @throws IllegalStateException if the pool is too small for the directory
   */
  public CodeSpace(MemoryPool pool) {
    cache = pool.newCache();
    directory = cache.allocate(DIRECTORY_BYTES);
    if (directory == Memory.NULL) {
      cache.close();
      throw new IllegalStateException(
          "no memory for the directory of functions: bytes="
              + DIRECTORY_BYTES
              + " max="
              + pool.maxBytes());
    }
    Memory.fill(directory, DIRECTORY_BYTES, (byte) 0);
  }

  /** For {@link #functionAddress(long, int)}; it never changes. */
  public long directoryAddress() {
    return directory;
  }

  /**
   * The record of a function.
   *
   * @param directory a code space's {@link #directoryAddress}
   * @param functionIndex of a function that is loaded there
   */
  public static long functionAddress(long directory, int functionIndex) {
    return Memory.getLong(directory + 8L * (functionIndex >>> PAGE_SHIFT))
        + (long) (functionIndex & PAGE_FUNCTIONS - 1) * FunctionLayout.BYTES;
  }

  /** The record of a function that is loaded. */
  public long functionAddress(int functionIndex) {
    return functionAddress(directory, functionIndex);
  }

  /** Functions that are loaded; their indices are below it. */
  public int functionCount() {
    return functionCount;
  }

  /** MVars of the modules that are loaded; their indices are below it. */
  public int mvarCount() {
    return mvarCount;
  }

  /** The name of an MVar, with its module: {@code bank.total}. For people; any thread. */
  public String mvarName(int mvarIndex) {
    for (LinkedModule module : modules) {
      List<MvarDefinition> mvars = module.verified().file().mvars();
      int position = mvarIndex - module.firstMvar();
      if (position >= 0 && position < mvars.size()) {
        return module.name() + "." + mvars.get(position).name();
      }
    }
    throw new IllegalArgumentException("no MVar has the index " + mvarIndex);
  }

  /** The module of a name, or null where none is loaded. */
  public LinkedModule module(String name) {
    synchronized (this) {
      return byName.get(name);
    }
  }

  /** The modules that are loaded, by index. */
  public List<LinkedModule> modules() {
    return List.of(modules);
  }

  /** The module that a function belongs to. */
  public LinkedModule moduleOf(int functionIndex) {
    long function = functionAddress(functionIndex);
    return modules[Memory.getInt(function + FunctionLayout.MODULE_INDEX_OFFSET)];
  }

  /** Where a code word of a function comes from; for stack traces, so neither fast nor free. */
  public CodeLocation location(int functionIndex, int pc) {
    return moduleOf(functionIndex).location(functionIndex, pc);
  }

  /** Gives all memory back. No process may run any more. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    free(0);
    for (int page = 0; page < DIRECTORY_ENTRIES; page++) {
      long address = Memory.getLong(directory + 8L * page);
      if (address != Memory.NULL) {
        cache.free(address, PAGE_BYTES);
      }
    }
    cache.free(directory, DIRECTORY_BYTES);
    cache.close();
  }

  // For the linker, which holds the lock.

  /** A block that lives as long as the code space, or until {@link #free}; 0 if there is none. */
  long allocate(long bytes) {
    long address = cache.allocate(bytes);
    if (address != Memory.NULL) {
      blocks.add(new Block(address, bytes));
    }
    return address;
  }

  /** Number of blocks so far, for {@link #free}. */
  int blockCount() {
    return blocks.size();
  }

  /** Frees all blocks but the first {@code kept}: linking failed. */
  void free(int kept) {
    while (blocks.size() > kept) {
      Block block = blocks.removeLast();
      cache.free(block.address(), block.bytes());
    }
  }

  /** Makes room for the records of functions up to an index; whether there was memory for it. */
  boolean reserve(int functions) {
    for (int page = 0; page << PAGE_SHIFT < functions; page++) {
      long entry = directory + 8L * page;
      if (Memory.getLong(entry) == Memory.NULL) {
        long address = cache.allocate(PAGE_BYTES);
        if (address == Memory.NULL) {
          return false;
        }
        Memory.fill(address, PAGE_BYTES, (byte) 0);
        Memory.putLong(entry, address);
      }
    }
    return true;
  }

  /** Number of modules that are loaded. */
  int moduleCount() {
    return modules.length;
  }

  /** Makes modules known, whose records are complete; they follow those that are loaded. */
  void publish(List<LinkedModule> added) {
    List<LinkedModule> all = new ArrayList<>(List.of(modules));
    int functions = functionCount;
    int mvars = mvarCount;
    for (LinkedModule module : added) {
      all.add(module);
      byName.put(module.name(), module);
      functions += module.functionCount();
      mvars += module.verified().file().mvars().size();
    }
    mvarCount = mvars;
    modules = all.toArray(LinkedModule[]::new);
    functionCount = functions;
  }
}
