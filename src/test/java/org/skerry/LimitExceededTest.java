package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.skerry.LimitExceeded.Limit;

@Timeout(60)
class LimitExceededTest {
  private static final Path ECHO = Path.of("src/test/resources/embedding/echo.ska");
  private static final long MEMORY = 32L << 20;

  private static VmBuilder options() {
    return Vm.builder().workers(1).pin("none").maxMemory(MEMORY);
  }

  private static LimitExceeded thrown(ThrowingCallable action) {
    LimitExceeded exceeded = catchThrowableOfType(LimitExceeded.class, action);
    assertThat(exceeded).isNotNull();
    return exceeded;
  }

  private static LimitExceeded ended(ThrowingCallable call) {
    CallFailed failed = catchThrowableOfType(CallFailed.class, call);
    assertThat(failed).isNotNull();
    assertThat(failed.kind()).isEqualTo(CallFailed.Kind.LIMIT);
    assertThat(failed).hasCause(failed.limit());
    return failed.limit();
  }

  private static void assertOfProcess(LimitExceeded exceeded, Limit limit, long allowed) {
    assertThat(exceeded.limit()).isEqualTo(limit);
    assertThat(exceeded.pid()).isNotNull();
    assertThat(exceeded.allowed()).isEqualTo(allowed);
    assertThat(exceeded.used()).isBetween(1L, allowed);
    assertThat(exceeded.asked()).isPositive();
    assertThat(exceeded.used() + exceeded.asked()).isGreaterThan(allowed);
    assertThat(exceeded)
        .hasMessageContaining("limit=" + limit)
        .hasMessageContaining("pid=" + exceeded.pid())
        .hasMessageContaining("used=" + exceeded.used() + " asked=" + exceeded.asked());
  }

  @ParameterizedTest
  @EnumSource(JitMode.class)
  void shouldTellOfAProcessWhoseHeapIsFull(JitMode jit) throws Exception {
    try (Vm vm = options().jit(jit).maxHeap(1 << 20).start()) {
      Function grow = vm.load(ECHO).function("grow");

      assertOfProcess(ended(() -> vm.call(grow, List.of())), Limit.HEAP, 1 << 20);
    }
  }

  @ParameterizedTest
  @EnumSource(JitMode.class)
  void shouldTellOfAProcessWhoseStackIsTooDeep(JitMode jit) throws Exception {
    try (Vm vm = options().jit(jit).maxHeap(1 << 20).start()) {
      Function deep = vm.load(ECHO).function("deep");

      assertOfProcess(ended(() -> vm.call(deep, 10_000_000)), Limit.HEAP, 1 << 20);
    }
  }

  @Test
  void shouldTellOfAProcessThatTookAllMemory() throws Exception {
    try (Vm vm = options().start()) {
      Function grow = vm.load(ECHO).function("grow");

      LimitExceeded exceeded = ended(() -> vm.call(grow, List.of()));

      assertThat(exceeded.limit()).isEqualTo(Limit.MEMORY);
      assertThat(exceeded.pid()).isNotNull();
      assertThat(exceeded.allowed()).isEqualTo(MEMORY);
      assertThat(exceeded.used()).isBetween(1L, MEMORY);
      assertThat(exceeded.used() + exceeded.asked()).isGreaterThan(MEMORY);
    }
  }

  @Test
  void shouldTellNothingOfAnErrorThatAProgramCouldHaveCaught() throws Exception {
    try (Vm vm = options().start()) {
      Function fail = vm.load(ECHO).function("fail");

      CallFailed failed =
          catchThrowableOfType(CallFailed.class, () -> vm.call(fail, Term.atom("limit_exceeded")));

      assertThat(failed.kind()).isEqualTo(CallFailed.Kind.LIMIT);
      assertThat(failed.limit()).isNull();
    }
  }

  @Test
  void shouldTellOfTooManyProcesses() throws Exception {
    try (Vm vm = options().maxProcesses(2).start()) {
      Function silent = vm.load(ECHO).function("silent");

      // What computed a first value may be counted until its block is reclaimed.
      LimitExceeded exceeded =
          thrown(() -> {
            for (int i = 0; i < 3; i++) {
              vm.spawn(silent);
            }
          });

      assertThat(exceeded.limit()).isEqualTo(Limit.PROCESSES);
      assertThat(exceeded.pid()).isNull();
      assertThat(exceeded.allowed()).isEqualTo(2);
      assertThat(exceeded.used()).isEqualTo(2);
      assertThat(exceeded.asked()).isEqualTo(1);
    }
  }

  @Test
  void shouldTellOfAnAtomThatCannotBe() throws Exception {
    try (Vm vm = options().start()) {
      LimitExceeded exceeded = thrown(() -> vm.atom("x".repeat(100_000)));

      assertThat(exceeded.limit()).isEqualTo(Limit.ATOMS);
      assertThat(exceeded.pid()).isNull();
      assertThat(exceeded.used()).isBetween(1L, exceeded.allowed());
      assertThat(exceeded.asked()).isEqualTo(1);
    }
  }

  @Test
  void shouldTellOfAMailboxOfTheHostThatHasNoRoom() throws Exception {
    try (Vm vm = options().start();
        HostMailbox small = vm.openMailbox(SpawnOptions.builder().maxHeap(8 << 10).build())) {
      assertThat(vm.offer(small.pid(), "x".repeat(20_000))).isEqualTo(Offer.OK);

      LimitExceeded exceeded = thrown(() -> small.poll(message -> {}, 1));

      assertOfProcess(exceeded, Limit.HEAP, 8 << 10);
      assertThat(exceeded.pid()).isEqualTo(small.pid());
    }
  }

  @Test
  void shouldTellOfArgumentsThatTheMemoryHasNoRoomFor() throws Exception {
    try (Vm vm = options().start()) {
      Function same = vm.load(ECHO).function("same");
      String large = "x".repeat((int) MEMORY);

      LimitExceeded exceeded = thrown(() -> vm.call(same, large));

      assertThat(exceeded.limit()).isEqualTo(Limit.MEMORY);
      assertThat(exceeded.pid()).isNull();
      assertThat(exceeded.allowed()).isEqualTo(MEMORY);
      assertThat(exceeded.used() + exceeded.asked()).isGreaterThan(MEMORY);
    }
  }

  @Test
  void shouldRefuseLimitsThatNothingCouldMeet() {
    assertThatIllegalArgumentException().isThrownBy(() -> Vm.builder().maxHeap(0));
    assertThatIllegalArgumentException().isThrownBy(() -> Vm.builder().maxHeap(-1));
  }
}
