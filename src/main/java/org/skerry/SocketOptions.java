package org.skerry;

import java.util.Map;
import java.util.Set;

/** What a program asks of a socket that is to be: a map by atoms, or nil. Immutable; any thread. */
final class SocketOptions {
  private static final Set<String> NAMES = Set.of("timeout", "backlog", "reuse");

  private final Map<Term, Term> values;

  private SocketOptions(Map<Term, Term> values) {
    this.values = values;
  }

  /**
   * Options.
   *
   * @throws HostError if they are none
   */
  static SocketOptions of(Term term) {
    if (term.isNil()) {
      return new SocketOptions(Map.of());
    }
    if (term.type() != TermType.MAP) {
      throw bad("options are a map or nil, not " + term);
    }
    Map<Term, Term> values = term.asMap();
    for (Term key : values.keySet()) {
      if (key.type() != TermType.ATOM || !NAMES.contains(key.asAtom())) {
        throw bad("no option: " + key);
      }
    }
    return new SocketOptions(values);
  }

  /** 0 for ever. */
  long timeoutNs() {
    return ns(get("timeout"));
  }

  boolean reusesAddress() {
    return get("reuse").isNil() || isOn(get("reuse"));
  }

  int backlog(int usual, int most) {
    Term backlog = get("backlog");
    if (backlog.isNil()) {
      return usual;
    }
    if (backlog.type() != TermType.INTEGER || backlog.asLong() < 1 || backlog.asLong() > most) {
      throw bad("a backlog is 1 to " + most + ", not " + backlog);
    }
    return (int) backlog.asLong();
  }

  private Term get(String name) {
    return values.getOrDefault(Term.atom(name), Term.NIL);
  }

  /** The ns of a time-out; 0, for ever, where it is nil. */
  static long ns(Term term) {
    if (term.isNil()) {
      return 0;
    }
    if (term.type() != TermType.INTEGER || term.asLong() < 1) {
      throw bad("a time-out is a number of ns from 1, or nil, not " + term);
    }
    return term.asLong();
  }

  static boolean isOn(Term term) {
    if (term.type() != TermType.BOOLEAN) {
      throw bad("the option is true or false, not " + term);
    }
    return term.asBoolean();
  }

  private static HostError bad(String message) {
    return new HostError("bad_argument", message);
  }
}
