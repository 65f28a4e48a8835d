package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Finds cycles among the objects of an image whose pointers are known to be good; in linear time.
 */
final class CycleFinder {
  private final ByteBuffer image;
  private final BitSet starts;
  private final BitSet seen = new BitSet();
  private final BitSet done = new BitSet();

  /** Pairs: an object's offset, and how many of its words were looked at. */
  private int[] path = new int[64];

  private int depth;

  CycleFinder(ByteBuffer image, BitSet starts) {
    this.image = image;
    this.starts = starts;
  }

  String problem() {
    for (int start = starts.nextSetBit(0); start >= 0; start = starts.nextSetBit(start + 1)) {
      if (!seen.get(start) && !follow(start << 3)) {
        return "objects form a cycle: offset=" + (start << 3);
      }
    }
    return null;
  }

  private boolean follow(int first) {
    enter(first);
    while (depth > 0) {
      int object = path[depth - 2];
      long header = image.getLong(object);
      int index = path[depth - 1]++;
      if (index == termCount(header)) {
        done.set(object >>> 3);
        depth -= 2;
        continue;
      }
      long word = image.getLong(object + firstTermOffset(header) + (index << 3));
      if (Term.isObject(word) && !done.get((int) word >>> 3)) {
        if (seen.get((int) word >>> 3)) {
          return false;
        }
        enter((int) word);
      }
    }
    return true;
  }

  private void enter(int object) {
    if (depth == path.length) {
      path = Arrays.copyOf(path, 2 * depth);
    }
    seen.set(object >>> 3);
    path[depth++] = object;
    path[depth++] = 0;
  }
}
