package org.skerry.assembly;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.collections.IntArrayList;
import org.skerry.isa.Opcode;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.MvarDefinition;

/** Reads a source line by line; a line that is wrong costs nothing but itself. */
final class BodyParser implements AutoCloseable {
  /** Words that begin a line in a function and are no instructions. */
  static final List<String> WORDS = List.of("try", "catch", "end");

  static final List<String> LINE_WORDS =
      Stream.of(WORDS, InstructionText.mnemonics()).flatMap(List::stream).toList();

  private final Source source;
  private final Diagnostics diagnostics;
  private final Outline outline;
  private final Scanner scanner;
  private final InstructionParser instructions;
  private final DirectiveParser directives;
  private final List<FunctionDefinition> functions = new ArrayList<>();
  private final List<MvarDefinition> mvars = new ArrayList<>();
  private final MvarParser mvarParser;

  /** Of each open {@code try}: its label and its offset in the source. */
  private final IntArrayList tries = new IntArrayList();

  private final LiteralBuilder terms = new LiteralBuilder();
  private FunctionBuilder function;

  /** In a function whose first line is wrong: nobody knows what its names are. */
  private boolean skipping;

  BodyParser(Source source, Diagnostics diagnostics, Outline outline, ModulePool pool) {
    this.source = source;
    this.diagnostics = diagnostics;
    this.outline = outline;
    this.scanner = new Scanner(source);
    LiteralParser literals = new LiteralParser(scanner, pool, terms);
    this.instructions = new InstructionParser(scanner, pool, outline, literals);
    this.mvarParser = new MvarParser(scanner, pool, outline.functions(), literals);
    this.directives =
        new DirectiveParser(scanner, pool, outline.functions(), literals, instructions);
  }

  List<FunctionDefinition> functions() {
    return functions;
  }

  List<MvarDefinition> mvars() {
    return mvars;
  }

  String sourceName() {
    return directives.source() != null ? directives.source() : Outline.shortened(source.file);
  }

  @Override
  public void close() {
    terms.close();
  }

  void read() {
    int start = 0;
    while (!diagnostics.isFull()) {
      try {
        if (scanner.next() == Token.END) {
          break;
        }
        start = scanner.start();
        if (scanner.token() != Token.NEWLINE) {
          statement();
        }
      } catch (Mistake mistake) {
        if (!skipping && !mistake.isConsequence()) {
          diagnostics.add(mistake);
        }
        recover(Math.max(start, 0), mistake);
      }
    }
    if (function != null) {
      unfinished();
    }
  }

  private void unfinished() {
    diagnostics.add(
        function.header.nameStart(),
        function.header.nameEnd(),
        "function " + function.header.name() + " has no end");
  }

  private void statement() {
    if (scanner.token() == Token.WORD && Outline.WORDS.contains(scanner.word()) && !isLabel()) {
      outlineLine();
    } else if (skipping) {
      skipping = !scanner.isWord("end");
      scanner.moveTo(source.lineEnd(source.lineOf(scanner.start())));
    } else if (function == null) {
      if (scanner.token() != Token.DIRECTIVE) {
        skipping = !scanner.isWord("end");
        diagnostics.add(notInFunction());
        scanner.moveTo(source.lineEnd(source.lineOf(scanner.start())));
        return;
      }
      directives.module(functions.isEmpty());
      endOfLine();
    } else {
      functionLine();
    }
  }

  private Mistake notInFunction() {
    List<String> words = Outline.WORDS;
    String found = scanner.found();
    if (scanner.isWord("end") || LINE_WORDS.contains(found)) {
      return scanner.mistake(found + " stands outside of a function");
    }
    return scanner.mistake(
        "expected "
            + InstructionText.or(words)
            + ", found "
            + found
            + Suggestions.hint(found, words));
  }

  /** A line that the outline has read. */
  private void outlineLine() {
    boolean begins = scanner.isWord("function") || scanner.isWord("export");
    int line = source.lineOf(scanner.start());
    if (function != null) {
      unfinished();
      function = null;
      tries.clear();
    }
    skipping = false;
    if (outline.mvarHeader(line) != null) {
      mvars.add(mvarParser.parse(outline.mvarHeader(line)));
      endOfLine();
      return;
    }
    FunctionHeader header = outline.header(line);
    try {
      while (scanner.token() != Token.NEWLINE && scanner.token() != Token.END) {
        begins &= !scanner.isWord("mvar") || header != null;
        scanner.next();
      }
    } catch (Mistake known) {
      scanner.moveTo(source.lineEnd(source.lineOf(known.start)));
    }
    if (begins) {
      function = header == null ? null : new FunctionBuilder(header);
      skipping = header == null;
    }
  }

