package org.skerry.verify.lint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.skerry.isa.Bank;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.InstructionCursor;
import org.skerry.module.ModuleFile;
import org.skerry.module.VerifiedFunction;

/** A function of the program, with its reachable instructions and what is held at each. */
final class LintedFunction {
  private static final int BANK_SHIFT = 16;

  final int number;
  final ModuleFile module;
  final FunctionDefinition definition;

  private final VerifiedFunction verified;
  private final TreeMap<Integer, Step> steps = new TreeMap<>();
  private final Map<Integer, Integer> lines = new HashMap<>();

  LintedFunction(int number, ModuleFile module, VerifiedFunction verified) {
    this.number = number;
    this.module = module;
    this.verified = verified;
    definition = verified.definition();
  }

  /** A register's number among those of all banks. */
  static int register(Bank bank, int number) {
    return bank.ordinal() << BANK_SHIFT | number;
  }

  /** The register of a parameter. */
  int parameter(int index) {
    List<Bank> banks = definition.signature().parameters();
    int number = (int) banks.subList(0, index).stream().filter(b -> b == banks.get(index)).count();
    return register(banks.get(index), number);
  }

  int arity() {
    return definition.signature().parameters().size();
  }

  /** {@code module.function/arity}. */
  String name() {
    return module.name() + "." + definition.name() + "/" + arity();
  }

  Collection<Step> steps() {
    return steps.values();
  }

  Step step(int pc) {
    return steps.get(pc);
  }

  /** The reachable instruction before one in the code, or null. */
  Step stepBefore(Step step) {
    var entry = steps.lowerEntry(step.pc());
    return entry == null ? null : entry.getValue();
  }

  /** The registers that handlers of the function get errors in. */
  List<Integer> errorRegisters() {
    List<Integer> registers = new ArrayList<>();
    int[] segments = verified.handlerSegments();
    for (int i = 0; i < segments.length; i += VerifiedFunction.SEGMENT_NUMBERS) {
      registers.add(register(Bank.R, segments[i + 3]));
    }
    return registers;
  }

  int line(int pc) {
    return lines.getOrDefault(pc, 0);
  }

  /** Follows control from the function's start; the verifier has seen that all ways agree. */
  void walk(LintedProgram program) {
    findLines();
    InstructionCursor at = new InstructionCursor(definition.code());
    ArrayDeque<Integer> open = new ArrayDeque<>();
    Map<Integer, Holds> held = new HashMap<>();
    held.put(0, null);
    open.add(0);
    while (!open.isEmpty()) {
      int pc = open.remove();
      if (steps.containsKey(pc)) {
        continue;
      }
      at.move(pc);
      Step step = step(program, at, held.get(pc));
      steps.put(pc, step);
      boolean falls = !step.opcode().has(Effect.ENDS_BLOCK);
      for (int i = 0; i < step.next().size(); i++) {
        boolean fallsHere = falls && i == step.next().size() - 1;
        reach(step.next().get(i), fallsHere ? after(step) : step.held(), held, open);
      }
      if (step.handler() >= 0) {
        reach(step.handler(), Holds.first(step.held(), step.kept()), held, open);
      }
    }
  }

  private static void reach(
      int pc, Holds holds, Map<Integer, Holds> held, ArrayDeque<Integer> open) {
    if (!held.containsKey(pc)) {
      held.put(pc, holds);
      open.add(pc);
    }
  }

  private static Holds after(Step step) {
    if (step.locks()) {
      return new Holds(step.held(), step.mvar(), step.locksToWrite(), step.pc());
    }
    return step.opcode().has(Effect.RELEASES)
        ? Holds.without(step.held(), step.mvar())
        : step.held();
  }

  private void findLines() {
    InstructionCursor at = new InstructionCursor(definition.code());
    int entry = 0;
    int line = 0;
    for (int pc = 0; pc < definition.code().length; pc = at.next()) {
      at.move(pc);
      while (entry < definition.lines().size() && definition.lines().get(entry).pc() <= pc) {
        line = definition.lines().get(entry++).line();
      }
      lines.put(pc, line);
    }
  }

