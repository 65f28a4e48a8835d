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
 * The instructions of a function that control reaches from elsewhere than the one before, and those
 * at which a process that was suspended may go on in compiled code: the beginning, loop heads,
 * handlers, what follows a call or what may collect, and what awaits.
 */
final class CodePoints {
  private final FunctionDefinition function;
  private final BitSet targets = new BitSet();
  private final BitSet entries = new BitSet();
  private final BitSet lineStarts = new BitSet();

  CodePoints(FunctionDefinition function) {
    this.function = function;
    entries.set(0);
    InstructionCursor at = new InstructionCursor(function.code());
    for (int pc = 0; pc < function.code().length; pc = at.next()) {
      at.move(pc);
      addLabels(at);
      addEntries(at);
    }
    for (Handler handler : function.handlers()) {
      entries.set(handler.target());
    }
    targets.or(entries);
    function.lines().forEach(line -> lineStarts.set(line.pc()));
  }

  private void addLabels(InstructionCursor at) {
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
    for (int label : labels) {
      targets.set(label);
      if (label <= at.pc()) {
        entries.set(label);
      }
    }
  }

  private void addEntries(InstructionCursor at) {
    Opcode opcode = at.opcode();
    boolean awaits = opcode.has(Effect.MAY_AWAIT);
    if (awaits) {
      entries.set(at.pc());
    }
    if ((awaits || opcode.has(Effect.CALLS) || opcode.has(Effect.MAY_COLLECT))
        && !opcode.has(Effect.ENDS_BLOCK)) {
      entries.set(at.next());
    }
  }

  /** Whether control comes from elsewhere, too. */
  boolean isTarget(int pc) {
    return targets.get(pc);
  }

  /** Where a suspended process may go on, ascending. */
  IntStream entries() {
    return entries.stream();
  }

  /** The source line that begins at an instruction; 0 where none does. */
  int lineAt(int pc) {
    if (!lineStarts.get(pc)) {
      return 0;
    }
    return function.lines().stream()
        .filter(line -> line.pc() == pc)
        .findFirst()
        .orElseThrow()
        .line();
  }
}
