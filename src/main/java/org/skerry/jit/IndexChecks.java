package org.skerry.jit;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.skerry.isa.Bank;
import org.skerry.isa.Effect;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.InstructionCursor;

/**
 * Which accesses to array elements look at their index. Where a straight line of code uses one
 * array with indices that differ by constants, the first access looks for all of them: each has an
 * element if the least and the greatest do. If they do not, one of these accesses will fail, or
 * something before it, and the interpreter finds out which.
 *
 * <p>Straight lines end wherever a method may be entered or control may leave in another direction,
 * so whoever reaches an access has passed the one that looks.
 */
final class IndexChecks {
  /** Distances between two indices beyond this are not put together: no sum may overflow. */
  private static final long MAX_DISTANCE = 1 << 20;

  /** A value that all constants have in common. */
  private static final int CONSTANT = 0;

  /**
   * What an access looks at: elements at its own index and at these distances from it.
   *
   * @param least not positive
   * @param greatest not negative
   */
  record Check(long least, long greatest) {
    boolean isForOthers() {
      return least != greatest;
    }
  }

  /**
   * What a register of bank i holds: a value, of which only the identity is known, and a number.
   */
  private record Sum(int value, long distance) {}

  private record Accesses(int array, int kind, int value) {}

  /** Accesses on one line; distances are from the first of them. */
  private static final class Group {
    final int first;
    final long index;
    long least;
    long greatest;

    Group(int first, long index) {
      this.first = first;
      this.index = index;
    }

    boolean add(long otherIndex) {
      long distance = otherIndex - index;
      if (distance < -MAX_DISTANCE || distance > MAX_DISTANCE) {
        return false;
      }
      least = Math.min(least, distance);
      greatest = Math.max(greatest, distance);
      return true;
    }
  }

  private final InstructionCursor at;
  private final ConstantRegisters constants;
  private final Check[] checks;
  private final Sum[] sums;
  private final Map<Accesses, Group> groups = new HashMap<>();
  private int values = CONSTANT + 1;

  /**
   * @param points of the method that has all entries
   */
  IndexChecks(FunctionDefinition function, ConstantRegisters constants, CodePoints points) {
    this.constants = constants;
    at = new InstructionCursor(function.code());
    checks = new Check[function.code().length];
    sums = new Sum[function.iCount()];
    boolean isLineOver = false;
    for (int pc = 0; pc < checks.length; pc = at.next()) {
      at.move(pc);
      if (isLineOver || points.isTarget(pc)) {
        endLine();
      }
      instruction();
      isLineOver = at.opcode().has(Effect.BRANCHES) || at.opcode().has(Effect.ENDS_BLOCK);
    }
    endLine();
  }

  /** What an access looks at, or null where one before it has looked. */
  Check at(int pc) {
    return checks[pc];
  }

  private void endLine() {
    groups.values().forEach(this::end);
    groups.clear();
    Arrays.fill(sums, null);
  }

  private void end(Group group) {
    checks[group.first] = new Check(group.least, group.greatest);
  }

  private void instruction() {
    int kind = ArrayEmitter.kind(at.opcode());
    if (kind != 0) {
      access(kind);
    }
    Sum result = result();
    for (int operand = 0; operand < at.opcode().operands().size(); operand++) {
      OperandKind written = at.opcode().operands().get(operand);
      if (written.isDestination()) {
        write(written.bank(), at.slot(operand), result);
      }
    }
  }

  private void access(int kind) {
    Sum index = sum(ArrayEmitter.index(at));
    Accesses accesses = new Accesses(ArrayEmitter.array(at), kind, index.value());
    Group group = groups.get(accesses);
    if (group != null && group.add(index.distance())) {
      return;
    }
    if (group != null) {
      end(group);
    }
    groups.put(accesses, new Group(at.pc(), index.distance()));
  }

  /** What the instruction gives, if it is known. */
  private Sum result() {
    return switch (at.opcode()) {
      case I_CONST -> new Sum(CONSTANT, at.word(1));
      case I_MOVE -> sum(at.slot(1));
      case I_ADD_IMM -> plus(at.slot(1), (short) at.slot(2));
      case I_ADD -> isConstant(at.slot(2)) ? plus(at.slot(1), sum(at.slot(2)).distance()) : null;
      case I_SUB -> isConstant(at.slot(2)) ? plus(at.slot(1), -sum(at.slot(2)).distance()) : null;
      default -> null;
    };
  }

  private Sum plus(int register, long distance) {
    Sum sum = sum(register);
    return new Sum(sum.value(), sum.distance() + distance);
  }

  private boolean isConstant(int register) {
    return sum(register).value() == CONSTANT;
  }

  private Sum sum(int register) {
    if (constants.contains(Bank.I, register)) {
      return new Sum(CONSTANT, constants.bits(Bank.I, register));
    }
    if (sums[register] == null) {
      sums[register] = new Sum(values++, 0);
    }
    return sums[register];
  }

  private void write(Bank bank, int register, Sum result) {
    if (bank == Bank.I) {
      sums[register] = result;
    } else if (bank == Bank.R) {
      groups
          .entrySet()
          .removeIf(group -> {
            boolean isOver = group.getKey().array() == register;
            if (isOver) {
              end(group.getValue());
            }
            return isOver;
          });
    }
  }
}
