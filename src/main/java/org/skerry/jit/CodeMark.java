package org.skerry.jit;

/**
 * What a piece of a method's code belongs to, as the line number that the compiler gives it in a
 * class that is only to be shown: that is the one thing that survives in a class file beside the
 * code. A pc is below {@link ModuleCompiler#MAX_METHOD_BYTES}.
 *
 * <pre>
 * 1 + pc           an instruction
 * 0x4001 + pc      its rare ways, behind all instructions
 * 0x8000 ...       the ways out that instructions share
 * </pre>
 */
final class CodeMark {
  /** Code that comes before all instructions. */
  static final int BEGIN = 0;

  static final int PREEMPTED = 0x8000;
  static final int LEAVE_WITH_ALL = 0x8001;
  static final int LEAVE_WITH_NUMBERS = 0x8002;
  static final int LEAVE = 0x8003;

  private static final int COLD = 0x4000;

  private CodeMark() {}

  static int instruction(int pc) {
    return 1 + pc;
  }

  static int cold(int pc) {
    return COLD + 1 + pc;
  }

  static boolean isInstruction(int mark) {
    return mark > BEGIN && mark <= COLD;
  }

  /** Whether the code belongs to one instruction. */
  static boolean hasPc(int mark) {
    return mark > BEGIN && mark < PREEMPTED;
  }

  /** The instruction that code belongs to. */
  static int pc(int mark) {
    return (mark & ~COLD) - 1;
  }

  /** How labels in that code are named. */
  static String label(int mark) {
    return switch (mark) {
      case BEGIN -> "begin";
      case PREEMPTED -> "preempted";
      case LEAVE_WITH_ALL -> "leaveWithAll";
      case LEAVE_WITH_NUMBERS -> "leaveWithNumbers";
      case LEAVE -> "leave";
      default -> "pc" + pc(mark) + (isInstruction(mark) ? "" : ".cold");
    };
  }
}
