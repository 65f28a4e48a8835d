package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;

/**
 * The total check of images from files, which may hold any bytes. An image that passes is safe to
 * use as a literal: its objects lie one behind the other without a gap, every pointer leads to an
 * object that may stand there, there are no cycles, arrays, pids, refs, closures or shared bytes,
 * integers and maps have their canonical form, and text is UTF-8. The time is linear in the image's
 * length.
 *
 * <p>One thread; made for one module, whose atoms the images count through.
 */
public final class ImageChecker implements AutoCloseable {
  private static final int FIRST = TermImage.HEADER_BYTES;
  private static final int ALLOWED_KINDS =
      1 << CONS
          | 1 << TUPLE
          | 1 << MAP
          | 1 << MAP_NODE
          | 1 << MAP_COLLISION
          | 1 << MAP_ROOT
          | 1 << BOXED_I64
          | 1 << BOXED_F64
          | 1 << STRING
          | 1 << BYTES;

  private final List<String> atoms;
  private ByteBuffer image;
  private BitSet starts;
  private MapChecker maps;
  private boolean hasMaps;

  /**
   * @param atoms names of the module's atoms; an atom in an image has an index into it
   */
  public ImageChecker(List<String> atoms) {
    this.atoms = atoms;
  }

  /**
   * Checks an image.
   *
   * @param bytes what the file has as the image
   * @return what is wrong, a phrase with the offset, or null where all is well
   */
  public String problem(byte[] bytes) {
    image = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    starts = new BitSet(bytes.length >>> 3);
    hasMaps = false;
    String problem = headerProblem(bytes.length);
    if (problem == null) {
      problem = objectsProblem();
    }
    if (problem == null) {
      problem = pointersProblem();
    }
    if (problem == null) {
      problem = new CycleFinder(image, starts).problem();
    }
    if (problem == null && hasMaps) {
      if (maps == null) {
        maps = new MapChecker(atoms);
      }
      problem = maps.problem(bytes);
    }
    return problem;
  }

  @Override
  public void close() {
    if (maps != null) {
      maps.close();
      maps = null;
    }
  }

  private String headerProblem(int length) {
    if (length < FIRST || (length & 7) != 0) {
      return "its length is no header and whole words: bytes=" + length;
    }
    if (image.getLong(TermImage.TOTAL_BYTES) != length) {
      return "it says another length: bytes=" + length;
    }
    if (image.getLong(TermImage.SHARED_FIRST) != 0 || image.getLong(TermImage.BLOCK_BYTES) != 0) {
      return "its header has words that are not 0";
    }
    return null;
  }

  private String objectsProblem() {
    int at = FIRST;
    while (at < image.capacity()) {
      long header = image.getLong(at);
      String problem = objectProblem(at, header);
      if (problem != null) {
        return problem + ": offset=" + at;
      }
      starts.set(at >>> 3);
      at += (int) byteSize(header);
    }
    return null;
  }

  private String objectProblem(int at, long header) {
    int kind = kind(header);
    long size = size(header);
    if (!isHeader(header) || kind >= KIND_COUNT || (ALLOWED_KINDS >>> kind & 1) == 0) {
      return "no object that a literal may hold begins";
    }
    if (flags(header) != 0 && (kind != STRING || flags(header) != FLAG_ASCII)) {
      return "an object has unknown flags";
    }
    // Before the product that byteSize makes of it could go wrong.
    if (size > image.capacity() || byteSize(header) > image.capacity() - at) {
      return "an object goes beyond the end";
    }
    return switch (kind) {
      case BOXED_I64 ->
          size != 1 || Term.fitsSmallInt(image.getLong(at + RAW_OFFSET))
              ? "a boxed integer is none, or is small enough to need no box"
              : null;
      case BOXED_F64 -> size != 1 ? "a float is not one word" : null;
      case CONS -> size != 2 ? "a cell is not two words" : null;
      case STRING, BYTES -> textProblem(at, header);
      case MAP, MAP_ROOT, MAP_NODE, MAP_COLLISION -> mapProblem(at, kind, size);
      default -> null;
    };
  }

