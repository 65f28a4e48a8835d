package org.skerry.verify;

import java.util.Arrays;
import java.util.BitSet;
import org.skerry.isa.Effect;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.InstructionCursor;
import org.skerry.module.VerifiedFunction;

/**
 * The basic blocks of a function and the edges between them. The function's form must be right.
 *
 * <p>An error leaves an instruction before it writes anything, so an edge to a handler carries what
 * was true before that instruction. Within the range of a handler a block therefore begins at its
 * first instruction that may raise: then what is true at the block's start is true of the edge, and
 * whole blocks are enough for exact answers.
 */
final class ControlFlow {
  static final int NONE = -1;

  private final FunctionDefinition function;
  private final BitSet starts;
  private final int[] segments;
  private final InstructionCursor at;

  private int blockCount;
  private int[] blockStart;
  private int[] blockAt;
  private int[] lastInstruction;
  private int[] fallThrough;
  private int[] handlerTarget;
  private int[] handlerRegister;
  private int[] firstLabel;
  private int[] labels = new int[16];
  private final BitSet reachable = new BitSet();

  /**
   * @param starts code words that begin an instruction
   * @param segments innermost handlers, see {@link HandlerRanges#segments}
   */
  ControlFlow(FunctionDefinition function, BitSet starts, int[] segments) {
    this.function = function;
    this.starts = starts;
    this.segments = segments;
    at = new InstructionCursor(function.code());
    findBlocks();
    findEdges();
    findReachable();
  }

  FunctionDefinition function() {
    return function;
  }

  /** Code words that begin an instruction. */
  BitSet starts() {
    return starts;
  }

  int blockCount() {
    return blockCount;
  }

  /** Index of a block's first code word; that of {@code blockCount()} is the code's length. */
  int blockStart(int block) {
    return blockStart[block];
  }

  /** The block that begins at a code word. */
  int blockAt(int pc) {
    return blockAt[pc];
  }

  /** Index of the first word of a block's last instruction. */
  int lastInstruction(int block) {
    return lastInstruction[block];
  }

  /** The block that control reaches behind a block's last instruction, or {@link #NONE}. */
  int fallThrough(int block) {
    return fallThrough[block];
  }

  /** Index of a block's first label; the labels go on to {@code firstLabel(block + 1)}. */
  int firstLabel(int block) {
    return firstLabel[block];
  }

  /** Number of a block's labels. */
  int labelCount(int block) {
    return firstLabel[block + 1] - firstLabel[block];
  }

  /** The block that a label leads to. */
  int label(int index) {
    return labels[index];
  }

  /** The block that handles errors of a block, or {@link #NONE} if it has none or raises none. */
  int handlerTarget(int block) {
    return handlerTarget[block];
  }

  /** The {@code r} register that gets the error. */
  int handlerRegister(int block) {
    return handlerRegister[block];
  }

  /** Whether control may reach a block from the function's start. */
  boolean isReachable(int block) {
    return reachable.get(block);
  }

  private void findBlocks() {
    int words = function.code().length;
    BitSet leaders = new BitSet(words);
    leaders.set(0);
    for (int i = 0; i < segments.length; i += VerifiedFunction.SEGMENT_NUMBERS) {
      leaders.set(segments[i]);
      leaders.set(segments[i + 1]);
      leaders.set(segments[i + 2]);
    }
    for (int pc = 0; pc < words; pc = at.next()) {
      at.move(pc);
      markLeaders(leaders);
    }
    markFirstRaising(leaders);
    leaders.clear(words);
    blockCount = leaders.cardinality();
    blockStart = new int[blockCount + 1];
    blockAt = new int[words];
    Arrays.fill(blockAt, NONE);
    int block = 0;
    for (int pc = 0; pc >= 0; pc = leaders.nextSetBit(pc + 1)) {
      blockStart[block] = pc;
      blockAt[pc] = block++;
    }
    blockStart[blockCount] = words;
  }

  private void markLeaders(BitSet leaders) {
    for (int operand = 0; operand < at.opcode().operands().size(); operand++) {
      if (at.opcode().operands().get(operand).isLabel()) {
        leaders.set((int) at.label(operand));
      }
    }
    for (int entry = 0, count = at.tableLabels(); entry < count; entry++) {
      leaders.set((int) at.tableLabel(entry));
    }
    if (at.opcode().has(Effect.BRANCHES) || at.opcode().has(Effect.ENDS_BLOCK)) {
      leaders.set(at.next());
    }
  }

  private void markFirstRaising(BitSet leaders) {
    for (int i = 0; i < segments.length; i += VerifiedFunction.SEGMENT_NUMBERS) {
      boolean seen = false;
      for (int pc = segments[i]; pc < segments[i + 1]; pc = at.next()) {
        at.move(pc);
        seen &= !leaders.get(pc);
        if (!seen && RegisterUses.mayRaise(at.opcode())) {
          leaders.set(pc);
          seen = true;
        }
      }
    }
  }

  private void findEdges() {
    lastInstruction = new int[blockCount];
    fallThrough = new int[blockCount];
    handlerTarget = new int[blockCount];
    handlerRegister = new int[blockCount];
    firstLabel = new int[blockCount + 1];
    int segment = 0;
    for (int block = 0; block < blockCount; block++) {
      boolean raises = false;
      int end = blockStart[block + 1];
      for (int pc = blockStart[block]; pc < end; pc = at.next()) {
        at.move(pc);
        raises |= RegisterUses.mayRaise(at.opcode());
      }
      lastInstruction[block] = at.pc();
      fallThrough[block] = at.opcode().has(Effect.ENDS_BLOCK) ? NONE : block + 1;
      addLabels(block);
      while (segment < segments.length && segments[segment + 1] <= blockStart[block]) {
        segment += VerifiedFunction.SEGMENT_NUMBERS;
      }
      boolean covered = segment < segments.length && segments[segment] <= blockStart[block];
      handlerTarget[block] = covered && raises ? blockAt[segments[segment + 2]] : NONE;
      handlerRegister[block] = covered ? segments[segment + 3] : NONE;
    }
  }

  /** Adds the labels of the block's last instruction, which the cursor stands on. */
  private void addLabels(int block) {
    int used = firstLabel[block];
    int count = at.tableLabels();
    if (used + count + at.opcode().operands().size() > labels.length) {
      labels = Arrays.copyOf(labels, 2 * labels.length + count);
    }
    for (int operand = 0; operand < at.opcode().operands().size(); operand++) {
      OperandKind kind = at.opcode().operands().get(operand);
      if (kind.isLabel()) {
        labels[used++] = blockAt[(int) at.label(operand)];
      }
    }
    for (int entry = 0; entry < count; entry++) {
      labels[used++] = blockAt[(int) at.tableLabel(entry)];
    }
    firstLabel[block + 1] = used;
  }

  private void findReachable() {
    int[] stack = new int[blockCount];
    int depth = 0;
    reachable.set(0);
    stack[depth++] = 0;
    while (depth > 0) {
      int block = stack[--depth];
      depth = visit(fallThrough[block], stack, depth);
      depth = visit(handlerTarget[block], stack, depth);
      for (int i = firstLabel[block]; i < firstLabel[block + 1]; i++) {
        depth = visit(labels[i], stack, depth);
      }
    }
  }

  private int visit(int block, int[] stack, int depth) {
    if (block == NONE || reachable.get(block)) {
      return depth;
    }
    reachable.set(block);
    stack[depth] = block;
    return depth + 1;
  }
}