  private boolean isLabel() {
    return scanner.end() < source.text.length()
        && source.text.charAt(scanner.end()) == ':'
        && scanner.token() == Token.WORD;
  }

  private void functionLine() {
    while (isLabel()) {
      String name = scanner.word();
      if (!Scanner.isName(name)) {
        throw scanner.mistake("a label's name has no dots");
      }
      int start = scanner.start();
      int end = scanner.end();
      scanner.moveTo(end + 1);
      function.labels.define(name, function.pc(), start, end);
      if (scanner.next() == Token.NEWLINE || scanner.token() == Token.END) {
        return;
      }
    }
    if (scanner.token() == Token.DIRECTIVE) {
      directives.function(function);
      endOfLine();
      return;
    }
    if (scanner.token() != Token.WORD) {
      throw scanner.mistake("expected an instruction, found " + scanner.found());
    }
    switch (scanner.word()) {
      case "try" -> {
        tries.addInt(function.labels.mark(function.pc()));
        tries.addInt(scanner.start());
        scanner.next();
        endOfLine();
      }
      case "catch" -> catchLine();
      case "end" -> end();
      default -> instruction();
    }
  }

  private void instruction() {
    int line = source.lineOf(scanner.start());
    if (directives.source() == null && line != function.lastLine()) {
      function.line(line);
    }
    instructions.parse(function);
  }

  private void catchLine() {
    if (tries.isEmpty()) {
      throw scanner.mistake("catch without try");
    }
    int label = tries.getInt(tries.size() - 2);
    tries.removeAt(tries.size() - 1);
    tries.removeAt(tries.size() - 1);
    scanner.next();
    int register = instructions.errorRegister(function);
    int here = function.labels.mark(function.pc());
    function.handler(label, here, here, register);
    endOfLine();
  }

  private void end() {
    FunctionBuilder finished = function;
    function = null;
    for (int i = 1; i < tries.size(); i += 2) {
      diagnostics.add(tries.getInt(i), tries.getInt(i) + 3, "try without catch");
    }
    tries.clear();
    FunctionDefinition definition = finished.finish(diagnostics);
    if (definition != null) {
      functions.add(definition);
    }
    scanner.next();
    endOfLine();
  }

  private void endOfLine() {
    if (scanner.token() != Token.NEWLINE && scanner.token() != Token.END) {
      throw scanner.mistake("expected the end of the line, found " + scanner.found());
    }
  }

  /** Goes on behind the statement that began at an offset and has the mistake. */
  private void recover(int start, Mistake mistake) {
    int behind = source.lineEnd(source.lineOf(Math.min(mistake.start, source.text.length())));
    if (scanner.depth() > 0 && scanner.end() > mistake.start) {
      behind = Math.max(behind, closingLine(behind));
    }
    scanner.moveTo(behind);
    if (function != null) {
      forgive(start, behind);
    }
  }

  /**
   * The end of the line on which all brackets are closed, if that comes before the next function.
   */
  private int closingLine(int otherwise) {
    while (scanner.depth() > 0) {
      try {
        Token token = scanner.next();
        if (token == Token.END
            || token == Token.DIRECTIVE
            || scanner.isWord("end")
            || isInstruction()) {
          return otherwise;
        }
      } catch (Mistake ignored) {
        continue;
      }
    }
    return source.lineEnd(source.lineOf(scanner.end()));
  }

  private boolean isInstruction() {
    return scanner.token() == Token.WORD && Opcode.ofMnemonic(scanner.word()) != null;
  }

  /** What a wrong line would have defined is no further mistake elsewhere. */
  private void forgive(int from, int to) {
    for (int i = from; i < to; ) {
      if (!Scanner.isNameStart(source.text.charAt(i))) {
        i++;
        continue;
      }
      int start = i;
      while (i < to && Scanner.isNamePart(source.text.charAt(i))) {
        i++;
      }
      String name = source.text.substring(start, i);
      function.registers.forgive(name);
      function.labels.forgive(name);
    }
  }
}
