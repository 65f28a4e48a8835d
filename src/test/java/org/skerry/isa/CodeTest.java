package org.skerry.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CodeTest {
  @Test
  void shouldGiveEveryOpcodeItsOwnCodeAndNothingElse() throws IllegalAccessException {
    Map<String, Integer> constants = new TreeMap<>();
    for (Field field : Code.class.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers())) {
        constants.put(field.getName(), field.getInt(null));
      }
    }
    Map<String, Integer> opcodes = new TreeMap<>();
    for (Opcode opcode : Opcode.values()) {
      opcodes.put(opcode.name(), opcode.code());
    }
    assertThat(constants).isEqualTo(opcodes);
  }
}
