package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skerry.isa.Opcode.I_CONST;
import static org.skerry.isa.Opcode.I_DIV;
import static org.skerry.isa.Opcode.R_CALL_CLOSURE;
import static org.skerry.isa.Opcode.R_SELF;
import static org.skerry.isa.Opcode.THROW;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skerry.interpret.Interpreter;
import org.skerry.module.FunctionBuilder;
import org.skerry.module.Linker;
import org.skerry.module.ModuleBuilder;
import org.skerry.verify.Verifier;

/** A handler may lead back to what raised the error: going round so must not hold a worker. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RaisingLoopTest {

  @Test
  void shouldPreemptALoopOfThrows() throws Exception {
    shouldPreempt(function().label("a").op(THROW, 0).label("b").handler("a", "b", "a", 0));
  }

  @Test
  void shouldPreemptALoopOfFaults() throws Exception {
    shouldPreempt(
        function()
            .op(I_CONST, 0, 0)
            .label("a")
            .op(I_DIV, 0, 0, 0)
            .label("b")
            .op(THROW, 0)
            .handler("a", "b", "a", 0));
  }

  @Test
  void shouldPreemptALoopOfFailingCalls() throws Exception {
    shouldPreempt(
        function()
            .label("a")
            .op(R_CALL_CLOSURE, 0, 0, FunctionBuilder.registers())
            .label("b")
            .op(THROW, 0)
            .handler("a", "b", "a", 0));
  }

  private static FunctionBuilder function() {
    return new FunctionBuilder("loop").counts(1, 1, 0).op(R_SELF, 0);
  }

  private static void shouldPreempt(FunctionBuilder function) throws Exception {
    try (ProcessFixture fixture = new ProcessFixture()) {
      Linker.link(
          fixture.code,
          fixture.atoms,
          List.of(Verifier.verify(new ModuleBuilder("m").function(function).build())));
      fixture.engine = new Interpreter(fixture.code, false);
      long process = Lifecycle.create(fixture.context, 0, ProcessFixture.DEFAULTS);
      Lifecycle.start(fixture.context, process);

      assertThat(fixture.run(fixture.ready.poll())).isEqualTo(Engine.PREEMPTED);
      assertThat(fixture.run(fixture.ready.poll())).isEqualTo(Engine.PREEMPTED);
    }
  }
}
