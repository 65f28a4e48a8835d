package org.skerry.verify;

import static org.skerry.term.ObjectLayout.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.skerry.term.Term;
import org.skerry.term.TermImage;

/**
 * Checks the image of a literal, byte for byte: whole objects one behind the other, of kinds that a
 * literal may have, in the one form that the VM itself would give them, whose pointers lead to
 * objects of the image and make no cycle. Linear in the image's length; nothing recurses.
 */
final class ImageChecker {
  private static final int ROOT_AT = 8;
  private static final int SHARED_AT = 16;
  private static final int BLOCK_AT = 24;

  private final ByteBuffer image;
  private final int length;
  private final int atomCount;

  /** The 8-byte units in which an object begins. */
  private final BitSet objects = new BitSet();

  private int badOffset;

  ImageChecker(byte[] bytes, int atomCount) {
    image = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    length = bytes.length;
    this.atomCount = atomCount;
  }

  /** What is wrong with the image, at {@link #badOffset}; null if nothing is. */
  String check() {
    String problem = checkHeader();
    for (int at = TermImage.HEADER_BYTES; problem == null && at < length; ) {
      badOffset = at;
      problem = checkObject(at);
      objects.set(at >> 3);
      at += (int) (problem == null ? byteSize(image.getLong(at)) : 0);
    }
    for (int at = TermImage.HEADER_BYTES; problem == null && at < length; ) {
      problem = checkTerms(at);
      at += (int) byteSize(image.getLong(at));
    }
    if (problem == null) {
      badOffset = ROOT_AT;
      problem = isPointer(image.getLong(ROOT_AT)) ? null : "its root is no object of it";
    }
    return problem == null ? checkCycles() : problem;
  }

  /** Where the problem is. */
  int badOffset() {
    return badOffset;
  }

  private String checkHeader() {
    if (length <= TermImage.HEADER_BYTES || length % 8 != 0 || image.getLong(0) != length) {
      return "its length is wrong";
    }
    badOffset = SHARED_AT;
    if (image.getLong(SHARED_AT) != 0) {
      return "it has shared bytes";
    }
    badOffset = BLOCK_AT;
    return image.getLong(BLOCK_AT) == 0 ? null : "an unused word is not zero";
  }

  private String checkObject(int at) {
    long header = image.getLong(at);
    if (!isHeader(header) || kind(header) >= KIND_COUNT || byteSize(header) > length - at) {
      return "there is no object, or it is cut off";
    }
    int expectedFlags = 0;
    String problem = null;
    switch (kind(header)) {
      case CONS -> problem = sizeIs(header, 2);
      case TUPLE, BYTES -> {}
      case BOXED_F64 -> problem = sizeIs(header, 1);
      case BOXED_I64 -> {
        problem = sizeIs(header, 1);
        if (problem == null && Term.fitsSmallInt(image.getLong(at + RAW_OFFSET))) {
          problem = "a boxed integer fits an immediate";
        }
      }
      case STRING -> {
        problem = checkString(at, (int) size(header));
        expectedFlags = problem == null && isAscii(at, (int) size(header)) ? FLAG_ASCII : 0;
      }
      default -> problem = "an object of this kind cannot be a literal";
    }
    if (problem == null && flags(header) != expectedFlags) {
      problem = "the flags of an object are wrong";
    }
    boolean padded = kind(header) == STRING || kind(header) == BYTES;
    return problem == null && padded ? checkPadding(at, (int) size(header)) : problem;
  }

  private static String sizeIs(long header, long size) {
    return size(header) == size ? null : "the size of an object is wrong";
  }

  private String checkString(int at, int bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(image.slice(at + HEADER_BYTES, bytes));
      return null;
    } catch (CharacterCodingException e) {
      return "a string is not UTF-8";
    }
  }

  private boolean isAscii(int at, int bytes) {
    for (int i = at + HEADER_BYTES; i < at + HEADER_BYTES + bytes; i++) {
      if (image.get(i) < 0) {
        return false;
      }
    }
    return true;
  }

  private String checkPadding(int at, int bytes) {
    int from = at + HEADER_BYTES + bytes;
    for (int i = from; i < (from + 7 & -8); i++) {
      if (image.get(i) != 0) {
        return "padding is not zero";
      }
    }
    return null;
  }

  private String checkTerms(int at) {
    long header = image.getLong(at);
    int word = at + firstTermOffset(header);
    for (long left = termCount(header); left > 0; left--, word += 8) {
      long term = image.getLong(word);
      if (!isPointer(term) && !LiteralChecker.isImmediate(term, atomCount)) {
        badOffset = word;
        return "a term is none that a module may hold";
      }
    }
    return null;
  }

  private boolean isPointer(long word) {
    return (word & 7) == 0 && word > 0 && word < length && objects.get((int) word >> 3);
  }

  /** Takes away objects that nothing left refers to, until none is left, or only cycles. */
  private String checkCycles() {
    int[] references = new int[length >> 3];
    for (int unit = objects.nextSetBit(0); unit >= 0; unit = objects.nextSetBit(unit + 1)) {
      countReferences(unit << 3, references, 1, null, 0);
    }
    int[] free = new int[objects.cardinality()];
    int count = 0;
    for (int unit = objects.nextSetBit(0); unit >= 0; unit = objects.nextSetBit(unit + 1)) {
      if (references[unit] == 0) {
        free[count++] = unit;
      }
    }
    for (int done = 0; done < count; done++) {
      count = countReferences(free[done] << 3, references, -1, free, count);
    }
    badOffset = ROOT_AT;
    return count == free.length ? null : "its objects refer to each other in a cycle";
  }

  /** Adds to the counts of what an object refers to; those that become 0 are added to the free. */
  private int countReferences(int at, int[] references, int change, int[] free, int count) {
    long header = image.getLong(at);
    int freeCount = count;
    int word = at + firstTermOffset(header);
    for (long left = termCount(header); left > 0; left--, word += 8) {
      long term = image.getLong(word);
      if ((term & 7) == 0) {
        int unit = (int) term >> 3;
        references[unit] += change;
        if (free != null && references[unit] == 0) {
          free[freeCount++] = unit;
        }
      }
    }
    return freeCount;
  }
}
