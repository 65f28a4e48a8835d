package org.skerry.verify;

import java.util.Arrays;
import java.util.List;
import org.skerry.isa.Bank;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.InstructionCursor;

/**
 * The registers of one bank that an instruction reads and writes, derived from the opcode table. It
 * reads all of its sources before it writes its destination.
 */
final class RegisterUses {
  /** For each opcode: whether it may leave for a handler, or run the collector, or await. */
  private static final boolean[] MAY_RAISE = new boolean[Opcode.count()];

  /** For each opcode: the operand that is its destination, or -1. */
  private static final int[] DESTINATION = new int[Opcode.count()];

  static {
    for (Opcode opcode : Opcode.values()) {
      List<OperandKind> kinds = opcode.operands();
      MAY_RAISE[opcode.code()] =
          opcode.has(Effect.MAY_THROW)
              || opcode.has(Effect.MAY_COLLECT)
              || opcode.has(Effect.MAY_AWAIT);
      DESTINATION[opcode.code()] = -1;
      for (int operand = 0; operand < kinds.size(); operand++) {
        if (kinds.get(operand).isDestination()) {
          assert DESTINATION[opcode.code()] < 0 : opcode;
          DESTINATION[opcode.code()] = operand;
        }
      }
    }
  }

  private final Bank bank;
  private int[] sources = new int[8];
  private int sourceCount;
  private int destination;

  RegisterUses(Bank bank) {
    this.bank = bank;
  }

  /**
   * Whether an error may come out of an instruction. Besides those that say so, allocating may
   * break a limit, and whoever awaits may be told that it awaits in vain.
   */
  static boolean mayRaise(Opcode opcode) {
    return MAY_RAISE[opcode.code()];
  }

  /** Looks at the instruction that the cursor stands on. */
  void load(InstructionCursor at) {
    Opcode opcode = at.opcode();
    List<OperandKind> kinds = opcode.operands();
    sourceCount = 0;
    for (int operand = 0; operand < kinds.size(); operand++) {
      OperandKind kind = kinds.get(operand);
      if (kind.isSource() && kind.bank() == bank) {
        add(at.slot(operand));
      } else if (kind == OperandKind.ARGUMENTS) {
        addArguments(at);
      } else if (kind == OperandKind.R_REGISTERS && bank == Bank.R) {
        for (int entry = 0; entry < at.count(); entry++) {
          add(at.variableSlot(entry));
        }
      }
    }
    int operand = DESTINATION[opcode.code()];
    destination = operand >= 0 && kinds.get(operand).bank() == bank ? at.slot(operand) : -1;
  }

  /** Number of sources; a register may be among them more than once. */
  int sourceCount() {
    return sourceCount;
  }

  /** A source's register. */
  int source(int index) {
    return sources[index];
  }

  /** The register that it writes, or -1. */
  int destination() {
    return destination;
  }

  private void addArguments(InstructionCursor at) {
    for (int entry = 0; entry < at.count(); entry++) {
      if (at.variableSlot(2 * entry + 1) == bank.ordinal()) {
        add(at.variableSlot(2 * entry));
      }
    }
  }

  private void add(int register) {
    if (sourceCount == sources.length) {
      sources = Arrays.copyOf(sources, 2 * sourceCount);
    }
    sources[sourceCount++] = register;
  }
}
