package org.skerry.assembly;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.skerry.module.FunctionReference;
import org.skerry.module.ModuleFormat;
import org.skerry.module.Signature;

/**
 * What the lines {@code module}, {@code import}, {@code mvar} and {@code function} say, so that
 * code can name what comes later. No other line begins with these words.
 */
final class Outline {
  static final List<String> WORDS = List.of("module", "import", "mvar", "export", "function");

  /** What may stand behind {@code export}. */
  private static final List<String> EXPORTED = List.of("function", "mvar");

  private final Source source;
  private final Diagnostics diagnostics;
  private final Scanner scanner;
  private final Functions functions = new Functions();
  private final Map<Integer, FunctionHeader> headers = new HashMap<>();
  private final Map<Integer, MvarHeader> mvarHeaders = new HashMap<>();
  private final Map<String, Integer> mvarPlaces = new HashMap<>();
  private String moduleName;

  Outline(Source source, Diagnostics diagnostics) {
    this.source = source;
    this.diagnostics = diagnostics;
    this.scanner = new Scanner(source);
  }

  Functions functions() {
    return functions;
  }

  /** The function that begins at a line, or null where that line is wrong. */
  FunctionHeader header(int line) {
    return headers.get(line);
  }

  /** The MVar that a line declares, or null where that line declares none or is wrong. */
  MvarHeader mvarHeader(int line) {
    return mvarHeaders.get(line);
  }

  /** The names of the module's own MVars. */
  Set<String> mvars() {
    return mvarPlaces.keySet();
  }

  String moduleName() {
    return moduleName != null ? moduleName : stem(source.file);
  }

  private static String stem(String file) {
    String name = file.substring(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    return ModulePool.fits(stem) ? stem : stem.substring(0, ModuleFormat.MAX_NAME_BYTES / 3);
  }

  /** A source's name, its end only if it is too long for a module. */
  static String shortened(String file) {
    int most = ModuleFormat.MAX_SOURCE_BYTES;
    if (file.getBytes(StandardCharsets.UTF_8).length <= most) {
      return file;
    }
    return file.substring(file.length() - Math.min(file.length(), most / 3));
  }

  void read() {
    for (int line = 1; line <= source.lineCount() && !diagnostics.isFull(); line++) {
      String word = firstWord(line);
      if (word != null) {
        try {
          line(word, line);
        } catch (Mistake mistake) {
          diagnostics.add(mistake);
        }
      }
    }
  }

  private String firstWord(int line) {
    int at = source.lineStart(line);
    int end = source.lineEnd(line);
    while (at < end && (source.text.charAt(at) == ' ' || source.text.charAt(at) == '\t')) {
      at++;
    }
    for (String word : WORDS) {
      int behind = at + word.length();
      if (behind <= end && source.text.startsWith(word, at)) {
        char c = behind < source.text.length() ? source.text.charAt(behind) : '\n';
        if (!Scanner.isNamePart(c) && c != '.' && c != ':') {
          scanner.moveTo(at);
          return word;
        }
      }
    }
    return null;
  }

  private void line(String word, int line) {
    scanner.next();
    scanner.next();
    switch (word) {
      case "module" -> module();
      case "import" -> importLine();
      case "export" -> {
        exported(line);
        return;
      }
      case "mvar" -> {
        mvar(line, false);
        return;
      }
      default -> function(line, false);
    }
    endOfLine();
  }

  private void exported(int line) {
    if (scanner.isWord("mvar")) {
      scanner.next();
      mvar(line, true);
      return;
    }
    if (!scanner.isWord("function")) {
      throw scanner.mistake(
          "expected function or mvar, found "
              + scanner.found()
              + Suggestions.hint(scanner.found(), EXPORTED));
    }
    scanner.next();
    function(line, true);
    endOfLine();
  }

  private void endOfLine() {
    if (scanner.token() != Token.NEWLINE && scanner.token() != Token.END) {
      throw scanner.mistake("expected the end of the line, found " + scanner.found());
    }
  }

  private void module() {
    int start = scanner.start();
    int end = scanner.end();
    String name =
        switch (scanner.token()) {
          case WORD -> scanner.word();
          case STRING -> scanner.string();
          default -> throw scanner.mistake("expected the module's name, found " + scanner.found());
        };
    if (!ModulePool.fits(name)) {
      throw scanner.mistake("a name has at most " + ModuleFormat.MAX_NAME_BYTES + " bytes");
    }
    if (moduleName != null) {
      throw new Mistake(start, end, "the module is named " + moduleName + " already");
    }
    moduleName = name;
    scanner.next();
  }

  private void importLine() {
    HeaderParser parser = new HeaderParser(scanner);
    HeaderParser.Name name = parser.name("a function of another module");
    if (name.module() == null) {
      throw new Mistake(
          name.start(), name.end(), "expected the module too, as in math." + name.name());
    }
    Signature signature;
    try {
      signature = parser.signature();
    } catch (Mistake mistake) {
      functions.addBroken(name.module(), name.name());
      throw mistake;
    }
    add(new FunctionReference(name.module(), name.name(), signature), name.start(), name.end());
  }

  private void function(int line, boolean exported) {
    FunctionHeader header =
        new HeaderParser(scanner).function(exported, name -> functions.addBroken(null, name));
    add(
        new FunctionReference(null, header.name(), header.signature()),
        header.nameStart(),
        header.nameEnd());
    headers.put(line, header);
  }

  /** Reads the declaration of an MVar up to its first value, which is the body parser's. */
  private void mvar(int line, boolean exported) {
    HeaderParser.Name name = new HeaderParser(scanner).name("the MVar's name");
    if (name.module() != null) {
      throw new Mistake(name.start(), name.end(), "an MVar is declared without its module");
    }
    Integer known = mvarPlaces.putIfAbsent(name.name(), name.start());
    if (known != null) {
      throw new Mistake(
          name.start(),
          name.end(),
          source.text.substring(name.start(), name.end())
              + " is declared on line "
              + source.lineOf(known)
              + " already");
    }
    if (scanner.token() != Token.EQUALS) {
      throw scanner.mistake("expected '=' and the first value, found " + scanner.found());
    }
    mvarHeaders.put(line, new MvarHeader(name.name(), exported, scanner.end()));
  }

  private void add(FunctionReference function, int start, int end) {
    if (!functions.add(function, start)) {
      throw new Mistake(
          start,
          end,
          source.text.substring(start, end)
              + " is defined on line "
              + source.lineOf(functions.place(function))
              + " already");
    }
  }
}
