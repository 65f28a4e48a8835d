package org.skerry.interpret;

import java.util.Arrays;
import org.skerry.isa.Opcode;
import org.skerry.memory.Memory;

/**
 * Which instructions were ever executed in this JVM, for the test that every one is. Kept only
 * where memory is checked, which is for tests too: elsewhere {@link #RECORDS} is a constant, and
 * the call behind it is compiled to nothing.
 */
final class ExecutedOpcodes {
  static final boolean RECORDS = Memory.CHECKED;

  /** Written by all workers without order: a flag is only ever set. */
  private static final boolean[] EXECUTED = new boolean[Opcode.count()];

  private ExecutedOpcodes() {}

  static void record(int opcode) {
    EXECUTED[opcode] = true;
  }

  static boolean contains(Opcode opcode) {
    return EXECUTED[opcode.code()];
  }

  static void clear() {
    Arrays.fill(EXECUTED, false);
  }
}
