package org.skerry.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page of instructions says what the opcode table says. */
class IsaPageTest {
  private static final Path PAGE = Path.of("native-notes/isa.md");
  private static final String MARK = "<!-- Below this line ";
  private static final Pattern OPERAND = Pattern.compile("(\\b[rif])?\\[(\\d)]");
  private static final Pattern OPCODE_NAME = Pattern.compile("\\b[A-Z][A-Z0-9_]*[A-Z0-9]\\b");

  /** The first opcode of each group, and what the page calls the group. */
  private static final Map<Opcode, String> GROUPS = new EnumMap<>(Opcode.class);

  static {
    GROUPS.put(Opcode.R_MOVE, "Moves and constants");
    GROUPS.put(Opcode.R_FROM_I, "Between banks");
    GROUPS.put(Opcode.I_ADD, "Integers");
    GROUPS.put(Opcode.I_EQ, "Comparing integers");
    GROUPS.put(Opcode.F_ADD, "Floats");
    GROUPS.put(Opcode.F_EQ, "Comparing floats");
    GROUPS.put(Opcode.R_ADD, "Arithmetic on terms");
    GROUPS.put(Opcode.R_EQ, "Comparing terms");
    GROUPS.put(Opcode.JUMP, "Jumps, calls, returns");
    GROUPS.put(Opcode.THROW, "Errors");
    GROUPS.put(Opcode.R_TUPLE, "Tuples and lists");
    GROUPS.put(Opcode.I_STRING_LENGTH, "Strings");
    GROUPS.put(Opcode.I_BYTES_LENGTH, "Bytes");
    GROUPS.put(Opcode.R_MAP_PUT, "Maps");
    GROUPS.put(Opcode.I64_NEW, "Mutable arrays");
    GROUPS.put(Opcode.R_SPAWN, "Processes");
    GROUPS.put(Opcode.I_TIME, "Time, chance, output");
    GROUPS.put(Opcode.R_MVAR_READ, "MVars");
    GROUPS.put(Opcode.LINK, "Links, monitors, names");
    GROUPS.put(Opcode.R_HOST, "Functions of the host");
  }

  @Test
  void shouldBeCurrent() throws Exception {
    String page = Files.readString(PAGE);
    int mark = page.indexOf('\n', page.indexOf(MARK)) + 1;
    String current = page.substring(0, mark) + generated();
    if ("write".equals(System.getProperty("skerry.notes"))) {
      Files.writeString(PAGE, current);
    }

    assertThat(Files.readString(PAGE))
        .as("run mvn -q test -Dtest=IsaPageTest -Dskerry.notes=write")
        .isEqualTo(current);
  }

  private static String generated() {
    StringBuilder page = new StringBuilder();
    page.append("\n# Instructions\n\n");
    page.append(
        """
        Operands are written in the order of the first column. `a:r` is a register of bank `r`, and `a:r!` one that the instruction writes;
        `b:int16` is an integer from -32768 to 32767, `b:count` one from 0 to 65535, `b:int` and `b:float` are 64 bits, `b:term` is a constant,
        `@c` a label, `f` a function, `v:mvar` an MVar, `(…)` registers in parentheses, `[…]` a table.
        In the second column, C: may allocate, and so collect garbage; A: may await, and other processes run; T: may raise an error (`type_error` where an operand is of
        the wrong type, and what the text says).

        """);
    for (Opcode opcode : Opcode.values()) {
      String group = GROUPS.get(opcode);
      if (group != null) {
        page.append(opcode.ordinal() == 0 ? "" : "\n").append("## ").append(group);
        page.append("\n\n| instruction | | meaning |\n|---|---|---|\n");
      }
      page.append("| `").append(usage(opcode)).append("` | ").append(effects(opcode));
      page.append(" | ").append(meaning(opcode)).append(" |\n");
    }
    page.append("\n## Types\n\nFor `r.type`, `r.jump.type`, `r.jump.not.type`: ");
    page.append(words(List.of(TypeTest.values()).stream().map(TypeTest::symbol).toList()));
    page.append("\n\n## Byte formats\n\nFor `i.bytes.get`, `i.bytes.put`: ");
    page.append(words(formats(false)));
    page.append("\n\nFor `f.bytes.get`, `f.bytes.put`: ").append(words(formats(true)));
    return page.append('\n').toString();
  }

  private static List<String> formats(boolean floating) {
    return List.of(ByteFormat.values()).stream()
        .filter(format -> format.floating() == floating)
        .map(ByteFormat::symbol)
        .toList();
  }

  private static String words(List<String> words) {
    return "`" + String.join("` `", words) + "`.";
  }

  private static char letter(int operand) {
    return (char) ('a' + operand);
  }

  private static String usage(Opcode opcode) {
    List<String> operands = new ArrayList<>();
    for (int i = 0; i < opcode.operands().size(); i++) {
      OperandKind kind = opcode.operands().get(i);
      boolean sticks =
          (kind == OperandKind.ARGUMENTS || kind == OperandKind.R_REGISTERS)
              && !opcode.operands().get(i - 1).isDestination();
      if (sticks) {
        operands.set(i - 1, operands.get(i - 1) + operand(kind, letter(i)));
      } else {
        operands.add(operand(kind, letter(i)));
      }
    }
    return (opcode.mnemonic() + " " + String.join(", ", operands)).strip();
  }

  private static String operand(OperandKind kind, char letter) {
    if (kind.isRegister()) {
      return letter + ":" + kind.bank().letter() + (kind.isDestination() ? "!" : "");
    }
    return switch (kind) {
      case IMM16 -> letter + ":int16";
      case COUNT16 -> letter + ":count";
      case TYPE -> letter + ":type";
      case I_FORMAT, F_FORMAT -> letter + ":format";
      case LABEL16, LABEL32 -> "@" + letter;
      case FUNCTION -> letter + ":function";
      case MVAR -> letter + ":mvar";
      case LITERAL -> letter + ":term";
      case I_LITERAL -> letter + ":int";
      case F_LITERAL -> letter + ":float";
      case ARGUMENTS -> "(" + letter + "…)";
      case R_REGISTERS -> "(" + letter + ":r …)";
      case DENSE_TABLE -> "[@" + letter + " …]";
      case I_SPARSE_TABLE -> "[int => @" + letter + " …]";
      case R_SPARSE_TABLE -> "[term => @" + letter + " …]";
      default -> throw new AssertionError(kind);
    };
  }

  private static String effects(Opcode opcode) {
    return (opcode.has(Effect.MAY_COLLECT) ? "C" : "")
        + (opcode.has(Effect.MAY_AWAIT) ? "A" : "")
        + (opcode.has(Effect.MAY_THROW) ? "T" : "");
  }

  /** The algebra with a letter for each operand and other opcodes by their mnemonics. */
  private static String meaning(Opcode opcode) {
    String text = OPERAND.matcher(opcode.algebra()).replaceAll(IsaPageTest::operandLetter);
    text = OPCODE_NAME.matcher(text).replaceAll(IsaPageTest::mnemonic);
    return text.replace("|", "\\|");
  }

  private static String operandLetter(MatchResult match) {
    return "_" + letter(match.group(2).charAt(0) - '0') + "_";
  }

  private static String mnemonic(MatchResult match) {
    String name = match.group().toLowerCase(java.util.Locale.ROOT).replace('_', '.');
    return Opcode.ofMnemonic(name) == null ? match.group() : "`" + name + "`";
  }
}
