package org.skerry;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.skerry.term.TermValue;

/**
 * A term as a Java value: a copy, which belongs to no VM and no process. Immutable; any thread.
 *
 * <p>Made of ordinary Java values by {@link #of}, and read with {@code as…}, each of which throws
 * {@link IllegalStateException} where the term is of another type. Two terms are equal exactly
 * where a program finds them equal: 1 is not 1.0, 0.0 is -0.0, and NaN is NaN.
 */
public final class Term {
  /** nil. */
  public static final Term NIL = new Term(null);

  /** As {@link org.skerry.term.TermReader} gives it; what is in it is never changed. */
  private final Object value;

  private Term(Object value) {
    this.value = value;
  }

  /** The term of what {@link org.skerry.term.TermReader} has read. */
  static Term read(Object value) {
    return value == null ? NIL : new Term(value);
  }

  /** What {@link org.skerry.term.TermImages} makes terms of. */
  Object value() {
    return value;
  }

  /**
   * The term of a Java value, which is copied:
   *
   * <table>
   * <caption>Java values and terms</caption>
   * <tr><td>null</td><td>nil</td></tr>
   * <tr><td>Boolean</td><td>boolean</td></tr>
   * <tr><td>Byte, Short, Integer, Long</td><td>integer</td></tr>
   * <tr><td>Float, Double</td><td>float</td></tr>
   * <tr><td>CharSequence, Character</td><td>string</td></tr>
   * <tr><td>byte[]</td><td>bytes</td></tr>
   * <tr><td>{@link Pid}</td><td>pid</td></tr>
   * <tr><td>{@link Atom}</td><td>atom</td></tr>
   * <tr><td>List, and other Iterables</td><td>list</td></tr>
   * <tr><td>Map</td><td>map</td></tr>
   * <tr><td>Term</td><td>itself</td></tr>
   * </table>
   *
   * <p>In lists and maps the same holds for what is in them. Tuples and atoms have no Java type of
   * their own: see {@link #tuple} and {@link #atom}.
   *
   * @throws IllegalArgumentException if there is no term for a value
   */
  public static Term of(@Nullable Object value) {
    return value instanceof Term term ? term : read(TermValues.copy(value));
  }

  /** The atom of a name, in whatever VM the term goes to. */
  public static Term atom(String name) {
    return new Term(new TermValue.Atom(name));
  }

  /** The tuple of some values, each as {@link #of} takes it. */
  public static Term tuple(@Nullable Object... elements) {
    List<Object> values = new ArrayList<>(elements.length);
    for (Object element : elements) {
      values.add(of(element).value);
    }
    return new Term(new TermValue.Tuple(Collections.unmodifiableList(values)));
  }

  /** What type it is of. */
  public TermType type() {
    return TermValues.type(value);
  }

  /** Whether it is nil. */
  public boolean isNil() {
    return value == null;
  }

  /** Whether it is the atom of a name. */
  public boolean isAtom(String name) {
    return value instanceof TermValue.Atom atom && atom.name().equals(name);
  }

  /** The value of an integer. */
  public long asLong() {
    return (Long) as(TermType.INTEGER);
  }

  /** The value of a float; for an integer, {@link #asLong} is the one to call. */
  public double asDouble() {
    return (Double) as(TermType.FLOAT);
  }

  /** The value of a boolean. */
  public boolean asBoolean() {
    return (Boolean) as(TermType.BOOLEAN);
  }

  /** The name of an atom. */
  public String asAtom() {
    return ((TermValue.Atom) as(TermType.ATOM)).name();
  }

  /** The text of a string. */
  public String asString() {
    return as(TermType.STRING).toString();
  }

  /** A copy of bytes. */
  public byte[] asBytes() {
    return ((byte[]) as(TermType.BYTES)).clone();
  }

  /** The identifier that a pid is. */
  public Pid asPid() {
    return new Pid(((TermValue.Pid) as(TermType.PID)).word());
  }

  /** The elements of a tuple; a view that cannot be changed. */
  public List<Term> asTuple() {
    return terms(((TermValue.Tuple) as(TermType.TUPLE)).elements());
  }

  /**
   * The elements of a list; a view that cannot be changed.
   *
   * @throws IllegalStateException also if it ends in another term than []
   */
  public List<Term> asList() {
    if (as(TermType.LIST) instanceof List<?> list) {
      return terms(list);
    }
    throw new IllegalStateException("The list does not end in []. term=" + this);
  }

  /** The entries of a map, in the VM's order of small ones; cannot be changed. */
  public Map<Term, Term> asMap() {
    Map<Term, Term> terms = new LinkedHashMap<>();
    ((Map<?, ?>) as(TermType.MAP)).forEach((key, element) -> terms.put(read(key), read(element)));
    return Collections.unmodifiableMap(terms);
  }

  /** A copy of the elements of an {@code i64[]}. */
  public long[] asLongs() {
    return ((long[]) as(TermType.INTEGER_ARRAY)).clone();
  }

  /** A copy of the elements of an {@code f64[]}. */
  public double[] asDoubles() {
    return ((double[]) as(TermType.FLOAT_ARRAY)).clone();
  }

  private Object as(TermType wanted) {
    TermType type = type();
    if (type != wanted) {
      throw new IllegalStateException(
          "The term is of another type. type=" + type + " wanted=" + wanted + " term=" + this);
    }
    return value;
  }

  private static List<Term> terms(List<?> values) {
    return new AbstractList<>() {
      @Override
      public Term get(int index) {
        return read(values.get(index));
      }

      @Override
      public int size() {
        return values.size();
      }
    };
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Term term && TermValues.equal(value, term.value);
  }

  @Override
  public int hashCode() {
    return TermValues.hash(value);
  }

  /** As in assembly, cut where it is long. */
  @Override
  public String toString() {
    return TermText.of(value);
  }
}
