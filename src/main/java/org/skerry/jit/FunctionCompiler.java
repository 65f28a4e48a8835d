package org.skerry.jit;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static org.skerry.isa.Opcode.*;
import static org.skerry.jit.MethodShape.CONTEXT;
import static org.skerry.jit.MethodShape.CONTEXT_LOCAL;
import static org.skerry.jit.MethodShape.FP;

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
import org.skerry.jit.FrameWriters.Ending;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.InstructionCursor;

/**
 * Writes the JVM method of one function. VM registers are JVM locals; the frame has its place in
 * the process's stack, and gets what is live when others may look: before what may collect or call,
 * and where the method leaves before the function has returned. See {@code native-notes/jit.md}.
 *
 * <p>A function has two methods: one that calls enter, with the arguments in parameters; and one
 * that goes on where a process was suspended, with all registers in the frame. So HotSpot sees
 * loops with one entry in the first, and inlines it.
 */
final class FunctionCompiler {
  final CompileUnit unit;
  final int position;
  final FunctionDefinition function;
  final InstructionCursor at;
  final LiveRegisters live;
  final IndexChecks indexChecks;
  final Emitter out;
  final CodeBuilder code;
  final MethodShape shape;
  final int frameBytes;
  private final boolean resumed;
  private final CodePoints points;
  private final Label[] labels;
  private final LiveRegisters liveIntegers;
  private final LiveRegisters liveFloats;
  private final WaysOut waysOut;
  private final Label leave;
  private final List<Runnable> coldCode = new ArrayList<>();
  private final NumberEmitter numbers;
  private final TermEmitter terms;
  private final MvarEmitter mvars;
  private final MessageEmitter messages;
  private final ArrayEmitter arrays;
  private final CallEmitter calls;
  private final HostEmitter hosts;

  /**
   * @param resumed whether to write the method that goes on for a process that was suspended
   */
  FunctionCompiler(
      CompileUnit unit, int position, FunctionFacts facts, CodeBuilder code, boolean resumed) {
    this.unit = unit;
    this.position = position;
    this.code = code;
    this.resumed = resumed;
    function = unit.module().verified().functions().get(position).definition();
    at = new InstructionCursor(function.code());
    live = facts.terms();
    liveIntegers = facts.integers();
    liveFloats = facts.floats();
    points = resumed ? facts.resumedPoints() : new CodePoints(function, false);
    indexChecks = facts.indexChecks();
    shape = new MethodShape(function, resumed);
    out = new Emitter(code, shape, facts.constants(), points.hasLoops());
    waysOut = new WaysOut(unit, out, unit.large().get(position));
    frameBytes = FrameLayout.frameBytes(function.registerCount());
    labels = new Label[function.code().length];
    for (int pc = 0; pc < labels.length; pc++) {
      labels[pc] = code.newLabel();
    }
    leave = code.newLabel();
    numbers = new NumberEmitter(out, at);
    terms = new TermEmitter(this, numbers);
    mvars = new MvarEmitter(this);
    messages = new MessageEmitter(this);
    arrays = new ArrayEmitter(this);
    calls = new CallEmitter(this);
    hosts = new HostEmitter(this);
  }

