package org.skerry.jit;

/**
 * What a piece of a method's code belongs to, as the line number that the compiler gives it in a
 * class that is only to be shown: that is the one thing that survives in a class file beside the
 * code. A pc is below {@link ModuleCompiler#MAX_METHOD_BYTES}.
 *
 * <pre>
 * 1 + pc           an instruction
 * 0x4001 + pc      its rare ways, behind all instructions
 * 0x8000           what all ways out share
 * 0x8001 + n       the n-th way out
 * </pre>
 */
final class CodeMark {
  /** Code that comes before all instructions. */
  static final int BEGIN = 0;

  /** The end of all ways out. */
  static final int LEAVE = 0x8000;

  /** The first way out. */
  static final int WAY_OUT = 0x8001;

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
    return mark > BEGIN && mark < LEAVE;
  }

  /** The instruction that code belongs to. */
  static int pc(int mark) {
    return (mark & ~COLD) - 1;
  }

  /** How labels in that code are named. */
  static String label(int mark) {
    if (mark >= WAY_OUT) {
      return "leave" + (mark - WAY_OUT);
    }
    return switch (mark) {
      case BEGIN -> "begin";
      case LEAVE -> "leave";
      default -> "pc" + pc(mark) + (isInstruction(mark) ? "" : ".cold");
    };
  }
}
