package org.skerry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.skerry.term.TermValue;

/**
 * What {@link Term} does with the values that it is made of. A program decides how deep they are,
 * and how often one stands in others: so nothing that looks through them recurses, but for the keys
 * of maps, and no pair is compared twice.
 */
final class TermValues {
  /** A hash looks at so many values at most, which is enough to tell terms apart. */
  private static final int HASHED_AT_MOST = 64;

  /** Two values that have been compared; by identity. */
  private record Pair(Object a, Object b) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Pair pair && a == pair.a && b == pair.b;
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(a) + System.identityHashCode(b);
    }
  }

  private TermValues() {}

  /** A copy of a Java value in the form that a term's value has. */
  static Object copy(Object value) {
    return switch (value) {
      case null -> null;
      case Term term -> term.value();
      case Boolean b -> b;
      case Long i -> i;
      case Integer i -> (long) i;
      case Short i -> (long) i;
      case Byte i -> (long) i;
      case Double d -> d;
      case Float d -> (double) d;
      case Character c -> c.toString();
      case CharSequence text -> text.toString();
      case byte[] bytes -> bytes.clone();
      case Pid pid -> new TermValue.Pid(pid.word());
      case Atom atom -> new TermValue.Atom(atom.name());
      case Map<?, ?> map -> {
        Map<Object, Object> copy = new LinkedHashMap<>();
        map.forEach((key, element) -> copy.put(copy(key), copy(element)));
        yield Collections.unmodifiableMap(copy);
      }
      case Iterable<?> elements -> {
        List<Object> copy = new ArrayList<>();
        elements.forEach(element -> copy.add(copy(element)));
        yield Collections.unmodifiableList(copy);
      }
      default ->
          throw new IllegalArgumentException(
              "There is no term for a value of this type. type=" + value.getClass().getName());
    };
  }

  static TermType type(Object value) {
    return switch (value) {
      case null -> TermType.NIL;
      case Boolean b -> TermType.BOOLEAN;
      case Long i -> TermType.INTEGER;
      case Double d -> TermType.FLOAT;
      case String s -> TermType.STRING;
      case byte[] b -> TermType.BYTES;
      case List<?> l -> TermType.LIST;
      case Map<?, ?> m -> TermType.MAP;
      case long[] a -> TermType.INTEGER_ARRAY;
      case double[] a -> TermType.FLOAT_ARRAY;
      case TermValue.Atom a -> TermType.ATOM;
      case TermValue.Tuple t -> TermType.TUPLE;
      case TermValue.ImproperList l -> TermType.LIST;
      case TermValue.Pid p -> TermType.PID;
      case TermValue.Ref r -> TermType.REF;
      case TermValue.Function f -> TermType.FUNCTION;
      case TermValue.U8Array a -> TermType.BYTE_ARRAY;
      case TermValue.TermArray a -> TermType.TERM_ARRAY;
      default -> throw new IllegalArgumentException("no term's value: " + value.getClass());
    };
  }

  /** Whether a program would find the terms equal. */
  static boolean equal(Object one, Object other) {
    ArrayDeque<Pair> open = new ArrayDeque<>(List.of(new Pair(one, other)));
    Set<Pair> known = new HashSet<>();
    while (!open.isEmpty()) {
      Pair pair = open.pop();
      if (pair.a == pair.b) {
        continue;
      }
      if (pair.a == null || pair.b == null || type(pair.a) != type(pair.b)) {
        return false;
      }
      boolean isLeaf = parts(pair.a) == null && !(pair.a instanceof Map);
      if (isLeaf ? !equalLeaves(pair.a, pair.b) : known.add(pair) && !push(pair, open)) {
        return false;
      }
    }
    return true;
  }

  /** Adds what must be equal for two values with parts to be so; false where they are not. */
  private static boolean push(Pair pair, ArrayDeque<Pair> open) {
    if (pair.a instanceof Map<?, ?> map) {
      return pushEntries(map, (Map<?, ?>) pair.b, open);
    }
    List<?> ones = parts(pair.a);
    List<?> others = parts(pair.b);
    if (pair.a.getClass() != pair.b.getClass()
            && !(pair.a instanceof List && pair.b instanceof List)
        || ones.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < ones.size(); i++) {
      open.push(new Pair(ones.get(i), others.get(i)));
    }
    return !(pair.a instanceof TermValue.Function function)
        || function.index() == ((TermValue.Function) pair.b).index();
  }

  private static boolean pushEntries(Map<?, ?> map, Map<?, ?> other, ArrayDeque<Pair> open) {
    if (map.size() != other.size()) {
      return false;
    }
    Map<Term, Object> found = new HashMap<>();
    other.forEach((key, element) -> found.put(Term.read(key), element));
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Term key = Term.read(entry.getKey());
      if (!found.containsKey(key)) {
        return false;
      }
      open.push(new Pair(entry.getValue(), found.get(key)));
    }
    return true;
  }

  private static boolean equalLeaves(Object a, Object b) {
    return switch (a) {
      case Double d -> d.equals(b) || d.doubleValue() == (Double) b;
      case byte[] bytes -> Arrays.equals(bytes, (byte[]) b);
      case long[] elements -> Arrays.equals(elements, (long[]) b);
      case double[] elements -> equalElements(elements, (double[]) b);
      default -> a.equals(b);
    };
  }

  private static boolean equalElements(double[] a, double[] b) {
    boolean equal = a.length == b.length;
    for (int i = 0; equal && i < a.length; i++) {
      equal = equalLeaves(a[i], b[i]);
    }
    return equal;
  }

  /** The values in a value, in order; null for a leaf, and for a map, whose order says nothing. */
  static List<?> parts(Object value) {
    return switch (value) {
      case TermValue.Tuple tuple -> tuple.elements();
      case List<?> list -> list;
      case TermValue.TermArray array -> array.elements();
      case TermValue.Function function -> function.captures();
      case TermValue.ImproperList list -> {
        List<Object> parts = new ArrayList<>(list.elements());
        parts.add(list.tail());
        yield parts;
      }
      case null, default -> null;
    };
  }

  static int hash(Object value) {
    ArrayDeque<Object[]> open = new ArrayDeque<>();
    open.add(new Object[] {value});
    int hash = 0;
    for (int looked = 0; looked < HASHED_AT_MOST && !open.isEmpty(); looked++) {
      Object next = open.remove()[0];
      hash = 31 * hash + shallowHash(next);
      List<?> parts = next == null ? null : parts(next);
      if (parts != null) {
        parts.stream().limit(HASHED_AT_MOST).forEach(part -> open.add(new Object[] {part}));
      }
    }
    return hash;
  }

  private static int shallowHash(Object value) {
    return switch (value) {
      case Double d -> d == 0 ? 1 : d.hashCode();
      case byte[] bytes -> Arrays.hashCode(bytes);
      case long[] elements -> Arrays.hashCode(elements);
      case double[] elements -> elements.length;
      case TermValue.U8Array array -> array.hashCode();
      case Map<?, ?> map -> map.size();
      case TermValue.Tuple tuple -> 7 + tuple.elements().size();
      case List<?> list -> 11 + list.size();
      case TermValue.ImproperList list -> 13 + list.elements().size();
      case TermValue.TermArray array -> 17 + array.elements().size();
      case TermValue.Function function -> Long.hashCode(function.index());
      case null, default -> Objects.hashCode(value);
    };
  }
}
