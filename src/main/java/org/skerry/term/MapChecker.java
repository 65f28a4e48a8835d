package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import java.util.List;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;

/**
 * Checks that the maps of an image from a file, whose objects and pointers are known to be good,
 * have the one form that a map of these entries has. That takes the order and the hash of keys, so
 * the image is loaded, with the module's atoms, into memory of its own.
 */
final class MapChecker implements AutoCloseable {
  /** Steps allowed for each word of the image: deep keys below deep keys would be quadratic. */
  private static final long STEPS_PER_WORD = 64;

  private static final long POOL_BYTES = 16L << 30;

  private final MemoryPool pool = new MemoryPool(POOL_BYTES);
  private final BlockCache cache = pool.newCache();
  private final Atoms table;
  private final TermScratch scratch;
  private final long[] atomWords;
  private long stepsLeft;
  private long entries;

  MapChecker(List<String> atoms) {
    this.table = new Atoms(pool, Atoms.predefinedCount() + atoms.size());
    this.scratch = new TermScratch(cache, table);
    this.atomWords = atoms.stream().mapToLong(table::intern).toArray();
  }

  String problem(byte[] bytes) {
    for (long word : atomWords) {
      if (word == Term.NONE) {
        return "an atom has a name that no atom may have";
      }
    }
    long image = cache.allocate(bytes.length);
    if (image == Memory.NULL) {
      return "it is too large to be checked: bytes=" + bytes.length;
    }
    try {
      Memory.copyIn(bytes, 0, bytes.length, image);
      return loadedProblem(image, bytes.length);
    } catch (TermError e) {
      return "a map's keys are too deep to be checked";
    } finally {
      cache.free(image, bytes.length);
    }
  }

  @Override
  public void close() {
    scratch.close();
    table.close();
    cache.close();
    pool.close();
  }

  private String loadedProblem(long image, long byteCount) {
    stepsLeft = STEPS_PER_WORD * byteCount;
    for (long at = image + TermImage.HEADER_BYTES; at < image + byteCount; ) {
      long header = Memory.getLong(at);
      long word = at + firstTermOffset(header);
      for (long left = termCount(header); left > 0; left--, word += 8) {
        long term = Memory.getLong(word);
        if (Term.isAtom(term)) {
          Memory.putLong(word, atomWords[Term.atomIndex(term)]);
        } else if (Term.isObject(term)) {
          Memory.putLong(word, term + image);
        }
      }
      at += byteSize(header);
    }
    for (long at = image + TermImage.HEADER_BYTES; at < image + byteCount; ) {
      long header = Memory.getLong(at);
      boolean good =
          switch (kind(header)) {
            case MAP -> ascending(at + ObjectLayout.HEADER_BYTES, size(header), 8);
            case MAP_ROOT -> {
              entries = 0;
              yield node(Memory.getLong(at + ROOT_NODE), 0, MapTrie.ROOT_SHIFT)
                  && entries == size(header);
            }
            default -> true;
          };
      if (!good) {
        return "a map has not the form that its entries ask for: offset=" + (at - image);
      }
      at += byteSize(header);
    }
    return null;
  }

  private boolean ascending(long firstKey, long count, long stride) {
    for (long i = 1; i < count; i++) {
      long key = firstKey + i * stride;
      budget();
      if (TermOrder.compare(Memory.getLong(key - stride), Memory.getLong(key), scratch) >= 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether a node and all below it are as the hashes of their keys ask for. */
  private boolean node(long node, long prefix, int shift) {
    if (kind(Memory.getLong(node)) == MAP_COLLISION) {
      return shift < 0 && collision(node, prefix);
    }
    if (shift < 0) {
      return false;
    }
    long bitmaps = Memory.getLong(node + NODE_RAW);
    int entryBits = MapTrie.entryBits(bitmaps);
    int childBits = MapTrie.childBits(bitmaps);
    if (shift < MapTrie.ROOT_SHIFT && childBits == 0 && Integer.bitCount(entryBits) == 1) {
      return false;
    }
    long at = node + NODE_CONTENT;
    for (int slot = 0; slot < 32; slot++) {
      if ((entryBits >>> slot & 1) != 0) {
        if (hash(Memory.getLong(at)) >>> shift != (prefix << MapTrie.BITS | slot)) {
          return false;
        }
        entries++;
        at += MapTrie.ENTRY_BYTES;
      }
    }
    for (int slot = 0; slot < 32; slot++) {
      if ((childBits >>> slot & 1) != 0) {
        long child = Memory.getLong(at);
        if (!node(child, prefix << MapTrie.BITS | slot, shift - MapTrie.BITS)) {
          return false;
        }
        at += 8;
      }
    }
    return true;
  }

  private boolean collision(long node, long hash) {
    long count = MapTrie.entryCount(node);
    entries += count;
    for (long i = 0; i < count; i++) {
      if (hash(Memory.getLong(node + NODE_CONTENT + (i << 4))) != hash) {
        return false;
      }
    }
    return Memory.getLong(node + NODE_RAW) == hash
        && ascending(node + NODE_CONTENT, count, MapTrie.ENTRY_BYTES);
  }

  private long hash(long key) {
    budget();
    return MapTrie.hash(key, scratch);
  }

  private void budget() {
    stepsLeft -= scratch.takeSteps();
    if (stepsLeft < 0) {
      throw scratch.fail(TermError.LIMIT_EXCEEDED);
    }
    scratch.stepLimit(stepsLeft + 1);
  }
}
