package org.skerry.term;

import java.util.function.BooleanSupplier;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;

/**
 * What term operations need besides their operands: the atoms, a work stack in place of recursion,
 * tables of what was visited, a text buffer and a count of steps. One a worker (owner thread only);
 * it grows through the worker's cache and keeps nothing between operations.
 *
 * <p>A {@link TermError} thrown by an operation leaves the scratch empty: {@link #fail} sees to
 * that, and no operation catches the error of another.
 */
public final class TermScratch implements AutoCloseable {
  /**
   * Steps after which a single deep operation gives up: sixteen times what a list of a million
   * elements takes, and some tenths of a second in which its worker does nothing else.
   */
  public static final long DEFAULT_STEP_LIMIT = 1L << 24;

  /** Steps after which an instruction gives up that does many deep operations, as sorting does. */
  private static final long INSTRUCTION_STEP_LIMIT = 1L << 28;

  /** Steps between two looks at whether to give up: some tens of microseconds. */
  private static final long STEPS_BETWEEN_LOOKS = 1 << 12;

  /** Bytes that the work stack may grow to. */
  public static final long DEFAULT_STACK_LIMIT = 1L << 30;

  private static final long INITIAL_STACK_BYTES = 4096;
  private static final long KEPT_STACK_BYTES = 1 << 20;

  final ImageBuffer imageBuffer;
  final AddressTable literals;
  final Flattener flattener;
  final Placement placement;
  final AddressTable visited;
  final MapCursor cursor = new MapCursor();
  final StringBuilder digits = new StringBuilder(32);

  /** What a removal pulled up out of a node that it left with one entry. */
  long pulledKey;

  /** The value of {@link #pulledKey}. */
  long pulledValue;

  /** Whether the last put added an entry. */
  boolean added;

  /** Tests clear bits here to make hashes collide. */
  long keyHashMask = -1;

  private final BlockCache cache;
  private final Atoms atoms;
  private final TextBuffer text;
  private FunctionNames functionNames = FunctionNames.BY_INDEX;
  private long stackBase;
  private long stackTop;
  private long stackEnd;
  private long stackLimit = DEFAULT_STACK_LIMIT;
  private long stepLimit = DEFAULT_STEP_LIMIT;
  private BooleanSupplier givesUp = () -> false;

  /** Since they were last taken. */
  private long steps;

  /** How many {@link #steps} there are when to look the next time. */
  private long nextLook = STEPS_BETWEEN_LOOKS;

  /**
   * @param cache the owner thread's cache, open as long as this is
   * @param atoms the VM's atoms
   */
  public TermScratch(BlockCache cache, Atoms atoms) {
    this.cache = cache;
    this.atoms = atoms;
    this.text = new TextBuffer(cache);
    this.imageBuffer = new ImageBuffer(cache);
    this.literals = new AddressTable(cache);
    this.flattener = new Flattener(this, imageBuffer, literals);
    this.placement = new Placement(flattener);
    this.visited = new AddressTable(cache);
  }

  /** The VM's atoms. */
  public Atoms atoms() {
    return atoms;
  }

  /** The owner thread's cache. */
  public BlockCache cache() {
    return cache;
  }

  /** Where printing writes. */
  public TextBuffer text() {
    return text;
  }

  /** How terms are copied to a place outside every heap. */
  public Placement placement() {
    return placement;
  }

  /** A cursor for the operation in progress. */
  public MapCursor mapCursor() {
    return cursor;
  }

  /** Who names functions in print. */
  public FunctionNames functionNames() {
    return functionNames;
  }

  /** Sets who names functions in print. */
  public void functionNames(FunctionNames names) {
    this.functionNames = names;
  }

  /** Sets how many steps a single deep operation may take. */
  public void stepLimit(long limit) {
    this.stepLimit = limit;
  }

  /** Steps that a single deep operation may take. */
  public long stepLimit() {
    return stepLimit;
  }

  /** Sets how many bytes the work stack may have. */
  public void stackLimit(long byteCount) {
    this.stackLimit = byteCount;
  }

  /**
   * Sets when a deep operation is to stop in its midst with {@link TermError#GIVEN_UP}.
   *
   * @param condition asked now and then by the owner thread; cheap
   */
  public void giveUpWhen(BooleanSupplier condition) {
    this.givesUp = condition;
  }

