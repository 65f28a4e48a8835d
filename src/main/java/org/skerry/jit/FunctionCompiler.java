package org.skerry.jit;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static org.skerry.isa.Opcode.*;
import static org.skerry.jit.MethodShape.CONTEXT;
import static org.skerry.jit.MethodShape.CONTEXT_LOCAL;
import static org.skerry.jit.MethodShape.DEPTH;
import static org.skerry.jit.MethodShape.FP;
import static org.skerry.jit.MethodShape.REDUCTIONS;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.skerry.isa.Bank;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.InstructionCursor;

/**
 * Writes the JVM method of one function. VM registers are JVM locals; the frame has its place in
 * the process's stack, and gets what is live when others may look: before what may collect or call,
 * and where the method leaves before the function has returned. See {@code native-notes/jit.md}.
 *
 * <p>The parameter {@code entry} is either minus the number of Java frames that may follow, for a
 * call with its arguments in parameters; or the pc to go on at, with all registers in the frame.
 */
final class FunctionCompiler {
  /** Registers of a function whose Java frame counts as one. */
  private static final int REGISTERS_OF_A_FRAME = 32;

  final CompileUnit unit;
  final int position;
  final FunctionDefinition function;
  final InstructionCursor at;
  final LiveTerms live;
  final Emitter out;
  final CodeBuilder code;
  final MethodShape shape;
  final int frameBytes;
  private final CodePoints points;
  private final Label[] labels;
  private final Label leaveWithAll;
  private final Label leaveWithNumbers;
  private final Label leave;
  private boolean leavesWithAll;
  private final List<Runnable> coldCode = new ArrayList<>();
  private final NumberEmitter numbers;
  private final TermEmitter terms;
  private final CallEmitter calls;

  FunctionCompiler(CompileUnit unit, int position, CodeBuilder code) {
    this.unit = unit;
    this.position = position;
    this.code = code;
    function = unit.module().verified().functions().get(position).definition();
    at = new InstructionCursor(function.code());
    live = new LiveTerms(unit.module().verified().functions().get(position));
    shape = new MethodShape(function);
    out = new Emitter(code, shape);
    frameBytes = FrameLayout.frameBytes(function.registerCount());
    points = new CodePoints(function);
    labels = new Label[function.code().length];
    for (int pc = 0; pc < labels.length; pc++) {
      labels[pc] = code.newLabel();
    }
    leaveWithAll = code.newLabel();
    leaveWithNumbers = code.newLabel();
    leave = code.newLabel();
    numbers = new NumberEmitter(out, at);
    terms = new TermEmitter(this, numbers);
    calls = new CallEmitter(this);
  }

  void emit() {
    prologue();
    for (int pc = 0; pc < labels.length; pc = at.next()) {
      at.move(pc);
      code.labelBinding(labels[pc]);
      if (points.isTarget(pc)) {
        out.forgetSynced();
      }
      instruction();
    }
    for (int i = 0; i < coldCode.size(); i++) {
      coldCode.get(i).run();
    }
    epilogue();
  }

  private void prologue() {
    for (Bank bank : Bank.values()) {
      int parameters = function.signature().count(bank);
      for (int register = parameters; register < shape.count(bank); register++) {
        if (bank == Bank.F) {
          code.dconst_0();
        } else {
          code.lconst_0();
        }
        out.store(bank, register);
      }
    }
    Label fresh = code.newLabel();
    code.iload(DEPTH).iflt(fresh);
    for (Bank bank : Bank.values()) {
      for (int register = 0; register < shape.count(bank); register++) {
        out.reload(bank, register);
      }
    }
    code.iload(DEPTH);
    code.aload(CONTEXT_LOCAL).getfield(CONTEXT, "javaDepth", CD_int).istore(DEPTH);
    countLargeFrame();
    List<SwitchCase> cases = new ArrayList<>();
    points.entries().forEach(pc -> cases.add(SwitchCase.of(pc, labels[pc])));
    Label unknown = code.newLabel();
    code.lookupswitch(unknown, cases);
    code.labelBinding(unknown);
    code.aload(CONTEXT_LOCAL).loadConstant(Left.INTERPRET).putfield(CONTEXT, "left", CD_int);
    code.goto_(leave);
    code.labelBinding(fresh).iload(DEPTH).ineg().istore(DEPTH);
    countLargeFrame();
    out.forgetSynced();
  }

  /** One Java frame with many locals takes as much of the Java stack as several others. */
  private void countLargeFrame() {
    int others = function.registerCount() / REGISTERS_OF_A_FRAME;
    if (others > 0) {
      code.iinc(DEPTH, -others);
    }
  }

