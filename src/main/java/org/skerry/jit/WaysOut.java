package org.skerry.jit;

import static org.skerry.jit.MethodShape.CONTEXT_LOCAL;
import static org.skerry.jit.MethodShape.FP;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.skerry.isa.Bank;
import org.skerry.jit.FrameWriters.Ending;

/**
 * The ways on which a method leaves before the function has returned. Each writes some registers to
 * the frame; places that write the same share one.
 */
final class WaysOut {
  /** So few registers are written in place. */
  private static final int FEW = 2;

  private final CompileUnit unit;
  private final Emitter out;
  private final CodeBuilder code;
  private final MethodShape shape;
  private final boolean isLarge;
  private final Map<WayOut, Label> ways = new LinkedHashMap<>();

  /**
   * How a method leaves.
   *
   * @param ending what the method leaves for, or nothing where the context knows
   * @param registers for each bank, those that go to the frame. Only what is live does: HotSpot
   *     would keep whatever is written here in a machine register, or on the Java stack, all the
   *     way to the place that is left.
   */
  private record WayOut(Ending ending, List<BitSet> registers) {}

  /**
   * @param isLarge whether there are to be few ways, which write everything: they take less code
   */
  WaysOut(CompileUnit unit, Emitter out, boolean isLarge) {
    this.unit = unit;
    this.out = out;
    this.isLarge = isLarge;
    code = out.code;
    shape = out.shape;
  }

  /**
   * The way that writes these registers; unless it ends with nothing the header is in its local.
   */
  Label to(Ending ending, BitSet terms, BitSet integers, BitSet floats) {
    if (isLarge) {
      terms.set(0, terms.isEmpty() ? 0 : shape.count(Bank.R));
      integers.set(0, shape.count(Bank.I));
      floats.set(0, shape.count(Bank.F));
    }
    WayOut way = new WayOut(ending, List.of(terms, integers, floats));
    return ways.computeIfAbsent(way, none -> code.newLabel());
  }

  /**
   * Writes the code of all ways.
   *
   * @param leave where they lead
   * @param before is told the number of each
   */
  void emit(Label leave, Consumer<Integer> before) {
    int number = 0;
    for (Map.Entry<WayOut, Label> way : ways.entrySet()) {
      before.accept(number++);
      code.labelBinding(way.getValue());
      emit(way.getKey());
      code.goto_(leave);
    }
  }

  /** What is called last is called with all that is still wanted, and nothing is kept across it. */
  private void emit(WayOut way) {
    List<FrameWriters.Slot> slots = slots(way);
    while (slots.size() > FrameWriters.MAX_SLOTS) {
      save(Ending.NOTHING, slots.subList(0, FrameWriters.MAX_SLOTS));
      slots = slots.subList(FrameWriters.MAX_SLOTS, slots.size());
    }
    if (way.ending() != Ending.NOTHING) {
      out.putReductions();
      save(way.ending(), slots);
    } else if (slots.size() > FEW) {
      save(Ending.NOTHING, slots);
    } else {
      slots.forEach(slot -> out.put(slot.bank(), slot.register(), FP));
    }
  }

  private List<FrameWriters.Slot> slots(WayOut way) {
    List<FrameWriters.Slot> slots = new ArrayList<>();
    for (Bank bank : Bank.values()) {
      way.registers().get(bank.ordinal()).stream()
          .mapToObj(r -> new FrameWriters.Slot(bank, r, shape.offset(bank, r)))
          .forEach(slots::add);
    }
    return slots;
  }

  private void save(Ending ending, List<FrameWriters.Slot> slots) {
    if (ending != Ending.NOTHING) {
      code.aload(CONTEXT_LOCAL).lload(FP).lload(shape.header);
    } else {
      code.lload(FP);
    }
    slots.forEach(slot -> out.load(slot.bank(), slot.register()));
    unit.writers().invoke(code, ending, slots);
  }
}
