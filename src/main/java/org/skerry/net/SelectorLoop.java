package org.skerry.net;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.skerry.host.LoopThread;

/**
 * One thread that waits for all sockets of a VM, and for all their times: it sleeps until there is
 * something to do. What any other thread changes wakes it, unless it would look in time anyway.
 */
final class SelectorLoop implements AutoCloseable {
  private final Selector selector;

  /** Endpoints that look at the time, the next one first. Its lock guards their times, too. */
  private final TreeSet<Endpoint> timed = new TreeSet<>(Endpoint.BY_TIME);

  private final LoopThread thread;
  private volatile boolean isClosed;

  SelectorLoop() throws IOException {
    selector = Selector.open();
    try {
      thread = LoopThread.start("skerry-net", this::run, this::stop);
    } catch (RuntimeException | Error e) {
      selector.close();
      throw e;
    }
  }

  /** Watches a channel from now on; {@link #changed} is to follow. */
  SelectionKey register(SelectableChannel channel, int operations, Endpoint endpoint)
      throws ClosedChannelException {
    return channel.register(selector, operations, endpoint);
  }

  /** What is to be watched has changed, or a channel was closed. */
  void changed() {
    if (!thread.isCurrent()) {
      selector.wakeup();
    }
  }

  /**
   * Has an endpoint look at its times at a time, and not before.
   *
   * @param atNs as of {@link System#nanoTime}
   */
  void lookAt(Endpoint endpoint, long atNs) {
    boolean isNext;
    synchronized (timed) {
      if (endpoint.looksAtNs != Endpoint.NEVER) {
        timed.remove(endpoint);
      }
      endpoint.looksAtNs = atNs;
      timed.add(endpoint);
      isNext = timed.getFirst() == endpoint;
    }
    if (isNext) {
      changed();
    }
  }

  /** An endpoint is over. */
  void forget(Endpoint endpoint) {
    synchronized (timed) {
      if (endpoint.looksAtNs != Endpoint.NEVER) {
        timed.remove(endpoint);
        endpoint.looksAtNs = Endpoint.NEVER;
      }
    }
  }

  private void run() {
    while (!isClosed) {
      try {
        selector.select(this::ready, expire());
      } catch (IOException | RuntimeException | Error e) {
        // The endpoints that it was about have failed already; what is left goes on.
        System.getLogger("org.skerry")
            .log(System.Logger.Level.WARNING, "Sockets are in trouble.", e);
      }
    }
  }

  private void ready(SelectionKey key) {
    Endpoint endpoint = (Endpoint) key.attachment();
    try {
      endpoint.ready(key.readyOps());
    } catch (RuntimeException | Error e) {
      endpoint.broken(e);
    }
  }

  /** Tells those whose time has come; ms until the next one, 0 where there is none. */
  private long expire() {
    while (true) {
      Endpoint first;
      synchronized (timed) {
        if (timed.isEmpty()) {
          return 0;
        }
        first = timed.getFirst();
        long leftNs = first.looksAtNs - System.nanoTime();
        if (leftNs > 0) {
          return TimeUnit.NANOSECONDS.toMillis(leftNs) + 1; // never early
        }
        timed.removeFirst();
        first.looksAtNs = Endpoint.NEVER;
      }
      try {
        first.look(System.nanoTime());
      } catch (RuntimeException | Error e) {
        first.broken(e);
      }
    }
  }

  private void stop() {
    isClosed = true;
    selector.wakeup();
  }

  /** Ends the thread, and gives the system back what closed channels still had. */
  @Override
  public void close() {
    thread.close();
    try {
      selector.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
