package org.skerry.assembly;

import java.util.ArrayList;
import java.util.List;
import org.skerry.isa.Bank;
import org.skerry.module.FunctionReference;
import org.skerry.module.ModuleFile.Literal;
import org.skerry.module.ModuleFormat;
import org.skerry.module.MvarReference;

/**
 * Reads the lines that begin with a dot. People rarely write them; the disassembler does, where
 * code alone would not give the same module again.
 */
final class DirectiveParser {
  private static final List<String> MODULE_WORDS =
      List.of("source", "atom", "literal", "reference", "mvar");
  private static final List<String> FUNCTION_WORDS =
      List.of("line", "name", "registers", "handler", "word");

  private final Scanner scanner;
  private final ModulePool pool;
  private final Functions functions;
  private final LiteralParser literals;
  private final InstructionParser instructions;
  private String source;

  DirectiveParser(
      Scanner scanner,
      ModulePool pool,
      Functions functions,
      LiteralParser literals,
      InstructionParser instructions) {
    this.scanner = scanner;
    this.pool = pool;
    this.functions = functions;
    this.literals = literals;
    this.instructions = instructions;
  }

  /** What {@code .source} says, or null. */
  String source() {
    return source;
  }

  /** Takes the directive at the token, outside of functions. */
  void module(boolean first) {
    String word = scanner.string();
    switch (word) {
      case "source" -> source(first);
      case "atom" -> atom();
      case "literal" -> literal();
      case "reference" -> reference();
      case "mvar" -> mvarReference();
      default -> throw unknown(word, MODULE_WORDS, FUNCTION_WORDS, "in a function");
    }
  }

  /** Takes the directive at the token, in a function. */
  void function(FunctionBuilder function) {
    String word = scanner.string();
    switch (word) {
      case "line" -> line(function);
      case "name" -> name(function);
      case "registers" -> registers(function);
      case "handler" -> handler(function);
      case "word" -> words(function);
      default -> throw unknown(word, FUNCTION_WORDS, MODULE_WORDS, "before the first function");
    }
  }

  private Mistake unknown(String word, List<String> here, List<String> elsewhere, String where) {
    return scanner.mistake(
        elsewhere.contains(word)
            ? "." + word + " stands " + where + " only"
            : "unknown directive ." + word + Suggestions.hint(word, here, "."));
  }

  private void source(boolean first) {
    if (source != null || !first) {
      throw scanner.mistake(".source stands once, before the first function");
    }
    if (scanner.next() != Token.STRING) {
      throw scanner.mistake("expected the source's name in quotes, found " + scanner.found());
    }
    if (!Outline.shortened(scanner.string()).equals(scanner.string())) {
      throw scanner.mistake(
          "a source's name has at most " + ModuleFormat.MAX_SOURCE_BYTES + " bytes");
    }
    source = scanner.string();
    scanner.next();
  }

  private void atom() {
    if (scanner.next() != Token.ATOM) {
      throw scanner.mistake("expected an atom, found " + scanner.found());
    }
    if (pool.hasAtom(scanner.string())) {
      throw scanner.mistake("the module has this atom already");
    }
    literals.parse();
  }

  private void literal() {
    scanner.next();
    if (!scanner.isWord("image")) {
      pool.addLiteral(literals.parse());
      return;
    }
    if (scanner.next() != Token.BYTES_OPEN) {
      throw scanner.mistake("expected the image's bytes, as in <<1 2>>, found " + scanner.found());
    }
    pool.addLiteral(new Literal(0, literals.bytes()));
    scanner.next();
  }

  private void reference() {
    scanner.next();
    HeaderParser parser = new HeaderParser(scanner);
    HeaderParser.Name name = parser.name("a function");
    FunctionReference reference =
        new FunctionReference(name.module(), name.name(), parser.signature());
    pool.addReference(reference);
    if (name.module() != null) {
      functions.add(reference, name.start());
    }
  }

  private void mvarReference() {
    int end = scanner.end();
    if (scanner.next() != Token.DIRECTIVE
        || scanner.start() != end
        || !scanner.string().equals("reference")) {
      throw scanner.mistake(
          "expected .mvar.reference; an MVar is declared as in mvar hits = 0, without a dot");
    }
    scanner.next();
    HeaderParser.Name name = new HeaderParser(scanner).name("an MVar");
    pool.addMvarReference(new MvarReference(name.module(), name.name()));
  }

  private void line(FunctionBuilder function) {
    if (source == null) {
      throw scanner.mistake(".line needs a .source before the first function");
    }
    if (function.lineStandsHere()) {
      throw scanner.mistake("a line is given for this place already");
    }
    scanner.next();
    function.line((int) integer(0, Integer.MAX_VALUE, "a line number"));
  }

  private void name(FunctionBuilder function) {
    scanner.next();
    String word = rawRegister();
    int start = scanner.start();
    scanner.next();
    comma();
    boolean quoted = scanner.token() == Token.STRING;
    String name = quoted ? scanner.string() : scanner.token() == Token.WORD ? scanner.word() : "";
    if (!quoted && (!Registers.isName(name) || function.registers.bankOf(name) != null)) {
      throw scanner.mistake("expected a name that is new, found " + scanner.found());
    }
    if (!ModulePool.fits(name)) {
      throw scanner.mistake("a name has at most " + ModuleFormat.MAX_NAME_BYTES + " bytes");
    }
    function.registers.name(
        Registers.rawBank(word), Registers.rawNumber(word), name, quoted, start, scanner.end());
    scanner.next();
  }

  private String rawRegister() {
    if (scanner.token() != Token.WORD || !Registers.isRaw(scanner.word())) {
      throw scanner.mistake("expected a register such as r0, found " + scanner.found());
    }
    return scanner.word();
  }

  private void registers(FunctionBuilder function) {
    scanner.next();
    List<Integer> counts = new ArrayList<>();
    for (Bank bank : Bank.values()) {
      if (bank.ordinal() > 0) {
        comma();
      }
      counts.add(
          (int)
              integer(
                  0, ModuleFormat.MAX_REGISTERS, "the number of " + bank.letter() + " registers"));
    }
    for (Bank bank : Bank.values()) {
      function.registers.atLeast(bank, counts.get(bank.ordinal()));
    }
  }

  private void handler(FunctionBuilder function) {
    scanner.next();
    int register = instructions.errorRegister(function);
    int[] places = new int[3];
    for (int i = 0; i < places.length; i++) {
      comma();
      if (scanner.token() == Token.LABEL) {
        places[i] = function.labels.use(scanner.string(), scanner.start());
        scanner.next();
      } else {
        places[i] = ~(int) integer(0, Integer.MAX_VALUE, "a label or the index of a code word");
      }
    }
    function.handler(places[0], places[1], places[2], register);
  }

  private void words(FunctionBuilder function) {
    do {
      scanner.next();
      function.word(integer(Long.MIN_VALUE, Long.MAX_VALUE, "a code word"));
    } while (scanner.token() == Token.COMMA);
  }

  private long integer(long least, long most, String what) {
    if (scanner.token() != Token.INTEGER || scanner.bits() < least || scanner.bits() > most) {
      throw scanner.mistake("expected " + what + ", found " + scanner.found());
    }
    long value = scanner.bits();
    scanner.next();
    return value;
  }

  private void comma() {
    if (scanner.token() != Token.COMMA) {
      throw scanner.mistake("expected a comma, found " + scanner.found());
    }
    scanner.next();
  }
}