  void emit() {
    prologue();
    for (int pc = 0; pc < labels.length; pc = at.next()) {
      at.move(pc);
      if (!points.isReached(pc)) {
        continue;
      }
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
    out.beginLengths();
    if (resumed) {
      goOn();
    } else {
      begin();
    }
  }

  /** Registers that are no parameters get a value, for the JVM's verifier. */
  private void begin() {
    for (Bank bank : Bank.values()) {
      int parameters = function.signature().count(bank);
      for (int register = parameters; register < shape.count(bank); register++) {
        out.clear(bank, register);
      }
    }
    live.in(0).stream().forEach(out::findLengths);
    out.forgetSynced();
    out.loadReductions();
  }

  /** Has the other method go on at an instruction. */
  void goOnFromMemory(Label label, int pc) {
    code.labelBinding(label);
    leave(pc, Left.AGAIN);
  }

  private void returnValue(Bank bank) {
    if (bank == Bank.F) {
      code.dreturn();
    } else {
      code.lreturn();
    }
  }

  boolean isResumed() {
    return resumed;
  }

  /** All that is live is in the frame. */
  private void goOn() {
    for (Bank bank : Bank.values()) {
      BitSet entering = new BitSet();
      points.entries().forEach(pc -> entering.or(live(bank).in(pc)));
      for (int register = 0; register < shape.count(bank); register++) {
        if (entering.get(register)) {
          out.reload(bank, register);
        } else {
          out.clear(bank, register);
        }
      }
    }
    out.loadReductions();
    List<SwitchCase> cases = new ArrayList<>();
    points
        .entries()
        .mapToObj(pc -> SwitchCase.of(pc, isPrepared(pc) ? code.newLabel() : labels[pc]))
        .forEach(cases::add);
    Label unknown = code.newLabel();
    code.iload(MethodShape.PC).lookupswitch(unknown, cases);
    for (SwitchCase way : cases) {
      if (isPrepared(way.caseValue())) {
        code.labelBinding(way.target());
        prepare(way.caseValue(), unknown);
      }
    }
    code.labelBinding(unknown);
    code.aload(CONTEXT_LOCAL).loadConstant(Left.INTERPRET).putfield(CONTEXT, "left", CD_int);
    code.goto_(leave);
  }

  /** Whether something comes first where the method goes on at an instruction. */
  private boolean isPrepared(int pc) {
    at.move(pc);
    return MvarEmitter.isAttempted(at.opcode())
        || live.in(pc).stream().anyMatch(register -> !shape.lengths(register).isEmpty());
  }

  private void prepare(int pc, Label elsewhere) {
    at.move(pc);
    if (MvarEmitter.isAttempted(at.opcode())) {
      mvars.orElsewhere(elsewhere);
    }
    live.in(pc).stream().forEach(out::findLengths);
    code.goto_(labels[pc]);
  }

  private void epilogue() {
    waysOut.emit(leave, way -> mark(CodeMark.WAY_OUT + way));
    mark(CodeMark.LEAVE);
    code.labelBinding(leave);
    Bank result = function.signature().result();
    if (!resumed) {
      code.aload(CONTEXT_LOCAL).lload(FP);
      out.support("again", CD_long, CONTEXT, CD_long);
      if (result == Bank.F) {
        out.call(Double.class, "longBitsToDouble", CD_double, CD_long);
      }
    } else if (result == Bank.F) {
      code.dconst_0();
    } else {
      code.lconst_0();
    }
    returnValue(result);
  }

  private void instruction() {
    line();
    if (numbers.emit()
        || arrays.emit()
        || terms.emit()
        || mvars.emit()
        || messages.emit()
        || calls.emit()
        || hosts.emit()) {
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
    if (unit.isListed()) {
      mark(CodeMark.instruction(at.pc()));
    } else if (line > 0) {
      code.lineNumber(Math.min(line, 0xFFFF));
    }
  }

  /** Says what the code that follows belongs to. */
  private void mark(int mark) {
    if (unit.isListed()) {
      code.lineNumber(mark);
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
    returnValue(bank);
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
      out.spendReduction();
      preemptAt(target);
    }
    code.goto_(labels[target]);
  }

  /**
   * Ends the slice, unless reductions are left; their number is on the JVM's stack. Where the
   * process may go on at once, it does so from memory: a loop that called something here would keep
   * its registers in memory all the time.
   */
  private void preemptAt(int pc) {
    Label over = code.newLabel();
    code.ifle(over);
    leaveWith(Ending.SLICE_OVER, over, pc);
  }

  /** Who comes to a label leaves before an instruction, by one call. */
  private void leaveWith(Ending ending, Label label, int pc) {
    long header = header(pc);
    Label way = waysOut.to(ending, live.in(pc), liveIntegers.in(pc), liveFloats.in(pc));
    cold(() -> code.labelBinding(label).loadConstant(header).lstore(shape.header).goto_(way));
  }

  /** Leaves before an instruction, with everything in the frame. */
  void leaveAt(int pc, int why) {
    out.storeReductions();
    leave(pc, why);
  }

  private void leave(int pc, int why) {
    contextProcessAndFrame();
    code.loadConstant(header(pc)).loadConstant(why);
    out.support("leave", CD_void, CONTEXT, CD_long, CD_long, CD_long, CD_int);
    code.goto_(waysOut.to(Ending.NOTHING, live.in(pc), liveIntegers.in(pc), liveFloats.in(pc)));
  }

  /** Where a method leaves that cannot execute this instruction: the interpreter goes on there. */
  Label interpreted() {
    Label cannot = code.newLabel();
    leaveWith(Ending.INTERPRET, cannot, at.pc());
    return cannot;
  }

  private LiveRegisters live(Bank bank) {
    return switch (bank) {
      case R -> live;
      case I -> liveIntegers;
      case F -> liveFloats;
    };
  }

  /** Raises the error of that name in {@link CompiledSupport} by this instruction. */
  void raise(String error) {
    out.storeReductions();
    contextProcessAndFrame();
    code.loadConstant(header(at.pc()));
    out.support(error, CD_void, CONTEXT, CD_long, CD_long, CD_long);
    code.goto_(raisedLabel());
  }

  /**
   * The way out for an error of this instruction. Its operands go to the frame, for the error's
   * text; other numbers only where a handler may read them.
   */
  Label raisedLabel() {
    BitSet terms = live.in(at.pc());
    if (isCovered(at.pc())) {
      return waysOut.to(Ending.NOTHING, terms, liveIntegers.in(at.pc()), liveFloats.in(at.pc()));
    }
    List<BitSet> numbers = List.of(new BitSet(), new BitSet(), new BitSet());
    List<OperandKind> kinds = at.opcode().operands();
    for (int operand = 0; operand < kinds.size(); operand++) {
      if (kinds.get(operand).isSource()) {
        numbers.get(kinds.get(operand).bank().ordinal()).set(at.slot(operand));
      }
    }
    return waysOut.to(
        Ending.NOTHING, terms, numbers.get(Bank.I.ordinal()), numbers.get(Bank.F.ordinal()));
  }

  private boolean isCovered(int pc) {
    return function.handlers().stream()
        .anyMatch(handler -> handler.start() <= pc && pc < handler.end());
  }

  /** The way out where terms are in the frame, and newer there than in locals; numbers are not. */
  Label leaveWithNumbers() {
    return waysOut.to(
        Ending.NOTHING, new BitSet(), liveIntegers.in(at.pc()), liveFloats.in(at.pc()));
  }

  /** The way out where the callee of this call has left. */
  Label calleeLeftLabel() {
    return waysOut.to(
        Ending.NOTHING, new BitSet(), liveIntegers.across(at.pc()), liveFloats.across(at.pc()));
  }

  Label leaveLabel() {
    return leave;
  }

  /** Writes code behind that of all instructions. */
  void cold(Runnable emits) {
    int pc = at.pc();
    coldCode.add(() -> {
      mark(CodeMark.cold(pc));
      emits.run();
    });
  }

  void contextProcessAndFrame() {
    out.contextAndProcess();
    code.lload(FP);
  }

  /** The header word of this function's frame at an instruction. */
  long header(int pc) {
    return unit.header(position, pc);
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
    code.loadConstant(CompiledSupport.LEAVE).if_icmple(leaveWithNumbers());
    out.loadReductions();
    int label = labelOperand();
    BitSet moved = live.in(at.pc());
    if (mayMoveTerms()) {
      if (label < 0 && at.next() < function.code().length) {
        moved.and(live.in(at.next()));
      }
      reload(moved);
    }
    if (label >= 0 && at.label(label) != at.next()) {
      rareBranch((int) at.label(label));
    }
    if (at.opcode().operands().stream().anyMatch(OperandKind::isDestination)) {
      loadResult(at.opcode().operands().getFirst().bank(), at.slot(0));
    }
    preemptBehind();
  }

  /** Where a label leads behind the instruction, what is not live may be anything. */
  private void loadResult(Bank bank, int register) {
    out.reload(bank, register);
    if (bank == Bank.R && live.in(at.next()).get(register)) {
      out.findLengths(register);
    }
  }

  /** The case for which the instruction is executed outside; then both ways meet. */
  void slow(Label slow, Label join) {
    Emitter.Synced before = out.synced();
    code.labelBinding(slow);
    rare();
    code.labelBinding(join);
    out.meet(before);
  }

  private void rareBranch(int target) {
    Label falls = code.newLabel();
    code.iload(shape.distance).loadConstant(target - at.pc()).if_icmpne(falls);
    out.reductions();
    preemptAt(target);
    branch(target);
    code.labelBinding(falls);
  }

  /** Ends the slice where bulk work has used it up. */
  void preemptBehind() {
    out.reductions();
    preemptAt(at.next());
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
