package org.skerry.interpret;

import static org.skerry.isa.Code.*;
import static org.skerry.isa.InstructionWord.SLOT_MAX;
import static org.skerry.isa.InstructionWord.a;
import static org.skerry.isa.InstructionWord.b;
import static org.skerry.isa.InstructionWord.bc;
import static org.skerry.isa.InstructionWord.c;
import static org.skerry.isa.InstructionWord.opcode;
import static org.skerry.isa.InstructionWord.signedB;
import static org.skerry.isa.InstructionWord.signedC;

import org.skerry.heap.HeapLayout;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;
import org.skerry.module.CodeSpace;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionLayout;
import org.skerry.mvar.Mvars;
import org.skerry.process.Engine;
import org.skerry.process.StackLayout;
import org.skerry.process.WorkerContext;
import org.skerry.semantics.Calls;
import org.skerry.semantics.Control;
import org.skerry.semantics.Elements;
import org.skerry.semantics.MvarOperations;
import org.skerry.semantics.ProcessLimit;
import org.skerry.semantics.Room;
import org.skerry.semantics.SmallInts;
import org.skerry.semantics.Unwinding;
import org.skerry.term.Term;
import org.skerry.term.TermError;

/**
 * The reference tier: executes linked code, instruction by instruction. One serves all workers;
 * what a run needs lives in its locals, in the process and in the worker's context.
 *
 * <p>The loop keeps {@code pc} (address of the instruction), {@code fp} (address of the frame) and
 * {@code codeBase} (address of the function's code) in locals. Whatever may collect, await, raise
 * or walk the stack needs them in memory, so {@link #save} comes first there; {@code reductions}
 * travels through the context.
 *
 * <p>An instruction sets {@code distance}, the words to go on by. One that is zero or negative is a
 * back edge and costs a reduction, and so does a call.
 */
public final class Interpreter implements Engine {
  /** What {@link #loop} returns when the top frame changed and the locals must be loaded anew. */
  public static final int RELOAD = -1;

  /** A distance that stands for: neither fast nor simple, have it executed outside the loop. */
  private static final int SLOW = Integer.MIN_VALUE + 64;

  private final CodeSpace code;
  private final boolean collectsAlways;

  /**
   * @param code the functions of the VM
   * @param collectsAlways stress: every slice begins with a collection, and every allocation
   *     collects
   */
  public Interpreter(CodeSpace code, boolean collectsAlways) {
    this.code = code;
    this.collectsAlways = collectsAlways;
  }

  @Override
  public int run(WorkerContext context, long process, int reductions) {
    context.reductionsLeft = reductions;
    begin(context, process);
    while (true) {
      int outcome = advance(context, process, 0);
      if (outcome != RELOAD) {
        return outcome;
      }
      if (context.reductionsLeft <= 0) {
        return PREEMPTED;
      }
    }
  }

  /** What comes first in every slice. */
  public void begin(WorkerContext context, long process) {
    if (collectsAlways) {
      context.heap().collect(process);
    }
    // Before the slice, arguments or messages were moved into the heap.
    context.reductionsLeft =
        Math.max(1, context.reductionsLeft - Room.takeReductions(context, process));
  }

  /**
   * Interprets from the top frame on.
   *
   * @param floor where no more reductions than that are left at a back edge or a call, it returns
   * @return an outcome of {@link Engine}, or {@link #RELOAD}: to go on where the top frame says
   */
  public int advance(WorkerContext context, long process, int floor) {
    try {
      return loop(context, process, floor);
    } catch (TermError error) {
      return raise(context, process, error);
    } catch (ProcessLimit limit) {
      Unwinding.exceeded(context, process, limit);
      return EXITED;
    }
  }

  /** Raises an error at the instruction of the top frame; the result is as {@link #advance}'s. */
  public int raise(WorkerContext context, long process, TermError error) {
    context.reductionsLeft -= Room.takeReductions(context, process);
    if (error == TermError.GIVEN_UP) {
      return PREEMPTED; // before the instruction, which has changed nothing
    }
    boolean caught = Unwinding.raise(context, process, error.kind());
    context.reductionsLeft -= Room.takeReductions(context, process); // for the message's text
    return caught ? RELOAD : EXITED;
  }

