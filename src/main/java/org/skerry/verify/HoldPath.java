package org.skerry.verify;

import java.util.ArrayList;
import java.util.List;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.InstructionCursor;

/**
 * One way from a function's start to an instruction, for a message: where locks are taken and
 * undone on it and where it branches, and what is held at its end. Only made where something is
 * wrong.
 */
final class HoldPath {
  /** Places that are named; from longer paths the middle is left out. */
  private static final int MAX_PLACES = 8;

  private record Hold(int entry, int pc) {}

  private final LockStructure structure;
  private final FunctionDefinition function;
  private final InstructionCursor at;
  private final List<Integer> blocks = new ArrayList<>();
  private final List<Hold> holds = new ArrayList<>();
  private final List<Integer> pcs = new ArrayList<>();

  /** For each place, the index in {@link #blocks} of the block that it lies in. */
  private final List<Integer> blockOf = new ArrayList<>();

  private int skipped;

  /**
   * @param end the instruction that it leads to
   * @param lastBlock the last block on it; -1 where control begins at the end
   * @param next the block behind that, whose first instruction is the end; or -1 where the end lies
   *     in the last block
   */
  HoldPath(LockStructure structure, int end, int lastBlock, int next) {
    this.structure = structure;
    function = structure.flow().function();
    at = new InstructionCursor(function.code());
    for (int block = lastBlock; block >= 0; block = structure.cameFrom(block)) {
      blocks.addFirst(block);
    }
    for (int i = 0; i < blocks.size(); i++) {
      walk(i, i + 1 < blocks.size() ? blocks.get(i + 1) : next, end);
    }
    add(end, blocks.size());
  }

  private void walk(int index, int next, int end) {
    ControlFlow flow = structure.flow();
    int block = blocks.get(index);
    int last = flow.lastInstruction(block);
    boolean falls = flow.fallThrough(block) == next;
    boolean branches = flow.labelCount(block) + (flow.fallThrough(block) >= 0 ? 1 : 0) > 1;
    boolean raises = next >= 0 && !falls && !isLabel(block, next);
    for (int pc = flow.blockStart(block); pc <= last; pc = at.next()) {
      if (next < 0 && pc == end) {
        return;
      }
      at.move(pc);
      if (raises) {
        add(pc, index);
        break;
      }
      Opcode opcode = at.opcode();
      boolean locks = opcode.has(Effect.HOLDS_READ) || opcode.has(Effect.HOLDS_WRITE);
      if (locks || opcode.has(Effect.RELEASES) || pc == last && branches) {
        add(pc, index);
      }
      if (locks && (pc != last || falls)) {
        holds.add(new Hold(HoldLists.entry(mvar(), opcode.has(Effect.HOLDS_WRITE)), pc));
      } else if (opcode.has(Effect.RELEASES)) {
        release(mvar());
      }
    }
    if (raises) {
      int kept = structure.keptFrom(block);
      while (holds.size() > kept) {
        holds.removeLast();
      }
    }
  }

  private boolean isLabel(int block, int target) {
    ControlFlow flow = structure.flow();
    for (int i = flow.firstLabel(block); i < flow.firstLabel(block + 1); i++) {
      if (flow.label(i) == target) {
        return true;
      }
    }
    return false;
  }

  private int mvar() {
    int operand = at.opcode().operands().indexOf(OperandKind.MVAR);
    return structure.mvars().canonical(at.half(operand));
  }

  private void release(int mvar) {
    for (int i = holds.size() - 1; i >= 0; i--) {
      if (HoldLists.mvar(holds.get(i).entry()) == mvar) {
        holds.remove(i);
        return;
      }
    }
  }

  private void add(int pc, int index) {
    pcs.add(pc);
    blockOf.add(index);
  }

  /** Paths that part at a branch are told from there on. */
  static void leaveOutWhatIsShared(HoldPath one, HoldPath other) {
    int shared = 0;
    while (shared < one.blocks.size()
        && shared < other.blocks.size()
        && one.blocks.get(shared).equals(other.blocks.get(shared))) {
      shared++;
    }
    one.skipTo(shared - 1);
    other.skipTo(shared - 1);
  }

  /** Leaves out what lies before the last place of the block at an index, where they part. */
  private void skipTo(int block) {
    while (skipped + 1 < pcs.size() && blockOf.get(skipped + 1) <= block) {
      skipped++;
    }
  }

  /** What is held at its end: {@code write hits (line 5), read total (line 7)}; or nothing. */
  String held() {
    if (holds.isEmpty()) {
      return "nothing";
    }
    StringBuilder text = new StringBuilder();
    for (Hold hold : holds) {
      text.append(text.isEmpty() ? "" : ", ").append(name(structure, hold.entry()));
      text.append(" (").append(place(structure, hold.pc())).append(')');
    }
    return text.toString();
  }

  /** The places on it, to the instruction: {@code lines 5, 7, 9}. */
  String places() {
    boolean lines = structure.problems().lineOf(pcs.getFirst()) > 0;
    List<String> numbers = new ArrayList<>();
    for (int pc : pcs.subList(skipped, pcs.size())) {
      String number = String.valueOf(lines ? structure.problems().lineOf(pc) : pc);
      if (numbers.isEmpty() || !numbers.getLast().equals(number)) {
        numbers.add(number);
      }
    }
    while (numbers.size() > MAX_PLACES) {
      numbers.remove(MAX_PLACES / 2);
      numbers.set(MAX_PLACES / 2, "…");
    }
    String what = lines ? "line" : "word";
    return (numbers.size() == 1 ? what + " " : what + "s ") + String.join(", ", numbers);
  }

  /** A list without the places where it was taken. */
  static String listed(LockStructure structure, int list) {
    StringBuilder text = new StringBuilder();
    for (int entry : structure.lists().entries(list)) {
      text.append(text.isEmpty() ? "" : ", ").append(name(structure, entry));
    }
    return text.isEmpty() ? "nothing" : text.toString();
  }

  private static String name(LockStructure structure, int entry) {
    String name = structure.mvars().name(HoldLists.mvar(entry));
    return (HoldLists.writes(entry) ? "write " : "read ") + name;
  }

  /** An instruction's line, or its code word where no line is known. */
  static String place(LockStructure structure, int pc) {
    int line = structure.problems().lineOf(pc);
    return line > 0 ? "line " + line : "word " + pc;
  }
}
