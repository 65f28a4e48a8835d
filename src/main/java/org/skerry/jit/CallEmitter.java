package org.skerry.jit;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static org.skerry.isa.Opcode.*;
import static org.skerry.jit.MethodShape.CONTEXT;
import static org.skerry.jit.MethodShape.DEPTH;
import static org.skerry.jit.MethodShape.REDUCTIONS;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.skerry.isa.Bank;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.InstructionCursor;
import org.skerry.module.Signature;

/**
 * Calls. One to a compiled function of the same module is a static call with the arguments in JVM
 * parameters; any other goes by the callee's frame in memory. A tail call of the function itself is
 * a loop.
 */
final class CallEmitter {
  private final FunctionCompiler function;
  private final Emitter out;
  private final CodeBuilder code;
  private final InstructionCursor at;

  private record Argument(Bank bank, int register) {}

  CallEmitter(FunctionCompiler function) {
    this.function = function;
    out = function.out;
    code = function.code;
    at = function.at;
  }

  /** Writes the instruction, and says whether it was one of these. */
  boolean emit() {
    switch (at.opcode()) {
      case R_CALL, I_CALL, F_CALL -> {
        int callee = function.unit.position(at.half(1));
        if (callee >= 0 && function.unit.compiled().get(callee)) {
          direct(callee);
        } else {
          inMemory();
        }
      }
      case R_CALL_CLOSURE -> inMemory();
      case TAIL_CALL -> {
        if (function.unit.position(at.half(0)) == function.position) {
          self();
        } else {
          tailCall();
        }
      }
      case TAIL_CALL_CLOSURE -> tailCall();
      default -> {
        return false;
      }
    }
    return true;
  }

  private List<Argument> arguments() {
    List<Argument> arguments = new ArrayList<>();
    for (int entry = 0; entry < at.count(); entry++) {
      Bank bank = Bank.ofOrdinal(at.variableSlot(2 * entry + 1));
      arguments.add(new Argument(bank, at.variableSlot(2 * entry)));
    }
    return arguments;
  }

  private void direct(int callee) {
    BitSet across = function.live.across(at.pc());
    List<Argument> arguments = arguments();
    FunctionDefinition target =
        function.unit.module().verified().functions().get(callee).definition();
    Label later = code.newLabel();
    Label left = code.newLabel();
    Label returned = code.newLabel();
    function.spill(across);
    pushFrame(callee, target);
    out.spendReduction();
    code.ifle(later).iload(DEPTH).iconst_1().if_icmple(later);
    out.contextAndProcess();
    code.lload(function.shape.frame).iconst_1().iload(DEPTH).isub().iload(REDUCTIONS);
    arguments.forEach(argument -> out.load(argument.bank(), argument.register()));
    code.invokestatic(
        function.unit.type(), MethodShape.name(callee), MethodShape.type(target.signature()));
    Bank bank = target.signature().result();
    keep(bank);
    out.loadLeft();
    code.ifne(left).labelBinding(returned);
    popFrame();
    out.loadReductions();
    function.reload(across);
    storeKept(bank);
    function.cold(() -> enterLater(later, callee, target, arguments));
    function.cold(() -> calleeLeft(left, returned, bank));
  }

  /** The result on the JVM's stack is kept while the frame is popped and terms are reloaded. */
  private void keep(Bank bank) {
    if (bank == Bank.F) {
      code.dstore(function.shape.floatScratch);
    } else {
      code.lstore(function.shape.scratch);
    }
  }

  /** As {@link #keep} of a result that is on the stack as bits. */
  private void keepBits(Bank bank) {
    if (bank == Bank.F) {
      out.call(Double.class, "longBitsToDouble", CD_double, CD_long);
    }
    keep(bank);
  }

  private void storeKept(Bank bank) {
    if (bank == Bank.F) {
      code.dload(function.shape.floatScratch);
    } else {
      code.lload(function.shape.scratch);
    }
    out.store(bank, at.slot(0));
  }

