package org.skerry.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.Handler;
import org.skerry.module.InstructionCursor;
import org.skerry.module.VerifiedFunction;
import org.skerry.verify.StepBudget.Exceeded;

/**
 * Checks that a function undoes what it holds: at each instruction the MVars that it holds are one
 * list, whichever way control came; a return finds that list empty; and on the way to a handler
 * only what was taken within its range is released. So no frame that is gone holds anything, and
 * the unwinder finds in a table how much a handler keeps.
 *
 * <p>A block gets its list once, from the edge that comes first; each other edge must bring the
 * same. The rules are in {@code native-notes/verifier.md}.
 */
final class LockStructure {
  private static final int UNKNOWN = -1;

  private final ControlFlow flow;
  private final FunctionDefinition function;
  private final HandlerRanges handlers;
  private final int[] segments;
  private final MvarNames mvars;
  private final StepBudget budget;
  private final Problems problems;
  private final InstructionCursor at;
  private final HoldLists lists;
  private final BlockQueue queue;

  /** For each block the list where it begins, or {@link #UNKNOWN}. */
  private final int[] held;

  /** For each block the one whose edge gave it its list; {@link #UNKNOWN} where control begins. */
  private final int[] cameFrom;

  /** For each handler what is held where it begins, or {@link #UNKNOWN}. */
  private final int[] kept;

  /** For each handler, blocks that may raise to it and were reached before its list was known. */
  private final List<List<Integer>> waiting = new ArrayList<>();

  private final int[] segmentOf;
  private int list;

  /**
   * @param segments innermost handlers; gets for each what stays held on the way there
   */
  LockStructure(
      ControlFlow flow,
      HandlerRanges handlers,
      int[] segments,
      MvarNames mvars,
      StepBudget budget,
      Problems problems) {
    this.flow = flow;
    this.function = flow.function();
    this.handlers = handlers;
    this.segments = segments;
    this.mvars = mvars;
    this.budget = budget;
    this.problems = problems;
    at = new InstructionCursor(function.code());
    lists = new HoldLists(budget);
    queue = new BlockQueue(flow.blockCount());
    held = filled(flow.blockCount());
    cameFrom = filled(flow.blockCount());
    kept = filled(function.handlers().size());
    segmentOf = filled(flow.blockCount());
    function.handlers().forEach(handler -> waiting.add(null));
  }

  private static int[] filled(int length) {
    int[] array = new int[length];
    Arrays.fill(array, UNKNOWN);
    return array;
  }

  /** Whether a function has any instruction that the rules are about. */
  static boolean isNeeded(ControlFlow flow) {
    InstructionCursor at = new InstructionCursor(flow.function().code());
    for (int pc = 0; pc < flow.function().code().length; pc = at.next()) {
      at.move(pc);
      if (locks(at.opcode()) || at.opcode().has(Effect.RELEASES)) {
        return true;
      }
    }
    return false;
  }

  private static boolean locks(Opcode opcode) {
    return opcode.has(Effect.HOLDS_READ) || opcode.has(Effect.HOLDS_WRITE);
  }

  /** Adds what is wrong; where nothing is, the segments know what stays held. */
  void check() throws Exceeded {
    findSegments();
    reach(0, HoldLists.EMPTY, UNKNOWN);
    do {
      while (!queue.isEmpty() && !problems.full()) {
        visit(queue.remove());
      }
    } while (!problems.full() && resolveWaiting());
    for (int block = 0; block < held.length && !problems.full(); block++) {
      if (held[block] != UNKNOWN && segmentOf[block] != UNKNOWN) {
        checkKept(block);
      }
    }
    for (int segment = 0; segment < handlers.owners().length; segment++) {
      int owner = handlers.owners()[segment];
      segments[segment * VerifiedFunction.SEGMENT_NUMBERS + 4] =
          kept[owner] == UNKNOWN ? 0 : lists.length(kept[owner]);
    }
  }

  private void findSegments() {
    int segment = 0;
    for (int block = 0; block < segmentOf.length; block++) {
      int pc = flow.blockStart(block);
      while (segment < segments.length && segments[segment + 1] <= pc) {
        segment += VerifiedFunction.SEGMENT_NUMBERS;
      }
      if (segment < segments.length && segments[segment] <= pc) {
        segmentOf[block] = segment / VerifiedFunction.SEGMENT_NUMBERS;
      }
    }
  }

  /** The handler that the errors of a block go to; the block must lie in a segment. */
  private int handlerOf(int block) {
    return handlers.owners()[segmentOf[block]];
  }

  /** Goes through a block and to where control goes from there. */
  private void visit(int block) throws Exceeded {
    list = held[block];
    budget.take(2 + flow.labelCount(block));
    if (flow.handlerTarget(block) != ControlFlow.NONE) {
      raise(block);
    }
    int last = flow.lastInstruction(block);
    int before = list;
    for (int pc = flow.blockStart(block); pc <= last; pc = at.next()) {
      at.move(pc);
      before = list;
      step(block);
    }
    for (int i = flow.firstLabel(block); i < flow.firstLabel(block + 1); i++) {
      reach(flow.label(i), before, block);
    }
    if (flow.fallThrough(block) != ControlFlow.NONE) {
      reach(flow.fallThrough(block), list, block);
    }
  }

