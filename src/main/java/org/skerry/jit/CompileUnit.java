package org.skerry.jit;

import java.lang.constant.ClassDesc;
import java.util.BitSet;
import java.util.Set;
import java.util.function.IntToLongFunction;
import org.skerry.isa.Opcode;
import org.skerry.memory.Memory;
import org.skerry.module.CodeSpace;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.FunctionLayout;
import org.skerry.module.InstructionCursor;
import org.skerry.module.LinkedModule;

/**
 * A module on its way to a class.
 *
 * @param code where it is linked
 * @param mvars where the record of an MVar is, by its index
 * @param module the module
 * @param type the class to be
 * @param compiled positions of the functions that become methods
 * @param mayEnd positions of functions whose frame may be the last of a process
 * @param targets what the module's references meant when compilation began
 * @param calledLater what is called whose frame a caller may have to put into memory
 * @param calledElsewhere what is called that is no method of this class
 * @param writers by which ways out write registers to frames
 * @param large positions of functions whose methods must be as short as they can be
 * @param collectsAlways whether every allocation must collect
 * @param isListed whether line numbers are {@link CodeMark}s, and not those of the source
 */
record CompileUnit(
    CodeSpace code,
    IntToLongFunction mvars,
    LinkedModule module,
    ClassDesc type,
    BitSet compiled,
    BitSet mayEnd,
    int[] targets,
    Set<Callee> calledLater,
    Set<Callee> calledElsewhere,
    FrameWriters writers,
    BitSet large,
    boolean collectsAlways,
    boolean isListed) {

  /** Added to function indices in what is only listed: so headers can be told from numbers. */
  static final int LISTED_FUNCTIONS = 1 << 28;

  /** Frames of qualified callees may grow by so much before who calls them is compiled anew. */
  private static final int FRAME_STEP = 128;

  /** What a reference of the module names. */
  Callee callee(int reference) {
    return new Callee(targets[reference], module.isQualified(reference) ? reference : Callee.FIXED);
  }

  /** Most bytes of a callee's frame, for which its callers look for room. */
  int frameBytes(Callee callee) {
    int bytes = FrameLayout.frameBytes(definition(callee.functionIndex()).registerCount());
    return callee.isQualified() ? (bytes + FRAME_STEP - 1) & -FRAME_STEP : bytes;
  }

  /** The header word of a function's frame at an instruction. */
  long header(int position, int pc) {
    int index = module.firstFunction() + position;
    return FrameLayout.header(isListed ? LISTED_FUNCTIONS + index : index, pc);
  }

  /** As {@link #header} at the beginning of any function. */
  long beginning(int functionIndex) {
    return header(functionIndex - module.firstFunction(), 0);
  }

  /** Address of a function's linked words. */
  long codeAddress(int position) {
    long record = code.functionAddress(module.firstFunction() + position);
    return Memory.getLong(record + FunctionLayout.CODE_OFFSET);
  }

  /**
   * Positions of functions whose frame may be the last of a process: they are exported, or this
   * module spawns them, or another function gives them its frame.
   */
  static BitSet mayEndProcesses(LinkedModule module) {
    BitSet result = new BitSet();
    for (int position = 0; position < module.functionCount(); position++) {
      FunctionDefinition function = module.verified().functions().get(position).definition();
      if (function.exported()) {
        result.set(position);
      }
      InstructionCursor at = new InstructionCursor(function.code());
      for (int pc = 0; pc < function.code().length; pc = at.next()) {
        at.move(pc);
        int operand = startedFunction(at.opcode());
        int target = operand < 0 ? -1 : target(module, at.half(operand));
        if (target >= 0 && (at.opcode() != Opcode.TAIL_CALL || target != position)) {
          result.set(target);
        }
      }
    }
    return result;
  }

  private static int startedFunction(Opcode opcode) {
    return switch (opcode) {
      case TAIL_CALL -> 0;
      case R_SPAWN -> 1;
      case R_SPAWN_WITH -> 2;
      default -> -1;
    };
  }

  /** The record of an MVar, which stays where it is as long as the VM. */
  long mvarAddress(int index) {
    return mvars.applyAsLong(index);
  }

  /** What is known of any function. */
  FunctionDefinition definition(int functionIndex) {
    return code.moduleOf(functionIndex).function(functionIndex).definition();
  }

  /** Whether a callee is always a method of this class. */
  boolean isHere(Callee callee) {
    int position = callee.functionIndex() - module.firstFunction();
    return !callee.isQualified() && position >= 0 && compiled.get(position);
  }

  private static int target(LinkedModule module, int reference) {
    int target = module.target(reference) - module.firstFunction();
    return target >= 0 && target < module.functionCount() ? target : -1;
  }
}
