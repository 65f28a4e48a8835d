package org.skerry.fuzz;

import static org.skerry.isa.Opcode.*;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skerry.fuzz.RandomFunction.Kind;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;

/**
 * Writes the body of a function of a random program: random instructions in blocks, loops and
 * handlers that may lie in each other, and calls of each kind. Loops count down in registers that
 * nothing else writes. What the body uses is given a first value in front of it.
 */
final class RandomBody {
  /** Written here, with control flow around them. */
  private static final Set<Opcode> SHAPED =
      EnumSet.of(
          R_CALL,
          I_CALL,
          F_CALL,
          R_HOST,
          I_HOST,
          F_HOST,
          TAIL_CALL,
          TAIL_CALL_CLOSURE,
          R_RETURN,
          I_RETURN,
          F_RETURN,
          JUMP,
          EXIT,
          THROW,
          RETHROW,
          R_SPAWN,
          R_SPAWN_WITH,
          R_CLOSURE);

  /** What tells runs of one program in different ways apart: time, chance, other processes. */
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
          R_SPAWN_CLOSURE,
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
  private static final List<Opcode> BRANCHES = new ArrayList<>();

  static {
    for (Opcode opcode : Opcode.values()) {
      boolean locks =
          opcode.has(Effect.HOLDS_READ)
              || opcode.has(Effect.HOLDS_WRITE)
              || opcode.has(Effect.RELEASES);
      if (SHAPED.contains(opcode) || locks) {
        continue;
      }
      ALL_OPCODES.add(opcode);
      if (!UNSTEADY.contains(opcode)) {
        STEADY_OPCODES.add(opcode);
        if (opcode.has(Effect.BRANCHES)) {
          BRANCHES.add(opcode);
        }
      }
    }
  }

  private static final Pattern REGISTER_NAME = Pattern.compile("\\b([rif])(\\d+)\\b");
  private static final int[] DEPTHS = {2, 3, 5, 9, 30, 30, 199, 200, 201, 450, 1_500};

  private final Random random;
  private final RandomPrograms program;
  private final RandomFunction function;
  private final RandomOperands operands;
  private final StringBuilder text = new StringBuilder();
  private int labels;
  private int loops;
  private int deepCalls;

  RandomBody(
      Random random, RandomPrograms program, RandomFunction function, RandomOperands operands) {
    this.random = random;
    this.program = program;
    this.function = function;
    this.operands = operands;
  }

  /** The lines of the body. */
  String write() {
    int size = program.size();
    switch (function.kind()) {
      case MAIN -> main(size);
      case DEEP -> deep();
      case SERVER -> server();
      case CLOSURE -> {
        block(size / 2, 1);
        if (random.nextInt(8) == 0) {
          line("tail.call.closure r9(" + operands.registers(1 + random.nextInt(3)) + ")");
        } else {
          returns();
        }
      }
      case PLAIN -> {
        block(size, 0);
        end();
      }
    }
    return beginning() + initialization() + text;
  }

  /** Sometimes a wait before anything else: who goes on then goes on at the very beginning. */
  private String beginning() {
    String mvar = operands.mvarName();
    return switch (random.nextInt(16)) {
      case 0 -> "    r.mvar.read " + operands.rRegister() + ", " + mvar + "\n";
      case 1 -> "    mvar.write shared, :begun\n";
      case 2 -> "    mvar.lock.write " + mvar + "\n    mvar.unlock " + mvar + "\n";
      case 3 -> "    mvar.lock.read " + mvar + "\n    mvar.unlock " + mvar + "\n";
      default -> "";
    };
  }

  private void main(int size) {
    line("i.random.seed i5, 42"); // runs of it must not differ
    block(size, 0);
    line("r.tuple r0, (" + operands.registers(6) + ")");
    line("print r0");
    for (int k = random.nextInt(RandomOperands.I); k >= 0; k--) {
      line("r.from.i r1, " + operands.iRegister());
      line("r.from.f r2, " + operands.fRegister());
      line("r.tuple r0, (r0, r1, r2)");
    }
    line("print r0");
    line(function.result() + ".return " + function.result() + random.nextInt(3));
  }

