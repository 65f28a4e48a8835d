package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is large and goes to a function of the host, or comes from it, takes no time of a worker.
 */
@Timeout(120)
class LargeHostTermsTest {
  private static final String PROGRAM =
      """
      module large
      import big.size(r) -> r
      import big.echo(r) -> r
      import big.hold(r) -> r
      import http.target(r) -> r
      import env.get(r) -> r
      import tcp.connect(r, i, r) -> r
      import time.from_rfc3339(r) -> i
      import regex.escape(r) -> r
      import regex.split(r, r) -> r
      function list(i n) -> r
          r.const      list, []
      next:
          r.from.i     value, n
          r.cons       list, value, list
          i.add        n, n, -1
          i.jump.gt    n, 0, @next
          r.return     list
      end
      function text(i doublings) -> r
          r.const      text, "x"
      next:
          r.string.concat text, text, text
          i.add        doublings, doublings, -1
          i.jump.gt    doublings, 0, @next
          r.return     text
      end
      export function size(i n) -> r
          r.call       list, list(n)
          r.call       size, big.size(list)
          r.return     size
      end
      export function echo(r term) -> r
          r.call       same, big.echo(term)
          r.return     same
      end
      export function hold(i n) -> r
          r.call       list, list(n)
          r.call       never, big.hold(list)
          r.return     never
      end
      export function pieces() -> i
          r.call       text, text(16)
          r.call       pieces, regex.split("", text)
          i.list.length n, pieces
          i.return     n
      end
      export function escaped() -> i
          r.call       text, text(16)
          r.call       escaped, regex.escape(text)
          i.string.bytes n, escaped
          i.return     n
      end
      export function target() -> r
          r.call       text, text(20)
          r.call       x, http.target(text)
          r.return     x
      end
      export function variable() -> r
          r.call       text, text(20)
          r.call       x, env.get(text)
          r.return     x
      end
      export function moment() -> r
          r.call       text, text(20)
          i.call       x, time.from_rfc3339(text)
          r.return     :none
      end
      export function host() -> r
          r.call       list, list(100_000)
          r.call       x, tcp.connect(list, 1, nil)
          r.return     x
      end
      """;

  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch mayRead = new CountDownLatch(1);
  private Vm vm;
  private Module large;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    HostModule big =
        HostModule.builder("big")
            .blocking("size(r) -> r", call -> call.term(0).asList().size())
            .blocking("echo(r) -> r", call -> call.term(0))
            .blocking(
                "hold(r) -> r",
                call -> {
                  held.countDown();
                  boolean isInterrupted = false;
                  while (mayRead.getCount() > 0) {
                    try {
                      mayRead.await();
                    } catch (InterruptedException e) {
                      isInterrupted = true;
                    }
                  }
                  return isInterrupted ? call.term(0) : null;
                })
            .build();
    vm = Vm.builder().invoker().hostModule(big).start();
    large = vm.load(Files.writeString(folder.resolve("large.ska"), PROGRAM));
  }

  @AfterEach
  void close() {
    mayRead.countDown();
    vm.close();
  }

  @Test
  void shouldMakeNoJavaObjectsOnTheThreadThatRunsTheProcess() throws Exception {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    vm.call(large.function("size"), 1_000L);
    long before = threads.getCurrentThreadAllocatedBytes();
    assertThat(vm.call(large.function("size"), 1_000_000L).asLong()).isEqualTo(1_000_000);
    // As Java objects the list has 16 MB at least.
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(8_000_000);
  }

  @Test
  void shouldKeepWhatIsInATerm() throws Exception {
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      elements.add(
          switch (i % 5) {
            case 0 -> Term.tuple(i, Term.atom("a" + i % 50), "text " + i);
            case 1 -> Map.of("key", List.of(i, 1.5 * i), Term.atom("b"), true);
            case 2 -> Term.read(new byte[i]);
            case 3 -> "ö".repeat(i);
            default -> Long.MAX_VALUE - i;
          });
    }
    Term term = Term.of(elements);
    assertThat(vm.call(large.function("echo"), term)).isEqualTo(term);
    Term map = Term.of(Map.of("a", term, "b", Term.tuple(term, "x".repeat(5_000))));
    assertThat(vm.call(large.function("echo"), map)).isEqualTo(map);
  }

  @Test
  void shouldGiveLargeResultsOfTheSystem() throws Exception {
    assertThat(vm.call(large.function("pieces")).asLong()).isEqualTo(1 << 16);
    assertThat(vm.call(large.function("escaped")).asLong()).isEqualTo(1 << 16);
  }

  /** The argument is read, or let go of, behind the end of its process and of the VM. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldFreeWhatNobodyReads(boolean closes) throws Exception {
    Pid pid = vm.spawn(large.function("hold"), SpawnOptions.builder().build(), 100_000L);
    while (held.getCount() > 0) {
      vm.doWork();
    }
    vm.kill(pid);
    while (vm.isAlive(pid)) {
      vm.doWork();
    }
    if (closes) {
      vm.close();
    }
    mayRead.countDown();
  }

  @ParameterizedTest
  @ValueSource(strings = {"target", "variable", "moment", "host"})
  void shouldRefuseWhatWouldHoldAWorkerUp(String function) {
    assertThat(
            catchThrowableOfType(CallFailed.class, () -> vm.call(large.function(function)))
                .reason()
                .toString())
        .startsWith("{:bad_argument, \"argument ")
        .endsWith(" is too large\"}");
  }
}
