package org.skerry.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.skerry.assembly.Assembler;
import org.skerry.module.VerifiedModule;
import org.skerry.verify.Verifier;
import org.skerry.verify.lint.Finding;
import org.skerry.verify.lint.Linter;
import org.skerry.verify.lint.Rule;

/** Lint of programs that do anything: it ends, and what it says can be followed. */
class RandomLintTest {
  /** Where every rule finds something. */
  private static final int FIRST_SEED = 5_000;

  private static final int PROGRAMS = 3_000;

  @Test
  void shouldSayOfEveryProgramWhatCanBeFollowed() throws Exception {
    Map<Rule, Integer> found = new EnumMap<>(Rule.class);
    for (int seed = FIRST_SEED; seed < FIRST_SEED + PROGRAMS; seed++) {
      String source = RandomPrograms.next("p" + seed, seed, false);
      List<String> lines = source.lines().toList();
      VerifiedModule module = Verifier.verify(Assembler.assemble("p" + seed + ".ska", source));

      for (Finding finding : Linter.lint(List.of(module), host -> false)) {
        found.merge(finding.rule(), 1, Integer::sum);
        assertThat(finding.chain()).as("seed %s", seed).isNotEmpty();
        for (Finding.Link link : finding.chain()) {
          String opcode = link.text().substring(link.text().lastIndexOf(' ') + 1);
          if (link.text().contains(": ")) {
            assertThat(lines.get(link.line() - 1)).as("seed %s", seed).contains(opcode);
          }
        }
      }
      assertThat(Linter.effects(List.of(module), host -> false)).hasSize(module.functions().size());
    }
    assertThat(found).containsKeys(Rule.L001, Rule.L002, Rule.L004);
  }
}