  /** Does to the list what the instruction at the cursor does. */
  private void step(int block) throws Exceeded {
    Opcode opcode = at.opcode();
    if (locks(opcode)) {
      lock(block);
    } else if (opcode.has(Effect.RELEASES)) {
      int shorter = lists.remove(list, mvar());
      if (shorter < 0) {
        problems.addAt(
            at.pc(),
            "an MVar is unlocked that the function does not hold there",
            "mvar",
            mvars.name(mvar()),
            "held",
            path(block).held(),
            "by",
            path(block).places());
      } else {
        list = shorter;
      }
    } else if (list != HoldLists.EMPTY && leaves(opcode)) {
      problems.addAt(
          at.pc(),
          "the function may end here while it holds an MVar",
          "opcode",
          opcode.mnemonic(),
          "held",
          path(block).held(),
          "by",
          path(block).places());
    }
  }

  private void lock(int block) throws Exceeded {
    if (lists.length(list) == HoldLists.MAX_HOLDS) {
      problems.addAt(
          at.pc(),
          "a function holds too many MVars",
          "limit",
          HoldLists.MAX_HOLDS,
          "by",
          path(block).places());
      return;
    }
    list = lists.append(list, HoldLists.entry(mvar(), at.opcode().has(Effect.HOLDS_WRITE)));
  }

  private int mvar() {
    return mvars.canonical(at.half(at.opcode().operands().indexOf(OperandKind.MVAR)));
  }

  private static boolean leaves(Opcode opcode) {
    return switch (opcode) {
      case R_RETURN, I_RETURN, F_RETURN, TAIL_CALL, TAIL_CALL_CLOSURE -> true;
      default -> false;
    };
  }

  /** An edge brings a list to a block. */
  private void reach(int block, int brought, int from) {
    if (held[block] == UNKNOWN) {
      held[block] = brought;
      cameFrom[block] = from;
      queue.add(block);
      begin(block);
    } else if (held[block] != brought) {
      HoldPath one = new HoldPath(this, flow.blockStart(block), cameFrom[block], block);
      HoldPath other = new HoldPath(this, flow.blockStart(block), from, block);
      HoldPath.leaveOutWhatIsShared(one, other);
      problems.addAt(
          flow.blockStart(block),
          "paths that meet here hold different MVars",
          "held",
          one.held(),
          "by",
          one.places(),
          "other",
          other.held(),
          "by",
          other.places());
    }
  }

  /** Where a handler's range begins, what it keeps is known. */
  private void begin(int block) {
    for (int handler : handlers.startingAt(flow.blockStart(block))) {
      if (kept[handler] == UNKNOWN) {
        resolve(handler, held[block]);
      }
    }
  }

  private void resolve(int handler, int keeps) {
    kept[handler] = keeps;
    List<Integer> raisers = waiting.get(handler);
    if (raisers != null) {
      waiting.set(handler, null);
      raisers.forEach(block -> reach(flow.handlerTarget(block), keeps, block));
    }
  }

  private void raise(int block) {
    int handler = handlerOf(block);
    if (kept[handler] != UNKNOWN) {
      reach(flow.handlerTarget(block), kept[handler], block);
    } else {
      if (waiting.get(handler) == null) {
        waiting.set(handler, new ArrayList<>());
      }
      waiting.get(handler).add(block);
    }
  }

  /**
   * Control may enter a range elsewhere than at its start, and get to the start only through the
   * handler, or never. Then the first instruction that was reached says what the handler keeps.
   */
  private boolean resolveWaiting() throws Exceeded {
    boolean any = false;
    for (int i = 0; i < kept.length; i++) {
      if (waiting.get(i) != null) {
        Handler handler = function.handlers().get(i);
        int block = flow.blockAt(handler.start());
        while (held[block] == UNKNOWN) {
          block++;
          budget.take(1);
        }
        resolve(i, held[block]);
        any = true;
      }
    }
    return any;
  }

  /** What a handler keeps must be held by each instruction that may raise to it. */
  private void checkKept(int block) throws Exceeded {
    int handler = handlerOf(block);
    int last = flow.lastInstruction(block);
    list = held[block];
    int checked = kept[handler];
    for (int pc = flow.blockStart(block); pc <= last; pc = at.next()) {
      at.move(pc);
      if (list != checked && RegisterUses.mayRaise(at.opcode())) {
        if (!lists.beginsWith(list, kept[handler])) {
          problems.addAt(
              pc,
              "an error here goes to a handler in whose range less is held than where it began",
              "opcode",
              at.opcode().mnemonic(),
              "began",
              HoldPath.place(this, function.handlers().get(handler).start()),
              "with",
              HoldPath.listed(this, kept[handler]),
              "held",
              path(block).held(),
              "by",
              path(block).places());
          return;
        }
        checked = list;
      }
      advance();
    }
  }

  /** {@link #step} of an instruction that is known to be right. */
  private void advance() throws Exceeded {
    if (locks(at.opcode()) && lists.length(list) < HoldLists.MAX_HOLDS) {
      list = lists.append(list, HoldLists.entry(mvar(), at.opcode().has(Effect.HOLDS_WRITE)));
    } else if (at.opcode().has(Effect.RELEASES)) {
      list = Math.max(HoldLists.EMPTY, lists.remove(list, mvar()));
    }
  }

  /** The way to the instruction at the cursor. */
  private HoldPath path(int block) {
    return new HoldPath(this, at.pc(), block, UNKNOWN);
  }

  ControlFlow flow() {
    return flow;
  }

  MvarNames mvars() {
    return mvars;
  }

  Problems problems() {
    return problems;
  }

  HoldLists lists() {
    return lists;
  }

  int cameFrom(int block) {
    return cameFrom[block];
  }

  /** How many holds are kept on the way from a block to its handler. */
  int keptFrom(int block) {
    int list = segmentOf[block] == UNKNOWN ? UNKNOWN : kept[handlerOf(block)];
    return list == UNKNOWN ? 0 : lists.length(list);
  }
}
