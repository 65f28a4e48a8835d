package org.skerry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class FileModuleTest {
  private static final String PROGRAM =
      """
      module disk
      import file.read(r) -> r
      import file.write(r, r) -> r
      import file.append(r, r) -> r
      import file.replace(r, r) -> r
      import file.open(r, r) -> r
      import file.read_line(r) -> r
      import file.read_block(r, i) -> r
      import file.write_block(r, r) -> r
      import file.close(r) -> r
      import file.rename(r, r) -> r
      import env.get(r) -> r
      export function lines(r path) -> i
          r.call       stream, file.open(path, :read)
          i.const      n, 0
      next:
          r.call       line, file.read_line(stream)
          r.jump.is    line, nil, @end
          i.add        n, n, 1
          jump         @next
      end:
          r.call       done, file.close(stream)
          i.return     n
      end
      export function copy(r from, r to) -> r
          r.call       in, file.open(from, :read)
          r.call       out, file.open(to, :write)
          i.const      size, 1_000
      next:
          r.call       block, file.read_block(in, size)
          r.jump.is    block, nil, @end
          r.call       done, file.write_block(out, block)
          jump         @next
      end:
          r.call       done, file.close(out)
          r.call       block, file.read_line(out)
          r.return     :never
      end
      export function hold(r path, r to) -> r
          r.call       stream, file.open(path, :read)
          send         to, :open
          r.receive    message
          r.return     stream
      end
      export function variable(r name) -> r
          r.call       value, env.get(name)
          r.return     value
      end
      export function caught(r path) -> r
        try
          r.call       bytes, file.read(path)
          r.return     bytes
        catch e
          r.return     e
      end
      """;

  @TempDir private Path folder;
  private Path root;

  @BeforeEach
  void makeFolders() throws IOException {
    root = Files.createDirectory(folder.toRealPath().resolve("allowed"));
    Files.writeString(folder.resolve("secret"), "s");
    Files.writeString(folder.resolve("disk.ska"), PROGRAM);
  }

  private Vm vm(JitMode jit, int workers) {
    Permissions there = Permissions.builder().read(root).write(root).build();
    return Vm.builder().jit(jit).workers(workers).permissions(there).start();
  }

  private Object call(Vm vm, String name, Object... arguments) throws Exception {
    return vm.call(vm.module("file").function(name), arguments).toString();
  }

  private String failed(Vm vm, String name, Object... arguments) {
    return catchThrowableOfType(
            CallFailed.class, () -> vm.call(vm.module("file").function(name), arguments))
        .reason()
        .toString();
  }

  private String at(String name) {
    return root.resolve(name).toString();
  }

  @ParameterizedTest
  @CsvSource({"OFF, 1", "OFF, 2", "EAGER, 1", "EAGER, 2"})
  void shouldDoEachThingToFiles(JitMode jit, int workers) throws Exception {
    try (Vm vm = vm(jit, workers)) {
      Module disk = vm.load(folder.resolve("disk.ska"));
      String odd = at("a b\n'\"\\*.txt");
      assertThat(call(vm, "write", odd, "one\r\n")).isEqualTo(":ok");
      call(vm, "append", odd, "two".getBytes(UTF_8));
      assertThat(Files.readString(Path.of(odd))).isEqualTo("one\r\ntwo");
      assertThat(vm.call(vm.module("file").function("read"), odd).asBytes())
          .isEqualTo("one\r\ntwo".getBytes(UTF_8));
      assertThat(vm.call(disk.function("lines"), odd).asLong()).isEqualTo(2);
      call(vm, "replace", odd, "new");
      assertThat(Files.readString(Path.of(odd))).isEqualTo("new");
      call(vm, "make_directory", at("d"));
      call(vm, "rename", odd, at("d/x"));
      assertThat(call(vm, "stat", at("d/x"))).asString().contains(":type => :file", ":size => 3");
      assertThat(call(vm, "stat", root.toString())).asString().contains(":directory");
      String made = vm.call(vm.module("file").function("temporary"), at("d")).asString();
      assertThat(root.resolve("d").resolve(made)).isEmptyFile();
      call(vm, "remove", at("d/" + made));
      assertThat(call(vm, "list", at("d"))).isEqualTo("[\"x\"]");
    }
  }

  @ParameterizedTest
  @CsvSource({"OFF, 1", "EAGER, 2"})
  void shouldReadAndCopyLargeFilesInParts(JitMode jit, int workers) throws Exception {
    Path large = root.resolve("large");
    Files.writeString(large, "a line of some length\n".repeat(10_000));
    try (Vm vm = vm(jit, workers)) {
      Module disk = vm.load(folder.resolve("disk.ska"));
      assertThat(vm.call(disk.function("lines"), large.toString()).asLong()).isEqualTo(10_000);
      CallFailed closed =
          catchThrowableOfType(
              CallFailed.class, () -> vm.call(disk.function("copy"), large.toString(), at("copy")));
      assertThat(closed.reason())
          .hasToString("{:bad_argument, \"argument 1 is no handle of this process\"}");
      assertThat(root.resolve("copy")).hasSameBinaryContentAs(large);
    }
  }

  @Test
  void shouldReadFilesOfAnySizeWhole() throws Exception {
    Random random = new Random(3);
    try (Vm vm = Vm.builder().maxMemory(64 << 20).permissions(Permissions.ALL).start()) {
      vm.load(folder.resolve("disk.ska"));
      for (int size : new int[] {0, 1, 255, 256, 257, 4_096, 1 << 20, 5_000_001}) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        Files.write(root.resolve("f"), bytes);
        assertThat(vm.call(vm.module("file").function("read"), at("f")).asBytes()).isEqualTo(bytes);
      }
      Files.write(root.resolve("f"), new byte[70 << 20]);
      assertThat(failed(vm, "read", at("f"))).startsWith("{:limit_exceeded,");
    }
  }

  @Test
  void shouldLeaveNothingBesideWhatItReplaces() throws Exception {
    try (Vm vm = vm(JitMode.OFF, 2)) {
      vm.load(folder.resolve("disk.ska"));
      for (int i = 0; i < 3; i++) {
        call(vm, "replace", at("f"), "content " + i);
        assertThat(root.resolve("f")).hasContent("content " + i);
      }
      Files.createDirectory(root.resolve("d"));
      failed(vm, "replace", at("d"), "x");
      assertThat(call(vm, "list", root.toString())).isEqualTo("[\"d\", \"f\"]");
    }
  }

  @Test
  void shouldRefuseWhatIsOutside() throws Exception {
    Files.createSymbolicLink(root.resolve("link"), folder.resolve("secret"));
    Files.createSymbolicLink(root.resolve("out"), folder);
    Files.createSymbolicLink(root.resolve("nothing"), folder.resolve("nothing"));
    try (Vm vm = vm(JitMode.OFF, 2)) {
      vm.load(folder.resolve("disk.ska"));
      for (String name : new String[] {"../secret", "link", "out/secret", "../none", "out/none"}) {
        assertThat(failed(vm, "read", at(name)))
            .startsWith("{:file_error, :not_permitted,")
            .contains("--allow-read=");
      }
      for (String name : new String[] {"../secret", "link", "out/secret", "../none", "out/none"}) {
        for (String function : new String[] {"write", "append", "replace"}) {
          assertThat(failed(vm, function, at(name), "x"))
              .startsWith("{:file_error, :not_permitted,")
              .contains("--allow-write=");
        }
      }
      assertThat(failed(vm, "write", at("nothing"), "x")).contains(":symlink");
      assertThat(failed(vm, "remove", at("../secret"))).contains(":not_permitted");
      assertThat(failed(vm, "remove", at("out/secret"))).contains(":not_permitted");
      assertThat(failed(vm, "rename", at("link"), at("../stolen"))).contains(":not_permitted");
      assertThat(failed(vm, "make_directory", at("out/new"))).contains(":not_permitted");
      assertThat(failed(vm, "temporary", at("out"))).contains(":not_permitted");
      assertThat(failed(vm, "list", at("out"))).contains(":not_permitted");
      assertThat(call(vm, "stat", at("link"))).asString().contains(":symlink");
      call(vm, "remove", at("link"));
    }
    assertThat(folder.resolve("secret")).hasContent("s");
    assertThat(folder.resolve("nothing")).doesNotExist();
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void shouldNameWhatIsWrong() throws Exception {
    Files.createDirectory(root.resolve("d"));
    Files.writeString(root.resolve("f"), "f");
    try (Vm vm = vm(JitMode.OFF, 1)) {
      vm.load(folder.resolve("disk.ska"));
      assertThat(failed(vm, "read", at("none")))
          .isEqualTo("{:file_error, :not_found, \"" + at("none") + "\"}");
      assertThat(failed(vm, "read", at("d"))).contains(":is_directory");
      assertThat(failed(vm, "write", at("d"), "x")).contains(":is_directory");
      assertThat(failed(vm, "replace", at("d"), "x")).contains(":is_directory");
      assertThat(failed(vm, "list", at("f"))).contains(":not_directory");
      assertThat(failed(vm, "read", at("f/x"))).contains(":not_directory");
      assertThat(failed(vm, "make_directory", at("d"))).contains(":already_exists");
      assertThat(failed(vm, "rename", at("f"), at("d"))).contains(":already_exists");
      assertThat(failed(vm, "rename", at("g"), at("h"))).contains(":not_found");
      Files.writeString(root.resolve("d/x"), "");
      assertThat(failed(vm, "remove", at("d"))).contains(":not_empty");
      assertThat(failed(vm, "read", "a\0b")).contains(":bad_path");
      // As many steps as the path has folders, each as long as the path, would take days.
      assertThat(failed(vm, "stat", "/a".repeat(4_000_000))).contains(":bad_path");
      assertThat(failed(vm, "read", 1)).startsWith("{:bad_argument");
      assertThat(failed(vm, "open", at("f"), "r")).startsWith("{:bad_argument");
    }
  }

  @Test
  void shouldDenyAllUnlessAllowed() throws Exception {
    try (Vm vm = Vm.builder().start()) {
      Module disk = vm.load(folder.resolve("disk.ska"));
      assertThat(vm.call(disk.function("caught"), "/etc/hostname"))
          .asString()
          .contains(":not_permitted", "--allow-read=/etc/hostname");
      CallFailed env =
          catchThrowableOfType(
              CallFailed.class, () -> vm.call(vm.module("env").function("get"), "PATH"));
      assertThat(env.reason()).asString().contains(":not_permitted", "--allow-env=PATH");
    }
    try (Vm vm = Vm.builder().permissions(Permissions.ALL).start()) {
      vm.load(folder.resolve("disk.ska"));
      assertThat(vm.call(vm.module("env").function("get"), "PATH").asString())
          .isEqualTo(System.getenv("PATH"));
      call(vm, "read", folder.resolve("secret").toString());
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Permissions.builder().read(root.resolve("none")))
        .withMessageContaining("no such file or folder");
  }

  @Test
  void shouldCloseWhatAKilledProcessHasOpened() throws Exception {
    Path file = Files.writeString(root.resolve("held"), "x");
    try (Vm vm = vm(JitMode.OFF, 2);
        HostMailbox mailbox = vm.openMailbox()) {
      Module disk = vm.load(folder.resolve("disk.ska"));
      Pid pid = vm.spawn(disk.function("hold"), file.toString(), mailbox.pid());
      while (mailbox.poll(message -> {}, 1) == 0) {
        Thread.onSpinWait();
      }
      assertThat(descriptors(file)).isEqualTo(1);
      vm.kill(pid);
      while (descriptors(file) > 0) {
        Thread.onSpinWait(); // on a virtual thread; bounded by the time-out
      }
    }
  }

  private static long descriptors(Path file) throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(fd -> leadsTo(fd, file)).count();
    }
  }

  private static boolean leadsTo(Path descriptor, Path file) {
    try {
      return Files.readSymbolicLink(descriptor).equals(file);
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }
}
