package org.skerry;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.skerry.assembly.Quoted;
import org.skerry.term.TermValue;

/** Writes the values of terms as assembly has them, cut for people. Nothing recurses. */
final class TermText {
  private static final int MAX_CHARS = 4096;

  /** What is written next, the innermost first: text, or a value in a {@link Value}. */
  private final ArrayDeque<Object> open = new ArrayDeque<>();

  private final StringBuilder out = new StringBuilder();

  private record Value(Object value) {}

  private TermText() {}

  static String of(Object value) {
    return new TermText().write(value);
  }

  private String write(Object value) {
    open.push(new Value(value));
    while (!open.isEmpty() && out.length() <= MAX_CHARS) {
      switch (open.pop()) {
        case Value next -> begin(next.value);
        case Object text -> out.append(text);
      }
    }
    if (out.length() > MAX_CHARS) {
      out.setLength(MAX_CHARS - (Character.isHighSurrogate(out.charAt(MAX_CHARS - 1)) ? 1 : 0));
      out.append('…');
    }
    return out.toString();
  }

  private void begin(Object value) {
    switch (value) {
      case TermValue.Atom atom -> out.append(Quoted.atom(atom.name()));
      case String text -> out.append(Quoted.string(cut(text)));
      case byte[] bytes -> numbers("<<", bytes.length, i -> bytes[i] & 0xff, ">>");
      case long[] elements -> numbers("i64[", elements.length, i -> elements[i], "]");
      case double[] elements -> numbers("f64[", elements.length, i -> number(elements[i]), "]");
      case TermValue.U8Array array ->
          numbers("u8[", array.elements().length, i -> array.elements()[i] & 0xff, "]");
      case TermValue.Tuple tuple -> sequence("{", tuple.elements(), ", ", "}");
      case List<?> list -> sequence("[", list, ", ", "]");
      case TermValue.ImproperList list -> {
        open.push("]");
        open.push(new Value(list.tail()));
        sequence("[", list.elements(), ", ", " | ");
      }
      case TermValue.TermArray array -> sequence("term[", array.elements(), " ", "]");
      case Map<?, ?> map -> map(map);
      case TermValue.Pid pid -> out.append(new Pid(pid.word()));
      case TermValue.Ref ref ->
          out.append("#ref<").append(org.skerry.term.Term.refNumber(ref.word())).append('>');
      case TermValue.Function function ->
          out.append("#fn<").append((int) function.index()).append('>');
      case Double number -> out.append(number(number));
      case null -> out.append("nil");
      default -> out.append(value);
    }
  }

  private static Object number(double value) {
    return Double.isNaN(value)
        ? "nan"
        : Double.isInfinite(value) ? value > 0 ? "inf" : "-inf" : value;
  }

  private static String cut(String text) {
    return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS);
  }

  private void sequence(String start, List<?> elements, String separator, String end) {
    out.append(start);
    open.push(end);
    // Backwards, since what is pushed last is written first; an element is a character at least.
    for (int i = Math.min(elements.size(), MAX_CHARS) - 1; i >= 0; i--) {
      open.push(new Value(elements.get(i)));
      if (i > 0) {
        open.push(separator);
      }
    }
  }

  private void map(Map<?, ?> map) {
    out.append("%{");
    ArrayDeque<Object> parts = new ArrayDeque<>();
    map.entrySet().stream()
        .limit(MAX_CHARS)
        .forEach(entry -> {
          parts.push(parts.isEmpty() ? "" : ", ");
          parts.push(new Value(entry.getKey()));
          parts.push(" => ");
          parts.push(new Value(entry.getValue()));
        });
    open.push("}");
    parts.forEach(open::push);
  }

  /** Gives a number by its index. */
  @FunctionalInterface
  private interface Numbers {
    Object at(int index);
  }

  private void numbers(String start, int count, Numbers numbers, String end) {
    out.append(start);
    for (int i = 0; i < count && out.length() <= MAX_CHARS; i++) {
      out.append(i > 0 ? " " : "").append(numbers.at(i));
    }
    out.append(end);
  }
}
