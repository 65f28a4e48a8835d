package org.skerry.io;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.skerry.memory.Memory;
import org.skerry.process.Console;

/**
 * Output to two streams. What goes to stdout is collected and written by a thread of its own, so a
 * worker neither makes a system call for each line nor waits for a slow reader, until {@value
 * #BUFFER_BYTES} bytes are waiting. What goes to stderr is written at once, behind all that went to
 * stdout before it.
 *
 * <p>A stream that fails is written to no more, and {@link #failure} tells why.
 */
public final class StreamConsole implements Console, AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final OutputStream stdout;
  private final OutputStream stderr;

  /** Guards the fields below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final Thread writer;
  private byte[] filling = new byte[BUFFER_BYTES];
  private byte[] draining = new byte[BUFFER_BYTES];
  private int length;
  private boolean writing;
  private boolean closed;
  private IOException failure;
  private volatile Runnable onFailure = () -> {};

  /**
   * @param stdout written by a thread of the console's own; not closed
   * @param stderr written by workers; not closed
   */
  public StreamConsole(OutputStream stdout, OutputStream stderr) {
    this.stdout = stdout;
    this.stderr = stderr;
    writer = Thread.ofPlatform().name("skerry-output").daemon().start(this::drainUntilClosed);
  }

  @Override
  public void write(long address, long byteCount, boolean toStderr) {
    if (toStderr) {
      byte[] bytes = new byte[(int) Math.min(byteCount, BUFFER_BYTES)];
      for (long at = 0; at < byteCount; at += bytes.length) {
        int part = (int) Math.min(bytes.length, byteCount - at);
        Memory.copyOut(address + at, bytes, 0, part);
        writeError(bytes, part);
      }
      return;
    }
    lock.lock();
    try {
      for (long at = 0; at < byteCount; ) {
        int part = awaitSpace(byteCount - at);
        if (part == 0) {
          return;
        }
        Memory.copyOut(address + at, filling, length, part);
        at += part;
        filled(part);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Writes to stderr, behind all that went to stdout so far. */
  public void writeError(byte[] bytes, int count) {
    boolean failed = false;
    lock.lock();
    try {
      awaitDrained();
      if (!closed && failure == null) {
        stderr.write(bytes, 0, count);
        stderr.flush();
      }
    } catch (IOException e) {
      failed = true;
      failure = e;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (failed) {
      onFailure.run();
    }
  }

  /** Waits until everything is written, or cannot be. */
  public void flush() {
    lock.lock();
    try {
      awaitDrained();
    } finally {
      lock.unlock();
    }
  }

  /** Sets what the console's thread does once stdout cannot be written any more. */
  public void onFailure(Runnable action) {
    onFailure = action;
  }

  /** Why output is lost; null while it is not. */
  public IOException failure() {
    lock.lock();
    try {
      return failure;
    } finally {
      lock.unlock();
    }
  }

  /** Writes what is waiting, and ends the thread. Later output is lost. */
  @Override
  public void close() {
    lock.lock();
    try {
      awaitDrained();
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (true) {
      try {
        writer.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until there is space; how many of {@code wanted} bytes fit, or 0 if output is lost. */
  private int awaitSpace(long wanted) {
    while (length == BUFFER_BYTES && failure == null && !closed) {
      changed.awaitUninterruptibly();
    }
    return failure != null || closed ? 0 : (int) Math.min(wanted, BUFFER_BYTES - length);
  }

  private void filled(int count) {
    length += count;
    changed.signalAll();
  }

  private void awaitDrained() {
    while ((length > 0 || writing) && failure == null && !closed) {
      changed.awaitUninterruptibly();
    }
  }

  private void drainUntilClosed() {
    lock.lock();
    try {
      while (true) {
        while (length == 0 && !closed) {
          changed.awaitUninterruptibly();
        }
        if (length == 0) {
          return;
        }
        drain();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Swaps the buffers and writes the full one, without the lock. */
  private void drain() {
    byte[] full = filling;
    int count = length;
    filling = draining;
    draining = full;
    length = 0;
    writing = true;
    IOException thrown = null;
    lock.unlock();
    try {
      stdout.write(full, 0, count);
      stdout.flush();
    } catch (IOException e) {
      thrown = e;
    } finally {
      lock.lock();
    }
    writing = false;
    failure = failure == null ? thrown : failure;
    changed.signalAll();
    if (thrown != null) {
      lock.unlock(); // who is told asks for the failure under a lock of its own
      try {
        onFailure.run();
      } finally {
        lock.lock();
      }
    }
  }
}
