package org.skerry.jit;

import java.util.Arrays;
import java.util.List;
import org.skerry.isa.Bank;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.Handler;
import org.skerry.module.InstructionCursor;
import org.skerry.module.LinkedModule;

/**
 * Registers that one instruction writes, with a constant: wherever they may be read they have that
 * value, so it is written into the code instead. In a loop, HotSpot runs out of machine registers
 * for what does not change.
 */
final class ConstantRegisters {
  private static final int NEVER = -1;
  private static final int OTHERWISE = -2;

  /** By bank and register: the pc of the only instruction that writes it, or one of the above. */
  private final int[][] writers;

  private final LinkedModule module;
  private final InstructionCursor at;

  ConstantRegisters(LinkedModule module, FunctionDefinition function) {
    this.module = module;
    at = new InstructionCursor(function.code());
    writers =
        new int[][] {
          new int[function.rCount()], new int[function.iCount()], new int[function.fCount()]
        };
    for (Bank bank : Bank.values()) {
      Arrays.fill(writers[bank.ordinal()], NEVER);
      Arrays.fill(writers[bank.ordinal()], 0, function.signature().count(bank), OTHERWISE);
    }
    for (Handler handler : function.handlers()) {
      writers[Bank.R.ordinal()][handler.register()] = OTHERWISE;
    }
    for (int pc = 0; pc < function.code().length; pc = at.next()) {
      at.move(pc);
      addWriter();
    }
  }

  private void addWriter() {
    List<OperandKind> kinds = at.opcode().operands();
    for (int operand = 0; operand < kinds.size(); operand++) {
      OperandKind kind = kinds.get(operand);
      if (kind.isDestination()) {
        int[] ofBank = writers[kind.bank().ordinal()];
        int register = at.slot(operand);
        ofBank[register] = ofBank[register] == NEVER && isConstant() ? at.pc() : OTHERWISE;
      }
    }
  }

  private boolean isConstant() {
    return switch (at.opcode()) {
      case R_CONST, I_CONST -> true;
      // A class file has one NaN.
      case F_CONST -> !Double.isNaN(Double.longBitsToDouble(at.word(1)));
      default -> false;
    };
  }

  /** Whether a register is one of these. */
  boolean contains(Bank bank, int register) {
    return writers[bank.ordinal()][register] >= 0;
  }

  /** The value of one of these, as bits. */
  long bits(Bank bank, int register) {
    at.move(writers[bank.ordinal()][register]);
    return bank == Bank.R ? module.literal((int) at.word(1)) : at.word(1);
  }
}
