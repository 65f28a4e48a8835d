package org.skerry.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicLong;
import org.skerry.net.NetFailure.Kind;

/**
 * A socket, and who waits for it. Its lock guards what waits; whoever is told something is told
 * behind the lock. The states are in {@code native-notes/sockets.md}. Any thread.
 */
public abstract sealed class Endpoint implements AutoCloseable
    permits Connection, Listener, UdpSocket {
  /** No time. */
  static final long NEVER = Long.MAX_VALUE;

  /** No wait lasts longer, so that times can be compared. */
  static final long MAX_NS = Long.MAX_VALUE / 4;

  /** By {@link #looksAtNs}, which is never {@link #NEVER} then. */
  static final Comparator<Endpoint> BY_TIME =
      (a, b) -> {
        long difference = a.looksAtNs - b.looksAtNs;
        return difference != 0 ? Long.signum(difference) : Long.compare(a.number, b.number);
      };

  private static final AtomicLong NUMBERS = new AtomicLong();

  private final long number = NUMBERS.getAndIncrement();
  private final SelectableChannel channel;
  final Network network;

  /** When the loop looks at this for times that are over; the loop's lock guards it. */
  long looksAtNs = NEVER;

  /** Under the lock of this: null until somebody waits. */
  private SelectionKey key;

  /** Under the lock of this: what {@link #key} watches. */
  private int watched;

  /** Under the lock of this: earliest time that the loop was asked to look at, and has not yet. */
  private long timerNs = NEVER;

  /** Written under the lock of this. */
  private volatile boolean isClosed;

  private volatile long timeoutNs;

  /** What its user knows it by. */
  private volatile long ref;

  Endpoint(Network network, SelectableChannel channel) throws IOException {
    this.network = network;
    this.channel = channel;
    channel.configureBlocking(false);
  }

  /** The address that it has itself. */
  public abstract InetSocketAddress local() throws NetFailure;

  /** What people call it in failures. */
  abstract String name();

  /** By the loop, without a lock. */
  abstract void ready(int operations);

  /** Under the lock: takes out what waits no longer than to a time, to be told that behind it. */
  abstract Runnable expired(long nowNs);

  /** Under the lock: takes out all that waits, to be told that it failed. */
  abstract Runnable abandoned(NetFailure failure);

  /** Under the lock: the earliest time that something waits to, or {@link #NEVER}. */
  abstract long nextDeadlineNs();

  /** What its user knows it by. */
  public final long ref() {
    return ref;
  }

  /** Notes what its user knows it by. */
  public final void ref(long word) {
    ref = word;
  }

  /** How long each operation may take, from its beginning; 0 for ever. */
  public final void timeout(long ns) {
    timeoutNs = Math.min(ns, MAX_NS);
  }

  /** Until when an operation may take that begins now. */
  final long deadlineNs() {
    long ns = timeoutNs;
    return ns == 0 ? NEVER : System.nanoTime() + ns;
  }

  /** Whether a deadline is over. */
  static boolean isOver(long deadlineNs, long nowNs) {
    return deadlineNs != NEVER && deadlineNs - nowNs <= 0;
  }

  /** The earlier one of two deadlines. */
  static long earlier(long oneNs, long otherNs) {
    if (oneNs == NEVER || otherNs == NEVER) {
      return oneNs == NEVER ? otherNs : oneNs;
    }
    return oneNs - otherNs < 0 ? oneNs : otherNs;
  }

  /** Whether it is closed, or about to be. */
  public final boolean isClosed() {
    return isClosed;
  }

  /** Under the lock: whether the loop watches for that. */
  final boolean isWatched(int operation) {
    return (watched & operation) != 0;
  }

  /** Under the lock: has the loop watch for an operation, for one that waits to a time. */
  final void watch(int operation, long deadlineNs) throws NetFailure {
    if ((watched & operation) == 0) {
      try {
        if (key == null) {
          key = network.loop().register(channel, operation, this);
        } else {
          key.interestOps(watched | operation);
        }
      } catch (IOException e) {
        throw NetFailure.of(name(), e);
      }
      watched |= operation;
      network.loop().changed();
    }
    remind(deadlineNs);
  }

  /** Under the lock: the loop need not watch for that, and may learn of it with the next change. */
  final void unwatch(int operation) {
    if ((watched & operation) != 0) {
      watched &= ~operation;
      key.interestOps(watched);
    }
  }

  private void remind(long deadlineNs) {
    if (deadlineNs != NEVER && (timerNs == NEVER || deadlineNs - timerNs < 0)) {
      timerNs = deadlineNs;
      network.loop().lookAt(this, deadlineNs);
    }
  }

  /** By the loop: the time has come that was asked for. */
  final void look(long nowNs) {
    Runnable tell;
    synchronized (this) {
      if (isClosed) {
        return;
      }
      timerNs = NEVER;
      tell = expired(nowNs);
      remind(nextDeadlineNs());
    }
    tell.run();
  }

  final NetFailure late() {
    return new NetFailure(Kind.TIMEOUT, name());
  }

  final NetFailure closed() {
    return new NetFailure(Kind.CLOSED, name());
  }

  /** By the loop: something of it went wrong that nobody knows how to go on from. */
  final void broken(Throwable cause) {
    close(NetFailure.of(name(), cause));
  }

  /** Closes it, and tells all that wait; nothing where that has happened. */
  @Override
  public final void close() {
    close(closed());
  }

  private void close(NetFailure failure) {
    Runnable tell;
    synchronized (this) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      tell = abandoned(failure);
      try {
        channel.close();
      } catch (IOException e) {
        // It is closed all the same; what was to be sent may be lost, as with any close.
        System.getLogger("org.skerry").log(System.Logger.Level.DEBUG, "close", e);
      }
      if (key != null) {
        network.loop().forget(this);
        network.loop().changed(); // which gives the descriptor back
      }
    }
    network.forget(this);
    tell.run();
  }
}