  private void epilogue() {
    if (leavesWithAll) {
      code.labelBinding(leaveWithAll);
      putAll(Bank.R);
    }
    code.labelBinding(leaveWithNumbers);
    putAll(Bank.I);
    putAll(Bank.F);
    code.labelBinding(leave);
    if (function.signature().result() == Bank.F) {
      code.dconst_0().dreturn();
    } else {
      code.lconst_0().lreturn();
    }
  }

  private void putAll(Bank bank) {
    for (int register = 0; register < shape.count(bank); register++) {
      out.put(bank, register, FP);
    }
  }

  private void instruction() {
    line();
    if (numbers.emit() || terms.emit() || calls.emit()) {
      return;
    }
    switch (at.opcode()) {
      case JUMP -> branch((int) at.label(0));
      case I_SWITCH, I_SWITCH_SPARSE, R_SWITCH -> switchOver();
      case R_RETURN -> returns(Bank.R);
      case I_RETURN -> returns(Bank.I);
      case F_RETURN -> returns(Bank.F);
      case THROW, RETHROW, EXIT -> leaveAt(at.pc(), Left.INTERPRET);
      default -> rare();
    }
  }

  private void line() {
    int line = points.lineAt(at.pc());
    if (line > 0) {
      code.lineNumber(Math.min(line, 0xFFFF));
    }
  }

  private void returns(Bank bank) {
    if (bank != Bank.R && unit.mayEnd().get(position)) {
      // The end of a process: its result is boxed, which may collect.
      code.lload(FP).loadConstant(header(at.pc()));
      out.putLong();
    }
    out.storeReductions();
    out.load(bank, at.slot(0));
    if (bank == Bank.F) {
      code.dreturn();
    } else {
      code.lreturn();
    }
  }

  private void switchOver() {
    Bank bank = at.opcode() == R_SWITCH ? Bank.R : Bank.I;
    code.loadConstant(codeAddress(at.pc()));
    out.load(bank, at.slot(0));
    int otherwise = at.opcode() == I_SWITCH ? 2 : 1;
    code.loadConstant((int) at.label(otherwise) - at.pc());
    String method = at.opcode() == I_SWITCH ? "dense" : "sparse";
    out.call(org.skerry.semantics.Switches.class, method, CD_int, CD_long, CD_long, CD_int);
    BitSet forward = new BitSet();
    List<Integer> targets = new ArrayList<>();
    for (int entry = 0; entry < at.tableLabels(); entry++) {
      int target = (int) at.tableLabel(entry);
      if (!forward.get(target)) {
        forward.set(target);
        targets.add(target);
      }
    }
    Label none = code.newLabel();
    List<SwitchCase> cases = new ArrayList<>();
    List<Label> ways = new ArrayList<>();
    for (int target : targets) {
      ways.add(code.newLabel());
      cases.add(SwitchCase.of(target - at.pc(), ways.getLast()));
    }
    code.lookupswitch(none, cases);
    for (int i = 0; i < ways.size(); i++) {
      code.labelBinding(ways.get(i));
      branch(targets.get(i));
    }
    code.labelBinding(none);
    branch((int) at.label(otherwise));
  }

  // What all instructions need.

  /** Goes to an instruction; backwards it costs a reduction. */
  void branch(int target) {
    if (target <= at.pc()) {
      Label goesOn = code.newLabel();
      out.spendReduction();
      code.ifgt(goesOn);
      preemptAt(target);
      code.labelBinding(goesOn);
    }
    code.goto_(labels[target]);
  }

  /** Ends the slice; the process goes on at an instruction. */
  void preemptAt(int pc) {
    code.loadConstant(header(pc)).lstore(shape.header);
    preemptAtHeader();
  }

  private void preemptAtHeader() {
    contextProcessAndFrame();
    code.lload(shape.header);
    out.support("preempt", CD_void, CONTEXT, CD_long, CD_long, CD_long);
    leaveWithEverything();
  }

  /** Leaves before an instruction, with everything in the frame. */
  void leaveAt(int pc, int why) {
    out.storeReductions();
    contextProcessAndFrame();
    code.loadConstant(header(pc)).loadConstant(why);
    out.support("leave", CD_void, CONTEXT, CD_long, CD_long, CD_long, CD_int);
    leaveWithEverything();
  }

  /** Raises the error of that name in {@link CompiledSupport} by this instruction. */
  void raise(String error) {
    out.storeReductions();
    contextProcessAndFrame();
    code.loadConstant(header(at.pc()));
    out.support(error, CD_void, CONTEXT, CD_long, CD_long, CD_long);
    leaveWithEverything();
  }

