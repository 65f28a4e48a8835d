package org.skerry.assembly;

import java.util.List;
import org.skerry.isa.Bank;
import org.skerry.module.FunctionReference;
import org.skerry.module.MvarDefinition;
import org.skerry.module.Signature;

/** Reads the first values of MVars: a term, or the function that computes it. */
final class MvarParser {
  /** What a function that computes a first value takes and gives. */
  private static final Signature SIGNATURE = new Signature(List.of(), Bank.R);

  private final Scanner scanner;
  private final ModulePool pool;
  private final Functions functions;
  private final LiteralParser literals;

  MvarParser(Scanner scanner, ModulePool pool, Functions functions, LiteralParser literals) {
    this.scanner = scanner;
    this.pool = pool;
    this.functions = functions;
    this.literals = literals;
  }

  /** Whether a function with this reference may compute a first value. */
  static boolean computes(FunctionReference reference) {
    return reference.module() == null && reference.signature().equals(SIGNATURE);
  }

  /** Reads the value of a declaration whose line the outline has read up to there. */
  MvarDefinition parse(MvarHeader header) {
    scanner.moveTo(header.valueStart());
    scanner.next();
    if (!isCall() && LiteralParser.begins(scanner)) {
      return literal(header, pool.literal(literals.parse()));
    }
    return switch (scanner.token()) {
      case INDEX -> indexed(header);
      case WORD, STRING -> computed(header);
      default ->
          throw scanner.mistake(
              "expected the first value, a term or a function of this module as in build(), found "
                  + scanner.found());
    };
  }

  /** Whether a name in front of a parenthesis stands here: functions may be named nil. */
  private boolean isCall() {
    String text = scanner.source().text;
    boolean name = scanner.token() == Token.WORD || scanner.token() == Token.STRING;
    return name && scanner.end() < text.length() && text.charAt(scanner.end()) == '(';
  }

  private static MvarDefinition literal(MvarHeader header, int index) {
    return new MvarDefinition(header.name(), header.exported(), index, -1);
  }

  private static MvarDefinition computed(MvarHeader header, int index) {
    return new MvarDefinition(header.name(), header.exported(), -1, index);
  }

  /** Takes {@code #5}, a literal, or {@code #5()}, a reference. */
  private MvarDefinition indexed(MvarHeader header) {
    long index = scanner.bits();
    int start = scanner.start();
    int end = scanner.end();
    boolean call = scanner.next() == Token.PAREN_OPEN;
    int count = call ? pool.references().size() : pool.literals().size();
    if (index >= count) {
      throw new Mistake(
          start, end, "there are " + count + (call ? " references" : " literals") + " so far");
    }
    if (!call) {
      return literal(header, (int) index);
    }
    closed();
    return computed(header, (int) index);
  }

  private MvarDefinition computed(MvarHeader header) {
    HeaderParser.Name name = new HeaderParser(scanner).name("a function");
    if (scanner.token() != Token.PAREN_OPEN) {
      throw new Mistake(
          name.start(),
          name.end(),
          "expected the first value, found "
              + name.name()
              + "; an atom begins with a colon, and a function that computes it is written "
              + name.name()
              + "()");
    }
    if (name.module() != null) {
      throw new Mistake(
          name.start(), name.end(), "the function that computes a first value is of this module");
    }
    FunctionReference function = functions.find(null, name.name());
    if (function == null) {
      throw functions.isBroken(null, name.name())
          ? Mistake.consequence(name.start(), name.end())
          : new Mistake(
              name.start(),
              name.end(),
              "no function "
                  + name.name()
                  + " in this module"
                  + Suggestions.hint(name.name(), functions.names()));
    }
    if (!computes(function)) {
      throw new Mistake(
          name.start(),
          name.end(),
          "a first value is computed by a function () -> r, and "
              + name.name()
              + " is "
              + function.signature());
    }
    closed();
    return computed(header, pool.reference(function));
  }

  private void closed() {
    if (scanner.next() != Token.PAREN_CLOSE) {
      throw scanner.mistake(
          "the function that computes a first value takes no arguments; expected ')', found "
              + scanner.found());
    }
    scanner.next();
  }
}
