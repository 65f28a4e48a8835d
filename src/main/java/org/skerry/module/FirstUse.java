package org.skerry.module;

import org.skerry.isa.OperandKind;

/** Where a module first uses a function that it names, for people. */
final class FirstUse {
  private FirstUse() {}

  /**
   * As {@code file:line}.
   *
   * @param file a verified module
   * @param reference the position of a reference to a function
   * @return null where the module does not use it, or does not say where
   */
  static String of(ModuleFile file, int reference) {
    for (FunctionDefinition function : file.functions()) {
      InstructionCursor at = new InstructionCursor(function.code());
      for (int pc = 0; pc < function.code().length; pc = at.next()) {
        at.move(pc);
        int operand = at.opcode().operands().indexOf(OperandKind.FUNCTION);
        int line = LinkedModule.line(function.lines(), pc);
        if (operand >= 0 && at.half(operand) == reference && line > 0) {
          return file.source() + ":" + line;
        }
      }
    }
    return null;
  }
}
