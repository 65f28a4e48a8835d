package org.skerry.jit;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.Handler;
import org.skerry.module.InstructionCursor;

/**
 * The instructions of a function that a method reaches, those among them that control reaches from
 * elsewhere than the one before, and those at which a process that was suspended may go on: the
 * beginning, loop heads, handlers, calls, what awaits, and what follows a call, what may collect or
 * bulk work.
 */
final class CodePoints {
  private final BitSet reached = new BitSet();
  private final BitSet targets = new BitSet();
  private final BitSet entries = new BitSet();

  /** By code word, the source line that begins there, or 0. */
  private final int[] lineStarts;

  private boolean hasLoops;

  /**
   * @param resumed whether the method goes on at any of the entries, or begins at the beginning
   */
  CodePoints(FunctionDefinition function, boolean resumed) {
    BitSet work = new BitSet();
    work.set(0);
    entries.set(0);
    for (Handler handler : function.handlers()) {
      entries.set(handler.target());
    }
    InstructionCursor at = new InstructionCursor(function.code());
    for (int pc = 0; pc < function.code().length; pc = at.next()) {
      at.move(pc);
      addEntries(at);
    }
    if (resumed) {
      work.or(entries);
      targets.or(entries);
    }
    for (int pc = work.nextSetBit(0); pc >= 0; pc = work.nextSetBit(0)) {
      work.clear(pc);
      at.move(pc);
      reach(at, work);
    }
    targets.set(0);
    lineStarts = new int[function.code().length];
    function.lines().reversed().forEach(line -> lineStarts[line.pc()] = line.line());
  }

  private void reach(InstructionCursor at, BitSet work) {
    if (reached.get(at.pc())) {
      return;
    }
    reached.set(at.pc());
    for (int label : labels(at)) {
      targets.set(label);
      work.set(label);
    }
    if (!at.opcode().has(Effect.ENDS_BLOCK)) {
      work.set(at.next());
    }
  }

  private static List<Integer> labels(InstructionCursor at) {
    List<OperandKind> kinds = at.opcode().operands();
    List<Integer> labels = new ArrayList<>();
    for (int operand = 0; operand < kinds.size(); operand++) {
      if (kinds.get(operand).isLabel()) {
        labels.add((int) at.label(operand));
      }
    }
    for (int entry = 0; entry < at.tableLabels(); entry++) {
      labels.add((int) at.tableLabel(entry));
    }
    return labels;
  }

  private void addEntries(InstructionCursor at) {
    for (int label : labels(at)) {
      if (label <= at.pc()) {
        entries.set(label);
        hasLoops = true;
      }
    }
    Opcode opcode = at.opcode();
    hasLoops |= opcode == Opcode.TAIL_CALL; // perhaps of itself
    if (MvarEmitter.isAttempted(opcode)) {
      return; // so that loops with nothing but these have one way in, however often they wait
    }
    boolean awaits = opcode.has(Effect.MAY_AWAIT);
    if (awaits || opcode.has(Effect.CALLS)) {
      entries.set(at.pc());
    }
    if ((awaits
            || opcode.has(Effect.CALLS)
            || opcode.has(Effect.MAY_COLLECT)
            || isOftenBulkWork(opcode))
        && !opcode.has(Effect.ENDS_BLOCK)) {
      entries.set(at.next());
    }
  }

  /**
   * Whether an instruction that neither awaits nor collects may well use up a slice; where another
   * one does, the interpreter goes on behind it.
   */
  private static boolean isOftenBulkWork(Opcode opcode) {
    return switch (opcode) {
      case ARRAY_COPY, I64_FILL, F64_FILL, U8_FILL, TERM_FILL -> true;
      case I_LIST_LENGTH, R_COMPARE, R_HASH, R_MAP_GET, R_MAP_GET_OR, I_MAP_HAS -> true;
      case I_STRING_LENGTH, I_STRING_AT, I_STRING_FIND, I_BYTES_FIND -> true;
      default -> false;
    };
  }

  /** Whether the method reaches an instruction. */
  boolean isReached(int pc) {
    return reached.get(pc);
  }

  /** Whether control comes from elsewhere, too. */
  boolean isTarget(int pc) {
    return targets.get(pc);
  }

  /** Whether control may go backwards; it may be said of a function where it may not. */
  boolean hasLoops() {
    return hasLoops;
  }

  /** Where a suspended process may go on, ascending. */
  IntStream entries() {
    return entries.stream();
  }

  /** The source line that begins at an instruction; 0 where none does. */
  int lineAt(int pc) {
    return lineStarts[pc];
  }
}