  /** Steps done since this was last asked, for charging; a step is about 64 bytes or one term. */
  public long takeSteps() {
    long taken = steps;
    steps = 0;
    nextLook = STEPS_BETWEEN_LOOKS;
    return taken;
  }

  /**
   * Steps that a deep operation may do before it calls {@link #look}, for when it begins; negative
   * where that is due already.
   */
  long stepsToLook() {
    return Math.min(stepLimit, nextLook - steps);
  }

  /**
   * For a deep operation that has done so many steps, and not charged them: goes on or not.
   *
   * @return its steps at which to call again
   */
  long look(long done) {
    long all = steps + done;
    if (done > stepLimit || all > INSTRUCTION_STEP_LIMIT) {
      steps = all;
      throw fail(TermError.LIMIT_EXCEEDED);
    }
    if (all > nextLook) {
      if (givesUp.getAsBoolean()) {
        steps = all;
        throw fail(TermError.GIVEN_UP);
      }
      nextLook = all + STEPS_BETWEEN_LOOKS;
    }
    return stepsToLook();
  }

  /** Counts work. */
  void charge(long count) {
    steps += count;
  }

  /** Counts work on bytes. */
  void chargeBytes(long byteCount) {
    steps += byteCount >>> 6;
  }

  /** Bytes on the work stack; the address of an entry is {@link #stackAt}. */
  long depth() {
    return stackTop - stackBase;
  }

  /** Address of the entry that lies that many bytes above the stack's base, until the next push. */
  long stackAt(long depth) {
    return stackBase + depth;
  }

  /** Drops everything above a depth. */
  void unwind(long depth) {
    stackTop = stackBase + depth;
  }

  void push(long word) {
    if (stackTop == stackEnd) {
      reserve(8);
    }
    Memory.putLong(stackTop, word);
    stackTop += 8;
  }

  long pop() {
    stackTop -= 8;
    return Memory.getLong(stackTop);
  }

  /** As {@link #push}, but false instead of an error. */
  boolean tryPush(long word) {
    if (stackTop == stackEnd && !grow(8)) {
      return false;
    }
    Memory.putLong(stackTop, word);
    stackTop += 8;
    return true;
  }

  /** Address behind the topmost word. */
  long stackTop() {
    return stackTop;
  }

  /** Makes room for and takes bytes of the stack; returns the depth at which they begin. */
  long pushBytes(long byteCount) {
    reserve(byteCount);
    long depth = depth();
    stackTop += byteCount;
    return depth;
  }

  private void reserve(long byteCount) {
    if (stackEnd - stackTop < byteCount && !grow(byteCount)) {
      throw fail(TermError.LIMIT_EXCEEDED);
    }
  }

  /** Empties everything, and returns the error to throw. */
  TermError fail(TermError error) {
    reset();
    return error;
  }

  /** Forgets whatever an operation left; gives large blocks back. */
  public void reset() {
    stackTop = stackBase;
    visited.clear();
    literals.clear();
    if (stackEnd - stackBase > KEPT_STACK_BYTES) {
      freeStack();
    }
  }

  /** Gives large blocks back; for the owner to call between slices. */
  public void trim() {
    reset();
    text.trim();
    imageBuffer.trim();
  }

  @Override
  public void close() {
    reset();
    freeStack();
    visited.close();
    literals.close();
    text.close();
    imageBuffer.close();
  }

  private void freeStack() {
    if (stackBase != Memory.NULL) {
      cache.free(stackBase, stackEnd - stackBase);
    }
    stackBase = 0;
    stackTop = 0;
    stackEnd = 0;
  }

  private boolean grow(long byteCount) {
    long used = stackTop - stackBase;
    long wanted = Math.max(INITIAL_STACK_BYTES, Long.highestOneBit(used + byteCount) << 1);
    if (wanted > stackLimit) {
      return false;
    }
    long grown = cache.allocate(wanted);
    if (grown == Memory.NULL) {
      return false;
    }
    if (stackBase != Memory.NULL) {
      Memory.copy(stackBase, grown, used);
      cache.free(stackBase, stackEnd - stackBase);
    }
    stackBase = grown;
    stackTop = grown + used;
    stackEnd = grown + wanted;
    return true;
  }
}
