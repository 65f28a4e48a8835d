package org.skerry.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.FunctionDefinition.Line;
import org.skerry.module.FunctionDefinition.RegisterName;
import org.skerry.module.Handler;
import org.skerry.module.ModuleFile;

class AssemblerTest {
  private static FunctionDefinition function(String body) throws AssemblyException {
    return Assembler.assemble("test.ska", body).functions().getFirst();
  }

  private static Opcode opcodeAt(FunctionDefinition function, int pc) {
    return Opcode.ofCode(InstructionWord.opcode(function.code()[pc]));
  }

  @Test
  void shouldPutOperandsWhereTheFormatSays() throws Exception {
    FunctionDefinition f =
        function("function f(i a, i b) -> i\n  i.add c, a, b\n  i.return c\nend\n");

    assertThat(f.code())
        .containsExactly(
            Opcode.I_ADD.code() | 2L << 16 | 0L << 32 | 1L << 48,
            Opcode.I_RETURN.code() | 2L << 16);
    assertThat(f.iCount()).isEqualTo(3);
    assertThat(f.rCount()).isZero();
  }

  @Test
  void shouldKeepNamesOffRawRegisters() throws Exception {
    FunctionDefinition f =
        function(
            "function f(i) -> i\n i.move x, i0\n i.move i1, x\n i.move y, i1\n i.return y\nend\n");

    assertThat(f.names()).containsExactly(new RegisterName(1, 2, "x"), new RegisterName(1, 3, "y"));
    assertThat(f.iCount()).isEqualTo(4);
  }

  @Test
  void shouldGiveEachLineOfCodeItsNumber() throws Exception {
    FunctionDefinition f =
        function("; one\nfunction f() -> r\n\n  r.const x, nil\n  r.return x\nend");

    assertThat(f.lines()).containsExactly(new Line(0, 4), new Line(2, 5));
  }

  @Test
  void shouldPreferTheImmediateForm() throws Exception {
    FunctionDefinition f =
        function("function f(i n) -> i\n i.add n, n, -1\n i.sub n, n, 1\n i.return n\nend");

    assertThat(opcodeAt(f, 0)).isEqualTo(Opcode.I_ADD_IMM);
    assertThat(InstructionWord.signedC(f.code()[0])).isEqualTo(-1);
    assertThat(opcodeAt(f, 1)).isEqualTo(Opcode.I_CONST);
    assertThat(opcodeAt(f, 3)).isEqualTo(Opcode.I_SUB);
  }

  @Test
  void shouldNestHandlers() throws Exception {
    FunctionDefinition f =
        function(
            """
            function f(r a, r b) -> r
                try
                  r.add a, a, b
                  try
                    r.sub a, a, b
                    r.return a
                  catch inner
                    r.return inner
                catch outer
                r.return outer
            end
            """);

    assertThat(f.handlers()).containsExactly(new Handler(1, 3, 3, 2), new Handler(0, 4, 4, 3));
  }

  @Test
  void shouldInternWhatIsTheSame() throws Exception {
    ModuleFile module =
        Assembler.assemble(
            "lib/test.ska",
            """
            import math.root(f) -> f
            function f(f x) -> f
                r.const  a, {:ok, "x", [1, 2 | :ok]}
                r.const  b, {:ok, "x", [1, 2 | :ok]}
                f.call   x, math.root(2.0)
                f.call   x, f(x)
                tail.call f(x)
            end
            """);

    assertThat(module.name()).isEqualTo("test");
    assertThat(module.source()).isEqualTo("lib/test.ska");
    assertThat(module.atoms()).containsExactly("ok");
    assertThat(module.literals()).hasSize(1);
    assertThat(module.references()).extracting("module").containsExactly("math", null);
  }

  @Test
  void shouldLengthenBranchesThatDoNotReach() throws Exception {
    String filler = "    i.add n, n, n\n".repeat(40_000);
    FunctionDefinition f =
        function(
            "function f(i n) -> i\nback:\n i.jump.lt n, 1, @far\n"
                + filler
                + " i.jump.gt n, 1, @back\nfar:\n i.return n\nend");

    // Forward: the branch goes to the second jump behind it, the first one leads past.
    assertThat(InstructionWord.signedC(f.code()[0])).isEqualTo(2);
    assertThat(opcodeAt(f, 1)).isEqualTo(Opcode.JUMP);
    assertThat(InstructionWord.bc(f.code()[1])).isEqualTo(2);
    assertThat(opcodeAt(f, 2)).isEqualTo(Opcode.JUMP);
    assertThat(2 + InstructionWord.bc(f.code()[2])).isEqualTo(f.code().length - 1);
    assertThat(f.code()).hasSize(40_000 + 7);
    int backJump = f.code().length - 2;
    assertThat(backJump + InstructionWord.bc(f.code()[backJump])).isZero();
  }

  @Test
  void shouldNameWhatCannotBeSeen() {
    assertThatThrownBy(() -> function("\uFEFFfunction f() -> r\n  r.return nil\nend\n"))
        .isInstanceOf(AssemblyException.class)
        .hasMessageContaining("unexpected character U+FEFF");
  }

  @Test
  void shouldSayWhyANumberedRegisterNamesNoParameter() {
    assertThatThrownBy(() -> function("function f(i i1) -> i\n  i.return i1\nend\n"))
        .isInstanceOf(AssemblyException.class)
        .hasMessageContaining("i1 cannot name a register: it is one by its number");
  }
}
