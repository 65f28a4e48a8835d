package org.skerry.fuzz;

import static org.skerry.isa.Opcode.*;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.skerry.isa.ByteFormat;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.isa.TypeTest;

/**
 * Writes programs that pass the verifier and do anything: every instruction of the table with
 * random operands, in loops, handlers, calls of each kind and closures. Most come to an end by
 * themselves: loops count down in registers that nothing else writes, calls go to functions further
 * down, or take fuel.
 *
 * <p>Registers have their habits, so that most instructions get operands of their type: {@code r0}
 * tuples, {@code r1} lists, {@code r2} maps, {@code r3} strings, {@code r4} bytes, {@code r5} to
 * {@code r8} arrays, {@code r9} closures, {@code r10} numbers, {@code r11} pids. {@code i0} is the
 * fuel of a function.
 */
final class RandomPrograms {
  private static final int R = 12;
  private static final int I = 6;
  private static final int F = 4;

  private static final String[] LITERALS = {
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
  };

  private static final long[] INTEGERS = {
    0, 1, 2, 3, -1, 7, 63, 64, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, 255
  };
  private static final String[] FLOATS = {"0.0", "1.5", "-2.25", "inf", "nan", "1e300", "-0.0"};

  private static final String[] MVARS = {"shared", "table", "made"};

  /** Written by the generator itself, with control flow around them. */
  private static final Set<Opcode> SHAPED =
      EnumSet.of(R_CALL, I_CALL, F_CALL, TAIL_CALL, TAIL_CALL_CLOSURE, R_RETURN, I_RETURN);

  /** What tells runs of one program apart: time, chance, what memory there is. */
  private static final Set<Opcode> UNSTEADY =
      EnumSet.of(
          I_TIME,
          I_TIME_WALL,
          R_REF,
          R_MVAR_SNAPSHOT,
          R_PROCESS_INFO,
          I_CANCEL,
          R_SEND_AFTER,
          R_RECEIVE,
          R_SELECT_NEXT,
          R_SPAWN,
          R_SPAWN_CLOSURE,
          R_SPAWN_WITH,
          R_SPAWN_CLOSURE_WITH,
          LINK,
          UNLINK,
          R_MONITOR,
          I_DEMONITOR,
          I_DEMONITOR_FLUSH,
          EXIT_SIGNAL,
          I_TRAP_EXIT,
          REGISTER,
          UNREGISTER,
          R_WHEREIS,
          R_PROCESS_LIST,
          R_PROCESS_INFO_OF);

  private static final List<Opcode> STEADY_OPCODES = new ArrayList<>();
  private static final List<Opcode> ALL_OPCODES = new ArrayList<>();

  static {
    SHAPED.addAll(EnumSet.of(F_RETURN, JUMP, EXIT, THROW, RETHROW));
    for (Opcode opcode : Opcode.values()) {
      boolean locks =
          opcode.has(Effect.HOLDS_READ)
              || opcode.has(Effect.HOLDS_WRITE)
              || opcode.has(Effect.RELEASES);
      if (!SHAPED.contains(opcode) && !locks) {
        ALL_OPCODES.add(opcode);
        if (!UNSTEADY.contains(opcode)) {
          STEADY_OPCODES.add(opcode);
        }
      }
    }
  }

  private record Function(String name, String parameters, char result) {}

  private final Random random;
  private final boolean steady;
  private final StringBuilder text = new StringBuilder();
  private final List<Function> functions = new ArrayList<>();
  private int closures;
  private int self;
  private int labels;
  private int loops;

  private RandomPrograms(long seed, boolean steady) {
    random = new Random(seed);
    this.steady = steady;
  }

  /**
   * A program.
   *
   * @param name the module's name
   * @param steady whether it runs in one process and asks nothing that differs between runs
   */
  static String next(String name, long seed, boolean steady) {
    return new RandomPrograms(seed, steady).program(name);
  }

