package org.skerry.jit;

import static java.lang.constant.ConstantDescs.CD_boolean;
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
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.skerry.isa.Bank;
import org.skerry.isa.Opcode;
import org.skerry.module.InstructionCursor;
import org.skerry.module.Signature;

/**
 * Calls. One to a function that is known is a JVM call with the arguments in JVM parameters: a
 * static one within a generated class, a linked one to another class. Any other goes by the
 * callee's frame in memory. A tail call of the function itself is a loop.
 */
final class CallEmitter {
  private final FunctionCompiler function;
  private final Emitter out;
  private final CodeBuilder code;
  private final InstructionCursor at;

  /** What {@link #direct} calls need room for; null until somebody asks. */
  private Callees callees;

  /**
   * @param largestBytes of the largest frame that is pushed
   * @param areElsewhere whether any belongs to another class
   */
  private record Callees(int largestBytes, boolean areElsewhere) {}

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
        if (isDirect(callee(at))) {
          direct(callee(at));
        } else {
          inMemory();
        }
      }
      case R_CALL_CLOSURE -> inMemory();
      case TAIL_CALL -> {
        Callee callee = function.unit.callee(at.half(0));
        int position = callee.functionIndex() - function.unit.module().firstFunction();
        if (!callee.isQualified() && position == function.position) {
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

  private Callees callees() {
    if (callees == null) {
      callees = findCallees();
    }
    return callees;
  }

  private Callees findCallees() {
    int largest = 0;
    boolean areElsewhere = false;
    long[] words = function.function.code();
    InstructionCursor each = new InstructionCursor(words);
    for (int pc = 0; pc < words.length; pc = each.next()) {
      each.move(pc);
      if (isCall(each.opcode()) && isDirect(callee(each))) {
        largest = Math.max(largest, function.unit.frameBytes(callee(each)));
        areElsewhere |= !function.unit.isHere(callee(each));
      }
    }
    return new Callees(largest, areElsewhere);
  }

  private static boolean isCall(Opcode opcode) {
    return opcode == R_CALL || opcode == I_CALL || opcode == F_CALL;
  }

  /** What a call names. */
  private Callee callee(InstructionCursor call) {
    return function.unit.callee(call.half(1));
  }

  /** Whether the arguments fit a JVM call. */
  private boolean isDirect(Callee callee) {
    return MethodShape.fits(signature(callee));
  }

  private Signature signature(Callee callee) {
    return function.unit.definition(callee.functionIndex()).signature();
  }

  private List<Argument> arguments() {
    List<Argument> arguments = new ArrayList<>();
    for (int entry = 0; entry < at.count(); entry++) {
      Bank bank = Bank.ofOrdinal(at.variableSlot(2 * entry + 1));
      arguments.add(new Argument(bank, at.variableSlot(2 * entry)));
    }
    return arguments;
  }

  private void direct(Callee callee) {
    BitSet across = function.live.across(at.pc());
    List<Argument> arguments = arguments();
    Bank bank = signature(callee).result();
    Label later = code.newLabel();
    Label left = code.newLabel();
    Label returned = code.newLabel();
    function.spill(across);
    out.storeReductions();
    if (function.isResumed()) {
      mayCall(later);
      lookForRoom(function.unit.frameBytes(callee), !function.unit.isHere(callee), later);
      out.link(function.frameBytes);
    } else if (out.isLinked()) {
      mayCall(later);
    } else {
      Label noRoom = code.newLabel();
      int pc = at.pc();
      lookForRoom(callees().largestBytes(), callees().areElsewhere(), noRoom);
      function.cold(() -> function.goOnFromMemory(noRoom, pc));
      mayCall(later);
      out.link(function.frameBytes);
      out.setLinked();
    }
    code.aload(CONTEXT_LOCAL);
    out.address(FP, function.frameBytes);
    arguments.forEach(argument -> out.load(argument.bank(), argument.register()));
    CalleeMethods.invoke(code, function.unit, callee);
    keep(bank);
    out.loadLeft();
    code.ifne(left).labelBinding(returned);
    out.loadReductions();
    function.reload(across);
    storeKept(bank);
    Label way = function.calleeLeftLabel();
    function.cold(() -> {
      code.labelBinding(later);
      callLater(callee, arguments);
      calleeLeft(left);
      keepBits(bank);
      out.loadLeft();
      code.ifeq(returned).goto_(way);
    });
  }

  /**
   * Goes elsewhere where the callee's frame may not fit into the chunk, or the Java stack is deep.
   * A method that calls enter looks once on each way, for the largest callee, and is left for good
   * where there is no room; the one that goes on from memory looks at each call.
   */
  private void lookForRoom(int calleeBytes, boolean isElsewhere, Label noRoom) {
    code.aload(CONTEXT_LOCAL).lload(FP).loadConstant(function.frameBytes + calleeBytes);
    String method = isElsewhere ? "hasRoomElsewhere" : "hasRoom";
    out.support(method, CD_boolean, CONTEXT, CD_long, CD_int);
    code.ifeq(noRoom);
  }

  /** Spends the reduction of a call, and goes elsewhere where the slice is over. */
  private void mayCall(Label over) {
    code.aload(CONTEXT_LOCAL).lload(FP).loadConstant(function.header(at.pc()));
    out.support("mayCall", CD_boolean, CONTEXT, CD_long, CD_long);
    code.ifeq(over);
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

  /**
   * The slice is over, or there is no room for the frame: calls the callee by way of memory, where
   * need be. Leaves the bits of the result on the JVM's stack.
   */
  private void callLater(Callee callee, List<Argument> arguments) {
    function.unit.calledLater().add(callee);
    code.aload(CONTEXT_LOCAL).lload(FP);
    arguments.forEach(argument -> out.load(argument.bank(), argument.register()));
    code.invokestatic(
        function.unit.type(),
        callee.laterName(),
        MethodShape.type(signature(callee)).changeReturnType(CD_long));
  }

  /** Goes on for a callee that left, and goes the way of {@link #callLater} then. */
  private void calleeLeft(Label left) {
    Label goesOn = code.newLabel();
    code.goto_(goesOn).labelBinding(left);
    function.contextProcessAndFrame();
    out.support("afterTailCall", CD_long, CONTEXT, CD_long, CD_long);
    code.labelBinding(goesOn);
  }

  /** A call by the callee's frame in memory: of a closure, of what has too many parameters. */
  private void inMemory() {
    BitSet across = function.live.across(at.pc());
    function.spillForRare();
    out.storeReductions();
    function.contextProcessAndFrame();
    code.loadConstant(function.header(at.pc()));
    code.loadConstant(function.codeAddress(at.pc()));
    out.support("call", CD_long, CONTEXT, CD_long, CD_long, CD_long, CD_long);
    Bank bank = at.opcode().operands().getFirst().bank();
    keepBits(bank);
    out.loadLeft();
    code.ifne(function.calleeLeftLabel());
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