  /** A return, or a tail call of a function with the same result. */
  private void end() {
    RandomFunction callee = random.nextInt(5) == 0 ? program.anyOf(Kind.PLAIN) : function;
    if (random.nextInt(6) == 0 && callee.result() == function.result()) {
      String over = label();
      line("i.jump.le i0, 0, @" + over);
      line("i.sub i1, i0, 1");
      String name = callee.calledFrom(function.module());
      line("tail.call " + name + operands.arguments(callee, "i1"));
      label(over);
    }
    returns();
  }

  /** Returns what depends on several registers, most of the time. */
  private void returns() {
    int count = random.nextInt(4);
    for (int k = 0; k < count && function.result() != 'f'; k++) {
      line("i.xor i2, i2, " + operands.iRegister());
    }
    if (function.result() == 'r' && count > 0) {
      line("r.from.i r1, i2");
      line("r.tuple r0, (" + operands.registers(2) + ", r1)");
      line("r.return r0");
      return;
    }
    if (function.result() == 'i' && count > 0) {
      line("i.return i2");
      return;
    }
    line(function.result() + ".return " + operands.register(function.result()));
  }

  /** Calls one of its kind until the first parameter is used up, in this or the other module. */
  private void deep() {
    RandomFunction next = program.anyOf(Kind.DEEP);
    String bottom = label();
    block(random.nextInt(2), 3);
    line("i.jump.le i0, 0, @" + bottom);
    line("i.sub i1, i0, 1");
    String called = next.calledFrom(function.module()) + operands.arguments(next, "i1");
    if (random.nextInt(4) == 0 && next.result() == function.result()) {
      line("tail.call " + called);
    } else {
      boolean guarded = random.nextInt(6) == 0;
      text.append(guarded ? "  try\n" : "");
      line(next.result() + ".call " + operands.destination(next.result()) + ", " + called);
      if (guarded) {
        String over = label();
        line("jump @" + over);
        line("catch r" + random.nextInt(4));
        label(over);
      }
      block(random.nextInt(3), 3);
      returns();
    }
    label(bottom);
    block(random.nextInt(3), 1);
    returns();
  }

  private void server() {
    String top = label();
    String next = label();
    String out = label();
    label(top);
    line("i.jump.le i0, 0, @" + out);
    line("i.add i0, i0, -1");
    line("r.receive.timeout r0, " + 200 * (1 + random.nextInt(20)) + ", @" + out);
    text.append("  try\n");
    line("r.tuple.get r11, r0, 0");
    block(random.nextInt(4), 2);
    line("r.tuple r1, (r3, " + operands.rRegister() + ")");
    line("send r11, r1");
    line("jump @" + next);
    line("catch r10");
    label(next);
    if (random.nextInt(3) == 0) {
      line("tail.call " + function.name() + operands.arguments(function, "i0"));
    } else {
      line("jump @" + top);
    }
    label(out);
    returns();
  }

  /** First values for what is read before it is written, and for some that is not. */
  private String initialization() {
    boolean[][] uses = {new boolean[8_000], new boolean[8_000], new boolean[8_000]};
    note(text.toString(), uses);
    StringBuilder lines = new StringBuilder();
    int rParameters = function.count('r');
    for (int r = operands.r - 1; r >= rParameters; r--) {
      if (uses[0][r]) {
        String line = initialTerm(r, rParameters);
        note(line, uses);
        lines.insert(0, "    " + line + "\n");
      }
    }
    for (int i = operands.i - 1; i >= function.count('i'); i--) {
      boolean isFuel = i == 0;
      if (uses[1][i]) {
        lines.insert(0, "    i.const i" + i + ", " + (isFuel ? fuel() : operands.integer()) + "\n");
      }
    }
    for (int f = operands.f - 1; f >= function.count('f'); f--) {
      if (uses[2][f]) {
        lines.insert(0, "    f.const f" + f + ", " + operands.number() + "\n");
      }
    }
    return lines.toString();
  }

