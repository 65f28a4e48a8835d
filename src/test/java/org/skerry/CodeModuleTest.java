package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.skerry.assembly.Assembler;
import org.skerry.module.ModuleWriter;

class CodeModuleTest {
  private static final String LOADER =
      """
      module loader
      import code.load(r) -> r
      export function load(r path) -> r
          r.call       loaded, code.load(path)
          r.return     loaded
      end
      """;

  @TempDir Path folder;

  private Path write(String name, String source) throws Exception {
    return Files.writeString(folder.resolve(name), source);
  }

  private Vm start() {
    return Vm.builder().workers(1).permissions(Permissions.builder().read(folder).build()).start();
  }

  private Term load(Vm vm, Path file) throws Exception {
    return vm.call(vm.module("loader").function("load"), file.toString());
  }

  @ParameterizedTest
  @EnumSource
  void shouldChangeTheCodeOfAServerThatRuns(HotCodeTest.Way way) throws Exception {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    Path examples = Path.of("examples").toRealPath();
    Path file = examples.resolve("upgrade").resolve("counting.ska");
    VmBuilder builder =
        way.builder()
            .output(output, output)
            .arguments(List.of(file.toString()))
            .permissions(Permissions.builder().read(examples).build());
    try (Vm vm = builder.start()) {
      vm.load(examples.resolve("upgrade.ska"));

      assertThat(vm.run("upgrade")).isInstanceOf(Outcome.Returned.class);
    }
    assertThat(output.toString(StandardCharsets.UTF_8))
        .isEqualTo("1\n2\n{\"counting\", 2}\n12\n22\n");
  }

  @Test
  void shouldLoadSourcesAndModuleFilesAndWhatTheyNeedOfTheLibrary() throws Exception {
    try (Vm vm = start()) {
      vm.load(write("loader.ska", LOADER));
      String source =
          """
          module fresh
          import server.cast(r, r) -> r
          export mvar hits = 5
          export function f() -> r
              r.mvar.read  x, hits
              r.return     x
          end
          """;
      assertThat(load(vm, write("fresh.ska", source)).toString()).isEqualTo("{\"fresh\", 1}");
      assertThat(vm.call(vm.module("fresh").function("f")).asLong()).isEqualTo(5);

      Path compiled = folder.resolve("fresh.skb");
      String next =
          source.replace("hits = 5", "hits = 6").replace("read  x, hits", "read  y, hits");
      next = next.replace("r.return     x", "r.const x, :new\n    r.return x");
      Files.write(compiled, ModuleWriter.write(Assembler.assemble("fresh.ska", next)));
      assertThat(load(vm, compiled).toString()).isEqualTo("{\"fresh\", 2}");
      assertThat(vm.call(vm.module("fresh").function("f")).toString()).isEqualTo(":new");
      assertThat(vm.mvar("fresh", "hits").read().asLong()).isEqualTo(5);
    }
  }

  @Test
  void shouldSayWhyAFileIsNotLoaded() throws Exception {
    try (Vm vm = start()) {
      vm.load(write("loader.ska", LOADER));
      assertThatThrownBy(() -> load(vm, Path.of("/etc/passwd")))
          .isInstanceOf(CallFailed.class)
          .hasMessageContaining(":not_permitted");
      assertThatThrownBy(() -> load(vm, folder.resolve("none.ska")))
          .hasMessageContaining("{:file_error, :not_found");
      assertThatThrownBy(() -> load(vm, write("bad.ska", "module bad\nfunction f(\n")))
          .hasMessageContaining("{:load_failed, ")
          .hasMessageContaining("bad.ska:3:1: expected");
      Path needs =
          write(
              "needs.ska",
              "module needs\nimport none.f() -> r\nfunction g() -> r\n"
                  + "    r.call x, none.f()\n    r.return x\nend\n");
      assertThatThrownBy(() -> load(vm, needs))
          .hasMessageContaining("needs: a module is missing: module=none function=f");
      Path computes =
          write(
              "computes.ska",
              "module computes\nmvar m = f()\nfunction f() -> r\n    r.return 1\nend\n");
      assertThatThrownBy(() -> load(vm, computes))
          .hasMessageContaining("a function computes the first value of MVar m");
      Path other = write("loader.ska", LOADER.replace("load(r path)", "load(r path, r more)"));
      assertThat(load(vm, other).toString()).isEqualTo("{\"loader\", 2}");
    }
  }
}
