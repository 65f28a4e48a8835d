package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HostFunctionsTest {
  private static final Path HOSTED = Path.of("src/test/resources/embedding/hosted.ska");

  /** How a VM runs the program. */
  enum Mode {
    INTERPRETED,
    COMPILED,
    HOT,
    ONE_WORKER,
    SUSPENDED,
    SUSPENDED_COMPILED,
    COLLECTED,
    COLLECTED_COMPILED,
    SIMULATED,
    SIMULATED_COMPILED;

    VmBuilder of(VmBuilder builder) {
      return switch (this) {
        case INTERPRETED -> builder;
        case COMPILED -> builder.jit(JitMode.EAGER);
        case HOT -> builder.jit(JitMode.HOT);
        case ONE_WORKER -> builder.workers(1).jit(JitMode.EAGER);
        case SUSPENDED -> builder.reductions(1);
        case SUSPENDED_COMPILED -> builder.reductions(1).jit(JitMode.EAGER);
        case COLLECTED -> builder.collectAlways(true);
        case COLLECTED_COMPILED -> builder.collectAlways(true).jit(JitMode.EAGER);
        case SIMULATED -> builder.seed(11);
        case SIMULATED_COMPILED -> builder.seed(12).jit(JitMode.EAGER);
      };
    }
  }

  /** Something to be opened and closed. */
  private final class Thing implements AutoCloseable {
    private final String name;

    Thing(String name) {
      this.name = name;
      open.put(name, this);
    }

    @Override
    public void close() {
      open.remove(name);
      closed.add(name);
    }
  }

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final Map<String, Thing> open = new ConcurrentHashMap<>();
  private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final List<CompletableFuture<Long>> promises =
      Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch gate = new CountDownLatch(1);
  private Vm vm;
  private Module hosted;

  @TempDir private Path folder;

  private HostModule java() {
    return HostModule.builder("java")
        .inlineLong("add(i, i) -> i", call -> call.asLong(0) + call.asLong(1))
        .inlineDouble("hypot(f a, f b) -> f", call -> hypot(call.asDouble(0), call.asDouble(1)))
        .inline("reversed(r list) -> r", call -> call.term(0).asList().reversed())
        .inline("fail(r) -> r", call -> fail(call.term(0)))
        .inline("open(r) -> r", call -> call.handle(new Thing(call.asString(0))))
        .inline("name(r) -> r", call -> call.object(0, Thing.class).name)
        .inline("shut(r) -> r", HostFunctionsTest::shut)
        .inline("mixed(r, i, f, r) -> r", HostFunctionsTest::mixed)
        .inlineLong("odd(i) -> i", call -> odd(call.asLong(0)))
        .inlineDouble("half(i) -> f", call -> call.asLong(0) / 2.0)
        .inlineLong("length(r) -> i", call -> call.asString(0).length())
        .blocking("slow_half(f) -> f", call -> call.asDouble(0) / 2)
        .blocking("slow(r) -> r", call -> slow(call.term(0)))
        .blocking("opened(r) -> r", this::opened)
        .async("later(i) -> i", call -> later(call.asLong(0)))
        .build();
  }

  private static double hypot(double a, double b) {
    return Math.sqrt(a * a + b * b);
  }

  private static long odd(long n) {
    if (n % 2 == 0) {
      throw new HostError("even", "number " + n);
    }
    return n == 7 ? depth(0) : n;
  }

  private static Object shut(HostCall call) {
    call.release(0);
    return null;
  }

  private static Object mixed(HostCall call) {
    return List.of(call.term(0), call.asLong(1), call.asDouble(2), call.asString(3), call.count());
  }

  private Object opened(HostCall call) {
    return Term.tuple(Term.atom("ok"), call.handle(new Thing(call.asString(0))));
  }

  private static Object fail(Term how) throws IOException {
    return switch (how.asAtom()) {
      case "checked" -> throw new IOException("gone");
      case "mine" -> throw new HostError("not_found", "no such thing");
      case "stack" -> depth(0);
      case "memory" -> throw new OutOfMemoryError("no more");
      case "type" -> new Object();
      default -> throw new IllegalStateException(how.asAtom());
    };
  }

  private static int depth(int n) {
    return depth(n + 1) + 1;
  }

  /** Gives its argument; of {@code :wait} it waits until it is interrupted. */
  private Object slow(Term x) throws InterruptedException {
    if (x.type() == TermType.TUPLE) {
      events.add("begun");
      try {
        gate.await();
      } catch (InterruptedException e) {
        events.add("interrupted");
        throw e;
      }
    }
    if (x.isAtom("fail")) {
      throw new IllegalArgumentException("slow failure");
    }
    return x;
  }

  private CompletableFuture<Long> later(long n) {
    if (n >= 0) {
      return CompletableFuture.supplyAsync(() -> n);
    }
    if (n == -1) {
      return CompletableFuture.failedFuture(new IOException("later failure"));
    }
    CompletableFuture<Long> promise = new CompletableFuture<>();
    promises.add(promise);
    events.add("promised");
    return promise;
  }

  private VmBuilder options() {
    return Vm.builder()
        .workers(2)
        .pin("none")
        .maxMemory(64L << 20)
        .output(output, output)
        .hostModule(java());
  }

  private void open(VmBuilder builder) throws Exception {
    vm = builder.start();
    hosted = vm.load(HOSTED);
  }

  private void open(Mode mode) throws Exception {
    open(mode.of(options()));
  }

  @AfterEach
  void close() throws InterruptedException {
    gate.countDown();
    if (vm != null) {
      vm.close();
    }
    assertThat(open).isEmpty();
    assertThat(output.toString()).isEmpty();
  }

  private Term call(String function, Object... arguments) throws InterruptedException {
    return vm.call(hosted.function(function), arguments);
  }

  private Pid spawn(String function, Object... arguments) {
    return vm.spawn(hosted.function(function), arguments);
  }

  private CallFailed failure(String function, Object... arguments) {
    return catchThrowableOfType(CallFailed.class, () -> call(function, arguments));
  }

  @ParameterizedTest
  @EnumSource
  void shouldCallInlineFunctions(Mode mode) throws Exception {
    open(mode);

    assertThat(call("add", 40, 2).asLong()).isEqualTo(42);
    assertThat(call("add", Long.MAX_VALUE, 1).asLong()).isEqualTo(Long.MIN_VALUE);
    assertThat(call("hypot", 3.0, 4.0).asDouble()).isEqualTo(5.0);
    assertThat(call("reversed", List.of(1, "two", 3.0))).hasToString("[3.0, \"two\", 1]");
    assertThat(call("mixed", Term.atom("a"))).hasToString("[:a, 7, 2.5, \"last\", 4]");
    assertThat(call("many", 300).asList()).hasSize(300).last().isEqualTo(Term.of(300));
  }

  @ParameterizedTest
  @EnumSource
  void shouldKeepWhatLivesAcrossCalls(Mode mode) throws Exception {
    open(mode);

    assertThat(call("numbers", 4, 1.0, "text"))
        .hasToString("{[0.5, \"number 2\", 1.5, \"number 4\"], 4, 9.0, \"text\"}");
    assertThat(call("numbers", 7, 1.0, "text").asTuple().getFirst().asList().getLast())
        .isEqualTo(Term.of("java.lang.StackOverflowError"));
    assertThat(call("slow_half", 5.0).asDouble()).isEqualTo(2.5);
    CallFailed failed = failure("odd", 2);
    assertThat(failed.reason()).hasToString("{:even, \"number 2\"}");
    assertThat(failed).hasMessageContaining("java.odd/1 (host)").hasMessageContaining("hosted.odd");
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERPRETED", "COMPILED", "SUSPENDED"})
  void shouldMakeNoJavaObjectsOfNumbers(Mode mode) throws Exception {
    open(mode.of(options().workers(1)));
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    call("sums", 20_000);
    int calls = 200_000;

    long bytes = Long.MAX_VALUE;
    // Some objects are gone only when HotSpot has compiled all of it, in its own time.
    for (int times = 0; times < 20 && bytes >= calls; times++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      call("sums", calls);
      bytes = threads.getCurrentThreadAllocatedBytes() - before;
    }

    assertThat(bytes).isLessThan(calls); // of two calls each; a single object has 16
  }

  @ParameterizedTest
  @EnumSource
  void shouldCallFromDeepBelow(Mode mode) throws Exception {
    open(mode);
    int depth = mode.name().startsWith("COLLECTED") ? 300 : 20_000;

    assertThat(call("deep", depth).asLong()).isEqualTo(depth);
  }

  @ParameterizedTest
  @EnumSource
  void shouldBeFunctionsLikeAllOthers(Mode mode) throws Exception {
    open(mode);

    assertThat(call("as_values")).hasToString("{[2, 1], :down}");
  }

  @ParameterizedTest
  @EnumSource
  void shouldRaiseWhatAFunctionThrows(Mode mode) throws Exception {
    open(mode);

    assertThat(call("caught", Term.atom("checked")))
        .hasToString("{:caught, {:host_error, \"java.io.IOException: gone\"}}");
    assertThat(call("caught", Term.atom("mine")))
        .hasToString("{:caught, {:not_found, \"no such thing\"}}");
    assertThat(call("caught", Term.atom("stack")))
        .hasToString("{:caught, {:host_error, \"java.lang.StackOverflowError\"}}");
    assertThat(call("caught", Term.atom("memory")))
        .hasToString("{:caught, {:host_error, \"java.lang.OutOfMemoryError: no more\"}}");
    assertThat(call("caught", Term.atom("type")).toString()).contains(":host_error", "Object");
    assertThat(call("not_of_the_host_caught")).hasToString("{:undefined, \"i.host\"}");
  }

  @ParameterizedTest
  @EnumSource
  void shouldShowTheCallInTheTrace(Mode mode) throws Exception {
    open(mode);

    CallFailed failed = failure("uncaught", Term.atom("mine"));

    assertThat(failed.kind()).isEqualTo(CallFailed.Kind.ERROR);
    assertThat(failed.getMessage())
        .contains("java.fail/1 (host)")
        .contains("hosted.uncaught/1 (")
        .contains("hosted.ska:");
  }

  @ParameterizedTest
  @EnumSource
  void shouldAwaitFunctionsThatBlock(Mode mode) throws Exception {
    open(mode);

    assertThat(call("slow", List.of(1, 2)).asList()).hasSize(2);
    assertThat(call("try_slow", Term.atom("fail")))
        .hasToString("{:host_error, \"java.lang.IllegalArgumentException: slow failure\"}");
  }

  @ParameterizedTest
  @EnumSource
  void shouldAwaitStages(Mode mode) throws Exception {
    open(mode);

    assertThat(call("later", 7).asLong()).isEqualTo(7);
    assertThat(failure("later", -1).reason())
        .hasToString("{:host_error, \"java.io.IOException: later failure\"}");
    assertThat(call("crowd", 200).asLong()).isEqualTo(200 * 201 / 2);
  }

  @Test
  void shouldLetMoreProcessesWaitThanThereCouldBeThreads() throws Exception {
    open(Vm.builder().pin("none").hostModule(java()).output(output, output));
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      spawn("later", -2);
    }
    while (promises.size() < count) {
      Thread.onSpinWait();
    }
    CompletableFuture<?> all = new CompletableFuture<>();
    Pid last = spawn("later", -2);
    while (promises.size() <= count) {
      Thread.onSpinWait();
    }

    promises.forEach(promise -> promise.complete(1L));
    all.complete(null);

    while (vm.isAlive(last)) {
      Thread.onSpinWait();
    }
    assertThat(call("add", 1, 1).asLong()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void shouldHandOutHandles(Mode mode) throws Exception {
    open(mode);

    assertThat(call("opens", "a").asString()).isEqualTo("a");
    assertThat(closed.poll(10, TimeUnit.SECONDS)).isEqualTo("a");
    assertThat(call("opens_slowly", "b").asString()).isEqualTo("b");
    assertThat(closed.poll(10, TimeUnit.SECONDS)).isEqualTo("b");
    assertThat(failure("shuts", "c").reason())
        .hasToString("{:bad_argument, \"argument 1 is no handle of this process\"}");
    assertThat(closed.poll(10, TimeUnit.SECONDS)).isEqualTo("c");
    assertThat(closed).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void shouldKeepHandlesToTheirOwners(Mode mode) throws Exception {
    open(mode);
    String refused = "{:bad_argument, \"argument 1 is no handle of this process\"}";

    assertThat(call("gives_away", "d")).hasToString(refused);
    assertThat(failure("no_handle", 5).reason()).hasToString(refused);
    assertThat(closed.poll(10, TimeUnit.SECONDS)).isEqualTo("d");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldReleaseWithTheProcess(boolean closes) throws Exception {
    open(options());
    Pid owner = spawn("keeps", "e");
    while (open.isEmpty()) {
      Thread.onSpinWait();
    }

    if (closes) {
      vm.close();
    } else {
      vm.kill(owner);
    }

    assertThat(closed.poll(10, TimeUnit.SECONDS)).isEqualTo("e");
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERPRETED", "COMPILED", "SUSPENDED", "ONE_WORKER"})
  void shouldInterruptAFunctionWhoseProcessIsKilled(Mode mode) throws Exception {
    open(mode);
    Pid waiting = spawn("slow", Term.tuple(1));
    assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("begun");

    assertThat(vm.kill(waiting)).isTrue();

    assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
    assertThat(call("add", 1, 1).asLong()).isEqualTo(2);
  }

  @Test
  void shouldCancelAStageWhoseProcessIsKilled() throws Exception {
    open(options());
    Pid waiting = spawn("later", -2);
    assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("promised");
    CountDownLatch cancelled = new CountDownLatch(1);
    promises.getFirst().whenComplete((value, error) -> cancelled.countDown());

    assertThat(vm.kill(waiting)).isTrue();

    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(promises.getFirst()).isCancelled();
  }

  @Test
  void shouldReleaseAHandleThatComesTooLate() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
    HostModule late =
        HostModule.builder("late")
            .blocking(
                "open(r) -> r",
                call -> {
                  begun.countDown();
                  awaitUninterruptibly(go);
                  try {
                    return call.handle(new Thing("late"));
                  } catch (RuntimeException e) {
                    thrown.add(e);
                    throw e;
                  }
                })
            .build();
    open(options().hostModule(late));
    Pid waiting = vm.spawn(vm.module("late").function("open"), "x");
    begun.await();
    vm.kill(waiting);
    while (vm.isAlive(waiting)) {
      Thread.onSpinWait();
    }

    go.countDown();

    assertThat(closed.poll(10, TimeUnit.SECONDS)).isEqualTo("late");
    assertThat(thrown.poll(10, TimeUnit.SECONDS))
        .isInstanceOf(java.util.concurrent.CancellationException.class);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    while (true) {
      try {
        latch.await();
        return;
      } catch (InterruptedException e) {
        continue;
      }
    }
  }

  @Test
  void shouldCloseBesideAFunctionThatDoesNotEnd() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    HostModule deaf =
        HostModule.builder("deaf")
            .blocking(
                "wait(r) -> r",
                call -> {
                  begun.countDown();
                  awaitUninterruptibly(gate);
                  ended.countDown();
                  return call.term(0);
                })
            .build();
    open(options().hostModule(deaf));
    vm.spawn(vm.module("deaf").function("wait"), List.of(1));
    begun.await();

    vm.close();

    assertThat(ended.getCount()).isOne();
    gate.countDown();
    assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void shouldCloseFromAFunctionThatBlocks() throws Exception {
    CountDownLatch hasClosed = new CountDownLatch(1);
    HostModule closing =
        HostModule.builder("closing")
            .blocking(
                "close() -> r",
                call -> {
                  vm.close();
                  hasClosed.countDown();
                  return null;
                })
            .build();
    open(options().hostModule(closing));
    spawn("keeps", "kept");
    while (open.isEmpty()) {
      Thread.onSpinWait();
    }

    vm.spawn(vm.module("closing").function("close"));

    assertThat(hasClosed.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(closed.poll(10, TimeUnit.SECONDS)).isEqualTo("kept");
    assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> call("add", 1, 2));
  }

  /** A host that keeps what is not its own gets an exception, and no other process's memory. */
  @ParameterizedTest
  @EnumSource(names = {"INTERPRETED", "COMPILED"})
  void shouldNotServeAnInlineCallThatIsOver(Mode mode) throws Exception {
    BlockingQueue<HostCall> kept = new LinkedBlockingQueue<>();
    HostModule keeping =
        HostModule.builder("keeping")
            .inlineLong(
                "keep(i, r) -> i",
                call -> {
                  kept.add(call);
                  return call.asLong(0);
                })
            .build();
    open(mode.of(options().hostModule(keeping)));
    assertThat(vm.call(vm.module("keeping").function("keep"), 3, "x").asLong()).isEqualTo(3);
    HostCall over = kept.take();

    List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> uses =
        List.of(
            () -> over.asLong(0),
            () -> over.term(1),
            () -> over.handle("object"),
            () -> over.object(1, String.class),
            () -> over.release(1),
            over::caller);

    assertThat(uses)
        .allSatisfy(use ->
            assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(use)
                .withMessageContaining("until it returns"));
  }

  @Test
  void shouldInterruptWhatBlocksWhenTheVmCloses() throws Exception {
    open(options());
    spawn("slow", Term.tuple(1));
    spawn("later", -2);
    assertThat(List.of(events.take(), events.take())).contains("begun", "promised");

    vm.close();

    assertThat(events).contains("interrupted");
    assertThat(promises.getFirst()).isCancelled();
    assertThat(promises.getFirst().complete(1L)).isFalse();
  }

  /** What waits for the VM would wait for its own thread. */
  @ParameterizedTest
  @EnumSource(names = {"INTERPRETED", "COMPILED", "SIMULATED"})
  void shouldNotLetAnInlineFunctionWait(Mode mode) throws Exception {
    BlockingQueue<Throwable> thrown = new LinkedBlockingQueue<>();
    HostModule waiting =
        HostModule.builder("waiting")
            .inlineLong("all() -> i", call -> tryAll(thrown))
            .async("begin() -> i", call -> CompletableFuture.completedFuture(tryAll(thrown)))
            .build();
    open(mode.of(options().hostModule(waiting)));

    assertThat(vm.call(vm.module("waiting").function("all")).asLong()).isEqualTo(4);
    assertThat(vm.call(vm.module("waiting").function("begin")).asLong()).isEqualTo(4);

    assertThat(thrown)
        .hasSize(8)
        .allSatisfy(refused ->
            assertThat(refused)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("must not wait"));
    assertThat(call("add", 1, 1).asLong()).isEqualTo(2);
  }

  private long tryAll(BlockingQueue<Throwable> thrown) {
    List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> waits =
        List.of(
            () -> vm.close(),
            () -> vm.call(hosted.function("add"), 1, 2),
            () -> vm.load(HOSTED),
            () -> vm.openMailbox());
    for (var wait : waits) {
      try {
        wait.call();
      } catch (Throwable refused) {
        thrown.add(refused);
      }
    }
    return thrown.size() > 4 ? thrown.size() - 4 : thrown.size();
  }

  @ParameterizedTest
  @EnumSource
  void shouldLetAnInlineFunctionSendAndSpawn(Mode mode) throws Exception {
    HostModule sending =
        HostModule.builder("sending")
            .inline("spawned(i) -> r", call -> vm.spawn(hosted.function("add"), call.asLong(0), 1))
            .inline("sent(r) -> r", call -> vm.offer(call.caller(), call.term(0)) == Offer.OK)
            .build();
    open(mode.of(options().hostModule(sending)));

    assertThat(vm.call(vm.module("sending").function("spawned"), 1).type()).isEqualTo(TermType.PID);
    assertThat(vm.call(vm.module("sending").function("sent"), "hello").asBoolean()).isTrue();
  }

  /** Whatever comes first, the end of the process or that of what it awaits. */
  @ParameterizedTest
  @EnumSource(names = {"INTERPRETED", "COMPILED", "ONE_WORKER", "SUSPENDED"})
  void shouldLeaveNothingBehindWhereKillsMeetResults(Mode mode) throws Exception {
    open(mode);
    Random random = new Random(7);
    List<Pid> pids = new ArrayList<>();
    for (int round = 0; round < 300; round++) {
      Pid pid =
          switch (random.nextInt(4)) {
            case 0 -> spawn("later", random.nextInt(100));
            case 1 -> spawn("later", -2);
            case 2 -> spawn("opens_slowly", "thing" + round);
            default -> spawn("slow", random.nextBoolean() ? "now" : Term.tuple(1));
          };
      pids.add(pid);
      Pid victim = pids.get(random.nextInt(pids.size()));
      if (random.nextBoolean()) {
        vm.kill(victim);
      } else if (!promises.isEmpty()) {
        promises.get(random.nextInt(promises.size())).complete(5L);
      }
    }

    pids.forEach(vm::kill);
    while (pids.stream().anyMatch(vm::isAlive)) {
      Thread.onSpinWait();
    }

    assertThat(vm.hostFunctions().stateCount()).isZero();
    assertThat(vm.hostFunctions().quietSince()).isNotNegative();
    while (!open.isEmpty()) {
      Thread.onSpinWait();
    }
    assertThat(promises).allMatch(promise -> promise.isDone() || awaitDone(promise));
  }

  private static boolean awaitDone(CompletableFuture<?> promise) {
    while (!promise.isDone()) {
      Thread.onSpinWait();
    }
    return true;
  }

  @Test
  void shouldServeSeveralVms() throws Exception {
    HostModule counting =
        HostModule.builder("counting").inline("self() -> r", HostCall::caller).build();
    open(options().hostModule(counting));
    try (Vm other = Vm.builder().workers(1).pin("none").hostModule(counting).start()) {
      Function self = other.module("counting").function("self");

      assertThat(other.call(self).type()).isEqualTo(TermType.PID);
      assertThat(vm.call(vm.module("counting").function("self")).type()).isEqualTo(TermType.PID);
      assertThatIllegalArgumentException().isThrownBy(() -> vm.call(self));
      assertThatIllegalArgumentException().isThrownBy(() -> vm.load(counting));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERPRETED", "COMPILED", "COLLECTED"})
  void shouldFailWellWhereMemoryIsShort(Mode mode) throws Exception {
    open(mode);
    int failures = 0;
    for (String function : List.of("reversed", "slow", "caught")) {
      Object argument = function.equals("caught") ? Term.atom("mine") : List.of("some text", 1.5);
      Term expected = call(function, argument);
      for (int n = 1; n < 40; n++) {
        vm.allocationFailures().failOnce(n);
        try {
          Term given = call(function, argument);
          assertThat(given.equals(expected) || given.toString().contains("limit_exceeded"))
              .as("%s", given)
              .isTrue();
        } catch (CallFailed | LimitExceeded failed) {
          failures++;
        }
        vm.allocationFailures().none();
      }
    }
    assertThat(failures).isPositive();
    assertThat(call("reversed", List.of(1, 2))).hasToString("[2, 1]");
  }

  @Test
  void shouldSayThatAProcessAwaitsTheHost() throws Exception {
    open(options());
    Pid waiting = spawn("slow", Term.tuple(1));
    assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("begun");

    Term awaits = call("awaits", waiting);
    while (awaits.isNil()) {
      awaits = call("awaits", waiting); // it has begun, and is not suspended yet
    }

    assertThat(awaits.asTuple().getFirst()).isEqualTo(Term.atom("host"));
  }

  @Test
  void shouldNotTakeAProcessThatAwaitsTheHostForOneThatAwaitsForever() throws Exception {
    open(options().endWhenAllAwait(true));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Outcome> run = threads.submit(() -> vm.run("hosted"));
      assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("begun");

      assertThatExceptionOfType(TimeoutException.class)
          .isThrownBy(() -> run.get(100, TimeUnit.MILLISECONDS));
      gate.countDown();

      assertThat(run.get()).isInstanceOf(Outcome.Returned.class);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERPRETED", "COMPILED"})
  void shouldEndAProcessThatIsGivenMoreThanItMayHave(Mode mode) throws Exception {
    HostModule large =
        HostModule.builder("large")
            .inline("list(i) -> r", call -> Collections.nCopies((int) call.asLong(0), 1))
            .build();
    open(mode.of(options().maxHeap(1 << 20).hostModule(large)));

    CallFailed failed =
        catchThrowableOfType(
            CallFailed.class, () -> vm.call(vm.module("large").function("list"), 1_000_000));

    assertThat(failed.kind()).isEqualTo(CallFailed.Kind.LIMIT);
    assertThat(vm.call(vm.module("large").function("list"), 10).asList()).hasSize(10);
  }

  @Test
  void shouldTellACallThatTheDeadlineIsOver() throws Exception {
    open(options());

    CallFailed failed =
        catchThrowableOfType(
            CallFailed.class,
            () -> vm.call(hosted.function("slow"), Duration.ofMillis(20), Term.tuple(1)));

    assertThat(failed.kind()).isEqualTo(CallFailed.Kind.TIMEOUT);
    assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("begun");
    assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
  }

  @Test
  void shouldSayWhatAnImportLacks() throws Exception {
    Path program = folder.resolve("user.ska");
    Files.writeString(
        program,
        """
        module user
        import java.add(i) -> i
        import java.none() -> r
        export function main() -> r
            i.call   n, java.add(1)
            r.call   t, java.none()
            r.return t
        end
        """);
    vm = options().start();

    assertThatExceptionOfType(LoadException.class)
        .isThrownBy(() -> vm.load(program))
        .withMessageContaining("function=add")
        .withMessageContaining("signature=(i, i) -> i")
        .withMessageContaining("expected=(i) -> i")
        .withMessageContaining("user.ska:5")
        .withMessageContaining("function=none")
        .withMessageContaining("user.ska:6");
  }

  @Test
  void shouldRefuseDeclarationsThatAreNone() {
    HostModule.Builder builder = HostModule.builder("m");

    for (String header : List.of("f", "f()", "f(x) -> r", "f() -> ", "1() -> r", "f(r,) -> r")) {
      assertThatIllegalArgumentException()
          .as(header)
          .isThrownBy(() -> builder.inline(header, call -> null))
          .withMessageContaining(header);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.inlineLong("f() -> r", call -> 1))
        .withMessageContaining("f() -> r");
    builder.inline("f() -> r", call -> null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.inlineLong("f() -> i", call -> 1))
        .withMessageContaining("two functions f");
    assertThatIllegalArgumentException().isThrownBy(() -> HostModule.builder("a.b"));
  }
}
