package org.skerry.jit;

import static java.lang.constant.ConstantDescs.CD_CallSite;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.BitSet;
import org.skerry.isa.Bank;
import org.skerry.isa.Opcode;
import org.skerry.module.InstructionCursor;

/**
 * Calls of functions of the host that give numbers: linked for good when they are first made, so
 * that HotSpot sees which Java method it is. The arguments are in the frame.
 */
final class HostEmitter {
  private static final DirectMethodHandleDesc LINK =
      ConstantDescs.ofCallsiteBootstrap(
          HostSupport.class.describeConstable().orElseThrow(), "link", CD_CallSite, CD_int);

  private final FunctionCompiler function;
  private final Emitter out;
  private final CodeBuilder code;
  private final InstructionCursor at;

  HostEmitter(FunctionCompiler function) {
    this.function = function;
    out = function.out;
    code = function.code;
    at = function.at;
  }

  /** Writes the instruction, and says whether it was one of these. */
  boolean emit() {
    if (at.opcode() == Opcode.I_HOST) {
      call(Bank.I);
    } else if (at.opcode() == Opcode.F_HOST) {
      call(Bank.F);
    } else {
      return false;
    }
    return true;
  }

  private void call(Bank bank) {
    function.spillForRare();
    out.storeReductions();
    function.contextProcessAndFrame();
    code.loadConstant(function.header(at.pc())).loadConstant(function.codeAddress(at.pc()));
    code.invokedynamic(
        DynamicCallSiteDesc.of(
            LINK, "host", type(bank), function.unit.callee(at.half(1)).functionIndex()));
    if (bank == Bank.F) {
      code.dstore(function.shape.floatScratch);
    } else {
      code.lstore(function.shape.scratch);
    }
    out.loadLeft();
    code.ifne(function.leaveWithNumbers());
    out.loadReductions();
    BitSet moved = function.live.in(at.pc());
    moved.and(function.live.in(at.next()));
    function.reload(moved);
    if (bank == Bank.F) {
      code.dload(function.shape.floatScratch);
    } else {
      code.lload(function.shape.scratch);
    }
    out.store(bank, at.slot(0));
  }

  private static MethodTypeDesc type(Bank bank) {
    return MethodTypeDesc.of(
        bank == Bank.F ? CD_double : CD_long,
        MethodShape.CONTEXT,
        CD_long,
        CD_long,
        CD_long,
        CD_long);
  }
}
