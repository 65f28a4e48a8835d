package org.skerry;

import static org.skerry.SystemArguments.bad;
import static org.skerry.SystemArguments.data;

import org.skerry.host.Courtesy;
import org.skerry.json.JsonFailure;
import org.skerry.json.JsonReader;
import org.skerry.json.JsonWriter;
import org.skerry.term.TermBuilder;

/**
 * The module {@code json}: what is short is done on the worker, everything else on a virtual
 * thread. See {@code native-notes/system-modules.md}.
 */
final class JsonModule {
  private static final String ASSEMBLY =
      """
      export function decode(r text) -> r
          r.jump.type  text, string, @string
          i.bytes.length length, text
          jump         @known
      string:
          i.string.bytes length, text
      known:
          i.jump.gt    length, 4_000, @aside
          r.call       term, decode_here(text)
          r.jump.is    term, :aside, @aside
          r.return     term
      aside:
          r.call       term, decode_aside(text)
          r.return     term
      end
      export function encode(r term) -> r
          r.call       bytes, encode_here(term)
          r.jump.is    bytes, :aside, @aside
          r.return     bytes
      aside:
          r.call       bytes, encode_aside(term)
          r.return     bytes
      end
      """;

  /** A term of so many words is written in some tens of microseconds. */
  private static final int SMALL_WORDS = 500;

  /**
   * What takes longer on a worker, since the JVM has not compiled it yet say, is begun anew aside.
   */
  static final long WORKER_NS = 100_000;

  /** Looked at by programs; no text becomes an atom. */
  private static final Term ASIDE = Term.atom("aside");

  /** The worker's time is up; without a stack trace. */
  private static final class TimeIsUp extends RuntimeException {
    private static final long serialVersionUID = 1L;
    static final TimeIsUp INSTANCE = new TimeIsUp();

    private TimeIsUp() {
      super(null, null, false, false);
    }
  }

  private final JsonReader reader = new JsonReader();
  private final JsonWriter writer = new JsonWriter();
  private final BuiltTerms builtTerms;
  private final long workerNs;

  /**
   * @param workerNs how long a text may keep a worker; {@code Long.MAX_VALUE} in a simulation,
   *     which must not depend on the time
   */
  JsonModule(BuiltTerms builtTerms, long workerNs) {
    this.builtTerms = builtTerms;
    this.workerNs = workerNs;
  }

  private Runnable workerTime() {
    long startNs = System.nanoTime();
    return () -> {
      if (System.nanoTime() - startNs > workerNs) {
        throw TimeIsUp.INSTANCE;
      }
    };
  }

  HostModule module() {
    return HostModule.builder("json")
        .inline("decode_here(r text) -> r", call -> decodeHere((InlineHostCall) call))
        .blocking("decode_aside(r text) -> r", this::decodeAside)
        .inline("encode_here(r term) -> r", call -> encodeHere((InlineHostCall) call))
        .blocking("encode_aside(r term) -> r", this::encodeAside)
        .assembly(ASSEMBLY)
        .build();
  }

  private Object decodeHere(InlineHostCall call) {
    try (TermBuilder builder = new TermBuilder(call.scratch())) {
      reader.read(data(call, 0), builder, workerTime());
      return new BuiltTerm(builder.popMessage(), builtTerms);
    } catch (TimeIsUp e) {
      return ASIDE;
    } catch (JsonFailure e) {
      throw error(e);
    }
  }

  private Object decodeAside(HostCall call) {
    byte[] json = data(call, 0);
    try {
      return builtTerms.build((builder, cache) -> reader.read(json, builder, Courtesy::pause));
    } catch (JsonFailure e) {
      throw error(e);
    }
  }

  private static HostError error(JsonFailure e) {
    return new HostError(Term.tuple(Term.atom("json_error"), e.getMessage(), e.offset()));
  }

  private Object encodeHere(InlineHostCall call) {
    try {
      return call.isSmall(0, SMALL_WORDS) ? Term.read(encode(call, workerTime())) : ASIDE;
    } catch (TimeIsUp e) {
      return ASIDE;
    }
  }

  private Object encodeAside(HostCall call) {
    byte[] json = encode(call, Courtesy::pause);
    return builtTerms.build((builder, cache) -> builder.pushBytes(json));
  }

  private byte[] encode(HostCall call, Runnable pause) {
    try {
      return writer.write(call.term(0).value(), pause);
    } catch (IllegalArgumentException e) {
      throw bad(e.getMessage());
    }
  }
}
