package org.skerry.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.skerry.isa.Bank;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.isa.TypeTest;

/**
 * A table of instructions and their results, which becomes a program that executes each.
 *
 * <pre>
 * with xs: i64.new xs, 3 | i64.set xs, 0, 7   what a name stands for: instructions before the case
 * r.add 1, 2          =&gt; 3                    the instruction without its destination; its result
 * i64.set xs, 1, 8    =&gt; i64[7 8 0]           without a destination: operand 0 afterwards
 * r.add 1, :a         =&gt; !type_error          the kind of the error that it raises
 * i.jump.lt 1, 2      =&gt; jump                 a branch without its label: jump or next
 * types r.add number, number                  the types that its operands may have; - is any
 * </pre>
 */
final class CaseTable {
  /** Values of every type, by the name of the type. */
  private static final Map<TypeTest, String> SAMPLES = new LinkedHashMap<>();

  private static final Map<TypeTest, Set<TypeTest>> WIDER =
      Map.of(
          TypeTest.NUMBER, Set.of(TypeTest.INT, TypeTest.FLOAT),
          TypeTest.LIST, Set.of(TypeTest.CONS, TypeTest.EMPTY),
          TypeTest.ARRAY,
              Set.of(
                  TypeTest.I64_ARRAY, TypeTest.F64_ARRAY, TypeTest.U8_ARRAY, TypeTest.TERM_ARRAY));

  private static final Map<String, String> COMMON = new LinkedHashMap<>();

  private static final int MAX_CASES = 400;

  static {
    COMMON.put("a_ref", "r.ref a_ref");
    COMMON.put("a_function", "r.closure a_function, some_function()");
    COMMON.put("a_pid", "r.self a_pid");
    COMMON.put("an_i64", "i64.new an_i64, 2");
    COMMON.put("an_f64", "f64.new an_f64, 2");
    COMMON.put("a_u8", "u8.new a_u8, 2");
    COMMON.put("a_term", "term.new a_term, 2, nil");
    SAMPLES.put(TypeTest.NIL, "nil");
    SAMPLES.put(TypeTest.BOOL, "true");
    SAMPLES.put(TypeTest.INT, "9223372036854775807");
    SAMPLES.put(TypeTest.FLOAT, "1.5");
    SAMPLES.put(TypeTest.ATOM, ":atom");
    SAMPLES.put(TypeTest.REF, "a_ref");
    SAMPLES.put(TypeTest.FUNCTION, "a_function");
    SAMPLES.put(TypeTest.PID, "a_pid");
    SAMPLES.put(TypeTest.TUPLE, "{1, 2}");
    SAMPLES.put(TypeTest.MAP, "%{1 => 2}");
    SAMPLES.put(TypeTest.CONS, "[1]");
    SAMPLES.put(TypeTest.EMPTY, "[]");
    SAMPLES.put(TypeTest.BYTES, "<<1 2>>");
    SAMPLES.put(TypeTest.STRING, "\"text\"");
    SAMPLES.put(TypeTest.I64_ARRAY, "an_i64");
    SAMPLES.put(TypeTest.F64_ARRAY, "an_f64");
    SAMPLES.put(TypeTest.U8_ARRAY, "a_u8");
    SAMPLES.put(TypeTest.TERM_ARRAY, "a_term");
  }

  /**
   * A line of the table.
   *
   * @param opcode the instruction
   * @param operands without the destination, as they are written
   * @param expected the result as it is written in assembly, or {@code !kind}
   */
  record Case(Opcode opcode, List<String> operands, String expected) {
    @Override
    public String toString() {
      return opcode.mnemonic() + " " + String.join(", ", operands) + " => " + expected;
    }
  }

  private final String name;
  private final Map<String, String> names;
  private final List<Case> cases;
  private final Map<Opcode, List<String>> types;
  private Program program;

  CaseTable(String name, Map<String, String> names, List<Case> cases) {
    this(name, names, cases, Map.of());
  }

  private CaseTable(
      String name, Map<String, String> names, List<Case> cases, Map<Opcode, List<String>> types) {
    this.name = name;
    this.names = new LinkedHashMap<>(COMMON);
    this.names.putAll(names);
    this.cases = cases;
    this.types = types;
  }

