package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import java.nio.charset.StandardCharsets;
import java.util.function.LongToIntFunction;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.SharedBytes;

/**
 * Builds immutable terms outside every process, from Java, as a stack machine: push the parts, then
 * make the whole of them. Nothing recurses, so a literal may be as deep and as long as memory
 * allows. What is on the stack at the end becomes a {@link TermImage}. One owner thread.
 *
 * <p>Where memory runs out or a limit is met, a {@link TermError} comes out and the builder is good
 * for nothing but {@link #close}.
 */
public final class TermBuilder implements AutoCloseable {
  private static final long INITIAL_BYTES = 4096;

  private final TermScratch scratch;
  private final BlockCache cache;
  private final HeapWriter writer;
  private long heap;
  private long heapBytes;
  private long stack;
  private long stackBytes;
  private long depth;

  /**
   * @param scratch the owner thread's; its cache gives the memory
   */
  public TermBuilder(TermScratch scratch) {
    this.scratch = scratch;
    this.cache = scratch.cache();
    this.writer = new HeapWriter(cache);
  }

  /** Number of terms on the stack. */
  public long depth() {
    return depth;
  }

  /** Pushes an immediate: an atom, nil, a boolean, [], a pid or a ref. */
  public TermBuilder pushImmediate(long term) {
    if (!Term.isGuestImmediate(term)) {
      throw new IllegalArgumentException("Only immediates go between heaps. term=" + term);
    }
    push(term);
    return this;
  }

  /** Pushes the atom of a name; LIMIT_EXCEEDED where there can be no more, or none so long. */
  public TermBuilder pushAtom(String name) {
    long atom = scratch.atoms().intern(name);
    if (atom == Term.NONE) {
      throw TermError.LIMIT_EXCEEDED;
    }
    push(atom);
    return this;
  }

  /** Pushes an integer. */
  public TermBuilder pushInt(long value) {
    reserve(Arithmetic.RESULT_BYTES);
    push(Arithmetic.fromInt(value, writer));
    return this;
  }

  /** Pushes a float. */
  public TermBuilder pushFloat(double value) {
    reserve(Arithmetic.RESULT_BYTES);
    push(Arithmetic.fromFloat(value, writer));
    return this;
  }

  /** Pushes a string; what is no valid Unicode in it becomes a question mark. */
  public TermBuilder pushString(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    reserve(Strings.bytes(utf8.length));
    long string = Strings.allocate(utf8.length, writer);
    Memory.copyIn(utf8, 0, utf8.length, string + RAW_OFFSET);
    push(Strings.seal(string, utf8.length));
    return this;
  }

