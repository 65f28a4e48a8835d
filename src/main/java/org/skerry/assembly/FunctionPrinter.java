package org.skerry.assembly;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.skerry.isa.Bank;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.FunctionDefinition.Line;
import org.skerry.module.FunctionDefinition.RegisterName;
import org.skerry.module.Handler;
import org.skerry.module.ModuleFile;

/** Writes one function. */
final class FunctionPrinter {
  private static final String INDENT = "    ";

  /** Deeper blocks are not moved further to the right: the text must stay linear in the code. */
  private static final int MAX_INDENTED_BLOCKS = 20;

  private final ModuleFile module;
  private final FunctionDefinition function;
  private final PoolPrinter pool;
  private final DisassemblyOptions options;

  /** Where a line of text can begin: all instructions, and each word of what is none. */
  private final BitSet places = new BitSet();

  private final BitSet raw = new BitSet();
  private final Map<Integer, String> labels = new HashMap<>();
  private final Map<Integer, Integer> lines = new HashMap<>();
  private final TreeMap<Integer, String> instructions = new TreeMap<>();
  private final HandlerBlocks blocks;
  private String[][] names = new String[Bank.count()][];
  private Registers registers;

  FunctionPrinter(
      ModuleFile module,
      FunctionDefinition function,
      PoolPrinter pool,
      DisassemblyOptions options) {
    this.module = module;
    this.function = function;
    this.pool = pool;
    this.options = options;
    for (Line line : function.lines()) {
      lines.put(line.pc(), line.line());
    }
    findPlaces();
    blocks = new HandlerBlocks(function.handlers(), places);
    nameLabels();
  }

  void print(StringBuilder out) {
    out.append(text());
  }

  private String text() {
    String text = namesAreUsable() ? body(true) : null;
    return text != null ? text : body(false);
  }

  /** The text by instructions. */
  FunctionListing listing() {
    String text = text();
    List<List<String>> registerNames = new ArrayList<>();
    for (Bank bank : Bank.values()) {
      String[] ofBank = names[bank.ordinal()];
      List<String> list = new ArrayList<>();
      for (int register = 0; register < ofBank.length; register++) {
        String name = ofBank[register];
        list.add(name != null ? name : bank.letter() + Integer.toString(register));
      }
      registerNames.add(list);
    }
    List<String> literals = new ArrayList<>();
    for (int i = 0; i < module.literals().size(); i++) {
      literals.add(pool.literal(i));
    }
    return new FunctionListing(
        text.substring(0, text.indexOf('\n')), instructions, registerNames, literals);
  }

  private void findPlaces() {
    InstructionReader reader = new InstructionReader(module, function);
    while (reader.next()) {
      int pc = reader.pc();
      places.set(pc);
      if (!reader.isExpressible()) {
        places.set(pc, pc + reader.length());
        raw.set(pc, pc + reader.length());
      }
    }
    places.set(function.code().length);
  }

  /** Numbers the places that branches and handlers name, from the top. */
  private void nameLabels() {
    BitSet targets = new BitSet();
    InstructionReader reader = new InstructionReader(module, function);
    while (reader.next()) {
      if (!raw.get(reader.pc())) {
        int pc = reader.pc();
        InstructionPrinter.forEachDistance(
            reader,
            distance -> {
              long target = (long) pc + distance;
              if (target >= 0 && target <= function.code().length && places.get((int) target)) {
                targets.set((int) target);
              }
            });
      }
    }
    if (!blocks.areBlocks()) {
      for (Handler handler : function.handlers()) {
        for (int place : new int[] {handler.start(), handler.end(), handler.target()}) {
          if (places.get(place)) {
            targets.set(place);
          }
        }
      }
    }
    for (int pc = targets.nextSetBit(0); pc >= 0; pc = targets.nextSetBit(pc + 1)) {
      labels.put(pc, "L" + (labels.size() + 1));
    }
  }

  /** Whether each register has one name at most, and each name could stand in a source. */
  private boolean namesAreUsable() {
    clearNames();
    Set<String> seen = new HashSet<>();
    for (RegisterName name : function.names()) {
      String[] bank = names[name.bank()];
      if (!Registers.isName(name.name())
          || !seen.add(name.name())
          || bank[name.register()] != null) {
        return false;
      }
      bank[name.register()] = name.name();
    }
    return true;
  }

  private void clearNames() {
    names[Bank.R.ordinal()] = new String[function.rCount()];
    names[Bank.I.ordinal()] = new String[function.iCount()];
    names[Bank.F.ordinal()] = new String[function.fCount()];
  }

  /**
   * The function's text.
   *
   * @param implicit whether names come with their first use; null where the assembler would then
   *     not give the registers the numbers that they have
   */
  private String body(boolean implicit) {
    registers = new Registers();
    StringBuilder text = new StringBuilder();
    header(text, implicit);
    StringBuilder declarations = new StringBuilder();
    if (!implicit) {
      declareNames(declarations);
    }
    StringBuilder code = new StringBuilder();
    if (!blocks.areBlocks()) {
      for (Handler handler : function.handlers()) {
        code.append(INDENT + ".handler ").append(register(Bank.R, handler.register(), true));
        code.append(", ").append(place(handler.start())).append(", ").append(place(handler.end()));
        code.append(", ").append(place(handler.target())).append('\n');
      }
    }
    code(code);
    Diagnostics diagnostics = new Diagnostics(new Source("", ""));
    registers.finish(diagnostics);
    if (implicit
        && !(diagnostics.isEmpty() && registers.registerNames().equals(function.names()))) {
      return null;
    }
    counts(text);
    return text.append(declarations).append(code).append("end\n").toString();
  }

