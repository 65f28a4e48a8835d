package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions of the host that do what they should not. */
@Timeout(60)
class HostFunctionFaultsTest {
  private static final String PROGRAM =
      """
      module faults
      import bad.fail(r) -> r
      import bad.fail_number(r) -> i
      import bad.fail_blocking(r) -> r

      ; Catches what the function throws, and lives on.
      export function lives(r how) -> r
          try
            r.call       never, bad.fail(how)
            r.return     never
          catch error
          r.receive    never
          r.return     never
      end

      export function lives_number(r how) -> r
          try
            i.call       never, bad.fail_number(how)
            r.return     how
          catch error
          r.receive    message
          r.return     message
      end

      export function lives_blocking(r how) -> r
          try
            r.call       never, bad.fail_blocking(how)
            r.return     never
          catch error
          r.receive    never
          r.return     never
      end
      """;

  private static final int PROMISES = 2_000;

  /** Something thrown, with a text that comes from elsewhere. */
  private static final class Odd extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Supplier<String> text;

    Odd(Supplier<String> text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text.get();
    }
  }

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
  private final ConcurrentLinkedQueue<CompletableFuture<Object>> promises =
      new ConcurrentLinkedQueue<>();
  private Vm vm;
  private Module bad;

  @TempDir private Path folder;

  private HostModule module() {
    return HostModule.builder("bad")
        .inline("elsewhere(r) -> r", HostFunctionFaultsTest::elsewhere)
        .inline("fail(r) -> r", this::fail)
        .inlineLong("fail_number(r) -> i", call -> ((String) fail(call)).length())
        .blocking("fail_blocking(r) -> r", this::fail)
        .inline("interrupt() -> r", call -> interrupt())
        .async("promise() -> r", call -> promise())
        .inlineLong("fulfil() -> i", call -> fulfil())
        .blocking("wait() -> r", this::waits)
        .build();
  }

  private static Object elsewhere(HostCall call) {
    return CompletableFuture.supplyAsync(() -> call.term(0)).join();
  }

  private Object fail(HostCall call) {
    String how = call.asString(0);
    return switch (how) {
      case "error" ->
          throw new Odd(() -> {
            throw new AssertionError("toString");
          });
      case "null" -> throw new Odd(() -> null);
      case "deep" -> throw new Odd(() -> "" + depth(0));
      case "handle" -> {
        call.handle("thing", () -> events.add("released"));
        throw new IllegalStateException("after a handle");
      }
      default -> how;
    };
  }

  private static int depth(int n) {
    return depth(n + 1) + 1;
  }

  private Object interrupt() {
    Thread.currentThread().interrupt();
    events.add(Thread.currentThread().isInterrupted());
    return null;
  }

  private CompletableFuture<Object> promise() {
    CompletableFuture<Object> promise = new CompletableFuture<>();
    promises.add(promise);
    events.add("promised");
    return promise;
  }

  private long fulfil() {
    promises.forEach(promise -> promise.complete("done"));
    return promises.size();
  }

  private Object waits(HostCall call) throws InterruptedException {
    call.onCancel(() -> {
      events.add("cancelling");
      throw new IllegalStateException("not cancelled");
    });
    events.add("waiting");
    new CountDownLatch(1).await();
    return null;
  }

  private Module open(VmBuilder builder) throws Exception {
    vm = builder.workers(2).pin("none").output(output, output).hostModule(module()).start();
    bad = vm.module("bad");
    return vm.load(Files.writeString(folder.resolve("faults.ska"), PROGRAM));
  }

  @AfterEach
  void close() {
    if (vm != null) {
      vm.close();
    }
    assertThat(output.toString()).isEmpty();
  }

  private Term call(String function, Object... arguments) throws InterruptedException {
    return vm.call(bad.function(function), arguments);
  }

  private CallFailed failure(String function, Object... arguments) {
    return catchThrowableOfType(CallFailed.class, () -> call(function, arguments));
  }

  @Test
  void shouldRefuseACallOnAnotherThread() throws Exception {
    open(Vm.builder());

    assertThat(failure("elsewhere", 1).reason().toString())
        .contains("host_error", "for its thread");
  }

  @ParameterizedTest
  @EnumSource
  void shouldDescribeWhatDoesNotLetItselfBeDescribed(JitMode jit) throws Exception {
    open(Vm.builder().jit(jit));

    for (String function : List.of("fail", "fail_number", "fail_blocking")) {
      for (String how : List.of("error", "null", "deep")) {
        assertThat(failure(function, how).reason())
            .as("%s %s", function, how)
            .isEqualTo(Term.tuple(Term.atom("host_error"), Odd.class.getName()));
      }
    }
    assertThat(call("fail", "fine").asString()).isEqualTo("fine");
  }

  @ParameterizedTest
  @EnumSource
  void shouldReleaseWhatAFunctionMadeThatThrows(JitMode jit) throws Exception {
    Module faults = open(Vm.builder().jit(jit));

    for (String function : List.of("lives", "lives_number", "lives_blocking")) {
      Pid pid = vm.spawn(faults.function(function), "handle");

      assertThat(events.take()).as(function).isEqualTo("released");
      assertThat(vm.isAlive(pid)).as(function).isTrue();
    }
  }

  /** A worker that stays interrupted never parks again. */
  @Test
  void shouldNotLetAFunctionInterruptAWorker() throws Exception {
    open(Vm.builder());
    vm.spawn(bad.function("interrupt"));

    assertThat(events.take()).isEqualTo(false);
  }

  @Test
  void shouldLeaveAnInterruptToACallersThread() throws Exception {
    open(Vm.builder());

    call("interrupt");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(events.take()).isEqualTo(true);
  }

  /** Workers wake what other workers run, at the same time. */
  @ParameterizedTest
  @EnumSource
  void shouldEndWhatProcessesAwaitFromInlineFunctions(JitMode jit) throws Exception {
    open(Vm.builder().jit(jit));
    List<Pid> pids = new ArrayList<>();
    for (int i = 0; i < PROMISES; i++) {
      pids.add(vm.spawn(bad.function("promise")));
    }
    for (int i = 0; i < PROMISES; i++) {
      assertThat(events.take()).isEqualTo("promised");
    }
    for (int i = 0; i < 8; i++) {
      pids.add(vm.spawn(bad.function("fulfil")));
    }

    assertThat(call("fulfil").asLong()).isEqualTo(PROMISES);
    while (pids.stream().anyMatch(vm::isAlive)) {
      Thread.onSpinWait();
    }
    assertThat(vm.hostFunctions().stateCount()).isZero();
  }

  /** It is logged, as what a release throws, and shown to nobody else. */
  @Test
  void shouldSurviveACancellationThatFails() throws Exception {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    List<Throwable> uncaught = Collections.synchronizedList(new ArrayList<>());
    Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
    try {
      open(Vm.builder());
      Pid pid = vm.spawn(bad.function("wait"));
      assertThat(events.take()).isEqualTo("waiting");
      vm.kill(pid);
      assertThat(events.take()).isEqualTo("cancelling");
      vm.close(); // waits for what it runs beside
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
    assertThat(uncaught).isEmpty();
  }
}
