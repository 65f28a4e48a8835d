package org.skerry.term;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;

/**
 * Random term graphs of every kind, the same for the same seed: sharing, deep nesting, boundary
 * numbers, odd text and, where asked for, mutable arrays with cycles. Terms go to a writer that has
 * room enough: {@link #BYTES_PER_TERM} for each node asked for.
 */
public final class RandomTerms {
  /** Generous bound of the heap bytes for each unit of size asked for. */
  public static final int BYTES_PER_TERM = 4096;

  private static final long[] INTS = {
    0,
    1,
    -1,
    2,
    127,
    128,
    255,
    256,
    1L << 32,
    1L << 53,
    (1L << 53) + 1,
    Term.MAX_SMALL_INT,
    Term.MIN_SMALL_INT,
    Term.MAX_SMALL_INT + 1,
    Term.MIN_SMALL_INT - 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final double[] FLOATS = {
    0.0,
    -0.0,
    1.0,
    -1.0,
    1.5,
    0x1p53,
    0x1p63,
    -0x1p63,
    1e300,
    Double.MIN_VALUE,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY
  };
  private static final String[] TEXTS = {
    "",
    "a",
    "ab",
    "abc",
    "hello, world",
    "na\u00efve",
    "\u20ac\u0080",
    "\ud83d\ude00 smile",
    "\0\n\t\"\\"
  };

  private final Random random;
  private final HeapWriter writer;
  private final TermScratch scratch;
  private final boolean mutable;
  private final List<Long> made = new ArrayList<>();
  private final List<Long> arrays = new ArrayList<>();

  /**
   * @param mutable whether to make mutable arrays, and with them cycles
   */
  public RandomTerms(long seed, boolean mutable, TermScratch scratch, HeapWriter writer) {
    this.random = new Random(seed);
    this.mutable = mutable;
    this.scratch = scratch;
    this.writer = writer;
  }

  /** A graph of about so many objects. */
  public long next(int size) {
    made.clear();
    arrays.clear();
    made.add(leaf());
    for (int i = 0; i < size; i++) {
      made.add(random.nextInt(3) == 0 ? leaf() : composite());
    }
    for (long array : arrays) {
      long length = TermArrays.length(array);
      for (long i = 0; i < length; i++) {
        TermArrays.setTerm(array, i, any());
      }
    }
    return made.getLast();
  }

  /** An immediate, a number, text or bytes. */
  public long leaf() {
    return switch (random.nextInt(12)) {
      case 0 -> Term.NIL;
      case 1 -> Term.bool(random.nextBoolean());
      case 2 -> Term.EMPTY_LIST;
      case 3, 4 -> Arithmetic.fromInt(INTS[random.nextInt(INTS.length)], writer);
      case 5 -> Term.smallInt(random.nextInt(100));
      case 6 -> Arithmetic.fromFloat(FLOATS[random.nextInt(FLOATS.length)], writer);
      case 7 -> Term.atom(random.nextInt(Atoms.predefinedCount()));
      case 8 -> Term.pid(random.nextInt(1 << 23), random.nextInt(1 << 26), random.nextInt(2));
      case 9 -> Term.ref(random.nextLong() >>> 4);
      case 10 -> string(TEXTS[random.nextInt(TEXTS.length)]);
      default -> bytes(random.nextInt(8) == 0 ? 257 + random.nextInt(300) : random.nextInt(20));
    };
  }

  private long any() {
    // Mostly recent ones, so that graphs are deep; sometimes old ones, so that they share.
    int back = random.nextInt(4) == 0 ? made.size() : Math.min(made.size(), 4);
    return made.get(made.size() - 1 - random.nextInt(back));
  }

  private long composite() {
    return switch (random.nextInt(mutable ? 12 : 8)) {
      case 0, 1, 2 -> tuple();
      case 3, 4 -> Lists.cons(any(), any(), writer);
      case 5 -> list();
      case 6 -> map();
      case 7 -> closure();
      case 8 -> numbers(ObjectLayout.I64_ARRAY);
      case 9 -> numbers(ObjectLayout.F64_ARRAY);
      case 10 -> numbers(ObjectLayout.U8_ARRAY);
      default -> termArray();
    };
  }

  private long tuple() {
    int size = random.nextInt(5);
    long tuple = Tuples.allocate(size, writer);
    for (int i = 0; i < size; i++) {
      Tuples.init(tuple, i, any());
    }
    return tuple;
  }

  private long list() {
    long list = Term.EMPTY_LIST;
    for (int i = random.nextInt(6); i > 0; i--) {
      list = Lists.cons(any(), list, writer);
    }
    return list;
  }

  private long map() {
    long map = Maps.empty(writer);
    int size = random.nextInt(4) == 0 ? 17 + random.nextInt(30) : random.nextInt(6);
    for (int i = 0; i < size; i++) {
      long key = random.nextBoolean() ? Term.smallInt(random.nextInt(1000)) : leaf();
      Maps.putBytes(map, key, scratch);
      map = Maps.put(map, key, any(), scratch, writer);
    }
    return map;
  }

  private long closure() {
    int captures = random.nextInt(3);
    long closure = writer.allocate(ObjectLayout.CLOSURE_CAPTURES + 8L * captures);
    Memory.putLong(closure, ObjectLayout.header(ObjectLayout.CLOSURE, captures));
    Memory.putLong(closure + ObjectLayout.CLOSURE_FUNCTION, random.nextInt(4));
    for (int i = 0; i < captures; i++) {
      Memory.putLong(closure + ObjectLayout.CLOSURE_CAPTURES + 8L * i, any());
    }
    return closure;
  }

  private long numbers(int kind) {
    int length = random.nextInt(5);
    long array = TermArrays.allocateNumbers(kind, length, writer);
    for (int i = 0; i < length; i++) {
      switch (kind) {
        case ObjectLayout.I64_ARRAY -> TermArrays.setI64(array, i, random.nextInt(3));
        case ObjectLayout.F64_ARRAY -> TermArrays.setF64(array, i, random.nextInt(3));
        default -> TermArrays.setU8(array, i, random.nextInt(3));
      }
    }
    return array;
  }

  private long termArray() {
    long array = TermArrays.allocateTerms(random.nextInt(4), Term.NIL, writer);
    arrays.add(array);
    return array;
  }

  private long string(String text) {
    byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return viaMemory(utf8, true);
  }

  private long bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return viaMemory(bytes, false);
  }

  private long viaMemory(byte[] bytes, boolean string) {
    BlockCache cache = scratch.cache();
    long block = cache.allocate(bytes.length + 1);
    Memory.copyIn(bytes, 0, bytes.length, block);
    try {
      return string
          ? Strings.fromMemory(block, bytes.length, writer)
          : Bytes.fromMemory(block, bytes.length, writer);
    } finally {
      cache.free(block, bytes.length + 1);
    }
  }
}
