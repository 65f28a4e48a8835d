package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProgramModuleTest {
  private static final String PROGRAM =
      """
      module runs
      import program.run(r, r, r) -> r
      import program.start(r, r, r) -> r
      import program.write(r, r) -> r
      import program.close_input(r) -> r
      import program.read(r, r, i) -> r
      import program.read_line(r, r) -> r
      import program.wait(r, i) -> r
      import program.kill(r) -> r
      import program.close(r) -> r
      export function echo(r lines) -> r
          r.call       cat, program.start("cat", [], %{})
          r.const      answers, []
      next:
          r.jump.is    lines, [], @end
          r.head       line, lines
          r.tail       lines, lines
          r.call       done, program.write(cat, line)
          r.call       answer, program.read_line(cat, :output)
          r.cons       answers, answer, answers
          jump         @next
      end:
          r.call       done, program.close_input(cat)
          i.const      most, 10
          r.call       answer, program.read(cat, :output, most)
          r.cons       answers, answer, answers
          r.call       answer, program.read_line(cat, :errors)
          r.cons       answers, answer, answers
          i.const      ns, 50_000_000_000
          r.call       answer, program.wait(cat, ns)
          r.cons       answers, answer, answers
          r.return     answers
      end
      export function killed(r script) -> r
          r.list       arguments, ("-c", script)
          r.call       sh, program.start("sh", arguments, %{})
          i.const      ns, 0
          r.call       before, program.wait(sh, ns)
          r.call       done, program.kill(sh)
          i.const      ns, 50_000_000_000
          r.call       after, program.wait(sh, ns)
          r.tuple      both, (before, after)
          r.return     both
      end
      ; Tells a pid, then waits as it is told to.
      export function hold(r script, r to, r how) -> r
          r.list       arguments, ("-c", script)
          r.jump.is    how, :run, @run
          r.call       sh, program.start("sh", arguments, %{})
          r.call       line, program.read_line(sh, :output)
          send         to, line
          i.const      ns, 50_000_000_000
          r.jump.is    how, :wait, @wait
          r.jump.is    how, :write, @write
          r.call       line, program.read_line(sh, :output)
          r.return     line
      wait:
          r.call       line, program.wait(sh, ns)
          r.return     line
      write:
          i.const      size, 10_000_000
          u8.new       large, size
          i.const      from, 0
          r.bytes.from.u8 data, large, from, size
          r.call       line, program.write(sh, data)
          r.return     line
      run:
          r.call       result, program.run("sh", arguments, %{})
          r.return     result
      end
      """;

  @TempDir private Path folder;

  @BeforeEach
  void writeProgram() throws IOException {
    Files.writeString(folder.resolve("runs.ska"), PROGRAM);
  }

  private Vm vm(Permissions.Builder allowed) throws Exception {
    Vm vm = Vm.builder().workers(2).permissions(allowed.build()).start();
    vm.load(folder.resolve("runs.ska"));
    return vm;
  }

  private Vm vm() throws Exception {
    return vm(Permissions.builder().run("sh").run("cat"));
  }

  private static Term run(Vm vm, String program, List<String> arguments, Map<?, ?> options)
      throws Exception {
    return vm.call(vm.module("program").function("run"), program, arguments, options);
  }

  private static Term sh(Vm vm, String script, Map<?, ?> options) throws Exception {
    return run(vm, "sh", List.of("-c", script), options);
  }

  private static String failed(Vm vm, String program, List<?> arguments, Map<?, ?> options) {
    return catchThrowableOfType(
            CallFailed.class,
            () -> vm.call(vm.module("program").function("run"), program, arguments, options))
        .reason()
        .toString();
  }

  private static Term get(Term map, String key) {
    return map.asMap().get(Term.atom(key));
  }

  private static Term atom(String name) {
    return Term.atom(name);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldRunToItsEnd(boolean isSimulated) throws Exception {
    VmBuilder builder = Vm.builder().permissions(Permissions.builder().run("sh").build());
    try (Vm vm = (isSimulated ? builder.seed(1) : builder).start()) {
      vm.load(folder.resolve("runs.ska"));
      Term result = sh(vm, "cat; echo wrong >&2; exit 3", Map.of(atom("input"), "in\0ö"));
      assertThat(get(result, "status").asLong()).isEqualTo(3);
      assertThat(get(result, "output").asBytes()).isEqualTo("in\0ö".getBytes("UTF-8"));
      assertThat(get(result, "errors").asBytes()).isEqualTo("wrong\n".getBytes("UTF-8"));
      Term odd =
          run(vm, "sh", List.of("-c", "printf %s \"$1\"", "x", "a  b'\"*$HOME;\n"), Map.of());
      assertThat(new String(get(odd, "output").asBytes())).isEqualTo("a  b'\"*$HOME;\n");
      assertThat(get(sh(vm, "kill -9 $$", Map.of()), "status").asLong()).isEqualTo(137);
    }
  }

  @Test
  void shouldReadBothOutputsAndFeedAtOnce() throws Exception {
    try (Vm vm = vm()) {
      byte[] large = new byte[3 << 20];
      ThreadLocalRandom.current().nextBytes(large);
      Map<?, ?> options = Map.of(atom("input"), large);
      Term result = sh(vm, "cat /dev/zero | head -c 5000000 >&2; cat", options);
      assertThat(get(result, "errors").asBytes()).hasSize(5_000_000);
      assertThat(get(result, "output").asBytes()).isEqualTo(large);
      // One that reads nothing of what it is given.
      assertThat(get(sh(vm, "exit 0", options), "status").asLong()).isZero();
    }
  }

  @Test
  void shouldTalkWhileItRuns() throws Exception {
    try (Vm vm = vm()) {
      Term answers = vm.call(vm.module("runs").function("echo"), List.of("one\n", "two\r\n", "\n"));
      assertThat(answers).hasToString("[0, nil, nil, <<>>, <<116 119 111>>, <<111 110 101>>]");
      assertThat(vm.call(vm.module("runs").function("killed"), "sleep 1000 & sleep 1001"))
          .hasToString("{nil, 137}");
    }
  }

  @Test
  void shouldEndWhatTakesTooLongOrWritesTooMuch() throws Exception {
    try (Vm vm = vm()) {
      Map<?, ?> soon = Map.of(atom("timeout"), 100_000_000);
      assertThat(failed(vm, "sh", List.of("-c", "sleep 1000"), soon))
          .startsWith("{:program_error, :timeout, \"sh: not over in 100000000 ns");
      // Nobody's child any more, and it has the pipes.
      assertThat(failed(vm, "sh", List.of("-c", "sleep 3 & exit 0"), soon)).contains(":timeout");
      assertThat(failed(vm, "sh", List.of("-c", "yes >&2"), Map.of(atom("max_output"), 1_000_000)))
          .isEqualTo("{:program_error, :too_large, \"sh: wrote more than 1000000 bytes\"}");
    }
  }

  @Test
  void shouldRunOnlyWhatIsAllowed() throws Exception {
    Path script = executable(folder.resolve("say"), "#!/bin/sh\necho \"$0\"\n");
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.createSymbolicLink(other.resolve("say"), script);
    Files.createSymbolicLink(other.resolve("shout"), script);
    executable(other.resolve("ls"), "#!/bin/sh\necho wrong\n");
    try (Vm vm = vm(Permissions.builder().run(script.toString()).run("ls"))) {
      String said = script.toRealPath() + "\n";
      for (Path path : List.of(script, other.resolve("say"), other.resolve("../say"))) {
        Term result = run(vm, path.toString(), List.of(), Map.of());
        assertThat(new String(get(result, "output").asBytes())).isEqualTo(said);
      }
      for (String program :
          List.of(
              other.resolve("shout").toString(), other.resolve("ls").toString(), "sh", "none")) {
        assertThat(failed(vm, program, List.of(), Map.of()))
            .startsWith("{:program_error, :not_permitted, \"" + program)
            .contains("--allow-run=" + program);
      }
      // Its folder in PATH leads nowhere else.
      Map<?, ?> path = Map.of(atom("environment"), Map.of("PATH", other.toString()));
      assertThat(new String(get(run(vm, "ls", List.of("/"), path), "output").asBytes()))
          .contains("tmp")
          .doesNotContain("wrong");
      assertThat(
              failed(vm, "ls", List.of(), Map.of(atom("environment"), Map.of("LD_PRELOAD", "x"))))
          .startsWith("{:not_permitted,");
      assertThat(failed(vm, "ls", List.of(), Map.of(atom("directory"), "/")))
          .startsWith("{:file_error, :not_permitted,");
    }
    try (Vm vm = vm(Permissions.builder())) {
      assertThat(failed(vm, "sh", List.of(), Map.of())).contains("--allow-run=sh");
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Permissions.builder().run("/bin"))
        .withMessage("no such program: /bin");
    assertThatIllegalArgumentException().isThrownBy(() -> Permissions.builder().run("no such"));
  }

  private static Path executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  @Test
  void shouldGiveItWhatItMayHave() throws Exception {
    Path real = folder.toRealPath();
    Permissions.Builder allowed = Permissions.builder().run("sh").run("env").read(real);
    try (Vm vm = vm(allowed.environment("HOME"))) {
      Map<?, ?> options =
          Map.of(atom("environment"), Map.of("GIVEN", "a b"), atom("directory"), real.toString());
      String environment = new String(get(run(vm, "env", List.of(), options), "output").asBytes());
      assertThat(environment.lines())
          .containsExactlyInAnyOrder(
              "GIVEN=a b", "HOME=" + System.getenv("HOME"), "PATH=" + System.getenv("PATH"));
      assertThat(new String(get(sh(vm, "pwd", options), "output").asBytes()))
          .isEqualTo(real + "\n");
    }
  }

  @Test
  void shouldNameWhatIsWrong() throws Exception {
    executable(folder.resolve("lost"), "#!/no/such/thing\n");
    try (Vm vm = Vm.builder().permissions(Permissions.ALL).start()) {
      vm.load(folder.resolve("runs.ska"));
      assertThat(failed(vm, "no such", List.of(), Map.of()))
          .isEqualTo("{:program_error, :not_found, \"no such\"}");
      assertThat(failed(vm, folder.resolve("lost").toString(), List.of(), Map.of()))
          .contains(":not_found");
      assertThat(failed(vm, "", List.of(), Map.of())).contains(":not_found");
      assertThat(failed(vm, "sh\0", List.of(), Map.of())).contains(":not_found");
      assertThat(failed(vm, "sh", List.of("a\0b"), Map.of())).startsWith("{:bad_argument,");
      assertThat(failed(vm, "sh", List.of(1), Map.of())).startsWith("{:bad_argument,");
      assertThat(failed(vm, "sh", List.of(), Map.of(atom("no"), 1)))
          .isEqualTo("{:bad_argument, \"no option: :no\"}");
      assertThat(failed(vm, "sh", List.of(), Map.of(atom("timeout"), 0))).contains(":timeout is");
      assertThat(failed(vm, "sh", List.of(), Map.of(atom("environment"), Map.of("A=B", "x"))))
          .contains("no name of a variable");
    }
  }

  @ParameterizedTest
  @CsvSource({"read", "wait", "write", "run"})
  void shouldEndWhatAKilledProcessHasStarted(String how) throws Exception {
    Path pids = folder.resolve("pids");
    String script =
        "sh -c 'sleep 1000; true' & echo $$ $! > "
            + pids
            + ".new; mv "
            + pids
            + ".new "
            + pids
            + "; echo begun; sleep 1001; true";
    try (Vm vm = vm(Permissions.builder().run("sh"));
        HostMailbox mailbox = vm.openMailbox()) {
      long pipes = pipes();
      Pid pid = vm.spawn(vm.module("runs").function("hold"), script, mailbox.pid(), atom(how));
      while (!Files.exists(pids)) {
        Thread.onSpinWait();
      }
      while (!how.equals("run") && mailbox.poll(message -> {}, 1) == 0) {
        Thread.onSpinWait();
      }
      List<Long> started =
          Stream.of(Files.readString(pids).strip().split(" ")).map(Long::valueOf).toList();
      assertThat(started).hasSize(2).allMatch(ProgramModuleTest::isThere);
      vm.kill(pid);
      while (started.stream().anyMatch(ProgramModuleTest::isThere) || pipes() > pipes) {
        Thread.onSpinWait(); // on a virtual thread; bounded by the time-out
      }
    }
    while (isAnyThreadLeft()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void shouldEndAllWhenTheVmCloses() throws Exception {
    Path pids = folder.resolve("pids");
    long pipes = pipes();
    try (Vm vm = vm()) {
      Pid anybody = vm.spawn(vm.module("runs").function("hold"), "true", 0, atom("run"));
      for (int i = 0; i < 20; i++) {
        String script = "echo $$ >> " + pids + "; echo begun; sleep 1000; true";
        vm.spawn(vm.module("runs").function("hold"), script, anybody, atom("read"));
      }
      while (!Files.exists(pids) || Files.readAllLines(pids).size() < 20) {
        Thread.onSpinWait();
      }
    }
    for (String pid : Files.readAllLines(pids)) {
      assertThat(isThere(Long.parseLong(pid))).isFalse();
    }
    while (pipes() > pipes || isAnyThreadLeft()) {
      Thread.onSpinWait();
    }
  }

  /** Also as a zombie. */
  private static boolean isThere(long pid) {
    return Files.exists(Path.of("/proc/" + pid));
  }

  private static boolean isAnyThreadLeft() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().startsWith("skerry-wait-"));
  }

  private static long pipes() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(ProgramModuleTest::isPipe).count();
    }
  }

  private static boolean isPipe(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }
}
