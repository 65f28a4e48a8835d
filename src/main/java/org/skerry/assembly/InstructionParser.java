package org.skerry.assembly;

import java.util.Arrays;
import java.util.List;
import org.agrona.collections.LongArrayList;
import org.skerry.isa.Bank;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionReference;
import org.skerry.module.MvarReference;
import org.skerry.module.Signature;

/** Reads the operands of one instruction after the other, as the opcode's table row says. */
final class InstructionParser {
  private static final int MAX_OPERANDS = 16;

  private final Scanner scanner;
  private final ModulePool pool;
  private final Functions functions;
  private final Outline outline;
  private final LiteralParser literals;
  private final long[] values = new long[MAX_OPERANDS];
  private final LongArrayList entries = new LongArrayList();
  private final int[] constants = new int[Bank.count()];
  private final TableParser tables;

  private FunctionBuilder function;
  private Opcode opcode;

  /** What the line says in the place of {@link #opcode}, its call; null where it says an opcode. */
  private Macro macro;

  private List<OperandKind> operands;
  private int opcodeStart;
  private int opcodeEnd;
  private FunctionReference callee;

  InstructionParser(Scanner scanner, ModulePool pool, Outline outline, LiteralParser literals) {
    this.scanner = scanner;
    this.pool = pool;
    this.outline = outline;
    this.functions = outline.functions();
    this.literals = literals;
    this.tables = new TableParser(scanner, pool, literals, this::label);
  }

  /** Reads the instruction whose mnemonic is the token, and appends it. */
  void parse(FunctionBuilder into) {
    function = into;
    opcodeStart = scanner.start();
    opcodeEnd = scanner.end();
    String mnemonic = scanner.word();
    opcode = Opcode.ofMnemonic(mnemonic);
    macro = opcode == null ? Macro.of(mnemonic) : null;
    if (opcode == null && macro == null) {
      throw unknownInstruction(mnemonic);
    }
    callee = null;
    entries.clear();
    Arrays.fill(constants, 0);
    scanner.next();
    if (macro == null) {
      operands = opcode.operands();
    } else {
      beginMacro();
    }
    for (int i = 0; i < operands.size(); i++) {
      separator(i, operands.get(i));
      values[i] = operand(i, operands.get(i));
    }
    if (scanner.token() != Token.NEWLINE && scanner.token() != Token.END) {
      throw scanner.mistake("expected the end of the line, found " + scanner.found() + usage());
    }
    if (macro == null) {
      function.emit(opcode, values, entries);
    } else {
      emitMacro();
    }
  }

  private String usage() {
    String mnemonic = macro == null ? opcode.mnemonic() : macro.mnemonic();
    return "; usage: " + InstructionText.usage(mnemonic, operands);
  }

  /** The first argument of the macro's call is the MVar's value, in a register of its own. */
  private void beginMacro() {
    opcode = macro.call();
    operands = macro.operands();
    entries.addLong(function.registers.temporary(Bank.R, constants[Bank.R.ordinal()]++));
    if (opcode.format().variableKind() == OperandKind.ARGUMENTS) {
      entries.addLong(Bank.R.ordinal());
    }
  }

  private void emitMacro() {
    LongArrayList none = new LongArrayList();
    long result = values[0];
    long mvar = values[1];
    long value = entries.getLong(0);
    function.emit(Opcode.MVAR_LOCK_WRITE, new long[] {mvar}, none);
    function.emit(Opcode.R_MVAR_READ, new long[] {value, mvar}, none);
    System.arraycopy(values, 2, values, 1, operands.size() - 2);
    function.emit(opcode, values, entries);
    function.emit(Opcode.MVAR_WRITE, new long[] {mvar, result}, none);
    function.emit(Opcode.MVAR_UNLOCK, new long[] {mvar}, none);
  }

  private Mistake unknownInstruction(String word) {
    String behind = scanner.source().text.substring(opcodeEnd, lineEnd()).strip();
    if (Scanner.isName(word) && behind.equals(":")) {
      return new Mistake(
          opcodeStart, opcodeEnd, "a label has no space before its colon: " + word + ":");
    }
    return new Mistake(
        opcodeStart, opcodeEnd, "unknown instruction " + word + InstructionText.hint(word));
  }

  private int lineEnd() {
    Source source = scanner.source();
    return source.lineEnd(source.lineOf(opcodeStart));
  }

  private void separator(int operand, OperandKind kind) {
    boolean listFollows = InstructionText.isList(kind) && scanner.token() == Token.PAREN_OPEN;
    if (operand > 0 && scanner.token() == Token.COMMA) {
      scanner.next();
    } else if (operand > 0 && !listFollows) {
      throw expected(
          operand,
          scanner.token() == Token.NEWLINE || scanner.token() == Token.END ? "" : "a comma and ");
    }
    if (scanner.token() == Token.NEWLINE || scanner.token() == Token.END) {
      throw expected(operand, "");
    }
  }

