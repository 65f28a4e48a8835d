package org.skerry.interpret;

import static org.skerry.isa.InstructionWord.opcode;

import org.skerry.process.WorkerContext;

/** The instructions of {@link RareInstructions} on MVars. */
final class MvarInstructions {
  private MvarInstructions() {}

  static int execute(WorkerContext context, long process, long fp, long pc, long w) {
    switch (opcode(w)) {
      default -> throw RareInstructions.unknown(w);
    }
  }
}
