package org.skerry.interpret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.skerry.isa.Opcode;
import org.skerry.programs.ConformanceRun;

/** The conformance programs do not only contain every instruction: they execute it. */
class ExecutedOpcodesTest {
  @Test
  void shouldExecuteEveryOpcode() throws Exception {
    ExecutedOpcodes.clear();

    ConformanceRun.all();

    assertThat(Arrays.stream(Opcode.values()).filter(opcode -> !ExecutedOpcodes.contains(opcode)))
        .isEmpty();
  }
}