  /** Everything goes to the frame. */
  void leaveWithEverything() {
    leavesWithAll = true;
    code.goto_(leaveWithAll);
  }

  /** Terms are in the frame, and newer there than in locals; numbers are not. */
  void leaveWithNumbers() {
    code.goto_(leaveWithNumbers);
  }

  Label leaveWithNumbersLabel() {
    return leaveWithNumbers;
  }

  Label leaveLabel() {
    return leave;
  }

  Label label(int pc) {
    return labels[pc];
  }

  /** Writes code behind that of all instructions. */
  void cold(Runnable emits) {
    coldCode.add(emits);
  }

  void contextProcessAndFrame() {
    out.contextAndProcess();
    code.lload(FP);
  }

  /** The header word of this function's frame at an instruction. */
  long header(int pc) {
    return FrameLayout.header(unit.module().firstFunction() + position, pc);
  }

  /** Address of an instruction's linked words. */
  long codeAddress(int pc) {
    return unit.codeAddress(position) + 8L * pc;
  }

  void spill(BitSet registers) {
    registers.stream().forEach(register -> out.spill(Bank.R, register));
  }

  void reload(BitSet registers) {
    registers.stream().forEach(register -> out.reload(Bank.R, register));
  }

  /** Writes what the instruction reads, and every live term, to the frame. */
  void spillForRare() {
    spill(live.in(at.pc()));
    List<OperandKind> kinds = at.opcode().operands();
    for (int operand = 0; operand < kinds.size(); operand++) {
      OperandKind kind = kinds.get(operand);
      if (kind.isSource() || kind.isDestination() && at.opcode().has(Effect.BRANCHES)) {
        out.spill(kind.bank(), at.slot(operand));
      } else if (kind == OperandKind.ARGUMENTS) {
        for (int entry = 0; entry < at.count(); entry++) {
          out.spill(Bank.ofOrdinal(at.variableSlot(2 * entry + 1)), at.variableSlot(2 * entry));
        }
      } else if (kind == OperandKind.R_REGISTERS) {
        for (int entry = 0; entry < at.count(); entry++) {
          out.spill(Bank.R, at.variableSlot(entry));
        }
      }
    }
  }

  /**
   * Has the instruction executed outside compiled code. Control goes on behind it, or at its label,
   * or leaves.
   */
  void rare() {
    spillForRare();
    out.storeReductions();
    contextProcessAndFrame();
    code.loadConstant(header(at.pc())).loadConstant(codeAddress(at.pc()));
    out.support("rare", CD_int, CONTEXT, CD_long, CD_long, CD_long, CD_long);
    code.dup().istore(shape.distance);
    code.loadConstant(CompiledSupport.LEAVE).if_icmple(leaveWithNumbers);
    out.loadReductions();
    int label = labelOperand();
    BitSet moved = live.in(at.pc());
    if (mayMoveTerms()) {
      if (label < 0 && at.next() < function.code().length) {
        moved.and(live.in(at.next()));
      }
      reload(moved);
    }
    if (label >= 0) {
      rareBranch((int) at.label(label));
    }
    if (at.opcode().operands().stream().anyMatch(OperandKind::isDestination)) {
      out.reload(at.opcode().operands().getFirst().bank(), at.slot(0));
    }
    preemptBehind();
  }

  private void rareBranch(int target) {
    Label falls = code.newLabel();
    code.iload(shape.distance).loadConstant(target - at.pc()).if_icmpne(falls);
    Label goesOn = code.newLabel();
    code.iload(REDUCTIONS).ifgt(goesOn);
    preemptAt(target);
    code.labelBinding(goesOn);
    branch(target);
    code.labelBinding(falls);
  }

  /** Ends the slice where bulk work has used it up. */
  void preemptBehind() {
    int next = at.next();
    Label goesOn = code.newLabel();
    code.iload(REDUCTIONS).ifgt(goesOn);
    preemptAt(next);
    code.labelBinding(goesOn);
  }

  private boolean mayMoveTerms() {
    Opcode opcode = at.opcode();
    return opcode.has(Effect.MAY_COLLECT)
        || opcode.has(Effect.MAY_AWAIT)
        || opcode.has(Effect.MAY_THROW);
  }

  private int labelOperand() {
    List<OperandKind> kinds = at.opcode().operands();
    for (int operand = 0; operand < kinds.size(); operand++) {
      if (kinds.get(operand).isLabel()) {
        return operand;
      }
    }
    return -1;
  }
}