  private void header(StringBuilder text, boolean implicit) {
    List<String> parameters = new ArrayList<>();
    int[] next = new int[Bank.count()];
    for (Bank bank : function.signature().parameters()) {
      String name = implicit ? names[bank.ordinal()][next[bank.ordinal()]++] : null;
      parameters.add(name == null ? "" : name);
      registers.parameter(bank, name == null ? "" : name, 0);
    }
    text.append(function.exported() ? "export function " : "function ");
    text.append(Quoted.name(function.name()));
    text.append(Disassembler.signature(function.signature(), parameters)).append('\n');
  }

  private void declareNames(StringBuilder text) {
    clearNames();
    Set<String> seen = new HashSet<>();
    for (RegisterName name : function.names()) {
      Bank bank = Bank.ofOrdinal(name.bank());
      boolean plain = Registers.isName(name.name()) && seen.add(name.name());
      registers.name(bank, name.register(), name.name(), !plain, 0, 0);
      text.append(INDENT + ".name ").append(bank.letter()).append(name.register()).append(", ");
      text.append(plain ? name.name() : Quoted.string(name.name())).append('\n');
      if (plain) {
        names[name.bank()][name.register()] = name.name();
      }
    }
  }

  /** Says how many registers there are, where more are than the text names. */
  private void counts(StringBuilder text) {
    int[] counts = {function.rCount(), function.iCount(), function.fCount()};
    boolean same = true;
    for (Bank bank : Bank.values()) {
      same &= registers.count(bank) == counts[bank.ordinal()];
    }
    if (!same) {
      text.append(INDENT + ".registers ");
      text.append(counts[0]).append(", ").append(counts[1]).append(", ").append(counts[2]);
      text.append('\n');
    }
  }

  private void code(StringBuilder text) {
    InstructionPrinter printer = new InstructionPrinter(pool, this::register, this::label);
    InstructionReader reader = new InstructionReader(module, function);
    int depth = 0;
    while (reader.next()) {
      int pc = reader.pc();
      int from = text.length();
      if (raw.get(pc)) {
        for (int i = 0; i < reader.length(); i++) {
          depth = marks(pc + i, depth, text);
          text.append(indent(depth)).append(".word 0x").append(Long.toHexString(reader.word(i)));
          text.append('\n');
        }
        continue;
      }
      depth = marks(pc, depth, text);
      String line = indent(depth) + printer.print(reader);
      text.append(line).append(comment(reader, line.length())).append('\n');
      instructions.put(pc, text.substring(from));
    }
    marks(function.code().length, depth, text);
  }

  private static String indent(int depth) {
    return INDENT + "  ".repeat(Math.min(depth, MAX_INDENTED_BLOCKS));
  }

  private String comment(InstructionReader reader, int column) {
    if (!options.pcs() && !options.words()) {
      return "";
    }
    StringBuilder comment = new StringBuilder(" ".repeat(Math.max(1, 56 - column))).append(';');
    if (options.pcs()) {
      comment.append(' ').append(reader.pc());
    }
    for (int i = 0; i < reader.length() && options.words(); i++) {
      comment.append(String.format(" %016x", reader.word(i)));
    }
    return comment.toString();
  }

  /**
   * Writes what stands before the code word: label, catch, try, line; gives the number of blocks
   * that are open then.
   */
  private int marks(int pc, int before, StringBuilder text) {
    int depth = before;
    if (labels.containsKey(pc)) {
      text.append("  ").append(labels.get(pc)).append(":\n");
    }
    for (Handler handler : blocks.endingAt(pc)) {
      depth--;
      text.append(indent(depth)).append("catch ");
      text.append(register(Bank.R, handler.register(), true)).append('\n');
    }
    for (int i = blocks.countStartingAt(pc); i > 0; i--) {
      text.append(indent(depth)).append("try\n");
      depth++;
    }
    if (options.lines() && lines.containsKey(pc)) {
      text.append(indent(depth)).append(".line ").append(lines.get(pc)).append('\n');
    }
    return depth;
  }

  private String register(Bank bank, int number, boolean written) {
    String name = names[bank.ordinal()][number];
    if (name == null) {
      registers.raw(bank, number);
      return bank.letter() + Integer.toString(number);
    }
    registers.named(bank, name, written, 0, 0);
    return name;
  }

  private String label(int pc, int distance) {
    String label = labels.get(pc + distance);
    return label != null ? "@" + label : (distance < 0 ? "@" : "@+") + distance;
  }

  private String place(int pc) {
    return labels.containsKey(pc) ? "@" + labels.get(pc) : Integer.toString(pc);
  }
}