  private Step step(LintedProgram program, InstructionCursor at, Holds held) {
    Opcode opcode = at.opcode();
    List<OperandKind> kinds = opcode.operands();
    int mvar = kinds.indexOf(OperandKind.MVAR);
    int segment = opcode.has(Effect.MAY_THROW) || awaits(opcode) ? segment(at.pc()) : -1;
    boolean closure = opcode == Opcode.R_CALL_CLOSURE || opcode == Opcode.TAIL_CALL_CLOSURE;
    return new Step(
        at.pc(),
        line(at.pc()),
        opcode,
        held,
        mvar < 0 ? -1 : program.mvar(module, at.half(mvar)),
        callees(program, at, closure),
        closure,
        next(at),
        segment < 0 ? -1 : verified.handlerSegments()[segment + 2],
        segment < 0 ? 0 : verified.handlerSegments()[segment + 4],
        segment < 0 ? -1 : register(Bank.R, verified.handlerSegments()[segment + 3]),
        sources(at),
        destination(at),
        opcode == Opcode.I_CONST ? at.word(1) : 0,
        awaitedHost(program, at));
  }

  private static boolean awaits(Opcode opcode) {
    return opcode.has(Effect.MAY_AWAIT) || opcode.has(Effect.MAY_COLLECT);
  }

  private int segment(int pc) {
    int[] segments = verified.handlerSegments();
    int low = 0;
    int high = segments.length / VerifiedFunction.SEGMENT_NUMBERS - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int segment = middle * VerifiedFunction.SEGMENT_NUMBERS;
      if (pc < segments[segment]) {
        high = middle - 1;
      } else if (pc >= segments[segment + 1]) {
        low = middle + 1;
      } else {
        return segment;
      }
    }
    return -1;
  }

  private List<Integer> callees(LintedProgram program, InstructionCursor at, boolean closure) {
    if (closure) {
      return program.closures(this, at.pc());
    }
    int function = at.opcode().operands().indexOf(OperandKind.FUNCTION);
    if (function < 0 || !at.opcode().has(Effect.CALLS)) {
      return List.of();
    }
    int callee = program.function(module, at.half(function));
    return callee < 0 ? List.of() : List.of(callee);
  }

  private String awaitedHost(LintedProgram program, InstructionCursor at) {
    return switch (at.opcode()) {
      case R_HOST, I_HOST, F_HOST -> {
        int operand = at.opcode().operands().indexOf(OperandKind.FUNCTION);
        yield program.awaitedHost(module.references().get(at.half(operand)));
      }
      default -> null;
    };
  }

  private static List<Integer> next(InstructionCursor at) {
    List<Integer> next = new ArrayList<>();
    for (int operand = 0; operand < at.opcode().operands().size(); operand++) {
      if (at.opcode().operands().get(operand).isLabel()) {
        next.add((int) at.label(operand));
      }
    }
    for (int entry = 0; entry < at.tableLabels(); entry++) {
      next.add((int) at.tableLabel(entry));
    }
    if (!at.opcode().has(Effect.ENDS_BLOCK)) {
      next.add(at.next());
    }
    return next;
  }

  /** The registers that an instruction reads. */
  static List<Integer> sources(InstructionCursor at) {
    List<Integer> sources = new ArrayList<>();
    List<OperandKind> kinds = at.opcode().operands();
    for (int operand = 0; operand < kinds.size(); operand++) {
      OperandKind kind = kinds.get(operand);
      if (kind.isSource()) {
        sources.add(register(kind.bank(), at.slot(operand)));
      }
      for (int entry = 0; entry < at.count(); entry++) {
        if (kind == OperandKind.ARGUMENTS) {
          Bank bank = Bank.ofOrdinal(at.variableSlot(2 * entry + 1));
          sources.add(register(bank, at.variableSlot(2 * entry)));
        } else if (kind == OperandKind.R_REGISTERS) {
          sources.add(register(Bank.R, at.variableSlot(entry)));
        }
      }
    }
    return sources;
  }

  /** The register that an instruction writes, or -1. */
  static int destination(InstructionCursor at) {
    List<OperandKind> kinds = at.opcode().operands();
    for (int operand = 0; operand < kinds.size(); operand++) {
      if (kinds.get(operand).isDestination()) {
        return register(kinds.get(operand).bank(), at.slot(operand));
      }
    }
    return -1;
  }
}