  private Mistake expected(int operand, String before) {
    return scanner.mistake(
        "expected "
            + before
            + InstructionText.describe(operands.get(operand))
            + ", found "
            + scanner.found()
            + usage());
  }

  private long operand(int operand, OperandKind kind) {
    if (kind.isRegister()) {
      return register(operand, kind);
    }
    return switch (kind) {
      case IMM16 -> integer(operand, Short.MIN_VALUE, Short.MAX_VALUE);
      case COUNT16 -> integer(operand, 0, 0xFFFF);
      case I_LITERAL -> integer(operand, Long.MIN_VALUE, Long.MAX_VALUE);
      case F_LITERAL -> floating(operand);
      case TYPE, I_FORMAT, F_FORMAT -> symbol(operand, kind);
      case LABEL16, LABEL32 -> label();
      case FUNCTION -> function();
      case MVAR -> mvar();
      case LITERAL -> literal();
      case ARGUMENTS -> arguments();
      case R_REGISTERS -> registers();
      case DENSE_TABLE, I_SPARSE_TABLE, R_SPARSE_TABLE -> tables.parse(kind, entries);
      default -> throw expected(operand, "");
    };
  }

  private long integer(int operand, long least, long most) {
    if (scanner.token() != Token.INTEGER) {
      throw expected(operand, "");
    }
    long value = scanner.bits();
    if (value < least || value > most) {
      throw scanner.mistake(
          "expected " + InstructionText.describe(operands.get(operand)) + ", found " + value);
    }
    scanner.next();
    return value;
  }

  private long floating(int operand) {
    if (!isFloat()) {
      throw expected(operand, "");
    }
    return takeFloat();
  }

  private boolean isFloat() {
    return scanner.token() == Token.FLOAT
        || scanner.token() == Token.INTEGER
        || scanner.isWord("nan")
        || scanner.isWord("inf")
        || scanner.isWord("-inf");
  }

  /** The bits of a float; {@code nan(0x7ff8000000000001)} is one with these bits. */
  private long takeFloat() {
    long bits =
        switch (scanner.token()) {
          case FLOAT -> scanner.bits();
          case INTEGER -> Double.doubleToRawLongBits((double) scanner.bits());
          default -> LiteralParser.floatBits(scanner.word());
        };
    boolean payload = scanner.isWord("nan");
    if (scanner.next() == Token.PAREN_OPEN && payload) {
      if (scanner.next() != Token.INTEGER
          || !Double.isNaN(Double.longBitsToDouble(scanner.bits()))) {
        throw scanner.mistake("expected the bits of a NaN, such as 0x7ff8000000000001");
      }
      bits = scanner.bits();
      if (scanner.next() != Token.PAREN_CLOSE) {
        throw scanner.mistake("expected ')', found " + scanner.found());
      }
      scanner.next();
    }
    return bits;
  }

  private long symbol(int operand, OperandKind kind) {
    List<String> symbols = InstructionText.symbols(kind);
    int index = scanner.token() == Token.WORD ? symbols.indexOf(scanner.word()) : -1;
    if (index < 0) {
      List<String> words = symbols.stream().filter(word -> word != null).toList();
      throw scanner.mistake(
          "expected "
              + InstructionText.describe(kind)
              + " ("
              + String.join(" ", words)
              + "), found "
              + scanner.found()
              + Suggestions.hint(scanner.found(), words));
    }
    scanner.next();
    return index;
  }

  private long register(int operand, OperandKind kind) {
    if (kind.isSource()) {
      Opcode constant = macro == null ? InstructionText.withConstant(opcode, operand) : null;
      boolean fits = scanner.bits() == (short) scanner.bits();
      if (constant != null && scanner.token() == Token.INTEGER && fits) {
        opcode = constant;
        long value = scanner.bits();
        scanner.next();
        return value;
      }
      if (beginsConstant(kind.bank())) {
        return constant(kind.bank());
      }
    }
    if (scanner.token() != Token.WORD) {
      throw expected(operand, "");
    }
    return takeRegister(kind.bank(), kind.isDestination(), "");
  }

  private boolean beginsConstant(Bank bank) {
    return switch (bank) {
      case R -> LiteralParser.begins(scanner);
      case I -> scanner.token() == Token.INTEGER;
      case F -> isFloat();
    };
  }

  /** A constant where a register is read: it gets a register of its own, just before. */
  private long constant(Bank bank) {
    long value =
        switch (bank) {
          case R -> literal();
          case I -> {
            long bits = scanner.bits();
            scanner.next();
            yield bits;
          }
          case F -> takeFloat();
        };
    return function.constant(bank, value, constants[bank.ordinal()]++);
  }