  private String textProblem(int at, long header) {
    int length = (int) size(header);
    int start = at + RAW_OFFSET;
    for (int i = start + length; i < at + byteSize(header); i++) {
      if (image.get(i) != 0) {
        return "padding is not 0";
      }
    }
    if (kind(header) == BYTES) {
      return null;
    }
    boolean ascii = true;
    for (int i = start; i < start + length; ) {
      int sequence = sequenceLength(i, start + length);
      if (sequence == 0) {
        return "a string is no UTF-8";
      }
      ascii &= sequence == 1;
      i += sequence;
    }
    return ascii != (flags(header) == FLAG_ASCII) ? "a string's ASCII flag is not true" : null;
  }

  private int sequenceLength(int at, int end) {
    int first = image.get(at) & 0xff;
    if (first < 0x80) {
      return 1;
    }
    int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    if (length == 0 || at + length > end) {
      return 0;
    }
    int codePoint = first & 0x7f >> length;
    for (int i = 1; i < length; i++) {
      int next = image.get(at + i) & 0xff;
      if ((next & 0xC0) != 0x80) {
        return 0;
      }
      codePoint = codePoint << 6 | next & 0x3f;
    }
    return Utf8.isCodePoint(codePoint) && Utf8.byteCount(codePoint) == length ? length : 0;
  }

  private String mapProblem(int at, int kind, long size) {
    hasMaps = true;
    switch (kind) {
      case MAP -> {
        return size > Maps.MAX_FLAT ? "a flat map has too many entries" : null;
      }
      case MAP_ROOT -> {
        return size <= Maps.MAX_FLAT ? "a hashed map has too few entries" : null;
      }
      case MAP_COLLISION -> {
        return size < 4 || (size & 1) != 0 || size > 2L * MapTrie.MAX_COLLISIONS
            ? "a map's collisions have a wrong number"
            : null;
      }
      default -> {
        long bitmaps = image.getLong(at + NODE_RAW);
        int entries = MapTrie.entryBits(bitmaps);
        int children = MapTrie.childBits(bitmaps);
        long words = 2L * Integer.bitCount(entries) + Integer.bitCount(children);
        return (entries & children) != 0 || words != size || size == 0
            ? "a map's node has not what its bitmaps say"
            : null;
      }
    }
  }

  private String pointersProblem() {
    BitSet ownedNodes = new BitSet(image.capacity() >>> 3);
    for (int at = FIRST; at < image.capacity(); ) {
      long header = image.getLong(at);
      int word = at + firstTermOffset(header);
      int count = (int) termCount(header);
      int firstChild = firstChild(at, header, count);
      for (int i = 0; i < count; i++, word += 8) {
        String problem =
            i < firstChild
                ? termProblem(image.getLong(word))
                : childProblem(image.getLong(word), kind(header), ownedNodes);
        if (problem != null) {
          return problem + ": offset=" + word;
        }
      }
      at += (int) byteSize(header);
    }
    String problem = termProblem(image.getLong(TermImage.ROOT));
    return problem == null ? null : problem + ": offset=" + TermImage.ROOT;
  }

  /** Index of the first word that must be a map's node. */
  private int firstChild(int at, long header, int count) {
    return switch (kind(header)) {
      case MAP_ROOT -> 0;
      case MAP_NODE -> 2 * Integer.bitCount(MapTrie.entryBits(image.getLong(at + NODE_RAW)));
      default -> count;
    };
  }

  private String childProblem(long word, int parentKind, BitSet ownedNodes) {
    if (!isStart(word)) {
      return "a pointer leads to no object";
    }
    int kind = kind(image.getLong((int) word));
    if (kind != MAP_NODE && (kind != MAP_COLLISION || parentKind == MAP_ROOT)) {
      return "a map has something else for a node";
    }
    if (ownedNodes.get((int) word >>> 3)) {
      return "a map's node has two parents";
    }
    ownedNodes.set((int) word >>> 3);
    return null;
  }

  private String termProblem(long word) {
    if (!Term.isObject(word)) {
      boolean known =
          Term.isAtom(word)
              ? word >= 0 && word >>> 3 < atoms.size()
              : Term.isSmallInt(word) || Term.isSpecial(word) && Term.isGuestImmediate(word);
      return known ? null : "a word is no term that a literal may hold";
    }
    if (!isStart(word)) {
      return "a pointer leads to no object";
    }
    int kind = kind(image.getLong((int) word));
    return kind == MAP_NODE || kind == MAP_COLLISION ? "a map's node stands alone" : null;
  }

  private boolean isStart(long word) {
    return Term.isObject(word)
        && word >= FIRST
        && word < image.capacity()
        && starts.get((int) word >>> 3);
  }
}
