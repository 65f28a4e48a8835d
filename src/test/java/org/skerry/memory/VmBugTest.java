package org.skerry.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VmBugTest {
  @Test
  void shouldStateInvariantThenValues() {
    VmBug bug = new VmBug("a freed block was read", "address", 0x40L, "generation", 3);

    assertThat(bug).hasMessage("a freed block was read: address=64 generation=3");
  }

  @Test
  void shouldKeepMessageWithoutValues() {
    assertThat(new VmBug("a freed block was read")).hasMessage("a freed block was read");
  }
}
