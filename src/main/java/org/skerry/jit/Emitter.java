package org.skerry.jit;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static org.skerry.jit.MethodShape.CONTEXT;
import static org.skerry.jit.MethodShape.CONTEXT_LOCAL;
import static org.skerry.jit.MethodShape.FP;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.BitSet;
import org.skerry.isa.Bank;
import org.skerry.memory.Memory;
import org.skerry.module.FrameLayout;

/**
 * Writes JVM instructions that move values between the locals of VM registers, the frame and
 * memory, and knows which registers have the same value in the frame as in their local.
 */
final class Emitter {
  static final ClassDesc SUPPORT = CompiledSupport.class.describeConstable().orElseThrow();
  private static final ClassDesc MEMORY = Memory.accessors().describeConstable().orElseThrow();
  private static final MethodTypeDesc GET_LONG = MethodTypeDesc.of(CD_long, CD_long);
  private static final MethodTypeDesc GET_DOUBLE = MethodTypeDesc.of(CD_double, CD_long);
  private static final MethodTypeDesc GET_BYTE = MethodTypeDesc.of(CD_byte, CD_long);
  private static final MethodTypeDesc PUT_LONG = MethodTypeDesc.of(CD_void, CD_long, CD_long);
  private static final MethodTypeDesc PUT_DOUBLE = MethodTypeDesc.of(CD_void, CD_long, CD_double);
  private static final MethodTypeDesc PUT_BYTE = MethodTypeDesc.of(CD_void, CD_long, CD_byte);

  final CodeBuilder code;
  final MethodShape shape;
  private final ConstantRegisters constants;
  private final boolean keepsReductions;
  private boolean reductionsSynced;
  private boolean isLinked;
  private final BitSet[] synced = {new BitSet(), new BitSet(), new BitSet()};

  /**
   * Registers whose frame slots are as their locals, whether the context's reductions are, and
   * whether the place of a callee's frame has its link.
   */
  record Synced(BitSet r, BitSet i, BitSet f, boolean reductions, boolean isLinked) {}

  /**
   * @param constants registers that need no local
   * @param keepsReductions whether the method has the reductions in a local, which pays in loops;
   *     otherwise they are always in the context
   */
  Emitter(
      CodeBuilder code, MethodShape shape, ConstantRegisters constants, boolean keepsReductions) {
    this.code = code;
    this.keepsReductions = keepsReductions;
    this.shape = shape;
    this.constants = constants;
  }

  // Registers.

  void load(Bank bank, int register) {
    if (constants.contains(bank, register)) {
      long bits = constants.bits(bank, register);
      if (bank == Bank.F) {
        code.loadConstant(Double.longBitsToDouble(bits));
      } else {
        code.loadConstant(bits);
      }
      return;
    }
    int local = shape.local(bank, register);
    if (bank == Bank.F) {
      code.dload(local);
    } else {
      code.lload(local);
    }
  }

  /** The value on the stack becomes the register's; the frame has another then. */
  void store(Bank bank, int register) {
    storeLocal(bank, register);
    synced[bank.ordinal()].clear(register);
    if (bank == Bank.R) {
      findLengths(register);
    }
  }

  /**
   * Looks at the array in a register that has a value, if its elements are accessed in the method,
   * so that accesses in a loop need not.
   */
  void findLengths(int register) {
    for (MethodShape.ArrayLength length : shape.lengths(register)) {
      load(Bank.R, register);
      code.loadConstant(length.kind());
      support("arrayLength", CD_long, CD_long, CD_int);
      code.lstore(length.local());
    }
  }

  /** No register is known to hold an array. */
  void beginLengths() {
    for (int register = 0; register < shape.count(Bank.R); register++) {
      for (MethodShape.ArrayLength length : shape.lengths(register)) {
        code.lconst_0().lstore(length.local());
      }
    }
  }

  /** A register that has no value yet gets one, for the JVM's verifier. */
  void clear(Bank bank, int register) {
    zero(bank);
    storeLocal(bank, register);
  }

  private void storeLocal(Bank bank, int register) {
    int local = shape.local(bank, register);
    if (bank == Bank.F) {
      code.dstore(local);
    } else {
      code.lstore(local);
    }
  }

  /** Where control comes from elsewhere nothing is known of the frame. */
  void forgetSynced() {
    reductionsSynced = false;
    isLinked = false;
    for (BitSet bits : synced) {
      bits.clear();
    }
  }

  /** What is known of the frame and the context. */
  Synced synced() {
    return new Synced(
        (BitSet) synced[0].clone(),
        (BitSet) synced[1].clone(),
        (BitSet) synced[2].clone(),
        reductionsSynced,
        isLinked);
  }

  /** Control comes from here or from where that was known. */
  void meet(Synced other) {
    synced[0].and(other.r());
    synced[1].and(other.i());
    synced[2].and(other.f());
    reductionsSynced &= other.reductions();
    isLinked &= other.isLinked();
  }

  /** Writes a register to the frame, unless it is there. */
  void spill(Bank bank, int register) {
    if (!synced[bank.ordinal()].get(register)) {
      put(bank, register, FP);
      synced[bank.ordinal()].set(register);
    }
  }