  private int fuel() {
    return function.kind() == Kind.MAIN ? 2 : 0;
  }

  private static void note(String lines, boolean[][] uses) {
    Matcher matcher = REGISTER_NAME.matcher(lines);
    while (matcher.find()) {
      int number = Integer.parseInt(matcher.group(2));
      uses["rif".indexOf(matcher.group(1))][Math.min(number, 7_999)] = true;
    }
  }

  /** What a register holds by its habit; only registers before it are named. */
  private String initialTerm(int register, int parameters) {
    return switch (register) {
      case 0, 1, 2, 3, 4 -> "r.const r" + register + ", " + RandomOperands.LITERALS[register];
      case 5 -> "i64.new r5, 5";
      case 6 -> "f64.new r6, 4";
      case 7 -> "u8.new r7, 20";
      case 8 -> "term.new r8, 3, r" + random.nextInt(5);
      case 9 -> closure(9, 9);
      case 10 -> "r.const r10, " + operands.literal();
      case 11 -> "r.self r11";
      default -> "r.move r" + register + ", r" + random.nextInt(RandomOperands.R);
    };
  }

  private void line(String line) {
    text.append("    ").append(line).append('\n');
  }

  private String label() {
    return "L" + labels++;
  }

  private void label(String label) {
    text.append(label).append(":\n");
  }

