package org.skerry.jit;

import static java.lang.constant.ConstantDescs.CD_CallSite;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static org.skerry.jit.MethodShape.CONTEXT;
import static org.skerry.jit.MethodShape.CONTEXT_LOCAL;
import static org.skerry.jit.MethodShape.FP;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodTypeDesc;
import org.skerry.isa.Bank;
import org.skerry.module.FunctionDefinition;

/**
 * JVM calls of functions, and the methods of a generated class by which they go where the callee's
 * frame must be in memory: no room for it in the chunk, the slice is over, it is not compiled.
 */
final class CalleeMethods {
  private static final DirectMethodHandleDesc LINK =
      ConstantDescs.ofCallsiteBootstrap(Emitter.SUPPORT, "link", CD_CallSite, CD_int);

  private static final DirectMethodHandleDesc LINK_QUALIFIED =
      ConstantDescs.ofCallsiteBootstrap(
          Emitter.SUPPORT, "linkQualified", CD_CallSite, CD_int, CD_int, CD_int);

  private final CompileUnit unit;
  private final Callee callee;
  private final FunctionDefinition function;
  private final MethodShape shape;
  private final CodeBuilder code;
  private final Emitter out;

  private CalleeMethods(CompileUnit unit, Callee callee, CodeBuilder code) {
    this.unit = unit;
    this.callee = callee;
    this.code = code;
    function = unit.definition(callee.functionIndex());
    shape = new MethodShape(function, false);
    out = new Emitter(code, shape, new ConstantRegisters(unit.module(), function), false);
  }

  /**
   * Calls a function, whose frame has its place, with the arguments on the JVM's stack: by a static
   * call within the class, otherwise by one that is linked when it is first made.
   */
  static void invoke(CodeBuilder code, CompileUnit unit, Callee callee) {
    int index = callee.functionIndex();
    MethodTypeDesc type = MethodShape.type(unit.definition(index).signature());
    int position = index - unit.code().moduleOf(index).firstFunction();
    if (unit.isHere(callee)) {
      code.invokestatic(unit.type(), MethodShape.name(position), type);
      return;
    }
    unit.calledElsewhere().add(callee);
    code.invokedynamic(
        callee.isQualified()
            ? DynamicCallSiteDesc.of(
                LINK_QUALIFIED,
                "to",
                type,
                unit.module().index(),
                callee.reference(),
                unit.frameBytes(callee))
            : DynamicCallSiteDesc.of(LINK, MethodShape.name(position), type, index));
  }

  /** Writes the methods that the functions of a class turned out to need. */
  static void emit(ClassBuilder builder, CompileUnit unit) {
    for (Callee callee : unit.calledLater()) {
      builder.withMethodBody(
          callee.laterName(),
          MethodShape.type(unit.definition(callee.functionIndex()).signature())
              .changeReturnType(CD_long),
          ClassFile.ACC_STATIC,
          code -> new CalleeMethods(unit, callee, code).later());
    }
    for (Callee callee : unit.calledElsewhere()) {
      builder.withMethodBody(
          callee.unlinkedName(),
          MethodShape.type(unit.definition(callee.functionIndex()).signature()),
          ClassFile.ACC_STATIC,
          code -> new CalleeMethods(unit, callee, code).unlinked());
    }
  }

  /** Calls the function where the slice is over, or there is no room for its frame in the chunk. */
  private void later() {
    int javaLimit = shape.header;
    int frameLimit = shape.floatScratch;
    code.aload(CONTEXT_LOCAL).getfield(CONTEXT, "javaLimit", CD_long).lstore(javaLimit);
    code.aload(CONTEXT_LOCAL).getfield(CONTEXT, "frameLimit", CD_long).lstore(frameLimit);
    push();
    code.lstore(shape.frame);
    out.contextAndProcess();
    code.lload(FP).lload(shape.frame).loadConstant(unit.isHere(callee) ? 0 : 1);
    out.support("mayEnter", CD_boolean, CONTEXT, CD_long, CD_long, CD_long, CD_boolean);
    Label leaves = code.newLabel();
    code.ifeq(leaves);
    enter();
    code.lstore(shape.scratch);
    out.contextAndProcess();
    code.lload(FP).lload(shape.frame).lload(shape.scratch).lload(javaLimit).lload(frameLimit);
    out.support("entered", CD_long, CONTEXT, CD_long, CD_long, CD_long, CD_long, CD_long, CD_long);
    code.lreturn().labelBinding(leaves);
    putArguments(shape.frame);
    code.lconst_0().lreturn();
  }

  private void push() {
    out.contextAndProcess();
    code.lload(FP);
    if (callee.isQualified()) {
      code.loadConstant(unit.module().cellAddress(callee.reference()));
      out.support("pushLaterTo", CD_long, CONTEXT, CD_long, CD_long, CD_long);
    } else {
      code.loadConstant(unit.code().functionAddress(callee.functionIndex()));
      code.loadConstant(unit.beginning(callee.functionIndex()));
      out.support("pushLater", CD_long, CONTEXT, CD_long, CD_long, CD_long, CD_long);
    }
  }

  /**
   * Leaves the bits of the result. What is qualified is entered by its frame, from memory: between
   * the frame's making and a linked call the module might be loaded again.
   */
  private void enter() {
    if (callee.isQualified()) {
      putArguments(shape.frame);
      code.aload(CONTEXT_LOCAL).lload(shape.frame);
      out.support("enterFrame", CD_long, CONTEXT, CD_long);
      return;
    }
    code.aload(CONTEXT_LOCAL).lload(shape.frame);
    int[] next = new int[Bank.count()];
    for (Bank bank : function.signature().parameters()) {
      out.load(bank, next[bank.ordinal()]++);
    }
    invoke(code, unit, callee);
    toBits(code, function.signature().result());
  }

  /**
   * Stands for the function while it is not compiled: it leaves as a function does that makes a
   * tail call, with another frame in its place, and whoever called runs what is on top.
   */
  private void unlinked() {
    putArguments(FP);
    code.aload(CONTEXT_LOCAL).lload(FP);
    if (callee.isQualified()) {
      code.loadConstant(unit.module().cellAddress(callee.reference()));
      out.support("unlinkedTo", CD_void, CONTEXT, CD_long, CD_long);
    } else {
      code.loadConstant(unit.beginning(callee.functionIndex()));
      out.support("unlinked", CD_void, CONTEXT, CD_long, CD_long);
    }
    if (function.signature().result() == Bank.F) {
      code.dconst_0().dreturn();
    } else {
      code.lconst_0().lreturn();
    }
  }

  private void putArguments(int frameLocal) {
    for (Bank bank : Bank.values()) {
      for (int register = 0; register < function.signature().count(bank); register++) {
        out.put(bank, register, frameLocal);
      }
    }
  }

  /** A function's result becomes bits. */
  static void toBits(CodeBuilder code, Bank bank) {
    if (bank == Bank.F) {
      ClassDesc type = Double.class.describeConstable().orElseThrow();
      code.invokestatic(type, "doubleToRawLongBits", MethodTypeDesc.of(CD_long, CD_double));
    }
  }
}