  /** The index of the register at the token, which gets the error term of a handler. */
  int errorRegister(FunctionBuilder into) {
    function = into;
    if (scanner.token() != Token.WORD) {
      throw scanner.mistake("expected an r register for the error, found " + scanner.found());
    }
    return (int) takeRegister(Bank.R, true, " for the error");
  }

  /** The index of the register at the token, which must be one of the bank. */
  private long takeRegister(Bank bank, boolean assigned, String where) {
    String word = scanner.word();
    Bank actual;
    if (Registers.isRaw(word)) {
      actual = Registers.rawBank(word);
    } else if (Registers.isName(word)) {
      actual = function.registers.bankOf(word);
    } else {
      throw scanner.mistake(
          "expected " + InstructionText.article(bank) + " register, found " + word);
    }
    if (actual != null && actual != bank) {
      throw scanner.mistake(
          word
              + " is "
              + InstructionText.article(actual)
              + " register, "
              + InstructionText.article(bank)
              + " register is needed"
              + where
              + (assigned ? "" : InstructionText.conversion(actual, bank)));
    }
    int start = scanner.start();
    int end = scanner.end();
    scanner.next();
    return Registers.isRaw(word)
        ? function.registers.raw(bank, Registers.rawNumber(word))
        : function.registers.named(bank, word, assigned, start, end);
  }

  private long label() {
    long value =
        switch (scanner.token()) {
          case LABEL -> function.labels.use(scanner.string(), scanner.start());
          case DISTANCE -> FunctionBuilder.DISTANCE | scanner.bits() & 0xFFFF_FFFFL;
          case WORD ->
              throw scanner.mistake(
                  "expected a label, found "
                      + scanner.found()
                      + "; did you mean @"
                      + scanner.word()
                      + "?");
          default ->
              throw scanner.mistake("expected a label such as @done, found " + scanner.found());
        };
    scanner.next();
    return value;
  }

  private long literal() {
    if (scanner.token() == Token.INDEX) {
      return index(pool.literals().size(), "literals");
    }
    if (scanner.token() == Token.WORD
        && !LiteralParser.begins(scanner)
        && Registers.isName(scanner.word())) {
      if (function.registers.bankOf(scanner.word()) != null) {
        throw scanner.mistake("expected a term, found the register " + scanner.word());
      }
    }
    return pool.literal(literals.parse());
  }

  private long index(int count, String what) {
    long index = scanner.bits();
    if (index < 0 || index >= count) {
      throw scanner.mistake("there are " + count + " " + what + " so far");
    }
    scanner.next();
    return index;
  }

  private long function() {
    int start = scanner.start();
    int end = scanner.end();
    long index;
    if (scanner.token() == Token.INDEX) {
      index = index(pool.references().size(), "references");
      callee = pool.references().get((int) index);
    } else {
      HeaderParser.Name name = new HeaderParser(scanner).name("a function");
      end = name.end();
      callee = find(name.module(), name.name());
      if (callee == null) {
        throw functions.isBroken(name.module(), name.name())
            ? Mistake.consequence(name.start(), name.end())
            : unknownFunction(name);
      }
      index = pool.reference(callee);
    }
    checkResult(start, end);
    return index;
  }

  /** The function of a name; one of this module that is named with it needs no import. */
  private FunctionReference find(String module, String name) {
    FunctionReference found = functions.find(module, name);
    if (found != null || module == null || !module.equals(outline.moduleName())) {
      return found;
    }
    FunctionReference own = functions.find(null, name);
    return own == null ? null : new FunctionReference(module, name, own.signature());
  }

  private long mvar() {
    if (scanner.token() == Token.INDEX) {
      return index(pool.mvarReferences().size(), "MVar references");
    }
    if (scanner.token() != Token.WORD && scanner.token() != Token.STRING) {
      throw expected(operands.indexOf(OperandKind.MVAR), "");
    }
    HeaderParser.Name name = new HeaderParser(scanner).name("an MVar");
    if (name.module() == null && !outline.mvars().contains(name.name())) {
      throw new Mistake(
          name.start(),
          name.end(),
          "no MVar "
              + name.name()
              + " in this module"
              + Suggestions.hint(name.name(), outline.mvars()));
    }
    if (outline.moduleName().equals(name.module())) {
      throw new Mistake(
          name.start(),
          name.end(),
          "an MVar of this module is named without the module: " + name.name());
    }
    return pool.mvarReference(new MvarReference(name.module(), name.name()));
  }

