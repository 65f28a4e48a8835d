package org.skerry.fuzz;

import static org.skerry.isa.Opcode.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.skerry.isa.ByteFormat;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.isa.TypeTest;

/**
 * Operands of random instructions. Registers have their habits, so that most instructions get
 * operands of their type: {@code r0} tuples, {@code r1} lists, {@code r2} maps, {@code r3} strings,
 * {@code r4} bytes, {@code r5} to {@code r8} arrays, {@code r9} closures, {@code r10} numbers,
 * {@code r11} pids. {@code i0} is the fuel of a function, {@code i6} and {@code i7} count loops.
 */
final class RandomOperands {
  /** Registers of each bank that every function may use, whatever its parameters. */
  static final int R = 12;

  static final int I = 6;
  static final int LOOPS = 2;
  static final int F = 4;

  static final String[] LITERALS = {
    "{1, :a, \"x\"}",
    "[3, 1.5, :b]",
    "%{:k => 1, \"s\" => {2, 3}, 7 => []}",
    "\"grüße, a,b\"",
    "<<1 2 3 4 5 6 7 8 9 10>>",
    "nil",
    "4611686018427387904",
    "-0.0",
    "nan",
    "[1, 2 | 3]",
    "true",
    "{}",
    "9_223_372_036_854_775_807",
    "[:a, :a, :b]",
    "[{:k, 1}, {2, \"v\"}]",
    "[\"a\", \"b\"]",
    "4611686018427387903",
    "-4611686018427387904",
    "-9_223_372_036_854_775_808",
    "3",
    "inf",
    "%{:max_heap => 9_000}",
    "%{:max_mailbox => 1, :mailbox_policy => :drop}",
    "%{:monitor => true, :priority => :high}",
    "%{:link => true, :max_mailbox => 2, :mailbox_policy => :fail}",
    "%{:name => :somebody}",
    ":messages",
    ":reductions",
    ":memory",
    ":stack",
    ":location",
    ":kill",
    ":normal",
    "[]",
    "\"\"",
    "0",
    "\"17\"",
    "%{}",
  };

  private static final long[] INTEGERS = {
    0,
    1,
    2,
    3,
    -1,
    7,
    63,
    64,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    255,
    Long.MIN_VALUE + 1,
    1L << 62,
    (1L << 62) - 1,
    -(1L << 62),
    -(1L << 62) - 1,
    65,
    -64,
    1L << 31,
    -(1L << 31) - 1,
    1L << 53,
    (1L << 53) + 1,
    0x3FF0_0000_0000_0000L,
    0x7FF8_0000_0000_0001L,
  };

  private static final String[] FLOATS = {
    "0.0",
    "1.5",
    "-2.25",
    "inf",
    "nan",
    "1e300",
    "-0.0",
    "-inf",
    "4.9e-324",
    "1.7976931348623157e308",
    "9.223372036854775807e18",
    "-9.223372036854775808e18",
    "0.5",
    "2.5",
    "-1.0",
    "4503599627370497.5",
  };

  private static final String[] MVARS = {"shared", "table", "made"};

  private final Random random;
  private final RandomFunction function;
  private final String otherModule;

  /** How many registers of each bank there are to choose from. */
  final int r;

  final int i;
  final int f;

  /**
   * @param extra registers of each bank besides those that every function has
   * @param otherModule another module with MVars; null where there is none
   */
  RandomOperands(Random random, RandomFunction function, int extra, String otherModule) {
    this.random = random;
    this.function = function;
    this.otherModule = otherModule;
    r = Math.max(R, function.count('r')) + extra;
    i = Math.max(I + LOOPS, function.count('i')) + extra;
    f = Math.max(F, function.count('f')) + extra;
  }

  String rRegister() {
    return "r" + (random.nextInt(8) == 0 ? random.nextInt(r) : random.nextInt(R));
  }

  /** A register of bank {@code i} that may be read. */
  String iRegister() {
    return "i" + (random.nextInt(8) == 0 ? random.nextInt(i) : random.nextInt(I));
  }