  private int loop(WorkerContext context, long process, int floor) {
    final CodeSpace code = this.code;
    int reductions = context.reductionsLeft;
    long fp = Memory.getLong(process + HeapLayout.FP);
    long function = code.functionAddress(Memory.getInt(fp + FrameLayout.FUNCTION_INDEX_OFFSET));
    long codeBase = Memory.getLong(function + FunctionLayout.CODE_OFFSET);
    long frameEnd = fp + Memory.getInt(function + FunctionLayout.FRAME_BYTES_OFFSET);
    long pc = codeBase + ((long) Memory.getInt(fp + FrameLayout.PC_OFFSET) << 3);
    while (true) {
      final long w = Memory.getLong(pc);
      long distance = 1;
      if (ExecutedOpcodes.RECORDS) {
        ExecutedOpcodes.record(opcode(w));
      }
      switch (opcode(w)) {
        case R_MOVE, I_MOVE, F_MOVE -> Memory.putLong(ra(fp, w), ib(fp, w));
        case R_CONST, I_CONST, F_CONST -> {
          Memory.putLong(ra(fp, w), Memory.getLong(pc + 8));
          distance = 2;
        }
        case F_FROM_I -> Memory.putDouble(ra(fp, w), ib(fp, w));
        case I_FROM_F -> Memory.putLong(ra(fp, w), (long) fb(fp, w));
        case I_ADD -> Memory.putLong(ra(fp, w), ib(fp, w) + ic(fp, w));
        case I_SUB -> Memory.putLong(ra(fp, w), ib(fp, w) - ic(fp, w));
        case I_MUL -> Memory.putLong(ra(fp, w), ib(fp, w) * ic(fp, w));
        case I_AND -> Memory.putLong(ra(fp, w), ib(fp, w) & ic(fp, w));
        case I_OR -> Memory.putLong(ra(fp, w), ib(fp, w) | ic(fp, w));
        case I_XOR -> Memory.putLong(ra(fp, w), ib(fp, w) ^ ic(fp, w));
        case I_SHL -> Memory.putLong(ra(fp, w), ib(fp, w) << ic(fp, w));
        case I_SHR -> Memory.putLong(ra(fp, w), ib(fp, w) >> ic(fp, w));
        case I_USHR -> Memory.putLong(ra(fp, w), ib(fp, w) >>> ic(fp, w));
        case I_NEG -> Memory.putLong(ra(fp, w), -ib(fp, w));
        case I_ADD_IMM -> Memory.putLong(ra(fp, w), ib(fp, w) + signedC(w));
        case I_MUL_IMM -> Memory.putLong(ra(fp, w), ib(fp, w) * signedC(w));
        case I_AND_IMM -> Memory.putLong(ra(fp, w), ib(fp, w) & signedC(w));
        case I_SHL_IMM -> Memory.putLong(ra(fp, w), ib(fp, w) << c(w));
        case I_SHR_IMM -> Memory.putLong(ra(fp, w), ib(fp, w) >> c(w));
        case I_USHR_IMM -> Memory.putLong(ra(fp, w), ib(fp, w) >>> c(w));
        case I_DIV -> {
          if (ic(fp, w) == 0) {
            throw fault(context, process, fp, pc, codeBase, reductions, TermError.DIVISION_BY_ZERO);
          }
          Memory.putLong(ra(fp, w), ib(fp, w) / ic(fp, w));
        }
        case I_REM -> {
          if (ic(fp, w) == 0) {
            throw fault(context, process, fp, pc, codeBase, reductions, TermError.DIVISION_BY_ZERO);
          }
          Memory.putLong(ra(fp, w), ib(fp, w) % ic(fp, w));
        }
        case I_EQ -> Memory.putLong(ra(fp, w), ib(fp, w) == ic(fp, w) ? 1 : 0);
        case I_NE -> Memory.putLong(ra(fp, w), ib(fp, w) != ic(fp, w) ? 1 : 0);
        case I_LT -> Memory.putLong(ra(fp, w), ib(fp, w) < ic(fp, w) ? 1 : 0);
        case I_LE -> Memory.putLong(ra(fp, w), ib(fp, w) <= ic(fp, w) ? 1 : 0);
        case I_GT -> Memory.putLong(ra(fp, w), ib(fp, w) > ic(fp, w) ? 1 : 0);
        case I_GE -> Memory.putLong(ra(fp, w), ib(fp, w) >= ic(fp, w) ? 1 : 0);
        case I_JUMP_EQ -> distance = ia(fp, w) == ib(fp, w) ? longC(w) : 1;
        case I_JUMP_NE -> distance = ia(fp, w) != ib(fp, w) ? longC(w) : 1;
        case I_JUMP_LT -> distance = ia(fp, w) < ib(fp, w) ? longC(w) : 1;
        case I_JUMP_LE -> distance = ia(fp, w) <= ib(fp, w) ? longC(w) : 1;
        case I_JUMP_GT -> distance = ia(fp, w) > ib(fp, w) ? longC(w) : 1;
        case I_JUMP_GE -> distance = ia(fp, w) >= ib(fp, w) ? longC(w) : 1;
        case I_JUMP_EQ_IMM -> distance = ia(fp, w) == signedB(w) ? longC(w) : 1;
        case I_JUMP_NE_IMM -> distance = ia(fp, w) != signedB(w) ? longC(w) : 1;
        case I_JUMP_LT_IMM -> distance = ia(fp, w) < signedB(w) ? longC(w) : 1;
        case I_JUMP_LE_IMM -> distance = ia(fp, w) <= signedB(w) ? longC(w) : 1;
        case I_JUMP_GT_IMM -> distance = ia(fp, w) > signedB(w) ? longC(w) : 1;
        case I_JUMP_GE_IMM -> distance = ia(fp, w) >= signedB(w) ? longC(w) : 1;
        case F_ADD -> Memory.putDouble(ra(fp, w), fb(fp, w) + fc(fp, w));
        case F_SUB -> Memory.putDouble(ra(fp, w), fb(fp, w) - fc(fp, w));
        case F_MUL -> Memory.putDouble(ra(fp, w), fb(fp, w) * fc(fp, w));
        case F_DIV -> Memory.putDouble(ra(fp, w), fb(fp, w) / fc(fp, w));
        case F_NEG -> Memory.putDouble(ra(fp, w), -fb(fp, w));
        case F_SQRT -> Memory.putDouble(ra(fp, w), Math.sqrt(fb(fp, w)));
        case F_JUMP_EQ -> distance = fa(fp, w) == fb(fp, w) ? longC(w) : 1;
        case F_JUMP_NE -> distance = fa(fp, w) != fb(fp, w) ? longC(w) : 1;
        case F_JUMP_LT -> distance = fa(fp, w) < fb(fp, w) ? longC(w) : 1;
        case F_JUMP_LE -> distance = fa(fp, w) <= fb(fp, w) ? longC(w) : 1;
        case F_JUMP_GT -> distance = fa(fp, w) > fb(fp, w) ? longC(w) : 1;
        case F_JUMP_GE -> distance = fa(fp, w) >= fb(fp, w) ? longC(w) : 1;
        case R_ADD -> {
          long sum = SmallInts.add(ib(fp, w), ic(fp, w));
          if (sum == SmallInts.NONE) {
            distance = SLOW;
          } else {
            Memory.putLong(ra(fp, w), sum);
          }
        }
        case R_SUB -> {
          long difference = SmallInts.subtract(ib(fp, w), ic(fp, w));
          if (difference == SmallInts.NONE) {
            distance = SLOW;
          } else {
            Memory.putLong(ra(fp, w), difference);
          }
        }
        case R_MUL -> {
          long product = SmallInts.multiply(ib(fp, w), ic(fp, w));
          if (product == SmallInts.NONE) {
            distance = SLOW;
          } else {
            Memory.putLong(ra(fp, w), product);
          }
        }
        case R_JUMP_EQ -> {
          if (Term.areSmallInts(ia(fp, w), ib(fp, w))) {
            distance = ia(fp, w) == ib(fp, w) ? longC(w) : 1;
          } else {
            distance = SLOW;
          }
        }
        case R_JUMP_NE -> {
          if (Term.areSmallInts(ia(fp, w), ib(fp, w))) {
            distance = ia(fp, w) != ib(fp, w) ? longC(w) : 1;
          } else {
            distance = SLOW;
          }
        }
        case R_JUMP_LT -> {
          if (Term.areSmallInts(ia(fp, w), ib(fp, w))) {
            distance = ia(fp, w) < ib(fp, w) ? longC(w) : 1;
          } else {
            distance = SLOW;
          }
        }
        case R_JUMP_LE -> {
          if (Term.areSmallInts(ia(fp, w), ib(fp, w))) {
            distance = ia(fp, w) <= ib(fp, w) ? longC(w) : 1;
          } else {
            distance = SLOW;
          }
        }
        case R_JUMP_GT -> {
          if (Term.areSmallInts(ia(fp, w), ib(fp, w))) {
            distance = ia(fp, w) > ib(fp, w) ? longC(w) : 1;
          } else {
            distance = SLOW;
          }
        }
        case R_JUMP_GE -> {
          if (Term.areSmallInts(ia(fp, w), ib(fp, w))) {
            distance = ia(fp, w) >= ib(fp, w) ? longC(w) : 1;
          } else {
            distance = SLOW;
          }
        }
        case R_JUMP_TRUE -> distance = Elements.isTruthy(ia(fp, w)) ? longBc(w) : 1;
        case R_JUMP_FALSE -> distance = Elements.isTruthy(ia(fp, w)) ? 1 : longBc(w);
        case R_JUMP_TYPE -> distance = Elements.isType(ia(fp, w), b(w)) ? longC(w) : 1;
        case R_JUMP_NOT_TYPE -> distance = Elements.isType(ia(fp, w), b(w)) ? 1 : longC(w);
        case R_JUMP_TUPLE -> distance = Elements.isTupleOf(ia(fp, w), b(w)) ? longC(w) : 1;
        case R_JUMP_NOT_TUPLE -> distance = Elements.isTupleOf(ia(fp, w), b(w)) ? 1 : longC(w);
        case R_JUMP_IS, R_JUMP_IS_NOT -> {
          long literal = Memory.getLong(pc + 8);
          boolean equal = ia(fp, w) == literal;
          if (equal || !Term.isObject(ia(fp, w) | literal)) {
            distance = equal == (opcode(w) == R_JUMP_IS) ? signedB(w) : 2;
          } else {
            distance = SLOW;
          }
        }
        case JUMP -> distance = longBc(w);
        case I_FROM_R -> {
          if (!Term.isSmallInt(ib(fp, w))) {
            distance = SLOW;
          } else {
            Memory.putLong(ra(fp, w), Term.smallIntValue(ib(fp, w)));
          }
        }
        case R_FROM_I -> {
          if (!Term.fitsSmallInt(ib(fp, w))) {
            distance = SLOW;
          } else {
            Memory.putLong(ra(fp, w), Term.smallInt(ib(fp, w)));
          }
        }
        case R_TUPLE -> {
          if (collectsAlways || !Room.fits(process, Elements.tupleBytes(b(w)))) {
            distance = SLOW;
          } else {
            Memory.putLong(ra(fp, w), Elements.tuple(process, fp, pc + 8, b(w)));
            distance = 1 + ((b(w) + 3) >>> 2);
          }
        }
        case R_CONS -> {
          if (collectsAlways || !Room.fits(process, Elements.CONS_BYTES)) {
            distance = SLOW;
          } else {
            Memory.putLong(ra(fp, w), Elements.cons(process, ib(fp, w), ic(fp, w)));
          }
        }
        case R_TUPLE_GET -> {
          long element = Elements.get(ib(fp, w), c(w));
          if (element == Term.NONE) {
            distance = SLOW;
          } else {
            Memory.putLong(ra(fp, w), element);
          }
        }
        case R_HEAD, R_TAIL -> {
          if (!Term.isCons(ib(fp, w))) {
            distance = SLOW;
          } else {
            long offset = opcode(w) == R_HEAD ? Elements.HEAD_OFFSET : Elements.TAIL_OFFSET;
            Memory.putLong(ra(fp, w), Memory.getLong(ib(fp, w) + offset));
          }
        }
        case I64_GET, F64_GET -> {
          long at = Elements.address(ib(fp, w), ic(fp, w), Elements.arrayKind(opcode(w)));
          if (at == Memory.NULL) {
            TermError error = Elements.accessError(ib(fp, w), Elements.arrayKind(opcode(w)));
            throw fault(context, process, fp, pc, codeBase, reductions, error);
          }
          Memory.putLong(ra(fp, w), Memory.getLong(at));
        }
        case I64_SET, F64_SET -> {
          long at = Elements.address(ia(fp, w), ib(fp, w), Elements.arrayKind(opcode(w)));
          if (at == Memory.NULL) {
            TermError error = Elements.accessError(ia(fp, w), Elements.arrayKind(opcode(w)));
            throw fault(context, process, fp, pc, codeBase, reductions, error);
          }
          Memory.putLong(at, ic(fp, w));
        }
        case R_CALL, I_CALL, F_CALL -> {
          long callee = code.functionAddress(bc(w));
          long frame = frameEnd;
          long end = frame + Memory.getInt(callee + FunctionLayout.FRAME_BYTES_OFFSET);
          if (end > Memory.getLong(process + StackLayout.STACK_END)) {
            save(process, fp, pc, codeBase);
            frame = Calls.pushSlow(context, process, callee);
            end = frame + Memory.getInt(callee + FunctionLayout.FRAME_BYTES_OFFSET);
          }
          Calls.copyArguments(fp, frame, pc + 16, (int) Memory.getLong(pc + 8) & 0xFFFF);
          Memory.putInt(fp + FrameLayout.PC_OFFSET, (int) ((pc - codeBase) >>> 3));
          Memory.putLong(frame, FrameLayout.header(bc(w), 0));
          Memory.putLong(frame + FrameLayout.CALLER_FRAME_OFFSET, fp);
          fp = frame;
          frameEnd = end;
          codeBase = Memory.getLong(callee + FunctionLayout.CODE_OFFSET);
          pc = codeBase;
          distance = 0;
          if ((Memory.getByte(callee + FunctionLayout.FLAGS_OFFSET) & FunctionLayout.COMPILED)
              != 0) {
            return toCompiled(context, process, fp, reductions - 1);
          }
        }
        case R_RETURN, I_RETURN, F_RETURN -> {
          long caller = Memory.getLong(fp + FrameLayout.CALLER_FRAME_OFFSET);
          if (caller == Memory.NULL) {
            save(process, fp, pc, codeBase);
            Unwinding.returned(context, process, opcode(w), ra(fp, w));
            return EXITED;
          }
          long result = ia(fp, w);
          if (fp == Memory.getLong(process + StackLayout.STACK_FIRST)) {
            Calls.popSlow(context, process, caller);
          }
          fp = caller;
          long header = Memory.getLong(fp);
          function = code.functionAddress(FrameLayout.functionIndex(header));
          codeBase = Memory.getLong(function + FunctionLayout.CODE_OFFSET);
          frameEnd = fp + Memory.getInt(function + FunctionLayout.FRAME_BYTES_OFFSET);
          pc = codeBase + ((long) FrameLayout.pc(header) << 3);
          long call = Memory.getLong(pc);
          Memory.putLong(fp + a(call), result);
          distance = Calls.words(call, pc);
          if ((Memory.getByte(function + FunctionLayout.FLAGS_OFFSET) & FunctionLayout.COMPILED)
              != 0) {
            Memory.putInt(fp + FrameLayout.PC_OFFSET, FrameLayout.pc(header) + (int) distance);
            return toCompiled(context, process, fp, reductions);
          }
        }
        case TAIL_CALL, TAIL_CALL_CLOSURE, R_CALL_CLOSURE -> {
          save(process, fp, pc, codeBase);
          context.reductionsLeft = reductions; // for an error of the call
          Calls.enter(context, process, fp, pc, w);
          return --context.reductionsLeft <= 0 ? PREEMPTED : RELOAD;
        }
        case R_MVAR_READ -> {
          long value = MvarOperations.readAtOnce(process, Mvars.of(context).address(bc(w)));
          if (value == Term.NONE) {
            distance = SLOW;
          } else {
            Memory.putLong(ra(fp, w), value);
          }
        }
        default -> distance = SLOW;
      }
      if (distance <= 0) {
        if (distance == SLOW) {
          distance = rare(context, process, fp, pc, codeBase, w, reductions);
          if (distance <= Control.LAST) {
            return leave(context, process, fp, (int) distance);
          }
          reductions = context.reductionsLeft;
          if (reductions <= 0) {
            save(process, fp, pc + (distance << 3), codeBase);
            return PREEMPTED; // bulk work has used the slice up, back edge or not
          }
        }
        if (distance <= 0 && --reductions <= floor) {
          save(process, fp, pc + (distance << 3), codeBase);
          context.reductionsLeft = reductions;
          return reductions <= 0 ? PREEMPTED : RELOAD;
        }
      }
      pc += distance << 3;
    }
  }

