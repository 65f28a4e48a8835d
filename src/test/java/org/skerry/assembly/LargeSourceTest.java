package org.skerry.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.module.ModuleFile;
import org.skerry.module.ModuleReader;
import org.skerry.module.ModuleWriter;

/**
 * Sources that are large in one way each, and text that is no source. The timeout is a guard
 * against loops without an end, not a measurement.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LargeSourceTest {
  private static String literal(String term) {
    return "function f() -> r\n r.const x, " + term + "\n r.return x\nend\n";
  }

  private static void assertSameAgain(ModuleFile module) throws Exception {
    byte[] file = ModuleWriter.write(module);
    String text = Disassembler.disassemble(ModuleReader.read(file), DisassemblyOptions.EXACT);
    assertThat(ModuleWriter.write(Assembler.assemble("again.ska", text))).isEqualTo(file);
  }

  @Test
  void shouldTakeManyInstructionsWithLabels() throws Exception {
    StringBuilder source = new StringBuilder("function f(i n) -> i\n");
    for (int i = 0; i < 40_000; i++) {
      source.append("L").append(i).append(":\n    i.add n, n, 1 ; again\n");
      source.append("    i.jump.lt n, 7, @L").append(i / 2).append("\n\n");
    }
    source.append("    i.return n\nend\n");

    ModuleFile module = Assembler.assemble("large.ska", source);

    assertThat(module.functions().getFirst().code().length).isGreaterThan(80_000);
    assertSameAgain(module);
  }

  @Test
  void shouldTakeManyFunctions() throws Exception {
    StringBuilder source = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      source.append("function f").append(i).append("(i n) -> i\n    tail.call f");
      source.append((i * 31 + 7) % 10_000).append("(n)\nend\n");
    }

    assertThat(Assembler.assemble("many.ska", source).functions()).hasSize(10_000);
  }

  @Test
  void shouldTakeALongString() throws Exception {
    assertSameAgain(Assembler.assemble("s.ska", literal('"' + "é\\n".repeat(50_000) + '"')));
  }

  @Test
  void shouldTakeALongList() throws Exception {
    String list = "[" + "1, ".repeat(200_000) + "2]";

    assertSameAgain(Assembler.assemble("l.ska", literal(list)));
  }

  @Test
  void shouldTakeALiteralOfAHundredThousandLevels() throws Exception {
    int depth = 100_000;

    assertSameAgain(
        Assembler.assemble("d.ska", literal("{1, ".repeat(depth) + "nil" + "}".repeat(depth))));
    assertSameAgain(Assembler.assemble("d.ska", literal("[".repeat(depth) + "]".repeat(depth))));
  }

  @Test
  void shouldSurviveBracketsThatNobodyCloses() {
    String source = "function f() -> r\n" + " r.const x, {[(\n".repeat(20_000) + "end\n";

    AssemblyException exception =
        catchThrowableOfType(AssemblyException.class, () -> Assembler.assemble("open.ska", source));

    assertThat(exception.hasMore()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"12abc", "0x", "99999999999999999999", "'", "@", ":", ".", "-", "\\"})
  void shouldGoOnBehindWhatIsNoTokenBetweenBrackets(String wrong) {
    String source = "function f() -> r\n r.const x, {" + wrong + " {" + wrong + "\n}\nend\n";

    AssemblyException exception =
        catchThrowableOfType(AssemblyException.class, () -> Assembler.assemble("x.ska", source));

    assertThat(exception.errors().getFirst().line()).isEqualTo(2);
  }

  @Test
  void shouldTakeManyBlocksInEachOther() throws Exception {
    int depth = 10_000;
    String source =
        "function f(r x) -> r\n"
            + "try\n".repeat(depth)
            + " throw x\n"
            + "catch x\n throw x\n".repeat(depth)
            + "end\n";

    assertSameAgain(Assembler.assemble("blocks.ska", source));
  }

  @Test
  void shouldRejectManyParametersAtOnce() {
    String source = "function f(" + "i a, ".repeat(300_000) + "i z) -> i\nend\n";

    AssemblyException exception =
        catchThrowableOfType(AssemblyException.class, () -> Assembler.assemble("x.ska", source));

    assertThat(exception.errors()).hasSize(1);
  }

  @Test
  void shouldMakeSomethingOrErrorsOfAnyText() {
    Random random = new Random(5);
    String[] pieces = {
      "function ",
      "f",
      "(",
      ")",
      " -> r",
      "\n",
      "end\n",
      "i.add ",
      "r.const ",
      "x",
      ", ",
      "@l",
      "l:",
      "[",
      "]",
      "{",
      "}",
      "%{",
      " => ",
      "|",
      "<<",
      ">>",
      "\"",
      "'",
      "\\",
      ":a",
      "1",
      "0x",
      "-",
      ".",
      "try\n",
      "catch ",
      "r.switch ",
      "tail.call ",
      "import ",
      ".word ",
      ".source ",
      "#1",
      "é",
      ";",
      "\uD800",
      "r0",
      "1.5e",
      "module ",
      "export ",
      ".literal image "
    };
    for (int round = 0; round < 5_000; round++) {
      StringBuilder source = new StringBuilder(random.nextBoolean() ? "function f() -> r\n" : "");
      for (int i = random.nextInt(40); i > 0; i--) {
        source.append(pieces[random.nextInt(pieces.length)]);
      }
      try {
        ModuleWriter.write(Assembler.assemble("any.ska", source));
      } catch (AssemblyException e) {
        assertThat(e.errors()).isNotEmpty();
        assertThat(e.getMessage()).isNotEmpty();
      } catch (RuntimeException e) {
        throw new AssertionError(source.toString(), e);
      }
    }
  }
}