  static CaseTable read(Path file) {
    Map<String, String> names = new LinkedHashMap<>();
    List<Case> cases = new ArrayList<>();
    Map<Opcode, List<String>> types = new LinkedHashMap<>();
    for (String raw : Program.text(file).lines().toList()) {
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("with ")) {
        int colon = line.indexOf(':');
        names.put(line.substring(5, colon).strip(), line.substring(colon + 1));
      } else if (line.startsWith("types ")) {
        String[] parts = line.split(" +", 3);
        types.put(opcode(parts[1], line), operands(parts[2]));
      } else {
        cases.add(parse(line));
      }
    }
    String module = file.getFileName().toString().replace(".cases", "");
    return new CaseTable(module, names, cases, types);
  }

  private static Case parse(String line) {
    int arrow = arrow(line);
    int blank = line.indexOf(' ');
    String operands = arrow < blank ? "" : line.substring(blank + 1, arrow).strip();
    return new Case(
        opcode(line.substring(0, blank), line),
        operands(operands),
        line.substring(arrow + 3).strip());
  }

  private static Opcode opcode(String mnemonic, String line) {
    Opcode opcode = Opcode.ofMnemonic(mnemonic);
    assertThat(opcode).as(line).isNotNull();
    return opcode;
  }

  /** Index of the first arrow that is in no brackets and no string. */
  private static int arrow(String line) {
    boolean[] outside = outside(line);
    int arrow = line.indexOf("=> ");
    while (arrow >= 0 && !outside[arrow]) {
      arrow = line.indexOf("=> ", arrow + 1);
    }
    assertThat(arrow).as(line).isPositive();
    return arrow;
  }

  /** For each character, whether it is in no brackets and no string. */
  private static boolean[] outside(String text) {
    boolean[] outside = new boolean[text.length()];
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\') {
        i++;
        continue;
      }
      quoted ^= c == '"';
      depth += quoted ? 0 : "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
      outside[i] = depth == 0 && !quoted;
    }
    return outside;
  }

  /** Splits at commas that are in no brackets and no string. */
  private static List<String> operands(String text) {
    List<String> operands = new ArrayList<>();
    boolean[] outside = outside(text);
    StringBuilder operand = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ',' && outside[i]) {
        operands.add(operand.toString().strip());
        operand.setLength(0);
      } else {
        operand.append(c);
      }
    }
    if (!operand.isEmpty()) {
      operands.add(operand.toString().strip());
    }
    return operands;
  }

  /** Tables of every case with an operand replaced by each value that has a wrong type. */
  List<CaseTable> wrongTypes() {
    List<Case> wrong = new ArrayList<>();
    types.forEach((opcode, allowed) -> addWrongTypes(opcode, allowed, wrong));
    List<CaseTable> tables = new ArrayList<>();
    for (int from = 0; from < wrong.size(); from += MAX_CASES) {
      List<Case> part = wrong.subList(from, Math.min(wrong.size(), from + MAX_CASES));
      tables.add(new CaseTable(name, names, part));
    }
    return tables;
  }

  private void addWrongTypes(Opcode opcode, List<String> allowed, List<Case> wrong) {
    Case valid =
        cases.stream()
            .filter(row -> row.opcode() == opcode && !row.expected().startsWith("!"))
            .findFirst()
            .orElseThrow(() -> new AssertionError("a case without error of " + opcode));
    int position = 0;
    int destination = hasDestination(opcode) ? 1 : 0;
    for (int i = 0; i < valid.operands().size(); i++) {
      if (opcode.operands().get(i + destination) != OperandKind.R_SRC) {
        continue;
      }
      String type = allowed.get(position++);
      if (type.equals("-")) {
        continue;
      }
      for (Map.Entry<TypeTest, String> sample : SAMPLES.entrySet()) {
        if (!accepts(type, sample.getKey())) {
          List<String> operands = new ArrayList<>(valid.operands());
          operands.set(i, sample.getValue());
          wrong.add(new Case(opcode, operands, "!type_error"));
        }
      }
    }
    assertThat(allowed).as("types of %s", opcode).hasSize(position);
  }

  private static boolean accepts(String allowed, TypeTest type) {
    for (String symbol : allowed.split("\\|")) {
      TypeTest wanted = TypeTest.valueOf(symbol.toUpperCase(java.util.Locale.ROOT));
      if (wanted == type || WIDER.getOrDefault(wanted, Set.of()).contains(type)) {
        return true;
      }
    }
    return false;
  }

  /** The program: a function for each case, and a {@code main} that prints what each gives. */
  Program program() {
    if (program == null) {
      StringBuilder source = new StringBuilder("module " + name + "\n\n");
      source.append("function some_function() -> r\n    r.return nil\nend\n\n");
      for (int i = 0; i < cases.size(); i++) {
        append(source, i, cases.get(i));
      }
      source.append("export function main() -> r\n");
      for (int i = 0; i < cases.size(); i++) {
        source.append("    r.call text, case_" + i + "()\n    print text\n");
      }
      source.append("    r.return nil\nend\n");
      program = Program.source(name + ".ska", source.toString());
    }
    return program;
  }

  /** Runs the program in a mode and compares. */
  void check(Mode mode) {
    ProgramRun run = ProgramRun.of(program(), mode);
    List<String> expected = cases.stream().map(Case::toString).toList();
    List<String> actual = new ArrayList<>();
    List<String> lines = run.lines();
    for (int i = 0; i < cases.size(); i++) {
      String result = i < lines.size() ? lines.get(i) : "nothing";
      actual.add(new Case(cases.get(i).opcode(), cases.get(i).operands(), result).toString());
    }
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < cases.size(); i++) {
      if (!actual.get(i).equals(expected.get(i))) {
        differences.add(expected.get(i) + ", but it gives " + lines(lines, i));
      }
    }
    assertThat(differences).as("%s in mode %s; %s", name, mode, run.told()).isEmpty();
    assertThat(run.exitStatus()).as(run.told()).isZero();
  }

  private static String lines(List<String> lines, int index) {
    return index < lines.size() ? lines.get(index) : "nothing";
  }

  private void append(StringBuilder source, int index, Case row) {
    source.append("function case_" + index + "() -> r\n    try\n");
    String text = String.join(", ", row.operands());
    appendNames(source, text);
    boolean gives = hasDestination(row.opcode());
    String separator = gives && !text.isEmpty() ? ", " : "";
    source.append("      " + row.opcode().mnemonic() + " " + (gives ? "result" : ""));
    source.append(separator + text + "\n");
    if (branches(row.opcode())) {
      source.setLength(source.length() - 1);
      source.append(", @taken\n      r.return \"next\"\ntaken:\n      r.return \"jump\"\n");
    } else {
      appendResult(source, row, gives);
    }
    source.append("    catch error\n    r.tuple.get kind, error, 0\n");
    source.append("    r.string.from.atom name, kind\n");
    source.append("    r.string.concat name, \"!\", name\n    r.return name\nend\n\n");
  }

  private static void appendResult(StringBuilder source, Case row, boolean gives) {
    String value = "value";
    if (!gives) {
      value = row.operands().getFirst();
    } else if (bank(row.opcode()) == Bank.I) {
      source.append("      r.from.i value, result\n");
    } else if (bank(row.opcode()) == Bank.F) {
      source.append("      r.from.f value, result\n");
    } else {
      value = "result";
    }
    source.append("      r.string.from.term text, " + value + "\n      r.return text\n");
  }

  private static boolean branches(Opcode opcode) {
    return !opcode.operands().isEmpty() && opcode.operands().getLast().isLabel();
  }

  /** The instructions of the names that a text uses, and of those that these use, in order. */
  private void appendNames(StringBuilder source, String text) {
    List<String> used = new ArrayList<>();
    String uses = text;
    List<String> defined = new ArrayList<>(names.keySet());
    for (int i = defined.size() - 1; i >= 0; i--) {
      String candidate = defined.get(i);
      if (Pattern.compile("(?<![:\\w.\"])" + candidate + "(?![\\w\"])").matcher(uses).find()) {
        used.addFirst(candidate);
        uses += " " + names.get(candidate);
      }
    }
    for (String candidate : used) {
      for (String instruction : names.get(candidate).split(" \\| ")) {
        source.append("      " + instruction.strip() + "\n");
      }
    }
  }

  private static boolean hasDestination(Opcode opcode) {
    return !opcode.operands().isEmpty() && opcode.operands().getFirst().isDestination();
  }

  private static Bank bank(Opcode opcode) {
    return opcode.operands().getFirst().bank();
  }

  @Override
  public String toString() {
    return name;
  }
}