  /** Executes an instruction, or the slow case of one, outside the loop; returns the distance. */
  private static int rare(
      WorkerContext context,
      long process,
      long fp,
      long pc,
      long codeBase,
      long w,
      int reductions) {
    context.reductionsLeft = reductions;
    save(process, fp, pc, codeBase);
    int distance = RareInstructions.execute(context, process, fp, pc, w);
    context.reductionsLeft -= Room.takeReductions(context, process);
    return distance;
  }

  /** The frame on top, whose header is in place, goes on in compiled code. */
  private static int toCompiled(WorkerContext context, long process, long fp, int reductions) {
    Memory.putLong(process + HeapLayout.FP, fp);
    context.reductionsLeft = reductions;
    return reductions <= 0 ? PREEMPTED : RELOAD;
  }

  /** Ends the run as an instruction asked. */
  private static int leave(WorkerContext context, long process, long fp, int control) {
    return switch (control) {
      case Control.AWAIT -> AWAIT;
      case Control.EXIT -> EXITED;
      case Control.RELOAD -> RELOAD;
      case Control.YIELD -> {
        Memory.putInt(fp + FrameLayout.PC_OFFSET, Memory.getInt(fp + FrameLayout.PC_OFFSET) + 1);
        context.reductionsLeft = 0;
        yield PREEMPTED;
      }
      default -> throw new VmBug("Unknown control. control=" + control);
    };
  }

