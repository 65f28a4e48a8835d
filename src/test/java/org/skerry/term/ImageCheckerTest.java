package org.skerry.term;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.skerry.memory.Memory;

final class ImageCheckerTest {
  private static final List<String> ATOMS = List.of("zebra", "ape", "cat");

  private final TermFixture f = new TermFixture(1 << 20);
  private final ImageChecker checker = new ImageChecker(ATOMS);

  @AfterEach
  void close() {
    checker.close();
    f.close();
  }

  private byte[] file(Object value) {
    try (TermBuilder builder = new TermBuilder(f.scratch)) {
      TermImages.push(value, builder);
      return builder.popFileImage(atom -> ATOMS.indexOf(f.atoms.name(atom)));
    }
  }

  private static Object atom(String name) {
    return new TermValue.Atom(name);
  }

  /** As a loader does it; only for images that passed the check. */
  private long load(byte[] bytes) {
    long image = f.cache.allocate(bytes.length);
    Memory.copyIn(bytes, 0, bytes.length, image);
    Memory.putLong(image + TermImage.BLOCK_BYTES, bytes.length);
    for (long at = image + TermImage.HEADER_BYTES; at < image + bytes.length; ) {
      long header = Memory.getLong(at);
      long word = at + ObjectLayout.firstTermOffset(header);
      for (long left = ObjectLayout.termCount(header); left > 0; left--, word += 8) {
        if (Term.isAtom(Memory.getLong(word))) {
          Memory.putLong(word, f.atom(ATOMS.get(Term.atomIndex(Memory.getLong(word)))));
        }
      }
      at += ObjectLayout.byteSize(header);
    }
    TermImage.toLiteral(image);
    return image;
  }

