package org.skerry.interpret;

import static org.skerry.isa.InstructionWord.opcode;

import org.skerry.process.WorkerContext;

/** The instructions of {@link RareInstructions} by which processes care for each other. */
final class RelationInstructions {
  private RelationInstructions() {}

  static int execute(WorkerContext context, long process, long fp, long pc, long w) {
    switch (opcode(w)) {
      default -> throw RareInstructions.unknown(w);
    }
  }
}
