package org.skerry.host;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/**
 * Bytes of a source that makes its reader wait, for many who want the next part: each gets its own,
 * in the order of asking, and no thread waits for it. The source is read only while somebody waits,
 * by one of {@link WaitingThreads}. What was read for one who does not wait any more goes to the
 * next. Any thread.
 */
public final class AwaitedInput implements AutoCloseable {
  /** Where the bytes come from; one thread at a time. */
  public interface Source {
    /** As {@link java.io.InputStream#read(byte[], int, int)}. */
    int read(byte[] into, int from, int length) throws IOException;
  }

  /** A line is longer than {@link #MAX_LINE_BYTES}; what was read of it is dropped. */
  public static final class LineTooLong extends IOException {
    private static final long serialVersionUID = 1L;

    LineTooLong() {
      super("a line of more than 16 MiB");
    }
  }

  /** The longest line, in bytes. */
  public static final int MAX_LINE_BYTES = 16 << 20;

  private static final int FIRST_BYTES = 16 << 10;
  private static final int LINE = 0;
  private static final int MIN_SWEEP = 64;

  /**
   * @param most bytes; {@link #LINE} for those of a line
   */
  private record Request(CompletableFuture<byte[]> answer, int most) {}

  private final Source source;
  private final WaitingThreads threads;
  private final ArrayDeque<Request> waiting = new ArrayDeque<>();

  /** So many requests make {@link #ask} look for those that nobody waits for. */
  private int sweepAt = MIN_SWEEP;

  /** From {@code start} to {@code end} is read and not given; the reader writes behind. */
  private byte[] buffer = new byte[0];

  private int start;
  private int end;

  /** No line feed is before it. */
  private int scanned;

  private boolean isAtEnd;
  private IOException failure;
  private boolean isReading;

  /** All of a source, from here on. */
  public AwaitedInput(Source source, WaitingThreads threads) {
    this.source = source;
    this.threads = threads;
  }

  /**
   * The bytes up to a line feed, without it and a carriage return before, or up to the end; null at
   * the end.
   */
  public CompletionStage<byte[]> line() {
    return ask(LINE);
  }

  /**
   * What there is; null at the end.
   *
   * @param most at least 1
   */
  public CompletionStage<byte[]> some(int most) {
    return ask(most);
  }

  /**
   * Nobody waits for a part any more: what comes is for the next, from when this returns. Wakes
   * nobody: who may be served now is by {@link #serveOthers}.
   */
  public static void forget(CompletionStage<byte[]> part) {
    part.toCompletableFuture().cancel(false);
  }

  /** Serves those for whom there is enough, now that others have been forgotten. */
  public synchronized void serveOthers() {
    serve();
  }

  private CompletionStage<byte[]> ask(int most) {
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    synchronized (this) {
      if (waiting.size() >= sweepAt) {
        waiting.removeIf(request -> request.answer.isDone());
        sweepAt = Math.max(MIN_SWEEP, 2 * waiting.size());
      }
      waiting.add(new Request(answer, most));
      serve();
      if (!waiting.isEmpty() && !isReading) {
        begin();
      }
    }
    return answer;
  }

  private void begin() {
    try {
      threads.execute(this::read);
      isReading = true;
    } catch (RejectedExecutionException closed) {
      fail(new ClosedChannelException());
    }
  }

  private void read() {
    while (true) {
      try {
        int from;
        byte[] into;
        synchronized (this) {
          serve();
          isReading = !waiting.isEmpty();
          if (!isReading) {
            return;
          }
          makeRoom();
          into = buffer;
          from = end;
        }
        int count = source.read(into, from, into.length - from);
        synchronized (this) {
          isAtEnd = count < 0;
          end += Math.max(count, 0);
        }
      } catch (IOException e) {
        fail(e);
      } catch (Throwable e) { // also where there is no memory for more: nobody waits for nothing
        fail(new IOException(e));
      }
    }
  }

  /** Takers only move {@code start}: the array changes here alone, between two reads. */
  private void makeRoom() {
    System.arraycopy(buffer, start, buffer, 0, end - start);
    scanned = Math.max(0, scanned - start);
    end -= start;
    start = 0;
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(FIRST_BYTES, 2 * end));
    }
  }

  /** Gives what there is to those that wait; for who has the lock. */
  private void serve() {
    for (Request first = waiting.peek(); first != null; first = waiting.peek()) {
      if (!first.answer.isDone() && !serve(first)) {
        return;
      }
      waiting.remove();
    }
  }

  /** Whether the request is done with. */
  private boolean serve(Request request) {
    if (failure != null) {
      request.answer.completeExceptionally(failure);
      return true;
    }
    if (start == end) {
      if (isAtEnd) {
        request.answer.complete(null);
      }
      return isAtEnd;
    }
    int before = start;
    byte[] part = request.most == LINE ? takeLine() : take(Math.min(request.most, end - start), 0);
    if (part == null && end - start <= MAX_LINE_BYTES) {
      return false;
    }
    if (part == null) {
      start = end;
      request.answer.completeExceptionally(new LineTooLong());
    } else if (!request.answer.complete(part)) {
      start = before; // nobody waits: for the next
      scanned = before;
    }
    return true;
  }

  private byte[] takeLine() {
    for (int at = Math.max(start, scanned); at < end; at++) {
      if (buffer[at] == '\n') {
        boolean hasReturn = at > start && buffer[at - 1] == '\r';
        return take(at - start - (hasReturn ? 1 : 0), hasReturn ? 2 : 1);
      }
    }
    scanned = end;
    return isAtEnd ? take(end - start, 0) : null;
  }

  private byte[] take(int count, int behind) {
    byte[] part = Arrays.copyOfRange(buffer, start, start + count);
    start += count + behind;
    return part;
  }

  private synchronized void fail(IOException e) {
    if (failure == null) {
      failure = e;
    }
    serve();
  }

  /** All who wait, and who asks from now on, learn that it is closed. The source is not closed. */
  @Override
  public void close() {
    fail(new ClosedChannelException());
  }
}
