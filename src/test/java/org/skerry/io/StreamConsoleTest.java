package org.skerry.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;

class StreamConsoleTest {
  private static final OutputStream FAILING =
      new OutputStream() {
        @Override
        public void write(int oneByte) throws IOException {
          throw new IOException("gone");
        }
      };

  private final AtomicInteger failures = new AtomicInteger();

  private static void write(StreamConsole console, String text, boolean toStderr) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (MemoryPool pool = new MemoryPool(1 << 24);
        BlockCache cache = pool.newCache()) {
      long block = cache.allocate(bytes.length);
      Memory.copyIn(bytes, 0, bytes.length, block);
      console.write(block, bytes.length, toStderr);
      cache.free(block, bytes.length);
    }
  }

  @Test
  void shouldWriteStderrBehindWhatWentToStdoutBefore() {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    StreamConsole console = new StreamConsole(both, both);
    console.onFailure(failures::incrementAndGet);

    write(console, "one ", false);
    write(console, "two ", true);
    write(console, "three", false);
    console.close();

    assertThat(both).hasToString("one two three");
    assertThat(failures).hasValue(0);
  }

  @Test
  void shouldWriteMoreThanItsBufferHolds() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StreamConsole console = new StreamConsole(out, out);
    String text = "0123456789abcdef".repeat(200_000);

    write(console, text, false);
    console.close();

    assertThat(out).hasToString(text);
  }

  @Test
  void shouldTellThatStdoutFails() {
    StreamConsole console = new StreamConsole(FAILING, new ByteArrayOutputStream());
    console.onFailure(failures::incrementAndGet);

    write(console, "lost", false);
    console.flush();
    write(console, "lost too", false);
    console.close();

    assertThat(console.failure()).hasMessage("gone");
    assertThat(failures).hasValue(1);
  }

  @Test
  void shouldTellThatStderrFails() {
    StreamConsole console = new StreamConsole(new ByteArrayOutputStream(), FAILING);
    console.onFailure(failures::incrementAndGet);

    write(console, "lost", true);
    write(console, "lost too", true);
    console.close();

    assertThat(console.failure()).hasMessage("gone");
    assertThat(failures).hasValue(1);
  }
}
