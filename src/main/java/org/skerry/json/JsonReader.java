package org.skerry.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import org.skerry.term.Term;
import org.skerry.term.TermBuilder;

/**
 * Reads JSON (RFC 8259) straight into a term. Nothing recurses. Any thread.
 *
 * <p>Objects become maps with strings as keys, of equal ones the last counts; arrays lists; numbers
 * without fraction and exponent integers, all others floats.
 */
public final class JsonReader {
  /** The most that arrays and objects may be in each other. */
  public static final int MAX_DEPTH = 1_000;

  private static final int MAX_NUMBER_LENGTH = 10_000;

  /** Tokens between two pauses; a power of two. */
  private static final int PAUSE = 1 << 5;

  private final JsonFactory factory =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  /** A reader for any number of texts. */
  public JsonReader() {}

  /**
   * Pushes the term of a text.
   *
   * @param pause done every 32 tokens; what it throws comes out
   * @throws org.skerry.term.TermError where there is no memory for the term
   */
  public void read(byte[] json, TermBuilder builder, Runnable pause) throws JsonFailure {
    checkEncoding(json);
    try (JsonParser parser = factory.createParser(json)) {
      try {
        read(parser, builder, pause);
      } catch (JsonProcessingException e) {
        JsonLocation location =
            e.getLocation() == null ? parser.currentLocation() : e.getLocation();
        throw failure(e.getOriginalMessage(), location.getByteOffset(), json);
      } catch (CancellationException e) {
        throw e; // by a pause
      } catch (IllegalStateException e) {
        // So many names with equal hashes that this is no accident.
        throw failure(e.getMessage(), parser.currentLocation().getByteOffset(), json);
      }
    } catch (IOException e) {
      throw failure(e.getMessage(), 0, json);
    }
  }

  private static JsonFailure failure(String text, long offset, byte[] json) {
    String first = text == null ? "no JSON" : text.lines().findFirst().orElse("no JSON");
    return new JsonFailure(first, Math.clamp(offset, 0, json.length));
  }

  /** The library would take UTF-16 and UTF-32 as well, which begin with zeros or no UTF-8. */
  private static void checkEncoding(byte[] json) throws JsonFailure {
    int invalid = Utf8.firstInvalid(json);
    if (invalid >= 0) {
      throw new JsonFailure("no UTF-8", invalid);
    }
    for (int i = 0; i < Math.min(4, json.length); i++) {
      if (json[i] == 0) {
        throw new JsonFailure("a character that is none of JSON: 0", i);
      }
    }
    if (json.length >= 3 && json[0] == (byte) 0xef && json[1] == (byte) 0xbb) {
      throw new JsonFailure("a byte order mark", 0);
    }
  }

  private static void read(JsonParser parser, TermBuilder builder, Runnable pause)
      throws IOException, JsonFailure {
    long[] counts = new long[MAX_DEPTH + 1];
    int depth = 0;
    int tokens = 0;
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      if ((++tokens & PAUSE - 1) == 0) {
        pause.run();
      }
      if (depth == 0 && counts[0] > 0) {
        throw failure(parser, "more behind the value");
      }
      switch (token) {
        case START_OBJECT, START_ARRAY -> counts[++depth] = 0;
        case END_OBJECT -> {
          builder.makeMap(counts[depth--]);
          counts[depth]++;
        }
        case END_ARRAY -> {
          builder.makeList(counts[depth--]);
          counts[depth]++;
        }
        case FIELD_NAME -> builder.pushString(text(parser, parser.currentName()));
        default -> {
          push(token, parser, builder);
          counts[depth]++;
        }
      }
    }
    if (counts[0] == 0) {
      throw new JsonFailure("no value", Math.max(0, parser.currentLocation().getByteOffset()));
    }
  }

  private static void push(JsonToken token, JsonParser parser, TermBuilder builder)
      throws IOException, JsonFailure {
    switch (token) {
      case VALUE_NULL -> builder.pushImmediate(Term.NIL);
      case VALUE_TRUE -> builder.pushImmediate(Term.TRUE);
      case VALUE_FALSE -> builder.pushImmediate(Term.FALSE);
      case VALUE_STRING -> builder.pushString(text(parser, parser.getText()));
      case VALUE_NUMBER_INT -> {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
          throw failure(parser, "an integer of more than 64 bits");
        }
        builder.pushInt(parser.getLongValue());
      }
      case VALUE_NUMBER_FLOAT -> {
        double value = parser.getDoubleValue();
        if (Double.isInfinite(value)) {
          throw failure(parser, "a number beyond all floats");
        }
        builder.pushFloat(value);
      }
      default -> throw failure(parser, "a token that is none of JSON");
    }
  }

  /** A text that is Unicode; by escapes one half of a pair can be written alone. */
  private static String text(JsonParser parser, String text) throws JsonFailure {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean isPair =
            i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
        if (!isPair) {
          throw failure(parser, "half of a surrogate pair");
        }
        i++;
      }
    }
    return text;
  }

  private static JsonFailure failure(JsonParser parser, String text) {
    return new JsonFailure(text, Math.max(0, parser.currentTokenLocation().getByteOffset()));
  }
}
