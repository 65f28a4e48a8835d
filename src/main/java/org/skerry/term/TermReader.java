package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.skerry.memory.Memory;

/**
 * Reads terms into ordinary Java values, as {@link TermValue} lists them. Objects that are shared
 * in the term are shared in the value, so that a graph is read once and not once for each path.
 * Nothing recurses while it reads.
 */
public final class TermReader {
  private final Atoms atoms;
  private final Map<Long, Object> known = new HashMap<>();
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();

  private TermReader(Atoms atoms) {
    this.atoms = atoms;
  }

  /** The value of a term. */
  public static Object read(long term, Atoms atoms) {
    if (!Term.isObject(term)) {
      return immediate(term, atoms);
    }
    long header = Memory.getLong(term);
    return hasParts(header) ? new TermReader(atoms).readAll(term) : leaf(term, header);
  }

  private static boolean hasParts(long header) {
    return switch (kind(header)) {
      case CONS, TUPLE, MAP, MAP_ROOT, CLOSURE, TERM_ARRAY -> true;
      default -> false;
    };
  }

  /** The value of an image, which stays as it is. */
  public static Object readImage(long image, TermScratch scratch) {
    if (!Term.isObject(TermImage.root(image))) {
      return read(TermImage.root(image), scratch.atoms());
    }
    long byteCount = TermImage.heapBytes(image);
    long heap = scratch.cache().allocate(byteCount);
    if (heap == Memory.NULL) {
      throw TermError.LIMIT_EXCEEDED;
    }
    try {
      HeapWriter writer = new HeapWriter(scratch.cache());
      writer.open(heap, heap + byteCount, 0, 0);
      // The image keeps the references to shared bytes while its copy is read.
      return read(TermImage.relocate(image, writer), scratch.atoms());
    } finally {
      scratch.cache().free(heap, byteCount);
    }
  }

  private Object readAll(long term) {
    List<Object> result = new ArrayList<>(1);
    pending.push(new Pending(new long[] {term}, result));
    while (!pending.isEmpty()) {
      Pending innermost = pending.peek();
      if (innermost.next == innermost.words.length) {
        pending.pop();
        innermost.finish();
      } else {
        readWord(innermost.words[innermost.next++], innermost.values);
      }
    }
    return result.getFirst();
  }

  private void readWord(long word, List<Object> into) {
    if (!Term.isObject(word)) {
      into.add(immediate(word, atoms));
      return;
    }
    Object before = known.get(word);
    if (before != null) {
      into.add(before);
      return;
    }
    long header = Memory.getLong(word);
    Object value =
        switch (kind(header)) {
          case CONS -> list(word);
          case TUPLE -> {
            List<Object> elements = new ArrayList<>();
            pending.push(new Pending(words(word, header), elements));
            yield new TermValue.Tuple(elements);
          }
          case MAP, MAP_ROOT -> map(word);
          case CLOSURE -> {
            List<Object> captures = new ArrayList<>();
            pending.push(new Pending(words(word, header), captures));
            yield new TermValue.Function(Memory.getLong(word + CLOSURE_FUNCTION), captures);
          }
          case TERM_ARRAY -> {
            Object[] elements = new Object[(int) size(header)];
            List<Object> read = new ArrayList<>();
            Pending array = new Pending(words(word, header), read);
            array.array = elements;
            pending.push(array);
            yield new TermValue.TermArray(elements);
          }
          default -> leaf(word, header);
        };
    known.put(word, value);
    into.add(value);
  }

  private Object list(long cell) {
    List<Long> words = new ArrayList<>();
    long at = cell;
    while (Term.isCons(at)) {
      words.add(Memory.getLong(at + CONS_HEAD));
      at = Memory.getLong(at + CONS_TAIL);
    }
    List<Object> elements = new ArrayList<>(words.size());
    long[] array = words.stream().mapToLong(Long::longValue).toArray();
    if (at == Term.EMPTY_LIST) {
      pending.push(new Pending(array, elements));
      return elements;
    }
    List<Object> tail = new ArrayList<>(1);
    readWord(at, tail); // No cell, so it only begins what has parts.
    pending.push(new Pending(array, elements));
    return new TermValue.ImproperList(elements, tail.getFirst());
  }

  private Object map(long map) {
    int count = (int) Maps.size(map);
    long[] words = new long[2 * count];
    MapCursor cursor = new MapCursor();
    cursor.open(map);
    for (int i = 0; cursor.next(); i += 2) {
      words[i] = cursor.key();
      words[i + 1] = cursor.value();
    }
    Pending entries = new Pending(words, new ArrayList<>(2 * count));
    entries.map = new LinkedHashMap<>();
    pending.push(entries);
    return entries.map;
  }

  private static long[] words(long object, long header) {
    long[] words = new long[(int) termCount(header)];
    for (int i = 0; i < words.length; i++) {
      words[i] = Memory.getLong(object + firstTermOffset(header) + 8L * i);
    }
    return words;
  }

  private static Object immediate(long word, Atoms atoms) {
    if (Term.isSmallInt(word)) {
      return Term.smallIntValue(word);
    }
    if (Term.isAtom(word)) {
      return new TermValue.Atom(atoms.name(word));
    }
    if (Term.isPid(word)) {
      return new TermValue.Pid(word);
    }
    if (Term.isRef(word)) {
      return new TermValue.Ref(word);
    }
    if (word == Term.EMPTY_LIST) {
      return new ArrayList<>();
    }
    return word == Term.NIL ? null : (Object) (word == Term.TRUE);
  }

  private static Object leaf(long object, long header) {
    int size = (int) size(header);
    return switch (kind(header)) {
      case BOXED_I64 -> Memory.getLong(object + RAW_OFFSET);
      case BOXED_F64 -> Memory.getDouble(object + RAW_OFFSET);
      case STRING -> new String(bytes(object + RAW_OFFSET, size), StandardCharsets.UTF_8);
      case BYTES, SHARED_BYTES ->
          bytes(Bytes.rawAddress(object), Math.toIntExact(Bytes.rawLength(object)));
      case I64_ARRAY -> {
        long[] elements = new long[size];
        for (int i = 0; i < size; i++) {
          elements[i] = Memory.getLong(object + ELEMENTS + 8L * i);
        }
        yield elements;
      }
      case F64_ARRAY -> {
        double[] elements = new double[size];
        for (int i = 0; i < size; i++) {
          elements[i] = Memory.getDouble(object + ELEMENTS + 8L * i);
        }
        yield elements;
      }
      default -> new TermValue.U8Array(bytes(object + ELEMENTS, size));
    };
  }

  private static byte[] bytes(long address, int length) {
    byte[] bytes = new byte[length];
    Memory.copyOut(address, bytes, 0, length);
    return bytes;
  }

  /** An object of which parts are still to be read. */
  private static final class Pending {
    private final long[] words;
    private final List<Object> values;
    private int next;
    private Object[] array;
    private Map<Object, Object> map;

    Pending(long[] words, List<Object> values) {
      this.words = words;
      this.values = values;
    }

    void finish() {
      if (array != null) {
        values.toArray(array);
      }
      if (map != null) {
        for (int i = 0; i < words.length; i += 2) {
          map.put(values.get(i), values.get(i + 1));
        }
      }
    }
  }
}