  private String iDestination() {
    int extra = i - I - LOOPS;
    return "i"
        + (extra > 0 && random.nextInt(6) == 0
            ? I + LOOPS + random.nextInt(extra)
            : 1 + random.nextInt(I - 1));
  }

  String fRegister() {
    return "f" + (random.nextInt(8) == 0 ? random.nextInt(f) : random.nextInt(F));
  }

  String register(char bank) {
    return bank == 'r' ? rRegister() : bank == 'i' ? iRegister() : fRegister();
  }

  String destination(char bank) {
    return bank == 'i' ? iDestination() : register(bank);
  }

  String literal() {
    return LITERALS[random.nextInt(LITERALS.length)];
  }

  String integer() {
    int choice = random.nextInt(INTEGERS.length + 3);
    return "" + (choice < INTEGERS.length ? INTEGERS[choice] : random.nextLong());
  }

  String number() {
    int choice = random.nextInt(FLOATS.length + 3);
    if (choice < FLOATS.length) {
      return FLOATS[choice];
    }
    double value = Double.longBitsToDouble(random.nextLong());
    return Double.isFinite(value) ? Double.toString(value).toLowerCase(Locale.ROOT) : "1.25";
  }

  /** Arguments of a call, the first of which is {@code fuel} where the function takes some. */
  String arguments(RandomFunction callee, String fuel) {
    List<String> arguments = new ArrayList<>();
    for (int k = 0; k < callee.parameters().length(); k++) {
      boolean isFuel = k == 0 && callee.isFueled();
      arguments.add(isFuel ? fuel : register(callee.parameters().charAt(k)));
    }
    return "(" + String.join(", ", arguments) + ")";
  }