  private static Map<Object, Object> map(int size) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      map.put(i % 2 == 0 ? (Object) (long) i : "key" + i, List.of((long) i));
    }
    map.put(atom("zebra"), atom("ape"));
    return map;
  }

  @Test
  void shouldAcceptWhatABuilderMakes() {
    Object deep = null;
    for (int i = 0; i < 10_000; i++) {
      deep = TermValue.Tuple.of(deep);
    }
    Object[] values = {
      1L,
      Long.MAX_VALUE,
      1.5,
      "text \u20ac",
      new byte[] {1, 2, 3},
      TermValue.Tuple.of(atom("zebra"), 1L, List.of("a", "b")),
      new TermValue.ImproperList(List.of(1L), 2L),
      map(3),
      map(40),
      map(3000),
      List.of(map(20), map(20)),
      deep
    };
    for (Object value : values) {
      byte[] file = file(value);
      assertThat(checker.problem(file)).isNull();
      long image = load(file);
      long again = TermImages.of(value, f.scratch);
      long literal = Memory.getLong(image + TermImage.ROOT);
      long expected = TermImage.copyInto(again, f.writer);
      assertThat(TermOrder.equal(literal, expected, f.scratch)).isTrue();
      TermImage.release(again, f.cache);
      TermImage.releaseLiteral(image, f.cache);
      f.clearHeap();
    }
  }

  private List<byte[]> samples() {
    return List.of(
        file(TermValue.Tuple.of(atom("cat"), "a\u00e9", List.of(1L, Long.MIN_VALUE, 2.5))),
        file(map(4)),
        file(map(20)),
        file(
            TermValue.Tuple.of(
                new byte[] {9, 8, 7}, new TermValue.ImproperList(List.of(0L), "x"))));
  }

  @Test
  void shouldRejectEveryTruncation() {
    for (byte[] sample : samples()) {
      for (int length = 0; length < sample.length; length++) {
        assertThat(checker.problem(Arrays.copyOf(sample, length))).isNotNull();
      }
      assertThat(checker.problem(Arrays.copyOf(sample, sample.length + 8))).isNotNull();
    }
  }

  @Test
  void shouldRejectEverySingleBitFlipOrUseItSafely() {
    int rejected = 0;
    int accepted = 0;
    for (byte[] sample : samples()) {
      for (int bit = 0; bit < sample.length * 8; bit++) {
        byte[] flipped = sample.clone();
        flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
        if (checker.problem(flipped) != null) {
          rejected++;
        } else {
          accepted++;
          useAll(flipped);
        }
      }
    }
    assertThat(rejected).isGreaterThan(accepted / 10);
    assertThat(accepted).isPositive(); // Numbers and text may have other values.
  }

  /** In checked memory, whatever is wrong with a pointer or a length shows here. */
  private void useAll(byte[] bytes) {
    long image = load(bytes);
    long root = Memory.getLong(image + TermImage.ROOT);
    String text = TermPrinter.toLiteral(root, f.scratch);
    assertThat(text).isNotEmpty();
    TermHash.hash(root, f.scratch);
    long copy = f.adopt(f.flatten(root));
    assertThat(TermOrder.equal(root, copy, f.scratch)).isTrue();
    if (Term.isMap(copy)) {
      long keys = Maps.keys(copy, f.scratch, f.writer);
      for (; Term.isCons(keys); keys = Lists.tail(keys)) {
        assertThat(Maps.contains(copy, Lists.head(keys), f.scratch)).isTrue();
      }
    }
    TermImage.releaseLiteral(image, f.cache);
    f.clearHeap();
  }

  private static ByteBuffer image(long root, long... words) {
    ByteBuffer image = ByteBuffer.allocate(32 + 8 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    image.putLong(32 + 8L * words.length).putLong(root).putLong(0).putLong(0);
    for (long word : words) {
      image.putLong(word);
    }
    return image;
  }

  private void rejects(String part, long... words) {
    assertThat(checker.problem(image(32, words).array())).contains(part);
  }

  @Test
  void shouldRejectWhatIsNoLiteral() {
    long tuple1 = ObjectLayout.header(ObjectLayout.TUPLE, 1);
    rejects("cycle", tuple1, 32);
    rejects("leads to no object", tuple1, 40);
    rejects("leads to no object", tuple1, 4096);
    rejects("no term", tuple1, Term.pid(0, 1, 0));
    rejects("no term", tuple1, Term.ref(1));
    rejects("no term", tuple1, Term.NONE);
    rejects("no term", tuple1, Term.atom(3));
    rejects("beyond the end", ObjectLayout.header(ObjectLayout.TUPLE, 2), Term.NIL);
    rejects("beyond the end", ObjectLayout.header(ObjectLayout.TUPLE, ObjectLayout.MAX_SIZE));
    rejects("no object that a literal", ObjectLayout.header(ObjectLayout.TERM_ARRAY, 0));
    rejects("no object that a literal", ObjectLayout.header(ObjectLayout.CLOSURE, 0), 1);
    rejects("no object that a literal", ObjectLayout.header(100, 0));
    rejects("no object that a literal", 0);
    rejects("box", ObjectLayout.BOXED_I64_HEADER, 5);
    rejects("ASCII", ObjectLayout.header(ObjectLayout.STRING, 1), 'a');
    rejects("no UTF-8", ObjectLayout.header(ObjectLayout.STRING, 1), 0x80);
    rejects("no UTF-8", ObjectLayout.header(ObjectLayout.STRING, 2), 0x80C0);
    rejects("no UTF-8", ObjectLayout.header(ObjectLayout.STRING, 3), 0x80A0ED);
    rejects("padding", ObjectLayout.header(ObjectLayout.BYTES, 1), 0x100);
    rejects("form", ObjectLayout.header(ObjectLayout.MAP, 2), 5, 3, Term.NIL, Term.NIL);
    rejects("form", ObjectLayout.header(ObjectLayout.MAP, 2), 3, 3, Term.NIL, Term.NIL);
    // Atoms go by name: "zebra" is behind "ape", whatever their indices.
    rejects(
        "form",
        ObjectLayout.header(ObjectLayout.MAP, 2),
        Term.atom(0),
        Term.atom(1),
        Term.NIL,
        Term.NIL);
    assertThat(checker.problem(image(40, tuple1, Term.NIL).array())).contains("leads to no object");
  }

  @Test
  void shouldCheckASharedGraphInLinearTime() {
    // 40 levels of {t, t} as a key beside another: 2^40 paths.
    long[] words = new long[3 * 41 + 5];
    int at = 0;
    for (int i = 0; i < 41; i++) {
      words[at++] = ObjectLayout.header(ObjectLayout.TUPLE, 2);
      long previous = i == 0 ? Term.NIL : 32 + 8L * (at - 4);
      words[at++] = previous;
      words[at++] = previous;
    }
    words[at++] = ObjectLayout.header(ObjectLayout.MAP, 2);
    words[at++] = 32 + 8L * (at - 5);
    words[at++] = 32;
    words[at++] = Term.NIL;
    words[at] = Term.NIL;
    String problem = checker.problem(image(32 + 8L * 123, words).array());
    assertThat(problem).isNotNull();
  }
}