  private void pushFrame(int callee, FunctionDefinition target) {
    function.contextProcessAndFrame();
    code.loadConstant(function.header(at.pc())).loadConstant(function.frameBytes);
    code.loadConstant(FrameLayout.frameBytes(target.registerCount()));
    code.loadConstant(function.unit.record(callee));
    out.support("push", CD_long, CONTEXT, CD_long, CD_long, CD_long, CD_int, CD_int, CD_long);
    code.lstore(function.shape.frame);
  }

  private void popFrame() {
    function.contextProcessAndFrame();
    code.lload(function.shape.frame).loadConstant(function.frameBytes);
    out.support("pop", CD_void, CONTEXT, CD_long, CD_long, CD_long, CD_int);
  }

  /** The slice is over, or the Java stack deep: the callee begins from memory, later. */
  private void enterLater(
      Label later, int callee, FunctionDefinition target, List<Argument> arguments) {
    code.labelBinding(later);
    out.forgetSynced();
    out.storeReductions();
    int[] next = new int[Bank.count()];
    for (Argument argument : arguments) {
      int offset = target.registerOffset(argument.bank(), next[argument.bank().ordinal()]++);
      out.putAt(argument.bank(), argument.register(), function.shape.frame, offset);
    }
    out.contextAndProcess();
    code.lload(function.shape.frame);
    code.loadConstant(FrameLayout.header(function.unit.module().firstFunction() + callee, 0));
    out.support("enterLater", CD_void, CONTEXT, CD_long, CD_long, CD_long);
    function.leaveWithNumbers();
  }

  private void calleeLeft(Label left, Label returned, Bank bank) {
    code.labelBinding(left);
    function.contextProcessAndFrame();
    code.iload(DEPTH);
    out.support("afterTailCall", CD_long, CONTEXT, CD_long, CD_long, CD_int);
    keepBits(bank);
    out.loadLeft();
    code.ifeq(returned);
    function.leaveWithNumbers();
  }

  /**
   * A call by the callee's frame in memory: of a closure, of another module, of what is not
   * compiled.
   */
  private void inMemory() {
    BitSet across = function.live.across(at.pc());
    function.spillForRare();
    out.storeReductions();
    function.contextProcessAndFrame();
    code.loadConstant(function.header(at.pc()));
    code.loadConstant(function.codeAddress(at.pc()));
    code.iload(DEPTH);
    out.support("call", CD_long, CONTEXT, CD_long, CD_long, CD_long, CD_long, CD_int);
    Bank bank = at.opcode().operands().getFirst().bank();
    keepBits(bank);
    out.loadLeft();
    code.ifne(function.leaveWithNumbersLabel());
    out.loadReductions();
    function.reload(across);
    storeKept(bank);
  }

  /** The arguments become the parameters, and the function begins anew. */
  private void self() {
    List<Argument> arguments = arguments();
    arguments.forEach(argument -> out.load(argument.bank(), argument.register()));
    Signature signature = function.function.signature();
    int[] count = {signature.count(Bank.R), signature.count(Bank.I), signature.count(Bank.F)};
    for (Argument argument : arguments.reversed()) {
      out.store(argument.bank(), --count[argument.bank().ordinal()]);
    }
    function.branch(0);
  }

  private void tailCall() {
    function.spillForRare();
    spillNumbers();
    out.storeReductions();
    function.contextProcessAndFrame();
    code.loadConstant(function.header(at.pc()));
    code.loadConstant(function.codeAddress(at.pc()));
    out.support("tailCall", CD_void, CONTEXT, CD_long, CD_long, CD_long, CD_long);
    code.goto_(function.leaveLabel());
  }

  /** A handler may want them where the call fails. */
  private void spillNumbers() {
    if (!function.function.handlers().isEmpty()) {
      for (Bank bank : new Bank[] {Bank.I, Bank.F}) {
        for (int register = 0; register < function.shape.count(bank); register++) {
          out.spill(bank, register);
        }
      }
    }
  }
}
