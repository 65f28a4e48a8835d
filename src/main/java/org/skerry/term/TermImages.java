package org.skerry.term;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Images of ordinary Java values; {@link TermReader} goes the other way. Nothing recurses. */
public final class TermImages {
  /** Parts between two pauses; a power of two. */
  private static final int PAUSE = 1 << 12;

  private TermImages() {}

  /**
   * An image of a value. It may be made of {@code null}, {@link Boolean}, {@link Long}, {@link
   * Integer}, {@link Short}, {@link Byte}, {@link Double}, {@link Float}, {@link CharSequence},
   * {@code byte[]}, {@link List} and other {@link Iterable}s, {@link Map}, and {@link TermValue}s,
   * in any depth.
   *
   * @return the image's address; the caller owns it
   * @throws IllegalArgumentException if it holds anything else
   * @throws TermError LIMIT_EXCEEDED where memory or the table of atoms is full, BAD_ARGUMENT for a
   *     mutable key
   */
  public static long of(Object value, TermScratch scratch) {
    try (TermBuilder builder = new TermBuilder(scratch)) {
      push(value, builder);
      return builder.popImage(Long.MAX_VALUE);
    }
  }

  /**
   * As {@link #of}, but an immediate is no image.
   *
   * @return an immediate, or the image's address; the caller owns it
   */
  public static long messageOf(Object value, TermScratch scratch) {
    try (TermBuilder builder = new TermBuilder(scratch)) {
      push(value, builder);
      return builder.popMessage();
    }
  }

  /** Pushes a value's term onto a builder's stack. */
  public static void push(Object value, TermBuilder builder) {
    push(value, builder, () -> {});
  }

  /**
   * As {@link #push(Object, TermBuilder)}.
   *
   * @param pause done now and then
   */
  public static void push(Object value, TermBuilder builder, Runnable pause) {
    ArrayDeque<Pending> pending = new ArrayDeque<>();
    Pending begun = begin(value, builder);
    for (int parts = 1; ; parts++) {
      if ((parts & PAUSE - 1) == 0) {
        pause.run();
      }
      if (begun != null) {
        pending.push(begun);
      }
      Pending innermost = pending.peek();
      if (innermost == null) {
        return;
      }
      if (innermost.parts.hasNext()) {
        begun = begin(innermost.parts.next(), builder);
        innermost.count++;
      } else {
        pending.pop();
        innermost.make(builder);
        begun = null;
      }
    }
  }

  /** Pushes a leaf, or returns what has parts. */
  private static Pending begin(Object value, TermBuilder builder) {
    switch (value) {
      case null -> builder.pushImmediate(Term.NIL);
      case Boolean b -> builder.pushImmediate(Term.bool(b));
      case Long i -> builder.pushInt(i);
      case Integer i -> builder.pushInt(i);
      case Short i -> builder.pushInt(i);
      case Byte i -> builder.pushInt(i);
      case Double d -> builder.pushFloat(d);
      case Float d -> builder.pushFloat(d);
      case CharSequence text -> builder.pushString(text.toString());
      case byte[] bytes -> builder.pushBytes(bytes);
      case TermValue.Atom atom -> builder.pushAtom(atom.name());
      case TermValue.Pid pid -> builder.pushImmediate(pid.word());
      case TermValue.Ref ref -> builder.pushImmediate(ref.word());
      case TermValue.Tuple tuple -> {
        return new Pending(Form.TUPLE, tuple.elements().iterator());
      }
      case TermValue.ImproperList list -> {
        return new Pending(Form.IMPROPER_LIST, new WithTail(list));
      }
      case Map<?, ?> map -> {
        return new Pending(Form.MAP, new KeysAndValues(map));
      }
      case Iterable<?> list -> {
        return new Pending(Form.LIST, list.iterator());
      }
      default ->
          throw new IllegalArgumentException(
              "No term is made of this type. type=" + value.getClass().getName());
    }
    return null;
  }

  private enum Form {
    TUPLE,
    LIST,
    IMPROPER_LIST,
    MAP
  }

  private static final class Pending {
    private final Form form;
    private final Iterator<?> parts;
    private long count;

    Pending(Form form, Iterator<?> parts) {
      this.form = form;
      this.parts = parts;
    }

    void make(TermBuilder builder) {
      switch (form) {
        case TUPLE -> builder.makeTuple(count);
        case LIST -> builder.makeList(count);
        case IMPROPER_LIST -> builder.makeListWithTail(count - 1);
        case MAP -> builder.makeMap(count / 2);
      }
    }
  }

  private static final class WithTail implements Iterator<Object> {
    private final Iterator<?> elements;
    private Object tail;
    private boolean done;

    WithTail(TermValue.ImproperList list) {
      this.elements = list.elements().iterator();
      this.tail = list.tail();
    }

    @Override
    public boolean hasNext() {
      return !done;
    }

    @Override
    public Object next() {
      if (elements.hasNext()) {
        return elements.next();
      }
      done = true;
      return tail;
    }
  }

  private static final class KeysAndValues implements Iterator<Object> {
    private final Iterator<? extends Map.Entry<?, ?>> entries;
    private Map.Entry<?, ?> entry;

    KeysAndValues(Map<?, ?> map) {
      this.entries = map.entrySet().iterator();
    }

    @Override
    public boolean hasNext() {
      return entry != null || entries.hasNext();
    }

    @Override
    public Object next() {
      if (entry == null) {
        entry = entries.next();
        return entry.getKey();
      }
      Object value = entry.getValue();
      entry = null;
      return value;
    }
  }
}
