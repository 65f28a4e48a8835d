package org.skerry.assembly;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.skerry.isa.Bank;
import org.skerry.module.ModuleFormat;
import org.skerry.module.Signature;

/** Reads names of modules and functions, and signatures. */
final class HeaderParser {
  /** A module's name or null, and a function's. */
  record Name(String module, String name, int start, int end) {}

  private final Scanner scanner;
  private final List<String> names = new ArrayList<>();
  private final List<Integer> nameStarts = new ArrayList<>();

  HeaderParser(Scanner scanner) {
    this.scanner = scanner;
  }

  /** Reads the function at the token: {@code f}, {@code module.f}, {@code "odd module"."odd f"}. */
  Name name(String what) {
    int start = scanner.start();
    String first;
    if (scanner.token() == Token.WORD) {
      first = scanner.word();
    } else if (scanner.token() == Token.STRING) {
      first = scanner.string();
    } else {
      throw scanner.mistake("expected " + what + ", found " + scanner.found());
    }
    boolean word = scanner.token() == Token.WORD;
    int end = scanner.end();
    String module = null;
    String name = first;
    scanner.next();
    if (scanner.token() == Token.DIRECTIVE && scanner.start() == end) {
      module = first;
      name = scanner.string();
      end = scanner.end();
      scanner.next();
    } else if (word && first.indexOf('.') >= 0) {
      int dot = first.lastIndexOf('.');
      module = first.substring(0, dot);
      name = first.substring(dot + 1);
    }
    if (!ModulePool.fits(name) || module != null && !ModulePool.fits(module)) {
      throw new Mistake(start, end, "a name has at most " + ModuleFormat.MAX_NAME_BYTES + " bytes");
    }
    return new Name(module, name, start, end);
  }

  /**
   * Reads the header of a function behind {@code function}.
   *
   * @param broken gets the name where what is behind it is wrong
   */
  FunctionHeader function(boolean exported, Consumer<String> broken) {
    Name name = name("the function's name");
    if (name.module() != null) {
      throw new Mistake(name.start(), name.end(), "a function is named without its module");
    }
    Signature signature;
    try {
      signature = signature();
    } catch (Mistake mistake) {
      broken.accept(name.name());
      throw mistake;
    }
    return new FunctionHeader(
        name.name(),
        exported,
        signature,
        List.copyOf(names),
        List.copyOf(nameStarts),
        name.start(),
        name.end());
  }

  /** Reads {@code (r, i n) -> f}. */
  Signature signature() {
    names.clear();
    nameStarts.clear();
    expect(Token.PAREN_OPEN, "'(' and the parameters");
    List<Bank> parameters = new ArrayList<>();
    if (scanner.token() != Token.PAREN_CLOSE) {
      parameters.add(parameter());
      while (scanner.token() == Token.COMMA) {
        scanner.next();
        if (parameters.size() == ModuleFormat.MAX_PARAMETERS) {
          throw scanner.mistake(
              "a function has at most " + ModuleFormat.MAX_PARAMETERS + " parameters");
        }
        parameters.add(parameter());
      }
    }
    expect(Token.PAREN_CLOSE, "',' or ')'");
    expect(Token.ARROW, "'->' and the bank of the result");
    return new Signature(parameters, bank("the bank of the result: r, i or f"));
  }

  private Bank parameter() {
    Bank bank = bank("a parameter's bank: r, i or f");
    if (scanner.token() != Token.WORD) {
      names.add("");
      nameStarts.add(0);
      return bank;
    }
    String name = scanner.word();
    if (!Registers.isName(name)) {
      throw scanner.mistake(
          name
              + " cannot name a register"
              + (name.matches("[rif][0-9]+") ? ": it is one by its number" : ""));
    }
    if (names.contains(name)) {
      throw scanner.mistake("a parameter is named " + name + " already");
    }
    names.add(name);
    nameStarts.add(scanner.start());
    scanner.next();
    return bank;
  }

  private Bank bank(String what) {
    String word = scanner.token() == Token.WORD ? scanner.word() : "";
    Bank bank = word.length() == 1 ? Bank.ofLetter(word.charAt(0)) : null;
    if (bank == null) {
      throw scanner.mistake("expected " + what + ", found " + scanner.found());
    }
    scanner.next();
    return bank;
  }

  private void expect(Token token, String what) {
    if (scanner.token() != token) {
      throw scanner.mistake("expected " + what + ", found " + scanner.found());
    }
    scanner.next();
  }
}
