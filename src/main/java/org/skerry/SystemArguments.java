package org.skerry;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.skerry.term.SmallTerms;

/**
 * What the functions of the system's modules take: each method gives an argument of a call, or
 * raises {@code {:bad_argument, text}}.
 */
final class SystemArguments {
  /** The most that is read at a time, in bytes. */
  private static final int MAX_BLOCK_BYTES = 16 << 20;

  private static final int FEW_WORDS = 64;
  private static final int MAX_INLINE_WORDS = 8 << 10;
  private static final int MAX_PARTS = 50_000;

  private SystemArguments() {}

  /**
   * Does nothing for an argument that a worker reads in a moment. None of those functions has a use
   * for one of {@link #MAX_PARTS}, and those that run on a worker to their end have none for a long
   * text: a program could hold all others up by it.
   */
  static void checkSize(long term, int argument, HostFunction.Kind kind) {
    boolean isRead =
        SmallTerms.isAtMost(term, FEW_WORDS)
            || (kind == HostFunction.Kind.INLINE
                ? SmallTerms.isAtMost(term, MAX_INLINE_WORDS)
                : SmallTerms.hasAtMost(term, MAX_PARTS));
    if (!isRead) {
      throw bad("argument " + (argument + 1) + " is too large");
    }
  }

  static HostError bad(String text) {
    return new HostError("bad_argument", text);
  }

  static String text(HostCall call, int argument) {
    return text(call.term(argument), "argument " + (argument + 1));
  }

  private static String text(Term term, String what) {
    if (term.type() == TermType.STRING) {
      return term.asString();
    }
    throw bad(what + " is no string: " + term);
  }

  /** Bytes, or a string as UTF-8. */
  static byte[] data(HostCall call, int argument) {
    return data(call.term(argument));
  }

  static byte[] data(Term term) {
    return switch (term.type()) {
      case BYTES -> term.asBytes();
      case STRING -> term.asString().getBytes(StandardCharsets.UTF_8);
      default -> throw bad("neither bytes nor a string: " + term);
    };
  }

  /** How many bytes a block may have. */
  static int most(HostCall call, int argument) {
    long most = call.asLong(argument);
    if (most < 1 || most > MAX_BLOCK_BYTES) {
      throw bad("a block has 1 to 16_777_216 bytes, not " + most);
    }
    return (int) most;
  }

  /** A list of strings. */
  static List<String> texts(HostCall call, int argument) {
    Term list = call.term(argument);
    if (list.type() != TermType.LIST) {
      throw bad("argument " + (argument + 1) + " is no list: " + list);
    }
    try {
      return list.asList().stream().map(term -> text(term, "an element")).toList();
    } catch (IllegalStateException improper) {
      throw bad("argument " + (argument + 1) + " is no proper list: " + list);
    }
  }

  /** A map of options, by their names. */
  static Map<Term, Term> options(HostCall call, int argument, Set<String> known) {
    Map<Term, Term> options = map(call.term(argument), "the options");
    for (Term key : options.keySet()) {
      if (key.type() != TermType.ATOM || !known.contains(key.asAtom())) {
        throw bad("no option: " + key);
      }
    }
    return options;
  }

  static Map<Term, Term> map(Term term, String what) {
    if (term.type() == TermType.MAP) {
      return term.asMap();
    }
    throw bad(what + " are no map: " + term);
  }

  /** An option that is a positive integer. */
  static long positive(Map<Term, Term> options, String name, long otherwise, long most) {
    Term value = options.get(Term.atom(name));
    if (value == null) {
      return otherwise;
    }
    if (value.type() != TermType.INTEGER || value.asLong() < 1 || value.asLong() > most) {
      throw bad(":" + name + " is an integer from 1 to " + most + ", not " + value);
    }
    return value.asLong();
  }

  /** An option that is a string; null where it is not given. */
  static String text(Map<Term, Term> options, String name) {
    Term value = options.get(Term.atom(name));
    return value == null ? null : text(value, ":" + name);
  }
}
