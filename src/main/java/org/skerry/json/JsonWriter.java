package org.skerry.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.skerry.term.TermValue;

/** Writes JSON (RFC 8259) of values as {@code term.TermReader} reads them. Any thread. */
public final class JsonWriter {
  /** The longest text, in bytes. */
  public static final int MAX_BYTES = 64 << 20;

  /** Parts between two pauses; a power of two. */
  private static final int PAUSE = 1 << 5;

  private final JsonFactory factory =
      new JsonFactoryBuilder()
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .streamWriteConstraints(
              StreamWriteConstraints.builder().maxNestingDepth(JsonReader.MAX_DEPTH + 1).build())
          .build();

  /**
   * An array or object that has been begun.
   *
   * @param names of an object that could have one twice, those that have been written; else null
   */
  private record Open(Iterator<?> parts, boolean isObject, Set<String> names) {}

  private static final class Output extends ByteArrayOutputStream {
    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
      if (length > MAX_BYTES - count) {
        throw new IllegalArgumentException("more than 64 MiB of JSON");
      }
      super.write(bytes, from, length);
    }
  }

  /** A writer of any number of texts. */
  public JsonWriter() {}

  /**
   * The text of a value: nil, booleans, numbers, strings, atoms as their names, lists, maps with
   * strings or atoms as keys, and arrays of numbers.
   *
   * @param pause done every 32 parts; what it throws comes out
   * @throws IllegalArgumentException if JSON has nothing for it, or it is too deep or too long
   */
  public byte[] write(Object value, Runnable pause) {
    Output output = new Output();
    try (JsonGenerator generator = factory.createGenerator(output)) {
      write(value, generator, pause);
    } catch (IOException e) {
      throw new IllegalArgumentException(e.getMessage());
    }
    return output.toByteArray();
  }

  private static void write(Object value, JsonGenerator generator, Runnable pause)
      throws IOException {
    ArrayDeque<Open> open = new ArrayDeque<>();
    Object next = value;
    for (int parts = 1; ; parts++) {
      if ((parts & PAUSE - 1) == 0) {
        pause.run();
      }
      begin(next, generator, open);
      while (!open.isEmpty() && !open.peek().parts.hasNext()) {
        if (open.pop().isObject) {
          generator.writeEndObject();
        } else {
          generator.writeEndArray();
        }
      }
      Open innermost = open.peek();
      if (innermost == null) {
        return;
      }
      next = innermost.parts.next();
      if (innermost.isObject) {
        Map.Entry<?, ?> entry = (Map.Entry<?, ?>) next;
        generator.writeFieldName(name(entry.getKey(), innermost.names));
        next = entry.getValue();
      }
    }
  }

  private static String name(Object key, Set<String> names) {
    String name =
        switch (key) {
          case String text -> text;
          case TermValue.Atom atom -> atom.name();
          case null, default -> throw none("a key that is no string");
        };
    if (names != null && !names.add(name)) {
      throw none("a map with a string and an atom as keys that are the same name: " + name);
    }
    return name;
  }

  private static IllegalArgumentException none(String what) {
    return new IllegalArgumentException("JSON has nothing for " + what);
  }

  /** Writes a leaf, or begins what has parts. */
  private static void begin(Object value, JsonGenerator generator, ArrayDeque<Open> open)
      throws IOException {
    switch (value) {
      case null -> generator.writeNull();
      case Boolean b -> generator.writeBoolean(b);
      case Long number -> generator.writeNumber(number);
      case Double number -> {
        if (!Double.isFinite(number)) {
          throw none("the float " + number);
        }
        generator.writeNumber(number);
      }
      case String text -> generator.writeString(text);
      case TermValue.Atom atom -> generator.writeString(atom.name());
      case List<?> list -> {
        generator.writeStartArray();
        push(list.iterator(), false, null, open);
      }
      case long[] numbers -> {
        generator.writeStartArray();
        push(Arrays.stream(numbers).iterator(), false, null, open);
      }
      case double[] numbers -> {
        generator.writeStartArray();
        push(Arrays.stream(numbers).iterator(), false, null, open);
      }
      case Map<?, ?> map -> {
        generator.writeStartObject();
        push(map.entrySet().iterator(), true, names(map), open);
      }
      case byte[] bytes -> throw none("bytes; make them a string");
      case TermValue.Tuple tuple -> throw none("a tuple; make it a list");
      case TermValue.ImproperList list -> throw none("a list that does not end in []");
      default -> throw none("a pid, ref, function or array");
    }
  }

  /** Strings are different in a map; an atom may have the name of a string. */
  private static Set<String> names(Map<?, ?> map) {
    for (Object key : map.keySet()) {
      if (key instanceof TermValue.Atom) {
        return new HashSet<>();
      }
    }
    return null;
  }

  private static void push(
      Iterator<?> parts, boolean isObject, Set<String> names, ArrayDeque<Open> open) {
    if (open.size() == JsonReader.MAX_DEPTH) {
      throw new IllegalArgumentException("lists and maps more than 1_000 deep in each other");
    }
    open.push(new Open(parts, isObject, names));
  }
}
