package org.skerry.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.agrona.collections.LongArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skerry.memory.BlockCache;
import org.skerry.memory.MemoryPool;
import org.skerry.term.TextBuffer;

@Timeout(60)
class StreamConsoleTest {
  private static final String PART = "0123456789abcdef".repeat(4096);
  private static final int PARTS_OF_A_BUFFER = StreamConsole.BUFFER_BYTES / PART.length();

  private static final OutputStream FAILING =
      new OutputStream() {
        @Override
        public void write(int oneByte) throws IOException {
          throw new IOException("gone");
        }
      };

  /** Takes nothing until it is released, like a pipe that nobody reads. */
  private static final class Stalled extends ByteArrayOutputStream {
    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    @Override
    public void write(byte[] bytes, int from, int count) {
      entered.countDown();
      try {
        released.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      super.write(bytes, from, count);
    }
  }

  private final MemoryPool pool = new MemoryPool(1 << 26);
  private final BlockCache cache = pool.newCache();
  private final TextBuffer text = new TextBuffer(cache);
  private final BlockingQueue<Long> woken = new LinkedBlockingQueue<>();
  private boolean wakes = true;

  /** What the woken do at once, before whoever wakes them goes on. */
  private volatile Runnable whenWoken = () -> {};

  private final StreamConsole.Listener listener =
      new StreamConsole.Listener() {
        @Override
        public boolean wakesWriters() {
          return wakes;
        }

        @Override
        public void roomFor(LongArrayList pids) {
          pids.forEach(woken::add);
          whenWoken.run();
        }

        @Override
        public void changed() {}
      };

  private StreamConsole console(OutputStream out, OutputStream err) {
    return new StreamConsole(out, err, pool.newCache(), listener);
  }

  private boolean write(StreamConsole console, long pid, String string, boolean toStderr) {
    text.clear();
    text.append(string);
    return console.write(pid, text, toStderr);
  }

  /** Every block was given back: the pool says so. */
  @AfterEach
  void close() {
    text.close();
    cache.close();
    pool.close();
  }

  @Test
  void shouldKeepTheOrderOfStdoutAndStderr() {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    StreamConsole console = console(both, both);

    write(console, 1, "one ", false);
    write(console, 1, "two ", true);
    console.writeError("three ".getBytes(StandardCharsets.UTF_8));
    write(console, 1, "four", false);
    console.close();

    assertThat(both).hasToString("one two three four");
  }

  @Test
  void shouldWriteMoreThanItsBufferHolds() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StreamConsole console = console(out, out);
    String large = PART.repeat(3 * PARTS_OF_A_BUFFER);

    assertThat(write(console, 1, large, false)).isTrue();
    assertThat(text.length()).isZero();
    console.close();

    assertThat(out).hasToString(large);
  }

  @Test
  void shouldTakeExactlyWhatTheBufferHoldsAndWakeWhoWaitsForMore() throws Exception {
    Stalled out = new Stalled();
    StreamConsole console = console(out, out);
    write(console, 1, "first", false);
    out.entered.await(); // that is on its way, and the buffer is empty

    for (int i = 0; i < PARTS_OF_A_BUFFER; i++) {
      assertThat(write(console, 1, PART, false)).isTrue();
    }
    assertThat(write(console, 7, "x", false)).isFalse();
    assertThat(write(console, 8, "y", true)).isFalse();
    assertThat(write(console, 7, "x", false)).isFalse();
    assertThat(text.length()).isEqualTo(1);
    assertThat(woken).isEmpty();
    out.released.countDown();

    assertThat(List.of(woken.take(), woken.take())).containsExactly(7L, 8L);
    assertThat(write(console, 7, "x", false)).isTrue();
    console.close();
    assertThat(woken).isEmpty();
    assertThat(out).hasToString("first" + PART.repeat(PARTS_OF_A_BUFFER) + "x");
  }

  @Test
  void shouldWakeNobodyBeforeThereIsRoom() throws Exception {
    Stalled out = new Stalled();
    StreamConsole console = console(out, out);
    write(console, 1, "first", false);
    out.entered.await();
    for (int i = 0; i < PARTS_OF_A_BUFFER; i++) {
      write(console, 1, PART, false);
    }
    write(console, 7, "x", false);
    BlockingQueue<Boolean> written = new LinkedBlockingQueue<>();
    whenWoken = () -> written.add(console.write(7, text, false));
    out.released.countDown();

    assertThat(written.take()).isTrue();
    console.close();
    assertThat(woken).containsExactly(7L);
  }

  @Test
  void shouldLetALargeTextHaveItsTurn() throws Exception {
    Stalled out = new Stalled();
    StreamConsole console = console(out, out);
    String large = PART.repeat(2 * PARTS_OF_A_BUFFER);
    write(console, 1, "first ", false);
    out.entered.await();

    assertThat(write(console, 7, large, false)).isFalse();
    assertThat(write(console, 8, "small", false)).isFalse();
    out.released.countDown();
    List<Long> order = new ArrayList<>(List.of(woken.take(), woken.take()));
    while (!write(console, 7, large, false)) {
      woken.take();
    }
    console.close();

    assertThat(order).containsExactly(7L, 8L);
    assertThat(out).hasToString("first " + large);
  }

  @Test
  void shouldCloseThoughNobodyReads() throws Exception {
    Stalled out = new Stalled();
    StreamConsole console = console(out, out);
    write(console, 1, PART.repeat(2 * PARTS_OF_A_BUFFER), false); // a block of the pool
    out.entered.await();
    write(console, 1, "lost", false);

    console.flush();
    console.close();

    assertThat(write(console, 1, "lost too", false)).isTrue();
    assertThat(out.size()).isZero();
    out.released.countDown();
  }

  @Test
  void shouldNotHoldReportsOfTheMachineBackForEver() throws Exception {
    Stalled out = new Stalled();
    StreamConsole console = console(out, out);
    write(console, 1, "first", false);
    out.entered.await();

    // Waits for room from some report on, until it is told that nobody has to.
    Thread reporting =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; i < 2 * PARTS_OF_A_BUFFER; i++) {
                console.writeError(PART.getBytes(StandardCharsets.UTF_8));
              }
            });
    console.stop();
    reporting.join();
    console.close();

    assertThat(console.failure()).isNull();
    out.released.countDown();
  }

  @Test
  void shouldWaitInTheCallWhereNobodyCanBeWoken() {
    wakes = false;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StreamConsole console = console(out, out);

    for (int i = 0; i < 8 * PARTS_OF_A_BUFFER; i++) {
      assertThat(write(console, 1, PART, i % 2 == 0)).isTrue();
    }
    console.close();

    assertThat(out).hasToString(PART.repeat(8 * PARTS_OF_A_BUFFER));
    assertThat(woken).isEmpty();
  }

  @Test
  void shouldTellThatStdoutFails() {
    assertFails(FAILING, new ByteArrayOutputStream(), false);
  }

  @Test
  void shouldTellThatStderrFails() {
    assertFails(new ByteArrayOutputStream(), FAILING, true);
  }

  private void assertFails(OutputStream out, OutputStream err, boolean toStderr) {
    StreamConsole console = console(out, err);

    write(console, 1, "lost", toStderr);
    console.flush();
    for (int i = 0; i < 2 * PARTS_OF_A_BUFFER; i++) {
      assertThat(write(console, 1, PART, toStderr)).isTrue();
    }
    assertThat(console.isWritten(console.taken())).isTrue();
    console.close();

    assertThat(console.failure()).hasMessage("gone");
  }
}
