package org.skerry.io;

import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.collections.LongArrayList;
import org.agrona.collections.LongHashSet;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.process.Console;
import org.skerry.term.TextBuffer;

/**
 * Output to two streams. All of it is collected, and written in order by a thread of the console's
 * own: a worker neither makes a system call for each line nor waits for a slow reader. Where {@link
 * #BUFFER_BYTES} are waiting, a process that writes more suspends until there is room, first come
 * first served.
 *
 * <p>A stream that fails is written to no more, and {@link #failure} tells why. Any thread. See
 * {@code native-notes/console.md}.
 */
public final class StreamConsole implements Console, AutoCloseable {
  /** Who hears of the console; called by its thread, and holds no lock of it. */
  public interface Listener {
    /**
     * Whether processes can be woken by any thread. Where not, who writes waits in the call, so
     * that a simulation stays the same whatever the reader does.
     */
    boolean wakesWriters();

    /** There is room: these processes look again. */
    void roomFor(LongArrayList pids);

    /** All is written, or output is lost. */
    void changed();
  }

  static final int BUFFER_BYTES = 1 << 20;

  /** What reports of the machine may have beyond: they cannot suspend. */
  private static final int REPORT_BYTES = 1 << 18;

  /** A part written at a time: progress shows even where the reader is slow. */
  private static final int CHUNK_BYTES = 1 << 13;

  /** A reader that takes nothing for so long is not waited for at the end. */
  private static final long STALLED_NS = TimeUnit.MILLISECONDS.toNanos(250);

  private final OutputStream stdout;
  private final OutputStream stderr;
  private final Listener listener;

  /** Guards the fields below. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();

  /** Frees texts that were taken over. */
  private final BlockCache cache;

  private OutputBuffer filling = new OutputBuffer(BUFFER_BYTES + REPORT_BYTES);
  private OutputBuffer draining = new OutputBuffer(BUFFER_BYTES + REPORT_BYTES);

  /** A text larger than the buffer, which was taken over as it is; comes alone. */
  private long largeText;

  private long largeBytes;
  private long largeCapacity;
  private boolean isLargeToStderr;

  /** Who waits for room, oldest first, and each once. */
  private LongArrayList waiting = new LongArrayList();

  private final LongHashSet isWaiting = new LongHashSet(0);

  /** Somebody waits until all is written: others must not get before him. */
  private boolean isLargeWanted;

  private boolean isWriting;
  private boolean isWaking;
  private boolean isInStream;

  /** Bytes that were ever taken, and that were ever written and flushed. */
  private long taken;

  private long written;

  /** Counts what the thread has done to the streams. */
  private long progress;

  /** The count at which a thread gave up to wait for more. */
  private long stalledAt = -1;

  /** Whether there is anything to write, and a thread that does. */
  private boolean hasBegun;

  private boolean isStopping;
  private boolean isClosed;
  private boolean isAbandoned;
  private boolean hasEnded;
  private IOException failure;

  /**
   * @param stdout written by a thread of the console's own; not closed
   * @param stderr the same
   * @param cache for the console alone; closed with it
   * @param listener hears of room and of failures
   */
  public StreamConsole(
      OutputStream stdout, OutputStream stderr, BlockCache cache, Listener listener) {
    this.stdout = stdout;
    this.stderr = stderr;
    this.cache = cache;
    this.listener = listener;
  }