  private String program(String name) {
    closures = 1 + random.nextInt(2);
    for (int i = 0; i < closures; i++) {
      functions.add(new Function("c" + i, "r".repeat(1 + random.nextInt(4)), 'r'));
    }
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      StringBuilder parameters = new StringBuilder("i");
      for (int k = random.nextInt(5); k > 0; k--) {
        parameters.append(bank());
      }
      functions.add(new Function("f" + i, parameters.toString(), bank()));
    }
    text.append("module ").append(name).append("\n\n");
    text.append("mvar shared = {1, [:a]}\nexport mvar table = ").append(LITERALS[2]);
    text.append("\nmvar made = first()\n\nfunction first() -> r\n    r.return \"made\"\nend\n\n");
    text.append("export function main() -> r\n");
    self = -1;
    body("", 'r', 3);
    for (self = 0; self < functions.size(); self++) {
      Function function = functions.get(self);
      text.append("\nfunction ").append(function.name()).append('(');
      int[] next = new int[3];
      for (int i = 0; i < function.parameters().length(); i++) {
        char bank = function.parameters().charAt(i);
        text.append(i == 0 ? "" : ", ").append(bank).append(" p").append(i);
        next["rif".indexOf(bank)]++;
      }
      text.append(") -> ").append(function.result()).append('\n');
      body(function.parameters(), function.result(), -1);
    }
    return text.toString();
  }

  private char bank() {
    return "rif".charAt(random.nextInt(3));
  }

  private void body(String parameters, char result, int fuel) {
    labels = 0;
    loops = 0;
    boolean hasFuel = parameters.startsWith("i");
    if (fuel >= 0) {
      line("i.const i0, " + fuel);
    } else if (!hasFuel) {
      line("i.const i0, 0");
    }
    initialize(parameters);
    if (fuel >= 0) {
      line("i.random.seed i5, 42"); // runs of it must not differ
    }
    block(4 + random.nextInt(14), 0);
    if (fuel >= 0) {
      line("r.tuple r0, (r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10)");
      line("r.from.i r1, i1");
      line("r.from.f r2, f1");
      line("r.tuple r0, (r0, r1, r2)");
      line("print r0");
    } else if (result == 'r' && random.nextInt(4) == 0 && random.nextBoolean()) {
      line("tail.call.closure r9(" + registers(1 + random.nextInt(3)) + ")");
    }
    line(result + ".return " + result + random.nextInt(3));
    text.append("end\n");
  }

  private void initialize(String parameters) {
    int rCount = count(parameters, 'r');
    int iCount = count(parameters, 'i');
    int fCount = count(parameters, 'f');
    for (int i = Math.max(1, iCount); i < I + 2; i++) {
      line("i.const i" + i + ", " + INTEGERS[random.nextInt(i < 3 ? 4 : INTEGERS.length)]);
    }
    for (int i = fCount; i < F; i++) {
      line("f.const f" + i + ", " + FLOATS[random.nextInt(FLOATS.length)]);
    }
    for (int i = rCount; i < R; i++) {
      switch (i) {
        case 0, 1, 2, 3, 4 -> line("r.const r" + i + ", " + LITERALS[i]);
        case 5 -> line("i64.new r5, 5");
        case 6 -> line("f64.new r6, 4");
        case 7 -> line("u8.new r7, 20");
        case 8 -> line("term.new r8, 3, r" + random.nextInt(5));
        case 9 -> closure(9);
        case 10 -> line("r.const r10, " + LITERALS[6 + random.nextInt(3)]);
        default -> line("r.self r11");
      }
    }
  }

  private static int count(String parameters, char bank) {
    return (int) parameters.chars().filter(c -> c == bank).count();
  }

  private void line(String line) {
    text.append("    ").append(line).append('\n');
  }

  private String label() {
    return "L" + labels++;
  }

  private void block(int count, int depth) {
    List<String> pending = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int kind = depth >= 3 ? 100 : random.nextInt(30);
      if (kind < 4 || depth == 0 && self < 0) {
        handler(depth);
      } else if (kind == 4 && loops < 2) {
        loop(depth);
      } else if (kind < 8) {
        call();
      } else if (kind == 9) {
        lock(depth);
      } else if (kind == 8) {
        line((random.nextBoolean() ? "throw r" : "rethrow r") + random.nextInt(R));
        return_(pending);
      } else {
        String target = label();
        if (instruction(ALL_OPCODES, target)) {
          pending.add(target);
        }
      }
      if (!pending.isEmpty() && random.nextInt(3) == 0) {
        text.append(pending.removeFirst()).append(":\n");
      }
    }
    pending.forEach(label -> text.append(label).append(":\n"));
  }

  /** Behind a throw the code goes on at some label, or there would be none that gets there. */
  private void return_(List<String> pending) {
    String here = label();
    text.insert(text.lastIndexOf("    "), "    i.jump.ge.imm i0, 1, @" + here + "\n");
    text.append(here).append(":\n");
  }

  private void handler(int depth) {
    String end = label();
    text.append("  try\n");
    block(1 + random.nextInt(6), depth + 1);
    line("jump @" + end);
    text.append("  catch r").append(random.nextInt(R)).append('\n');
    block(depth == 0 && self < 0 ? 0 : random.nextInt(3), depth + 1);
    text.append(end).append(":\n");
  }

  /** What is taken is undone behind a block, whose labels are its own. */
  private void lock(int depth) {
    String mvar = MVARS[random.nextInt(MVARS.length)];
    String mode = random.nextBoolean() ? "read" : "write";
    String over = label();
    switch (random.nextInt(3)) {
      case 0 -> line("mvar.lock." + mode + " " + mvar);
      case 1 -> line("mvar.try.lock." + mode + " " + mvar + ", @" + over);
      default -> {
        line("mvar.lock." + mode + ".timeout " + mvar + ", " + random.nextInt(6) + ", @" + over);
      }
    }
    block(1 + random.nextInt(4), depth + 1);
    line("mvar.unlock " + mvar);
    text.append(over).append(":\n");
  }

  private void loop(int depth) {
    String counter = "i" + (I + loops++);
    String top = label();
    line("i.const " + counter + ", " + (1 + random.nextInt(5)));
    text.append(top).append(":\n");
    block(1 + random.nextInt(6), depth + 1);
    line("i.add " + counter + ", " + counter + ", -1");
    line("i.jump.gt " + counter + ", 0, @" + top);
    loops--;
  }

  private void call() {
    if (self >= 0 && self < closures) {
      instruction(List.of(R_CALL_CLOSURE), label());
      return;
    }
    int callee = closures + random.nextInt(functions.size() - closures);
    String over = label();
    boolean fueled = callee <= self;
    if (fueled) {
      line("i.jump.le i0, 0, @" + over);
      line("i.sub i1, i0, 1");
    }
    Function function = functions.get(callee);
    line(
        function.result()
            + ".call "
            + (function.result() == 'i' ? "i2" : function.result() + "" + random.nextInt(F))
            + ", "
            + function.name()
            + arguments(function, fueled ? "i1" : "i0"));
    text.append(over).append(":\n");
  }

  private String arguments(Function function, String fuel) {
    StringBuilder arguments = new StringBuilder("(");
    for (int i = 0; i < function.parameters().length(); i++) {
      char bank = function.parameters().charAt(i);
      boolean isFuel = i == 0 && bank == 'i';
      arguments.append(i == 0 ? "" : ", ");
      arguments.append(isFuel ? fuel : bank + "" + random.nextInt(bank == 'f' ? F : I));
    }
    return arguments.append(')').toString();
  }

  private String registers(int count) {
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < count; i++) {
      list.append(i == 0 ? "r" : ", r").append(random.nextInt(R));
    }
    return list.toString();
  }

  private void closure(int register) {
    Function function = functions.get(random.nextInt(closures));
    int captures = random.nextInt(function.parameters().length() + 1);
    line(
        "r.closure r"
            + register
            + ", "
            + function.name()
            + "("
            + registers(captures).replace("r9", "r0").replace("r10", "r1").replace("r11", "r2")
            + ")");
  }

  /** Writes an instruction; whether it refers to the label. */
  private boolean instruction(List<Opcode> all, String target) {
    List<Opcode> opcodes = all == ALL_OPCODES && steady ? STEADY_OPCODES : all;
    Opcode opcode = opcodes.get(random.nextInt(opcodes.size()));
    if ((opcode == R_RECEIVE || opcode == R_SELECT_NEXT) && random.nextInt(8) > 0) {
      return false; // or most would wait for ever
    }
    if (opcode == R_CLOSURE) {
      closure(9);
      return false;
    }
    StringBuilder line = new StringBuilder(opcode.mnemonic());
    boolean branches = false;
    int same = random.nextInt(R);
    int source = 0;
    boolean isFirst = true;
    for (OperandKind kind : opcode.operands()) {
      if (kind == OperandKind.ARGUMENTS) {
        continue; // with the function
      }
      boolean called = kind == OperandKind.R_REGISTERS && isCall(opcode);
      line.append(isFirst ? " " : called ? "" : ", ");
      isFirst = false;
      branches |= kind.isLabel() || kind.name().endsWith("TABLE");
      line.append(operand(opcode, kind, target, source, same));
      source += kind == OperandKind.R_SRC ? 1 : 0;
    }
    line(line.toString());
    return branches;
  }

  private static boolean isCall(Opcode opcode) {
    return opcode == R_CALL_CLOSURE || opcode == R_SPAWN_CLOSURE || opcode == R_SPAWN_CLOSURE_WITH;
  }

  private String operand(Opcode opcode, OperandKind kind, String target, int source, int same) {
    return switch (kind) {
      case R_DST -> "r" + habit(opcode, -1, same);
      case R_SRC -> "r" + habit(opcode, source, same);
      case I_DST -> "i" + (1 + random.nextInt(I - 1));
      case I_SRC -> integer(opcode);
      case F_DST, F_SRC -> "f" + random.nextInt(F);
      case IMM16 ->
          "" + (random.nextInt(2) == 0 ? random.nextInt(9) - 2 : random.nextInt(60_000) - 30_000);
      case COUNT16 -> "" + random.nextInt(4);
      case TYPE -> TypeTest.values()[random.nextInt(TypeTest.values().length)].symbol();
      case I_FORMAT, F_FORMAT -> format(kind);
      case LABEL16, LABEL32 -> "@" + target;
      case MVAR -> mvar(opcode);
      case LITERAL -> LITERALS[random.nextInt(LITERALS.length)];
      case I_LITERAL -> "" + INTEGERS[random.nextInt(INTEGERS.length)];
      case F_LITERAL -> FLOATS[random.nextInt(FLOATS.length)];
      case FUNCTION -> {
        Function function = functions.get(closures + random.nextInt(functions.size() - closures));
        yield function.name() + arguments(function, "i0");
      }
      case R_REGISTERS -> "(" + registers(random.nextInt(4)) + ")";
      case DENSE_TABLE -> "[@" + target + ", @" + target + "]";
      case I_SPARSE_TABLE -> "[3 => @" + target + ", -7 => @" + target + "]";
      case R_SPARSE_TABLE -> "[:a => @" + target + ", nil => @" + target + "]";
      case ARGUMENTS -> "";
    };
  }

  /** Maps have their instructions, which find one in an MVar most of the time. */
  private String mvar(Opcode opcode) {
    boolean any = opcode == R_MVAR_READ || opcode == MVAR_WRITE || random.nextInt(5) == 0;
    return any ? MVARS[random.nextInt(opcode == MVAR_WRITE ? 1 : MVARS.length)] : "table";
  }

  private String integer(Opcode opcode) {
    boolean waits = opcode == SLEEP || opcode.name().endsWith("TIMEOUT");
    boolean sizes = opcode.name().endsWith("_NEW");
    return waits || sizes || random.nextInt(2) == 0
        ? "" + random.nextInt(sizes ? 40 : 6)
        : "i" + random.nextInt(I);
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
    if (random.nextInt(5) == 0) {
      return random.nextInt(R);
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
    if (name.contains("SPAWN")
        || name.contains("SELF")
        || name.startsWith("SEND")
        || name.contains("SEND")
        || name.contains("ALIVE")) {
      return source <= 0 ? 11 : random.nextInt(R);
    }
    return source < 0 ? made(name) : taken(name, source);
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