  private static TermError fault(
      WorkerContext context,
      long process,
      long fp,
      long pc,
      long codeBase,
      int reductions,
      TermError error) {
    context.reductionsLeft = reductions;
    save(process, fp, pc, codeBase);
    return error;
  }

  /** Makes the locals visible to whoever walks the stack. */
  private static void save(long process, long fp, long pc, long codeBase) {
    Memory.putLong(process + HeapLayout.FP, fp);
    Memory.putInt(fp + FrameLayout.PC_OFFSET, (int) ((pc - codeBase) >>> 3));
  }

  // Addresses of an instruction's registers, in 64-bit arithmetic throughout: what is an int on the
  // way costs each operand one machine instruction more.

  private static long ra(long fp, long w) {
    return fp + (w >>> 16 & SLOT_MAX);
  }

  private static long rb(long fp, long w) {
    return fp + (w >>> 32 & SLOT_MAX);
  }

  private static long rc(long fp, long w) {
    return fp + (w >>> 48);
  }

  /** Slot 3, signed: as {@code InstructionWord.signedC}, and for the same reason a long. */
  private static long longC(long w) {
    return w >> 48;
  }

  /** Slots 2 and 3 as one signed number. */
  private static long longBc(long w) {
    return w >> 32;
  }

  private static long ia(long fp, long w) {
    return Memory.getLong(ra(fp, w));
  }

  private static long ib(long fp, long w) {
    return Memory.getLong(rb(fp, w));
  }

  private static long ic(long fp, long w) {
    return Memory.getLong(rc(fp, w));
  }

  private static double fa(long fp, long w) {
    return Memory.getDouble(ra(fp, w));
  }

  private static double fb(long fp, long w) {
    return Memory.getDouble(rb(fp, w));
  }

  private static double fc(long fp, long w) {
    return Memory.getDouble(rc(fp, w));
  }
}
