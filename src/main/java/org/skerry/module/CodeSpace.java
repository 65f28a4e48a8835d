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

  /** The current versions. */
  private final Map<String, LinkedModule> byName = new HashMap<>();

  /** The indices of MVars, by the names that {@link #mvarName} gives. */
  private final Map<String, Integer> mvarIndices = new HashMap<>();

  /** Versions by index. Replaced, never changed, when a module is added. */
  private volatile LinkedModule[] modules = {};

  /** By index. Replaced, never changed, when a module is added. */
  private volatile String[] mvarNames = {};

  private volatile int functionCount;
  private volatile int loads;
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
    return mvarNames.length;
  }

  /** How often modules have been added. What a name means changes with it, and never else. */
  public int loads() {
    return loads;
  }

  /** The name of an MVar, with its module: {@code bank.total}. For people; any thread. */
  public String mvarName(int mvarIndex) {
    return mvarNames[mvarIndex];
  }

  /** The index of an MVar that some version of a module declares or has declared, or -1. */
  int mvarIndex(String module, String mvar) {
    return mvarIndices.getOrDefault(module + "." + mvar, -1);
  }

  /** The current version of a module, or null where none is loaded. */
  public LinkedModule module(String name) {
    synchronized (this) {
      return byName.get(name);
    }
  }

  /** All versions of the modules that are loaded, by index. */
  public List<LinkedModule> modules() {
    return List.of(modules);
  }

  /** The version of a module that a function belongs to. */
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

  /**
   * Makes modules current, whose records are complete; they follow those that are loaded. All that
   * may fail is over.
   */
  void publish(List<LinkedModule> added) {
    List<LinkedModule> all = new ArrayList<>(List.of(modules));
    List<String> mvars = new ArrayList<>(List.of(mvarNames));
    int functions = functionCount;
    for (LinkedModule module : added) {
      all.add(module);
      functions += module.functionCount();
      for (MvarDefinition mvar : module.verified().file().mvars()) {
        String name = module.name() + "." + mvar.name();
        if (mvarIndices.putIfAbsent(name, mvars.size()) == null) {
          mvars.add(name);
        }
      }
    }
    // First what an index leads to, then what leads to the index.
    mvarNames = mvars.toArray(String[]::new);
    modules = all.toArray(LinkedModule[]::new);
    functionCount = functions;
    for (LinkedModule module : added) {
      if (byName.put(module.name(), module) != null) {
        replace(module);
      }
    }
    loads++;
  }

  /** What uses a module by its name uses this version from now on. */
  private void replace(LinkedModule current) {
    for (LinkedModule version : modules) {
      version.switchTo(current);
      if (version != current && version.name().equals(current.name())) {
        retire(version, current);
      }
    }
  }

  private void retire(LinkedModule old, LinkedModule current) {
    old.retire();
    for (VerifiedFunction function : old.verified().functions()) {
      FunctionDefinition definition = function.definition();
      FunctionReference asNamed =
          new FunctionReference(old.name(), definition.name(), definition.signature());
      int successor = definition.exported() ? current.exportedIndex(asNamed) + 1 : 0;
      Memory.putIntRelease(
          functionAddress(old.functionIndex(definition.name())) + FunctionLayout.SUCCESSOR_OFFSET,
          successor == 0 ? FunctionLayout.NO_SUCCESSOR : successor);
    }
  }
}