  @Override
  public boolean write(long pid, TextBuffer text, boolean toStderr) {
    lock.lock();
    try {
      while (failure == null && !tryWrite(text, toStderr)) {
        if (isStopping) {
          return true; // it is lost, and its process with it
        }
        if (listener.wakesWriters()) {
          if (isWaiting.add(pid)) {
            waiting.addLong(pid);
          }
          return false;
        }
        changed.awaitUninterruptibly();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean tryWrite(TextBuffer text, boolean toStderr) {
    long count = text.length();
    if (count > BUFFER_BYTES) {
      isLargeWanted = !isEmpty();
      if (isLargeWanted) {
        return false;
      }
      largeBytes = count;
      largeCapacity = text.capacity();
      largeText = text.detach();
      taken += count;
      isLargeToStderr = toStderr;
    } else {
      if (isLargeWanted || largeText != Memory.NULL || count > BUFFER_BYTES - filling.length()) {
        return false;
      }
      filling.append(text.address(), (int) count, toStderr);
      taken += count;
    }
    begin();
    changed.signalAll();
    return true;
  }

  /** Most machines that a host embeds never print: those need no thread. */
  private void begin() {
    if (!hasBegun) {
      hasBegun = true;
      Thread.ofPlatform().name("skerry-output").daemon().start(this::drainUntilClosed);
    }
  }

  /**
   * Writes to stderr what the machine has to say, behind all output so far. Waits where much of
   * that is waiting already, until {@link #stop}.
   */
  public void writeError(byte[] bytes) {
    lock.lock();
    try {
      for (int at = 0; at < bytes.length; ) {
        int room = BUFFER_BYTES + REPORT_BYTES - filling.length();
        int count = Math.min(REPORT_BYTES, bytes.length - at);
        if (count <= room && largeText == Memory.NULL) {
          filling.append(bytes, at, count, true);
          at += count;
          taken += count;
          begin();
          changed.signalAll();
        } else if (failure == null && !isStopping) {
          changed.awaitUninterruptibly();
        } else {
          return;
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether all is written, and nobody is about to be woken for there is room. */
  public boolean isDrained() {
    lock.lock();
    try {
      return isEmpty() && !isWaking;
    } finally {
      lock.unlock();
    }
  }

  private boolean isEmpty() {
    return filling.length() == 0 && largeText == Memory.NULL && !isWriting;
  }

  /** Bytes taken so far, for {@link #isWritten}. */
  public long taken() {
    lock.lock();
    try {
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /** Whether so many bytes of those that were ever taken are written, or cannot be. */
  public boolean isWritten(long count) {
    lock.lock();
    try {
      return written >= count || failure != null || hasEnded;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until all is written that is there now, or cannot be: it fails, or its reader takes
   * nothing for some tenths of a second.
   */
  public void flush() {
    lock.lock();
    try {
      awaitWhileMoving(taken);
    } finally {
      lock.unlock();
    }
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

  /** Nobody waits for room any more: what has none is lost. What is waiting is still written. */
  public void stop() {
    lock.lock();
    try {
      isStopping = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Writes what is waiting as {@link #flush} does, and ends the thread. Later output is lost. */
  @Override
  public void close() {
    lock.lock();
    try {
      isStopping = true;
      hasEnded |= !hasBegun;
      hasBegun = true;
      awaitWhileMoving(taken);
      isClosed = true;
      changed.signalAll();
      // A thread that is stuck in a system call stays behind; it touches nothing when it returns.
      isAbandoned = !awaitWhileMoving(Long.MAX_VALUE);
      freeLargeText();
      cache.close();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until so much is written, or the thread has ended; false where it stands still. */
  private boolean awaitWhileMoving(long count) {
    boolean interrupted = false;
    long seen = progress;
    long leftNs = seen == stalledAt ? 0 : STALLED_NS;
    while (!hasEnded && written < count && (failure == null || isClosed)) {
      if (seen != progress || !isInStream) {
        seen = progress;
        leftNs = STALLED_NS;
      }
      if (leftNs <= 0) {
        stalledAt = seen;
        break;
      }
      try {
        leftNs = changed.awaitNanos(leftNs);
      } catch (InterruptedException e) {
        interrupted = true; // what is to come is short
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return leftNs > 0;
  }

  private void drainUntilClosed() {
    lock.lock();
    try {
      while (!isAbandoned && failure == null) {
        while (isEmpty() && !isClosed) {
          changed.awaitUninterruptibly();
        }
        if (isEmpty() || isClosed) {
          break;
        }
        drain();
      }
      while (failure != null && !isClosed) {
        changed.awaitUninterruptibly();
      }
    } finally {
      hasEnded = true;
      changed.signalAll();
      lock.unlock();
    }
  }

  /** Writes all that is waiting, without the lock, and wakes who waits for room. */
  private void drain() {
    isWriting = true;
    if (largeText == Memory.NULL) {
      OutputBuffer full = filling;
      filling = draining;
      draining = full;
      if (!isLargeWanted) {
        wakeWriters();
      }
      writeBuffer();
      draining.clear();
    } else {
      writeLargeText();
    }
    if (!isAbandoned) {
      isWriting = false;
      // Where the other buffer has been filled meanwhile, there is room when it is swapped.
      if (isEmpty() || failure != null) {
        isLargeWanted = false;
        wakeWriters();
      }
      changed.signalAll();
      tell(listener::changed);
    }
  }

  private void writeBuffer() {
    int from = 0;
    for (int run = 0; run < draining.runCount() && canWrite(); run++) {
      OutputStream stream = draining.isToStderr(run) ? stderr : stdout;
      int start = from;
      while (from < draining.runEnd(run) && canWrite()) {
        int count = Math.min(CHUNK_BYTES, draining.runEnd(run) - from);
        writeChunk(stream, draining.bytes(), from, count);
        from += count;
      }
      flush(stream, from - start);
    }
  }

  private void writeLargeText() {
    OutputStream stream = isLargeToStderr ? stderr : stdout;
    byte[] chunk = draining.bytes();
    for (long at = 0; at < largeBytes && canWrite(); ) {
      int count = (int) Math.min(CHUNK_BYTES, largeBytes - at);
      Memory.copyOut(largeText + at, chunk, 0, count);
      writeChunk(stream, chunk, 0, count);
      at += count;
    }
    flush(stream, largeBytes);
    freeLargeText();
  }

  private void freeLargeText() {
    if (largeText != Memory.NULL) {
      cache.free(largeText, largeCapacity);
      largeText = Memory.NULL;
    }
  }

  private boolean canWrite() {
    return failure == null && !isAbandoned;
  }

  private void flush(OutputStream stream, long count) {
    if (canWrite()) {
      inStream(stream::flush);
      written += count;
    }
  }

  private void writeChunk(OutputStream stream, byte[] bytes, int from, int count) {
    inStream(() -> stream.write(bytes, from, count));
  }

  /** What can fail as a stream does. */
  @FunctionalInterface
  private interface StreamAction {
    void run() throws IOException;
  }

  /** Does something without the lock, for it can take for ever. */
  private void inStream(StreamAction action) {
    IOException thrown = null;
    isInStream = true;
    lock.unlock();
    try {
      action.run();
    } catch (IOException e) {
      thrown = e;
    } finally {
      lock.lock();
    }
    isInStream = false;
    progress++;
    failure = failure == null ? thrown : failure;
    changed.signalAll();
  }

  private void wakeWriters() {
    if (!waiting.isEmpty()) {
      LongArrayList woken = waiting;
      waiting = new LongArrayList();
      isWaiting.clear();
      isWaking = true;
      tell(() -> listener.roomFor(woken));
      isWaking = false;
    }
  }

  /** Without the lock, for who is told has locks of its own. */
  private void tell(Runnable news) {
    lock.unlock();
    try {
      news.run();
    } finally {
      lock.lock();
    }
  }
}
