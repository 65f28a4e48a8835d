package org.skerry;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.skerry.memory.Memory;
import org.skerry.process.WorkerContext;
import org.skerry.term.Bytes;
import org.skerry.term.Lists;
import org.skerry.term.Maps;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Strings;
import org.skerry.term.Term;
import org.skerry.term.Tuples;

/**
 * Looks at a message where it lies, off the Java heap: a cursor that stands at a term, goes into
 * parts of it and comes back. Valid while the handler runs that it was given to, and for its
 * thread. Allocates nothing but where a method says so.
 *
 * <p>What asks for another type than the term has throws {@link IllegalStateException}.
 */
public final class TermReader {
  private final HostMailbox mailbox;
  private final WorkerContext context;

  /** The terms that the cursor has gone into, outermost first. */
  private long[] path = new long[16];

  private int depth;
  private long term = Term.NONE;

  TermReader(HostMailbox mailbox, WorkerContext context) {
    this.mailbox = mailbox;
    this.context = context;
  }

  void open(long message) {
    term = message;
    depth = 0;
  }

  /** The term's type. */
  public TermType type() {
    return TermType.of(Term.kindOf(current()));
  }

  /** The value of an integer. */
  public long asLong() {
    long word = current();
    if (!Term.isInt(word)) {
      throw mismatch(TermType.INTEGER);
    }
    return Term.intValue(word);
  }

  /** The value of a float. */
  public double asDouble() {
    if (!Term.isFloat(current())) {
      throw mismatch(TermType.FLOAT);
    }
    return Term.floatValue(term);
  }

  /** The value of a boolean. */
  public boolean asBoolean() {
    if (!Term.isBoolean(current())) {
      throw mismatch(TermType.BOOLEAN);
    }
    return term == Term.TRUE;
  }

  /** Whether it is this atom. */
  public boolean isAtom(Atom atom) {
    return current() == atom.wordIn(mailbox.vm());
  }

  /** Whether it is nil. */
  public boolean isNil() {
    return current() == Term.NIL;
  }

  /** The {@link Pid#word} of a pid. */
  public long asPid() {
    if (!Term.isPid(current())) {
      throw mismatch(TermType.PID);
    }
    return term;
  }

  /** The word of a ref. */
  public long asRef() {
    if (!Term.isRef(current())) {
      throw mismatch(TermType.REF);
    }
    return term;
  }

  /**
   * Elements of a tuple or array, entries of a map, cells of a list, bytes of bytes or a string.
   */
  public long size() {
    long word = current();
    if (Term.isTuple(word)) {
      return Tuples.size(word);
    }
    if (Term.isMap(word)) {
      return Maps.size(word);
    }
    if (Term.isBytes(word)) {
      return Bytes.rawLength(word);
    }
    if (Term.isString(word)) {
      return Strings.byteLength(word);
    }
    if (Term.isList(word)) {
      long cells = 0;
      for (long at = word; Term.isCons(at); at = Lists.tail(at)) {
        cells++;
      }
      return cells;
    }
    if (Term.isArray(word)) {
      return ObjectLayout.size(Memory.getLong(word));
    }
    throw new IllegalStateException("The term has no parts. type=" + type());
  }

  /**
   * Goes into an element of a tuple.
   *
   * @throws IndexOutOfBoundsException if there is none with this index, from 0
   */
  public TermReader enter(long index) {
    long tuple = current();
    if (!Term.isTuple(tuple)) {
      throw mismatch(TermType.TUPLE);
    }
    java.util.Objects.checkIndex(index, Tuples.size(tuple));
    return push(Tuples.get(tuple, index));
  }

  /** Goes into the first element of a list; false, and stays, where it is empty. */
  public boolean enterFirst() {
    long list = current();
    if (!Term.isList(list)) {
      throw mismatch(TermType.LIST);
    }
    if (!Term.isCons(list)) {
      return false;
    }
    push(Memory.getLong(list + ObjectLayout.CONS_HEAD));
    return true;
  }

  /**
   * Goes from an element of a list, which {@link #enterFirst} went into, to the next; where there
   * is none it goes back to what is left of the list, which is [] for a proper one.
   */
  public boolean next() {
    current();
    if (depth == 0 || !Term.isCons(path[depth - 1])) {
      throw new IllegalStateException("The cursor is not in a list.");
    }
    long tail = Memory.getLong(path[depth - 1] + ObjectLayout.CONS_TAIL);
    path[depth - 1] = tail;
    if (Term.isCons(tail)) {
      term = Memory.getLong(tail + ObjectLayout.CONS_HEAD);
      return true;
    }
    depth--;
    term = tail;
    return false;
  }

  /** Goes into the value that a map has under an atom; false, and stays, where it has none. */
  public boolean enter(Atom key) {
    long map = current();
    if (!Term.isMap(map)) {
      throw mismatch(TermType.MAP);
    }
    long value = Maps.get(map, key.wordIn(mailbox.vm()), context.scratch());
    if (value == Term.NONE) {
      return false;
    }
    push(value);
    return true;
  }

  /** Goes back to where the last {@code enter…} was called; of a list, to the cell reached. */
  public TermReader leave() {
    current();
    if (depth == 0) {
      throw new IllegalStateException("The cursor stands at the whole message.");
    }
    term = path[--depth];
    return this;
  }

  /** Copies the bytes of bytes, or of a string as UTF-8, into an array; returns how many. */
  public int copyTo(byte[] array, int from) {
    long word = current();
    long length = size();
    long address;
    if (Term.isString(word)) {
      address = word + ObjectLayout.RAW_OFFSET;
    } else if (Term.isBytes(word)) {
      address = Bytes.rawAddress(word);
    } else {
      throw mismatch(TermType.BYTES);
    }
    java.util.Objects.checkFromIndexSize(from, length, array.length);
    Memory.copyOut(address, array, from, (int) length);
    return (int) length;
  }

  /** The text of a string, as a new Java object. */
  public String asString() {
    if (!Term.isString(current())) {
      throw mismatch(TermType.STRING);
    }
    byte[] utf8 = new byte[Math.toIntExact(Strings.byteLength(term))];
    copyTo(utf8, 0);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** The name of an atom, as a Java object. */
  public String asAtom() {
    if (!Term.isAtom(current())) {
      throw mismatch(TermType.ATOM);
    }
    return context.scratch().atoms().name(term);
  }

  /** The term as a Java value, a new one. */
  public org.skerry.Term toTerm() {
    return org.skerry.Term.read(
        org.skerry.term.TermReader.read(current(), context.scratch().atoms()));
  }

  private TermReader push(long part) {
    if (depth == path.length) {
      path = Arrays.copyOf(path, 2 * depth);
    }
    path[depth++] = term;
    term = part;
    return this;
  }

  private long current() {
    mailbox.checkOwned();
    if (term == Term.NONE) {
      throw new IllegalStateException("The message is gone: a handler's reader ends with it.");
    }
    return term;
  }

  private IllegalStateException mismatch(TermType wanted) {
    return new IllegalStateException(
        "The term is of another type. type=" + type() + " wanted=" + wanted);
  }
}