  /** Writes a register to the frame, whatever is there. */
  void put(Bank bank, int register, int frameLocal) {
    putAt(bank, register, frameLocal, shape.offset(bank, register));
  }

  private void zero(Bank bank) {
    if (bank == Bank.F) {
      code.dconst_0();
    } else {
      code.lconst_0();
    }
  }

  /** Writes a register to a place of a frame. */
  void putAt(Bank bank, int register, int frameLocal, int offset) {
    address(frameLocal, offset);
    load(bank, register);
    putWord(bank);
  }

  /** Reads a register from the frame. An array may have moved, but is as long as it was. */
  void reload(Bank bank, int register) {
    address(FP, shape.offset(bank, register));
    getWord(code, bank);
    storeLocal(bank, register);
    synced[bank.ordinal()].set(register);
  }

  /** Has the frame that a callee gets behind this one lead back here. */
  void link(int frameBytes) {
    address(FP, frameBytes + FrameLayout.CALLER_FRAME_OFFSET);
    code.lload(FP);
    putLong();
  }

  /** Whether the place behind the frame has room for callees, and leads back here. */
  boolean isLinked() {
    return isLinked;
  }

  /** From here on it does: no callee writes that word. */
  void setLinked() {
    isLinked = true;
  }

  // Memory.

  void address(int local, int offset) {
    code.lload(local);
    if (offset != 0) {
      code.loadConstant((long) offset).ladd();
    }
  }

  void getLong() {
    code.invokestatic(MEMORY, "getLong", GET_LONG);
  }

  void getDouble() {
    code.invokestatic(MEMORY, "getDouble", GET_DOUBLE);
  }

  /** A word as a register of a bank has it, for an address. */
  static void getWord(CodeBuilder code, Bank bank) {
    code.invokestatic(
        MEMORY, bank == Bank.F ? "getDouble" : "getLong", bank == Bank.F ? GET_DOUBLE : GET_LONG);
  }

  void getByte() {
    code.invokestatic(MEMORY, "getByte", GET_BYTE);
  }

  void putLong() {
    code.invokestatic(MEMORY, "putLong", PUT_LONG);
  }

  void putByte() {
    code.invokestatic(MEMORY, "putByte", PUT_BYTE);
  }

  void putWord(Bank bank) {
    putWord(code, bank);
  }

  /** A register's value goes to memory, for an address. */
  static void putWord(CodeBuilder code, Bank bank) {
    code.invokestatic(
        MEMORY, bank == Bank.F ? "putDouble" : "putLong", bank == Bank.F ? PUT_DOUBLE : PUT_LONG);
  }

  // Calls of ours.

  void support(String name, ClassDesc result, ClassDesc... parameters) {
    code.invokestatic(SUPPORT, name, MethodTypeDesc.of(result, parameters));
  }

  void call(Class<?> owner, String name, ClassDesc result, ClassDesc... parameters) {
    code.invokestatic(
        owner.describeConstable().orElseThrow(), name, MethodTypeDesc.of(result, parameters));
  }

  void test(Class<?> owner, String name, ClassDesc... parameters) {
    call(owner, name, CD_boolean, parameters);
  }

  /**
   * The process's block. It is read where it is wanted, since most of what a function does goes
   * without.
   */
  void process() {
    code.aload(CONTEXT_LOCAL).getfield(CONTEXT, "process", CD_long);
  }

  void contextAndProcess() {
    code.aload(CONTEXT_LOCAL);
    process();
  }

  /** Something else may have spent reductions. */
  void loadReductions() {
    if (keepsReductions) {
      contextReductions();
      code.istore(shape.reductions);
    }
    reductionsSynced = true;
  }

  /** Tells the context how many reductions are left, unless it knows. */
  void storeReductions() {
    if (!reductionsSynced) {
      putReductions();
    }
  }

  /** Tells the context how many reductions are left, whatever it knows. */
  void putReductions() {
    if (keepsReductions) {
      code.aload(CONTEXT_LOCAL).iload(shape.reductions);
      code.putfield(CONTEXT, "reductionsLeft", CD_int);
    }
  }

  /** Puts the reductions that are left on the JVM's stack. */
  void reductions() {
    if (keepsReductions) {
      code.iload(shape.reductions);
    } else {
      contextReductions();
    }
  }

  private void contextReductions() {
    code.aload(CONTEXT_LOCAL).getfield(CONTEXT, "reductionsLeft", CD_int);
  }

  /** A back edge. */
  void spendReduction() {
    reductionsSynced = false;
    code.iinc(shape.reductions, -1).iload(shape.reductions);
  }

  /** More than one at once; whether any are left is to be looked at behind it. */
  void spendReductions(int count) {
    reductionsSynced = !keepsReductions;
    if (keepsReductions) {
      code.iinc(shape.reductions, -count);
    } else {
      code.aload(CONTEXT_LOCAL).dup().getfield(CONTEXT, "reductionsLeft", CD_int);
      code.loadConstant(count).isub().putfield(CONTEXT, "reductionsLeft", CD_int);
    }
  }

  void loadLeft() {
    code.aload(CONTEXT_LOCAL).getfield(CONTEXT, "left", CD_int);
  }
}