  private void block(int count, int depth) {
    List<String> pending = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      if (depth >= 3 || !shape(random.nextInt(38), depth, pending)) {
        List<String> targets = List.of(label(), label());
        if (instruction(program.isSteady() ? STEADY_OPCODES : ALL_OPCODES, targets)) {
          pending.addAll(targets);
        }
      }
      if (!pending.isEmpty() && random.nextInt(3) == 0) {
        label(pending.removeFirst());
      }
    }
    pending.forEach(this::label);
  }

  private boolean shape(int kind, int depth, List<String> pending) {
    if (kind < 4 || depth == 0 && program.isGuarded() && function.kind() == Kind.MAIN) {
      handler(depth);
      return true;
    }
    switch (kind) {
      case 4, 5 -> loop(depth);
      case 6, 7, 8 -> call();
      case 9 -> ends(pending);
      case 10 -> lock(depth);
      case 11 -> line("r.closure " + closure(9, operands.r).substring("r.closure ".length()));
      case 12 -> spawn();
      case 13 -> talk();
      case 14 -> select();
      case 15 -> deepCall();
      case 16 -> relate();
      case 17, 18 -> new RandomElements(random, operands).write().forEach(this::line);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Behind a throw the code goes on at some label, or there would be none that gets there. */
  private void ends(List<String> pending) {
    String here = label();
    String condition = random.nextBoolean() ? "i.jump.ge.imm i0, 1" : "i.jump.ge.imm i2, 0";
    line(condition + ", @" + here);
    int kind = random.nextInt(12);
    line((kind == 0 ? "exit " : kind < 6 ? "rethrow " : "throw ") + operands.rRegister());
    label(here);
    pending.add(label());
  }

  private void handler(int depth) {
    String end = label();
    text.append("  try\n");
    block(1 + random.nextInt(5), depth + 1);
    line("jump @" + end);
    text.append("  catch ").append(operands.rRegister()).append('\n');
    block(depth == 0 && function.kind() == Kind.MAIN ? 0 : random.nextInt(3), depth + 1);
    label(end);
  }

  /** What is taken is undone behind a block, whose labels are its own. */
  private void lock(int depth) {
    String mvar = operands.mvarName();
    String mode = random.nextBoolean() ? "read" : "write";
    String over = label();
    switch (random.nextInt(3)) {
      case 0 -> line("mvar.lock." + mode + " " + mvar);
      case 1 -> line("mvar.try.lock." + mode + " " + mvar + ", @" + over);
      default ->
          line(
              "mvar.lock." + mode + ".timeout " + mvar + ", " + random.nextInt(900) + ", @" + over);
    }
    if (random.nextInt(3) == 0) {
      line("sleep " + random.nextInt(2_000)); // others meet it
    }
    block(1 + random.nextInt(4), depth + 1);
    line("mvar.unlock " + mvar);
    label(over);
  }

  private void loop(int depth) {
    if (loops == RandomOperands.LOOPS) {
      return;
    }
    String counter = "i" + (RandomOperands.I + loops++);
    String top = label();
    line("i.const " + counter + ", " + (1 + random.nextInt(random.nextInt(8) == 0 ? 60 : 5)));
    label(top);
    if (random.nextBoolean()) {
      block(1 + random.nextInt(5), depth + 1);
      line("i.add " + counter + ", " + counter + ", -1");
      loopEnd(counter, top);
    } else { // back by whatever branches
      String out = label();
      line("i.add " + counter + ", " + counter + ", -1");
      line("i.jump.le " + counter + ", 0, @" + out);
      block(1 + random.nextInt(4), depth + 1);
      instruction(BRANCHES, List.of(top, top, out));
      block(random.nextInt(2), 3);
      label(out);
    }
    loops--;
  }

  private void loopEnd(String counter, String top) {
    String out = label();
    switch (random.nextInt(5)) {
      case 0 -> line("i.switch " + counter + ", 0, @" + top + ", [@" + out + "]");
      case 1 -> line("i.switch.sparse " + counter + ", @" + top + ", [0 => @" + out + "]");
      case 2 -> {
        line("i.jump.le " + counter + ", 0, @" + out);
        line("jump @" + top);
      }
      default -> line("i.jump.gt " + counter + ", 0, @" + top);
    }
    label(out);
  }

  private void call() {
    if (function.kind() == Kind.CLOSURE && random.nextInt(4) > 0) {
      return; // or most would call each other for ever
    }
    if (function.kind() == Kind.CLOSURE || random.nextInt(4) == 0) {
      instruction(List.of(R_CALL_CLOSURE), List.of(label()));
      return;
    }
    RandomFunction callee = program.anyOf(Kind.PLAIN);
    boolean fueled = function.kind() != Kind.MAIN;
    String over = label();
    if (fueled) {
      line("i.jump.le i0, 0, @" + over);
      line("i.sub i1, i0, 1");
    }
    if (random.nextInt(3) == 0) {
      instruction(BRANCHES, List.of(over)); // perhaps not
    }
    String called = callee.calledFrom(function.module());
    String destination = operands.destination(callee.result());
    String arguments = operands.arguments(callee, fueled ? "i1" : "i0");
    String how = random.nextInt(30) == 0 ? ".host " : ".call "; // no function of the host is there
    line(callee.result() + how + destination + ", " + called + arguments);
    label(over);
  }

  private void deepCall() {
    if (function.kind() != Kind.MAIN || deepCalls++ > 1 || loops > 0) {
      return;
    }
    RandomFunction callee = program.anyOf(Kind.DEEP);
    int depth = DEPTHS[random.nextInt(DEPTHS.length)];
    line("i.const i1, " + depth);
    String called = callee.calledFrom(function.module()) + operands.arguments(callee, "i1");
    line(callee.result() + ".call " + operands.destination(callee.result()) + ", " + called);
  }

  private void spawn() {
    if (program.isSteady()) {
      return;
    }
    String over = label();
    line("i.jump.le i0, 0, @" + over);
    line("i.sub i1, i0, 1");
    spawned(program.anyOf(random.nextBoolean() ? Kind.PLAIN : Kind.SERVER), "i1");
    label(over);
  }

  private void spawned(RandomFunction callee, String fuel) {
    boolean with = random.nextInt(3) == 0;
    if (with && random.nextInt(4) > 0) {
      line("r.const r2, " + RandomOperands.LITERALS[21 + random.nextInt(5)]);
    }
    String called = callee.calledFrom(function.module()) + operands.arguments(callee, fuel);
    line((with ? "r.spawn.with r11, r2, " : "r.spawn r11, ") + called);
  }

  /** Signals to some process, perhaps this one or a dead one, and an instruction that awaits. */
  private void relate() {
    if (program.isSteady()) {
      return;
    }
    String late = label();
    line(random.nextBoolean() ? "i.trap.exit i2, 1" : "r.self r11");
    for (int k = 1 + random.nextInt(2); k > 0; k--) {
      switch (random.nextInt(5)) {
        case 0 -> line("link r11");
        case 1 -> line("r.monitor r10, r11");
        case 2 -> line("unlink r11");
        case 3 -> line("exit.signal r11, " + operands.rRegister());
        default -> line("exit.signal r11, " + (random.nextBoolean() ? ":normal" : ":kill"));
      }
    }
    switch (random.nextInt(4)) {
      case 0 -> line("yield");
      case 1 -> line("sleep " + random.nextInt(2_000));
      case 2 -> line("r.mvar.read " + operands.rRegister() + ", " + operands.mvarName());
      default -> {
        String register = operands.rRegister();
        line("r.receive.timeout " + register + ", " + random.nextInt(3_000) + ", @" + late);
      }
    }
    label(late);
  }

  /** Asks a server some questions, and takes some of the answers. */
  private void talk() {
    if (program.isSteady()) {
      return;
    }
    String over = label();
    String late = label();
    line("i.jump.le i0, 0, @" + over);
    spawned(program.anyOf(Kind.SERVER), "" + (1 + random.nextInt(4)));
    int count = 1 + random.nextInt(3);
    for (int k = 0; k < count; k++) {
      line("r.self r0");
      line("r.tuple r0, (r0, " + operands.rRegister() + ")");
      line("send r11, r0");
      if (random.nextInt(3) > 0) {
        String register = operands.rRegister();
        line("r.receive.timeout " + register + ", " + random.nextInt(4_000) + ", @" + late);
      }
    }
    label(late);
    label(over);
  }

  /** Looks for a tuple in the mailbox. */
  private void select() {
    String look = label();
    String late = label();
    line("select.begin");
    label(look);
    line("r.select.next.timeout r0, " + random.nextInt(2_000) + ", @" + late);
    line("r.jump.not.tuple r0, " + (1 + random.nextInt(3)) + ", @" + look);
    line("select.take");
    label(late);
  }

  /** A closure of the program's, in a register, that captures registers below another. */
  private String closure(int register, int below) {
    RandomFunction callee = program.anyOf(Kind.CLOSURE);
    List<String> captures = new ArrayList<>();
    for (int k = random.nextInt(callee.parameters().length() + 1); k > 0; k--) {
      captures.add("r" + random.nextInt(below));
    }
    String name = callee.calledFrom(function.module());
    return "r.closure r" + register + ", " + name + "(" + String.join(", ", captures) + ")";
  }

  /** Writes an instruction; whether it refers to labels. */
  private boolean instruction(List<Opcode> opcodes, List<String> targets) {
    Opcode opcode = opcodes.get(random.nextInt(opcodes.size()));
    if ((opcode == R_RECEIVE || opcode == R_SELECT_NEXT) && random.nextInt(8) > 0) {
      return false; // or most would wait for ever
    }
    StringBuilder line = new StringBuilder(opcode.mnemonic());
    boolean branches = false;
    int same = random.nextInt(RandomOperands.R);
    int source = 0;
    boolean isFirst = true;
    for (OperandKind kind : opcode.operands()) {
      boolean called = kind == OperandKind.R_REGISTERS && isCall(opcode);
      line.append(isFirst ? " " : called ? "" : ", ");
      isFirst = false;
      branches |= kind.isLabel() || kind.name().endsWith("TABLE");
      line.append(operands.operand(opcode, kind, targets, source, same));
      source += kind == OperandKind.R_SRC ? 1 : 0;
    }
    line(line.toString());
    return branches;
  }

  private static boolean isCall(Opcode opcode) {
    return opcode == R_CALL_CLOSURE || opcode == R_SPAWN_CLOSURE || opcode == R_SPAWN_CLOSURE_WITH;
  }
}