  String registers(int count) {
    List<String> registers = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      registers.add(rRegister());
    }
    return String.join(", ", registers);
  }

  String mvarName() {
    String name = MVARS[random.nextInt(MVARS.length)];
    return otherModule != null && random.nextInt(4) == 0 ? otherModule + "." + name : name;
  }

  /**
   * An operand as text.
   *
   * @param targets labels to choose from
   * @param source how many {@code r} operands that are read came before
   * @param same a number that is the same for all operands of the instruction
   */
  String operand(Opcode opcode, OperandKind kind, List<String> targets, int source, int same) {
    return switch (kind) {
      case R_DST -> "r" + habit(opcode, -1, same);
      case R_SRC -> "r" + habit(opcode, source, same);
      case I_DST -> iDestination();
      case I_SRC -> integer(opcode);
      case F_DST, F_SRC -> fRegister();
      case IMM16 ->
          "" + (random.nextInt(2) == 0 ? random.nextInt(9) - 2 : random.nextInt(60_000) - 30_000);
      case COUNT16 -> "" + random.nextInt(4);
      case TYPE -> TypeTest.values()[random.nextInt(TypeTest.values().length)].symbol();
      case I_FORMAT, F_FORMAT -> format(kind);
      case LABEL16, LABEL32 -> label(targets);
      case MVAR -> mvar(opcode);
      case LITERAL -> literal();
      case I_LITERAL -> integer();
      case F_LITERAL -> number();
      case R_REGISTERS -> "(" + registers(random.nextInt(4)) + ")";
      case DENSE_TABLE -> "[" + label(targets) + ", " + label(targets) + "]";
      case I_SPARSE_TABLE -> "[3 => " + label(targets) + ", -7 => " + label(targets) + "]";
      case R_SPARSE_TABLE -> "[:a => " + label(targets) + ", nil => " + label(targets) + "]";
      case ARGUMENTS, FUNCTION -> throw new IllegalArgumentException(kind.name());
    };
  }

  private String label(List<String> targets) {
    return "@" + targets.get(random.nextInt(targets.size()));
  }

  /** Maps have their instructions, which find one in an MVar most of the time. */
  private String mvar(Opcode opcode) {
    boolean any = opcode == R_MVAR_READ || opcode == MVAR_WRITE || random.nextInt(5) == 0;
    return any ? opcode == MVAR_WRITE ? "shared" : mvarName() : "table";
  }

  private String integer(Opcode opcode) {
    boolean waits = opcode == SLEEP || opcode.name().endsWith("TIMEOUT");
    boolean sizes = opcode.name().endsWith("_NEW");
    return waits || sizes || random.nextInt(2) == 0
        ? "" + random.nextInt(sizes ? 40 : waits ? 3_000 : 6)
        : iRegister();
  }

  private String format(OperandKind kind) {
    ByteFormat[] all = ByteFormat.values();
    while (true) {
      ByteFormat format = all[random.nextInt(all.length)];
      if (format.symbol().startsWith("f") == (kind == OperandKind.F_FORMAT)) {
        return format.symbol();
      }
    }
  }

  /** The register that an operand has by habit; the destination's number is -1. */
  private int habit(Opcode opcode, int source, int same) {
    if (random.nextInt(6) == 0) {
      return Integer.parseInt(rRegister().substring(1));
    }
    String name = opcode.name();
    if (opcode == ARRAY_COPY) {
      return 5 + same % 4;
    }
    if (name.startsWith("I64_") || name.startsWith("F64_") || name.startsWith("U8_")) {
      return name.charAt(0) == 'I' ? 5 : name.charAt(0) == 'F' ? 6 : 7;
    }
    if (name.startsWith("TERM_")) {
      return source < 0
          ? name.equals("TERM_NEW") ? 8 : random.nextInt(R)
          : source == 0 ? 8 : random.nextInt(R);
    }
    if (name.contains("CLOSURE")) {
      return source == 0 && !name.endsWith("WITH") || source == 1 ? 9 : source == 0 ? 2 : 11;
    }
    if (isOfProcess(name)) {
      return source <= 0 ? 11 : random.nextInt(R);
    }
    return source < 0 ? made(name) : taken(name, source);
  }

  private static boolean isOfProcess(String name) {
    return name.contains("SPAWN")
        || name.contains("SELF")
        || name.contains("SEND")
        || name.contains("ALIVE")
        || name.contains("LINK")
        || name.contains("INFO_OF")
        || name.equals("R_MONITOR")
        || name.equals("EXIT_SIGNAL");
  }

  private int made(String name) {
    if (name.equals("R_MAP_PUT") || name.equals("R_MAP_REMOVE") || name.equals("R_MAP_FROM_LIST")) {
      return 2;
    }
    if (name.contains("LIST")
        || name.contains("MAP_")
        || name.contains("SPLIT")
        || name.equals("R_CONS")) {
      return name.contains("TUPLE_FROM") ? 0 : 1;
    }
    if (name.contains("TUPLE")) {
      return name.endsWith("GET") ? 10 : 0;
    }
    if (name.startsWith("R_STRING")) {
      return 3;
    }
    if (name.startsWith("R_BYTES")) {
      return 4;
    }
    return name.contains("FROM") ? 10 : random.nextInt(R);
  }

  private int taken(String name, int source) {
    if (source > 0) {
      return name.contains("STRING") ? 3 : name.contains("BYTES") ? 4 : random.nextInt(R);
    }
    if (name.contains("FROM_LIST") || name.contains("FROM_CODES") || name.contains("JOIN")) {
      return 1;
    }
    if (name.contains("FROM_TUPLE")) {
      return 0;
    }
    if (name.contains("MAP")) {
      return 2;
    }
    if (name.contains("BYTES_FROM_STRING")) {
      return 3;
    }
    if (name.contains("BYTES")) {
      return name.endsWith("PUT") ? 7 : 4;
    }
    if (name.contains("STRING") && !name.contains("TERM")) {
      return 3;
    }
    if (name.contains("HEAD") || name.contains("TAIL") || name.contains("LIST")) {
      return 1;
    }
    return name.contains("TUPLE") ? 0 : random.nextInt(4) == 0 ? random.nextInt(R) : 10;
  }
}