  private Mistake unknownFunction(HeaderParser.Name name) {
    String text = name.module() == null ? name.name() : name.module() + "." + name.name();
    String hint = Suggestions.hint(text, functions.names());
    String message =
        name.module() == null
            ? "no function " + text + " in this module"
            : text
                + " is not imported"
                + (hint.isEmpty() ? "; write import " + text + "(…) -> … at the top" : "");
    return new Mistake(name.start(), name.end(), message + hint);
  }

  /** Whether what the function gives is what the instruction gives. */
  static boolean givesResult(Opcode opcode) {
    return switch (opcode) {
      case R_HOST, I_HOST, F_HOST -> true;
      default -> opcode.has(Effect.CALLS);
    };
  }

  /** A call's result goes to a register of its bank, or to the caller's caller. */
  private void checkResult(int start, int end) {
    if (!givesResult(opcode)) {
      return;
    }
    Bank wanted =
        opcode.has(Effect.ENDS_BLOCK)
            ? function.header.signature().result()
            : opcode.operands().getFirst().bank();
    Bank given = callee.signature().result();
    if (wanted != given) {
      throw new Mistake(
          start,
          end,
          callee.name()
              + " gives "
              + InstructionText.article(given)
              + ", here "
              + InstructionText.article(wanted)
              + " is needed"
              + (opcode.has(Effect.ENDS_BLOCK)
                  ? ", which this function gives"
                  : macro == null
                      ? "; did you mean " + given.letter() + opcode.mnemonic().substring(1) + "?"
                      : ""));
    }
    if (macro != null && !takesValue(callee.signature())) {
      throw new Mistake(
          start,
          end,
          "the first parameter takes the MVar's value, an r, and "
              + callee.name()
              + " is "
              + callee.signature());
    }
  }

  private static boolean takesValue(Signature signature) {
    return !signature.parameters().isEmpty() && signature.parameters().getFirst() == Bank.R;
  }

  private long arguments() {
    Signature signature = callee.signature();
    int opened = openList();
    int count = macro == null ? 0 : 1;
    while (scanner.token() != Token.PAREN_CLOSE) {
      if (count < signature.parameters().size()) {
        argument(opened, signature.parameters().get(count), count);
      } else {
        skipArgument(opened);
      }
      count++;
      nextInList(opened);
    }
    if (count != signature.parameters().size()) {
      throw new Mistake(
          opened,
          scanner.end(),
          callee.name()
              + signature
              + " takes "
              + signature.parameters().size()
              + (signature.parameters().size() == 1 ? " argument" : " arguments")
              + ", "
              + (count == 0 ? "none is" : count == 1 ? "1 is" : count + " are")
              + " given"
              + (macro == null ? "" : ", the MVar's value is the first"));
    }
    scanner.next();
    return 0;
  }

  private void argument(int opened, Bank bank, int ordinal) {
    long register;
    if (beginsConstant(bank)) {
      register = constant(bank);
    } else if (scanner.token() == Token.WORD) {
      register =
          takeRegister(bank, false, " as argument " + (ordinal + 1) + " of " + callee.name());
    } else {
      throw Brackets.mistake(scanner, opened, InstructionText.source(bank));
    }
    entries.addLong(register);
    entries.addLong(bank.ordinal());
  }

  private void skipArgument(int opened) {
    if (scanner.token() == Token.WORD) {
      scanner.next();
    } else if (LiteralParser.begins(scanner)) {
      literals.parse();
    } else {
      throw Brackets.mistake(scanner, opened, "an argument");
    }
  }

  private long registers() {
    int opened = openList();
    while (scanner.token() != Token.PAREN_CLOSE) {
      if (beginsConstant(Bank.R)) {
        entries.addLong(constant(Bank.R));
      } else if (scanner.token() == Token.WORD) {
        entries.addLong(takeRegister(Bank.R, false, ""));
      } else {
        throw Brackets.mistake(scanner, opened, InstructionText.source(Bank.R));
      }
      nextInList(opened);
    }
    if (entries.size() > 0xFFFF) {
      throw new Mistake(opened, opened + 1, "at most 65535 registers");
    }
    scanner.next();
    return 0;
  }

  private int openList() {
    if (scanner.token() != Token.PAREN_OPEN) {
      throw scanner.mistake(
          "expected arguments in parentheses, found " + scanner.found() + usage());
    }
    int opened = scanner.start();
    scanner.next();
    return opened;
  }

  private void nextInList(int opened) {
    if (scanner.token() == Token.COMMA) {
      if (scanner.next() == Token.PAREN_CLOSE) {
        throw scanner.mistake("expected another one behind the comma, found ')'");
      }
    } else if (scanner.token() != Token.PAREN_CLOSE) {
      throw Brackets.mistake(scanner, opened, "',' or ')'");
    }
  }
}
