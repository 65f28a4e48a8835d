package org.skerry.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.skerry.term.ObjectLayout.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;
import org.skerry.term.Term;
import org.skerry.term.TermImage;

class ImageCheckerTest {
  private static final int ATOMS = 2;

  @ParameterizedTest(name = "{1}")
  @MethodSource
  void shouldReject(byte[] image, String problem, int offset) {
    ImageChecker checker = new ImageChecker(image, ATOMS);

    assertThat(checker.check()).isEqualTo(problem);
    assertThat(checker.badOffset()).isEqualTo(offset);
  }

  static Stream<Arguments> shouldReject() {
    long f64 = BOXED_F64_HEADER;
    return Stream.of(
        arguments(new byte[31], "its length is wrong", 0),
        arguments(new byte[32], "its length is wrong", 0),
        arguments(put(image(f64, 0), 0, 40), "its length is wrong", 0),
        arguments(put(image(f64, 0), 16, 8), "it has shared bytes", 16),
        arguments(put(image(f64, 0), 24, 8), "an unused word is not zero", 24),
        arguments(put(image(f64, 0), 8, 40), "its root is no object of it", 8),
        arguments(put(image(f64, 0), 8, 1), "its root is no object of it", 8),
        arguments(put(image(f64, 0), 8, 48), "its root is no object of it", 8),
        arguments(put(image(f64, 0), 8, -8), "its root is no object of it", 8),
        arguments(put(image(f64, 0), 8, 32 + (1L << 35)), "its root is no object of it", 8),
        arguments(image(8, 8), "there is no object, or it is cut off", 32),
        arguments(image(header(16, 1), 0), "there is no object, or it is cut off", 32),
        arguments(image(f64, 0, f64), "there is no object, or it is cut off", 48),
        arguments(image(header(TUPLE, MAX_SIZE)), "there is no object, or it is cut off", 32),
        arguments(image(header(STRING, MAX_SIZE)), "there is no object, or it is cut off", 32),
        arguments(image(header(CONS, 1), 1), "the size of an object is wrong", 32),
        arguments(image(header(BOXED_F64, 2), 1, 1), "the size of an object is wrong", 32),
        arguments(image(BOXED_I64_HEADER, 5), "a boxed integer fits an immediate", 32),
        arguments(image(header(STRING, 1), 'a'), "the flags of an object are wrong", 32),
        arguments(image(header(STRING, 1, 2), 0xa9c3), "the flags of an object are wrong", 32),
        arguments(image(header(TUPLE, 1, 1), 1), "the flags of an object are wrong", 32),
        arguments(image(header(STRING, 1), 0xc3), "a string is not UTF-8", 32),
        arguments(image(header(STRING, 3), 0x80a0ed), "a string is not UTF-8", 32),
        arguments(image(header(STRING, 1, 1), 'a' | 1 << 8), "padding is not zero", 32),
        arguments(image(header(BYTES, 0), f64, 0), null, 8),
        arguments(image(header(BYTES, 2), 1 << 16), "padding is not zero", 32),
        bad(MAP, 0),
        bad(MAP_ROOT, 1, 1),
        bad(CLOSURE, 0, 1),
        bad(SHARED_BYTES, 4, 1, 2, 3, 4),
        bad(TERM_ARRAY, 1, 1),
        bad(I64_ARRAY, 0),
        bad(F64_ARRAY, 0),
        bad(U8_ARRAY, 0),
        term(Term.atom(ATOMS)),
        term(Term.pid(1, 2, 3)),
        term(Term.ref(9)),
        term(Term.NONE),
        term(0),
        term(36),
        term(40),
        term(1 << 20),
        arguments(image(header(TUPLE, 1), 32), "its objects refer to each other in a cycle", 8),
        arguments(
            image(CONS_HEADER, 1, 56, CONS_HEADER, 1, 32),
            "its objects refer to each other in a cycle",
            8));
  }

  private static Arguments bad(int kind, int size, long... words) {
    long[] all = new long[words.length + 1];
    all[0] = header(kind, size);
    System.arraycopy(words, 0, all, 1, words.length);
    return arguments(image(all), "an object of this kind cannot be a literal", 32);
  }

  private static Arguments term(long term) {
    return arguments(image(header(TUPLE, 1), term), "a term is none that a module may hold", 40);
  }

  @Test
  void shouldAcceptSharingAndEveryKindOfTerm() {
    byte[] image =
        image(
            header(TUPLE, 6),
            88,
            88,
            Term.atom(1),
            Term.smallInt(-1),
            Term.EMPTY_LIST,
            104,
            BOXED_I64_HEADER,
            Long.MIN_VALUE,
            CONS_HEADER,
            88,
            128,
            header(STRING, 2),
            0xa9c3,
            header(STRING, 1, 3),
            0x636261);

    assertThat(new ImageChecker(image, ATOMS).check()).isNull();
  }

  /** Whatever the bytes: it does not crash, and what it accepts can be walked in checked memory. */
  @Test
  void shouldSurviveRandomChanges() {
    byte[] good =
        image(
            header(TUPLE, 3),
            64,
            80,
            104,
            BOXED_I64_HEADER,
            Long.MAX_VALUE,
            CONS_HEADER,
            64,
            Term.EMPTY_LIST,
            header(STRING, 1, 3),
            0x636261);
    assertThat(new ImageChecker(good, ATOMS).check()).isNull();
    Random random = new Random(7);
    int accepted = 0;
    try (MemoryPool pool = new MemoryPool(64 << 20);
        BlockCache cache = pool.newCache()) {
      for (int round = 0; round < 20_000; round++) {
        byte[] changed = good.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
          changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (new ImageChecker(changed, ATOMS).check() == null) {
          accepted++;
          walk(changed, cache);
        }
      }
    }
    assertThat(accepted).isBetween(100, 19_000);
  }

  private static void walk(byte[] image, BlockCache cache) {
    long address = cache.allocate(image.length);
    Memory.copyIn(image, 0, image.length, address);
    long root = TermImage.toLiteral(address);
    assertThat(count(root)).isPositive();
    cache.free(address, image.length);
  }

  private static long count(long term) {
    if (!Term.isObject(term)) {
      return 1;
    }
    long header = Memory.getLong(term);
    long sum = 1;
    for (long i = 0; i < termCount(header); i++) {
      sum += count(Memory.getLong(term + firstTermOffset(header) + 8 * i));
    }
    return sum + Memory.getByte(term + byteSize(header) - 1) * 0;
  }

  static byte[] image(long... words) {
    int length = TermImage.HEADER_BYTES + 8 * words.length;
    ByteBuffer image = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    image.putLong(length).putLong(TermImage.HEADER_BYTES).putLong(0).putLong(0);
    for (long word : words) {
      image.putLong(word);
    }
    return image.array();
  }

  private static byte[] put(byte[] image, int at, long word) {
    ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).putLong(at, word);
    return image;
  }
}