  /**
   * Pushes a string as {@link #pushString} does; where all of it is ASCII, without a Java object.
   */
  public TermBuilder pushText(CharSequence text) {
    int length = text.length();
    reserve(Strings.bytes(length));
    long string = Strings.allocate(length, writer);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        writer.giveBack(string);
        return pushString(text.toString());
      }
      Memory.putByte(string + RAW_OFFSET + i, (byte) c);
    }
    push(Strings.seal(string, length));
    return this;
  }

  /** Pushes a part of an array as bytes, which are copied. */
  public TermBuilder pushBytes(byte[] bytes, int from, int length) {
    reserve(Bytes.heapBytes(length));
    long term = Bytes.allocate(length, writer);
    Memory.copyIn(bytes, from, length, Bytes.rawAddress(term));
    push(term);
    return this;
  }

  /** Pushes bytes; the array is copied. Above 256 they go into a block of their own. */
  public TermBuilder pushBytes(byte[] bytes) {
    return pushBytes(bytes, 0, bytes.length);
  }

  /**
   * Pushes the first bytes of a block, and takes over the caller's reference to it, unless this
   * throws.
   */
  public TermBuilder pushShared(long block, long length) {
    reserve(SHARED_BYTES_BYTES);
    push(Bytes.share(block, 0, length, writer));
    return this;
  }

  /**
   * Pushes bytes that lie in the object whatever their length, as {@link #popFileImage} needs them.
   */
  public TermBuilder pushInlineBytes(byte[] bytes) {
    long byteCount = paddedBytes(bytes.length);
    reserve(byteCount);
    long term = writer.allocate(byteCount);
    Memory.putLong(term + byteCount - 8, 0);
    Memory.putLong(term, header(BYTES, bytes.length));
    Memory.copyIn(bytes, 0, bytes.length, term + RAW_OFFSET);
    push(term);
    return this;
  }

  /** Replaces the last {@code count} terms by the tuple of them. */
  public TermBuilder makeTuple(long count) {
    checkDepth(count);
    reserve(wordsBytes(count));
    long tuple = Tuples.allocate(count, writer);
    Memory.copy(slot(depth - count), tuple + ELEMENTS, count << 3);
    depth -= count;
    push(tuple);
    return this;
  }

  /** Replaces the last {@code count} terms by the list of them. */
  public TermBuilder makeList(long count) {
    push(Term.EMPTY_LIST);
    return makeListWithTail(count);
  }

  /** Replaces {@code count} terms and the tail behind them by the list of them that ends in it. */
  public TermBuilder makeListWithTail(long count) {
    checkDepth(count + 1);
    reserve(count * CONS_BYTES);
    long list = pop();
    for (long left = count; left > 0; left--) {
      list = Lists.cons(pop(), list, writer);
    }
    push(list);
    return this;
  }

  /**
   * Replaces {@code count} keys, each with its value behind it, by the map; the last of equals
   * counts.
   */
  public TermBuilder makeMap(long count) {
    checkDepth(2 * count);
    long bottom = scratch.depth();
    // Entries hold addresses: first make room for what they need, then read them again.
    reserve(count <= Maps.MAX_FLAT ? Maps.flatBytes(count) : treeBytes(count, bottom));
    long kept = pushEntries(count, bottom);
    long map = MapEntries.build(bottom, kept, scratch, writer);
    scratch.unwind(bottom);
    depth -= 2 * count;
    push(map);
    return this;
  }

  private long treeBytes(long count, long bottom) {
    long kept = pushEntries(count, bottom);
    long byteCount = MapEntries.bytes(bottom, kept, scratch);
    scratch.unwind(bottom);
    return byteCount;
  }

  private long pushEntries(long count, long bottom) {
    for (long i = depth - 2 * count; i < depth; i += 2) {
      MapEntries.push(Memory.getLong(slot(i)), Memory.getLong(slot(i + 1)), scratch);
    }
    return MapEntries.normalize(bottom, scratch);
  }

  /** The term on top, valid until the next call. */
  public long peek() {
    checkDepth(1);
    return Memory.getLong(slot(depth - 1));
  }

  /**
   * Takes the term on top off, and makes an image of it.
   *
   * @param maxBytes most bytes of the image
   * @return the image's address; the caller owns it
   */
  public long popImage(long maxBytes) {
    long term = peek();
    long image = TermImage.flatten(term, heap, heap + heapBytes, maxBytes, scratch);
    if (image < 0) {
      throw TermError.LIMIT_EXCEEDED;
    }
    depth--;
    return image;
  }

  /**
   * Takes the term on top off, as a mailbox takes it: an immediate, or an image of the caller's.
   */
  public long popMessage() {
    long term = peek();
    if (Term.isObject(term)) {
      return popImage(Long.MAX_VALUE);
    }
    depth--;
    return term;
  }

  /**
   * Takes the term on top off, and makes of it the bytes of an image for a file.
   *
   * @param atomIndex gives the index that stands in the file for an atom of this VM
   */
  public byte[] popFileImage(LongToIntFunction atomIndex) {
    long image = popImage(Integer.MAX_VALUE - 8);
    try {
      return TermImage.toFile(image, atomIndex);
    } finally {
      TermImage.release(image, cache);
    }
  }

  /** Forgets all terms. */
  public void clear() {
    for (long at = writer.sharedHead(); at != 0; at = Memory.getLong(at + SHARED_NEXT)) {
      SharedBytes.release(Memory.getLong(at + SHARED_BLOCK), cache);
    }
    writer.open(heap, heap + heapBytes, 0, 0);
    depth = 0;
  }

  @Override
  public void close() {
    clear();
    if (heap != Memory.NULL) {
      cache.free(heap, heapBytes);
    }
    if (stack != Memory.NULL) {
      cache.free(stack, stackBytes);
    }
    heap = Memory.NULL;
    heapBytes = 0;
    stack = Memory.NULL;
    stackBytes = 0;
    writer.open(0, 0, 0, 0);
  }

  private void checkDepth(long count) {
    if (count < 0 || count > depth) {
      throw new IllegalStateException(
          "Parts are pushed first. wanted=" + count + " depth=" + depth);
    }
  }

  private long slot(long index) {
    return stack + (index << 3);
  }

  private void push(long term) {
    if (depth << 3 == stackBytes) {
      long wanted = Math.max(INITIAL_BYTES, stackBytes * 2);
      long grown = cache.allocate(wanted);
      if (grown == Memory.NULL) {
        throw TermError.LIMIT_EXCEEDED;
      }
      if (stack != Memory.NULL) {
        Memory.copy(stack, grown, stackBytes);
        cache.free(stack, stackBytes);
      }
      stack = grown;
      stackBytes = wanted;
    }
    Memory.putLong(slot(depth++), term);
  }

  private long pop() {
    return Memory.getLong(slot(--depth));
  }

  /**
   * Makes room; where that takes a larger block, everything in the old one moves with its pointers.
   */
  private void reserve(long byteCount) {
    if (writer.room() >= byteCount) {
      return;
    }
    long used = writer.top() - heap;
    long wanted = Math.max(INITIAL_BYTES, Long.highestOneBit(used + byteCount) << 1);
    long grown = cache.allocate(wanted);
    if (grown == Memory.NULL) {
      throw TermError.LIMIT_EXCEEDED;
    }
    long delta = grown - heap;
    long sharedHead = writer.sharedHead();
    if (heap != Memory.NULL) {
      Memory.copy(heap, grown, used);
      for (long at = grown; at < grown + used; ) {
        long header = Memory.getLong(at);
        moveWords(at + firstTermOffset(header), termCount(header), delta);
        if (kind(header) == SHARED_BYTES && Memory.getLong(at + SHARED_NEXT) != 0) {
          Memory.putLong(at + SHARED_NEXT, Memory.getLong(at + SHARED_NEXT) + delta);
        }
        at += byteSize(header);
      }
      moveWords(stack, depth, delta);
      cache.free(heap, heapBytes);
    }
    heap = grown;
    heapBytes = wanted;
    writer.open(
        heap + used,
        heap + heapBytes,
        sharedHead == 0 ? 0 : sharedHead + delta,
        writer.sharedByteCount());
  }

  private static void moveWords(long first, long count, long delta) {
    for (long at = first; at < first + (count << 3); at += 8) {
      long word = Memory.getLong(at);
      if (Term.isObject(word)) {
        Memory.putLong(at, word + delta);
      }
    }
  }
}
