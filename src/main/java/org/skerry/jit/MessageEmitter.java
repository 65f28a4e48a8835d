package org.skerry.jit;

import static java.lang.constant.ConstantDescs.CD_long;
import static org.skerry.isa.Bank.R;
import static org.skerry.jit.MethodShape.CONTEXT;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import org.skerry.module.InstructionCursor;
import org.skerry.process.PlainMessages;
import org.skerry.process.ProcessLayout;
import org.skerry.term.Term;

/**
 * Messages that are immediates and need not wait, and a process's own pid: one call that HotSpot
 * inlines, with nothing written to the frame. Everything else is executed outside compiled code.
 */
final class MessageEmitter {
  private final FunctionCompiler function;
  private final Emitter out;
  private final CodeBuilder code;
  private final InstructionCursor at;

  MessageEmitter(FunctionCompiler function) {
    this.function = function;
    out = function.out;
    code = function.code;
    at = function.at;
  }

  /** Writes the instruction, and says whether it was one of these. */
  boolean emit() {
    switch (at.opcode()) {
      case SEND -> send();
      case R_RECEIVE -> receive();
      case R_SELF -> {
        out.process();
        code.loadConstant((long) ProcessLayout.PID).ladd();
        out.getLong();
        out.store(R, at.slot(0));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void send() {
    Label slow = code.newLabel();
    Label join = code.newLabel();
    out.contextAndProcess();
    out.load(R, at.slot(0));
    out.load(R, at.slot(1));
    out.test(PlainMessages.class, "send", CONTEXT, CD_long, CD_long, CD_long);
    code.ifeq(slow);
    out.spendReductions(PlainMessages.SEND_REDUCTIONS);
    function.preemptBehind();
    code.goto_(join);
    function.slow(slow, join);
  }

  private void receive() {
    Label slow = code.newLabel();
    Label join = code.newLabel();
    out.contextAndProcess();
    out.call(PlainMessages.class, "receive", CD_long, CONTEXT, CD_long);
    code.dup2().lstore(function.shape.scratch);
    code.loadConstant(Term.NONE).lcmp().ifeq(slow);
    code.lload(function.shape.scratch);
    out.store(R, at.slot(0));
    code.goto_(join);
    function.slow(slow, join);
  }
}
