package org.skerry.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.skerry.module.FunctionReference;
import org.skerry.module.ModuleFile;
import org.skerry.module.ModuleReader;
import org.skerry.module.ModuleWriter;
import org.skerry.module.MvarDefinition;
import org.skerry.module.MvarReference;
import org.skerry.term.Term;

class MvarAssemblyTest {
  private static String again(ModuleFile module) throws Exception {
    byte[] bytes = ModuleWriter.write(module);
    String text = Disassembler.disassemble(ModuleReader.read(bytes), DisassemblyOptions.EXACT);
    assertThat(ModuleWriter.write(Assembler.assemble("again.ska", text))).as(text).isEqualTo(bytes);
    return text;
  }

  /** The text of a function's body, without lines. */
  private static List<String> body(ModuleFile module, String function) {
    String text = Disassembler.disassemble(module, new DisassemblyOptions(false, false, false));
    return text.lines()
        .dropWhile(line -> !line.contains("function " + function + "("))
        .skip(1)
        .takeWhile(line -> !line.equals("end"))
        .map(line -> line.strip().replaceAll(" +", " "))
        .toList();
  }

  @Test
  void shouldDeclareMvarsWithTermsAndWithFunctions() throws Exception {
    ModuleFile module =
        Assembler.assemble(
            "m.ska",
            """
            mvar hits = 0
            export mvar total = {1,
                "x"}
            function build() -> r
                r.mvar.read v, rules
                r.return v
            end
            mvar rules = build()
            mvar text = "build"
            """);

    assertThat(module.mvars())
        .containsExactly(
            new MvarDefinition("hits", false, 0, -1),
            new MvarDefinition("total", true, 1, -1),
            new MvarDefinition("rules", false, -1, 0),
            new MvarDefinition("text", false, 2, -1));
    assertThat(module.literals().getFirst().word()).isEqualTo(Term.smallInt(0));
    assertThat(module.mvarReferences()).containsExactly(new MvarReference(null, "rules"));
    assertThat(again(module)).contains("mvar hits = 0\nexport mvar total = {1, \"x\"}\n");
  }

  @Test
  void shouldNameMvarsOfOtherModulesWithoutAnImport() throws Exception {
    ModuleFile module =
        Assembler.assemble(
            "m.ska",
            """
            mvar hits = 0
            function f() -> r
                r.mvar.read v, counter.total
                mvar.write hits, v
                r.mvar.read v, "odd module"."odd name"
                r.mvar.read v, counter.total
                r.return v
            end
            """);

    assertThat(module.mvarReferences())
        .containsExactly(
            new MvarReference("counter", "total"),
            new MvarReference(null, "hits"),
            new MvarReference("odd module", "odd name"));
    assertThat(again(module)).doesNotContain(".mvar.reference");
  }

  @Test
  void shouldWriteAnUpdateOutAsARowOfInstructions() throws Exception {
    ModuleFile module =
        Assembler.assemble(
            "m.ska",
            """
            mvar hits = 0
            function f(r c) -> r
                r.mvar.update d, hits, add(c, 5)
                r.mvar.update.closure d, hits, c(d)
                r.return d
            end
            function add(r value, r other, r more) -> r
                r.return value
            end
            """);

    assertThat(body(module, "f"))
        .containsExactly(
            "r.const r3, 5",
            "mvar.lock.write hits",
            "r.mvar.read r1, hits",
            "r.call d, add(r1, c, r3)",
            "mvar.write hits, d",
            "mvar.unlock hits",
            "mvar.lock.write hits",
            "r.mvar.read r1, hits",
            "r.call.closure d, c(r1, d)",
            "mvar.write hits, d",
            "mvar.unlock hits",
            "r.return d");
    again(module);
  }

  @Test
  void shouldListReferencesThatCodeDoesNotGiveTheSamePlaces() throws Exception {
    ModuleFile module =
        Assembler.assemble(
            "m.ska",
            """
            module m
            .mvar.reference hits
            .mvar.reference gone
            .mvar.reference m.hits
            .mvar.reference hits
            .reference m.build() -> r
            mvar hits = #0()
            function f() -> r
                r.mvar.read v, #1
                r.mvar.read v, #2
                r.mvar.read v, #3
                r.mvar.read v, hits
                r.return v
            end
            """);

    assertThat(module.mvarReferences())
        .containsExactly(
            new MvarReference(null, "hits"),
            new MvarReference(null, "gone"),
            new MvarReference("m", "hits"),
            new MvarReference(null, "hits"));
    assertThat(module.references().stream().map(FunctionReference::module)).containsExactly("m");
    assertThat(again(module)).contains(".mvar.reference gone\n", "mvar hits = #0()\n");
    assertThat(body(module, "f").getLast()).isEqualTo("r.return v");
  }
}
