package org.skerry.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.function.Supplier;

/**
 * A TCP connection. Any number read and write; each has its turn, and what it reads or writes is in
 * one piece. Who comes first is tried by the calling thread, and waits only where that would.
 */
public final class Connection extends Endpoint {
  /** The most bytes that are read at once, exactly, or as a line. */
  public static final int MAX_PART_BYTES = 16 << 20;

  /** A turn of one connection, so that none holds up the others or a worker for long. */
  private static final int MAX_TURN_BYTES = 256 << 10;

  private static final int MAX_FILLS = MAX_TURN_BYTES / Network.BUFFER_BYTES;

  /** A read that waits. */
  private record Reading(Part<?> part, long deadlineNs, Reply<Object> reply) {}

  /** A write that waits. */
  private record Writing(ByteBuffer rest, long deadlineNs, Reply<Connection> reply) {}

  /** A connection that is being made. */
  private record Opening(long deadlineNs, Reply<Connection> reply) {}

  private final SocketChannel channel;
  private final InputBuffer input = new InputBuffer();
  private volatile InetSocketAddress peer;
  private Opening opening;
  private final WaitLine<Reading> readings = new WaitLine<>();
  private final WaitLine<Writing> writings = new WaitLine<>();
  private boolean isEnded;
  private boolean isShut;
  private Object attachment;

  /** For one that is connected, its peer; for one that is to be, where to. */
  Connection(Network network, SocketChannel channel, InetSocketAddress peer) throws IOException {
    super(network, channel);
    this.channel = channel;
    this.peer = peer;
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  /** The address at the other side. */
  public InetSocketAddress peer() {
    return peer;
  }

  @Override
  public InetSocketAddress local() throws NetFailure {
    try {
      return (InetSocketAddress) channel.getLocalAddress();
    } catch (IOException e) {
      throw NetFailure.of(name(), e);
    }
  }

  @Override
  String name() {
    return AddressRules.text(peer);
  }

  /** Whether small parts are sent at once, which they are unless told otherwise. */
  public void noDelay(boolean isOn) throws NetFailure {
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, isOn);
    } catch (IOException e) {
      throw NetFailure.of(name(), e);
    }
  }

  /** Whether the system asks the peer now and then whether it is still there. */
  public void keepAlive(boolean isOn) throws NetFailure {
    try {
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, isOn);
    } catch (IOException e) {
      throw NetFailure.of(name(), e);
    }
  }

  /** What somebody has put beside it, of a type; it is made where there is nothing yet. */
  public synchronized <T> T attachment(Class<T> type, Supplier<T> maker) {
    if (attachment == null) {
      attachment = maker.get();
    }
    return type.cast(attachment);
  }

  /** Connects it; where that fails it is closed. */
  void connect(long deadlineNs, Reply<Connection> reply) {
    NetFailure failure = null;
    synchronized (this) {
      try {
        if (isClosed()) {
          throw closed();
        }
        if (!channel.connect(peer)) {
          opening = new Opening(deadlineNs, reply);
          watch(SelectionKey.OP_CONNECT, deadlineNs);
          return;
        }
      } catch (IOException | RuntimeException e) {
        failure = NetFailure.of(name(), e);
      } catch (NetFailure e) {
        failure = e;
      }
      opening = null;
    }
    connected(reply, failure);
  }

  private void connected(Reply<Connection> reply, NetFailure failure) {
    if (failure != null) {
      close();
      reply.fail(failure);
    } else if (!reply.succeed(this)) {
      close();
    }
  }

  /**
   * Reads what is there, and waits only for the first byte; null at the end.
   *
   * @param most from 1 to {@link #MAX_PART_BYTES}; no more than 64 KiB are given at once
   */
  public void read(int most, Reply<byte[]> reply) {
    read(new Parts.Some(most), reply);
  }

  /**
   * Reads so many bytes; null where the end comes before the first.
   *
   * @param count from 1 to {@link #MAX_PART_BYTES}
   */
  public void readExactly(int count, Reply<byte[]> reply) {
    read(new Parts.Exact(count, name()), reply);
  }

  /**
   * Reads up to a line feed, and gives that without it and a carriage return before; what is left
   * at the end is a line, too; null at the end.
   *
   * @param most from 1 to {@link #MAX_PART_BYTES}: how long a line may be
   */
  public void readLine(int most, Reply<byte[]> reply) {
    read(new Parts.Line(most, name()), reply);
  }

  /** Reads a part of any kind. */
  @SuppressWarnings("unchecked") // a part gives nothing else
  public <T> void read(Part<T> part, Reply<T> reply) {
    begin(new Reading(part, deadlineNs(), (Reply<Object>) reply));
  }

  private void begin(Reading begun) {
    Object outcome;
    synchronized (this) {
      if (isClosed()) {
        outcome = closed();
      } else {
        // Who is watched for has nothing to read just now, or the loop will find it.
        outcome = readings.isEmpty() ? attempt(begun, !isWatched(SelectionKey.OP_READ)) : null;
        if (outcome == null) {
          outcome = await(SelectionKey.OP_READ, begun.deadlineNs);
          if (outcome == null) {
            readings.add(begun);
          }
        }
      }
    }
    tell(begun.reply, outcome);
  }

  /** Nobody waits for what was to be read there any more. */
  public void forget(Reply<?> reply) {
    boolean isFirst;
    synchronized (this) {
      isFirst = readings.peek() != null && readings.peek().reply == reply;
      readings.takeIf(reading -> reading.reply == reply);
    }
    if (isFirst) {
      readReady(); // what has come for it may be enough for the next one
    }
  }

  /** Null, or why that cannot be waited for. */
  private NetFailure await(int operation, long deadlineNs) {
    try {
      watch(operation, deadlineNs);
      return null;
    } catch (NetFailure e) {
      return e;
    }
  }

  /** What has come of a read; null for nothing yet. */
  private static void tell(Reply<Object> reply, Object outcome) {
    if (outcome instanceof NetFailure failure) {
      reply.fail(failure);
    } else if (outcome != null) {
      reply.succeed(outcome == Part.END ? null : outcome);
    }
  }

  /** Under the lock: what comes of a read now, null where it has to wait. */
  private Object attempt(Reading read, boolean isToBeFilled) {
    try {
      Object outcome = read.part.take(input, isEnded);
      boolean isMore = isToBeFilled;
      // Where the socket has more than a turn, the loop comes back to it behind the others.
      for (int fills = 0; outcome == null && isMore && fills < MAX_FILLS; fills++) {
        if (read.part instanceof Parts.Some some) {
          return readSome(some.most());
        }
        isMore = fill(read.part.wanted(input));
        outcome = read.part.take(input, isEnded);
      }
      return outcome;
    } catch (IOException | RuntimeException e) {
      return NetFailure.of(name(), e);
    }
  }

  /** Under the lock, and nothing is there: what the socket has, null where that is nothing. */
  private Object readSome(int most) throws IOException {
    ByteBuffer buffer = network.borrow();
    try {
      int count = channel.read(buffer.limit(Math.min(most, buffer.capacity())));
      isEnded = count < 0;
      if (count <= 0) {
        return count < 0 ? Part.END : null;
      }
      byte[] bytes = new byte[count];
      buffer.flip().get(bytes);
      return bytes;
    } finally {
      network.giveBack(buffer);
    }
  }

  /** Under the lock: has more come; false where the socket has nothing, or nothing more ever. */
  private boolean fill(int most) throws IOException {
    ByteBuffer buffer = network.borrow();
    try {
      int count = channel.read(buffer.limit(Math.min(most, buffer.capacity())));
      isEnded = count < 0;
      if (count > 0) {
        input.append(buffer.flip());
      }
      return count > 0;
    } finally {
      network.giveBack(buffer);
    }
  }

  /** Writes all; waits until the system has taken it. */
  public void write(byte[] bytes, Reply<Connection> reply) {
    Writing begun = new Writing(ByteBuffer.wrap(bytes), deadlineNs(), reply);
    NetFailure failure = null;
    synchronized (this) {
      if (isClosed() || isShut) {
        failure = closed();
      } else {
        try {
          if (!writings.isEmpty() || !transfer(begun.rest)) {
            watch(SelectionKey.OP_WRITE, begun.deadlineNs);
            writings.add(begun);
            return;
          }
        } catch (IOException | NetFailure e) {
          failure = NetFailure.of(name(), e);
        }
      }
    }
    tellWritten(reply, failure);
  }

  private void tellWritten(Reply<Connection> reply, NetFailure failure) {
    if (failure == null) {
      reply.succeed(this);
    } else {
      reply.fail(failure);
    }
  }

  /** Under the lock: writes what the system takes, a turn at most; whether that was all. */
  private boolean transfer(ByteBuffer rest) throws IOException {
    ByteBuffer buffer = network.borrow();
    try {
      for (int left = MAX_TURN_BYTES; rest.hasRemaining() && left > 0; ) {
        int count = Math.min(rest.remaining(), buffer.clear().capacity());
        buffer.put(0, rest, rest.position(), count).limit(count);
        int written = channel.write(buffer);
        rest.position(rest.position() + written);
        left -= written;
        if (written < count) {
          break;
        }
      }
      return !rest.hasRemaining();
    } finally {
      network.giveBack(buffer);
    }
  }

  /** Tells the peer that nothing more comes; reading goes on. */
  public synchronized void shutDown() throws NetFailure {
    if (isClosed()) {
      throw closed();
    }
    isShut = true;
    try {
      channel.shutdownOutput();
    } catch (IOException e) {
      throw NetFailure.of(name(), e);
    }
  }

  @Override
  void ready(int operations) {
    if ((operations & SelectionKey.OP_CONNECT) != 0) {
      connectReady();
    }
    if ((operations & SelectionKey.OP_READ) != 0) {
      readReady();
    }
    if ((operations & SelectionKey.OP_WRITE) != 0) {
      writeReady();
    }
  }

  private void connectReady() {
    Reply<Connection> reply;
    NetFailure failure = null;
    synchronized (this) {
      if (isClosed() || opening == null) {
        return;
      }
      reply = opening.reply;
      try {
        if (!channel.finishConnect()) {
          return;
        }
        unwatch(SelectionKey.OP_CONNECT);
      } catch (IOException e) {
        failure = NetFailure.of(name(), e);
      }
      opening = null;
    }
    connected(reply, failure);
  }

  /** Does the reads that there is enough for, in their order. */
  private void readReady() {
    while (true) {
      Reading found;
      Object outcome;
      boolean isLast;
      synchronized (this) {
        if (isClosed()) {
          return;
        }
        found = readings.peek();
        if (found == null) {
          unwatch(SelectionKey.OP_READ); // until somebody reads
          return;
        }
        outcome = attempt(found, true);
        if (outcome == null) {
          return;
        }
        readings.poll();
        isLast = readings.isEmpty();
      }
      tell(found.reply, outcome);
      if (isLast) {
        return; // and goes on watching: the next read most likely waits again
      }
    }
  }

  private void writeReady() {
    while (true) {
      Writing found;
      NetFailure failure = null;
      synchronized (this) {
        if (isClosed()) {
          return;
        }
        found = writings.peek();
        if (found == null) {
          unwatch(SelectionKey.OP_WRITE);
          return;
        }
        try {
          if (!transfer(found.rest)) {
            return;
          }
        } catch (IOException e) {
          failure = NetFailure.of(name(), e);
        }
        writings.poll();
      }
      tellWritten(found.reply, failure);
    }
  }

  @Override
  Runnable expired(long nowNs) {
    Opening lateOpening = opening != null && isOver(opening.deadlineNs, nowNs) ? opening : null;
    opening = lateOpening == null ? opening : null;
    List<Reading> lateReadings = readings.takeIf(reading -> isOver(reading.deadlineNs, nowNs));
    List<Writing> lateWritings = writings.takeIf(writing -> isOver(writing.deadlineNs, nowNs));
    // Nobody knows how much of one that has begun the peer has got.
    isShut |= lateWritings.stream().anyMatch(writing -> writing.rest.position() > 0);
    List<Writing> useless = isShut ? writings.takeIf(writing -> true) : List.of();
    return () -> {
      fail(lateOpening, lateReadings, lateWritings, late());
      useless.forEach(writing -> writing.reply.fail(closed()));
      if (!lateReadings.isEmpty()) {
        readReady(); // what has come for them may be enough for the next one
      }
    };
  }

  @Override
  Runnable abandoned(NetFailure failure) {
    Opening lostOpening = opening;
    opening = null;
    List<Reading> lostReadings = readings.takeIf(reading -> true);
    List<Writing> lostWritings = writings.takeIf(writing -> true);
    return () -> fail(lostOpening, lostReadings, lostWritings, failure);
  }

  private void fail(Opening opened, List<Reading> reads, List<Writing> writes, NetFailure failure) {
    if (opened != null) {
      connected(opened.reply, failure);
    }
    reads.forEach(reading -> reading.reply.fail(failure));
    writes.forEach(writing -> writing.reply.fail(failure));
  }

  @Override
  long nextDeadlineNs() {
    long next = opening == null ? NEVER : opening.deadlineNs;
    for (Reading reading : readings.all()) {
      next = earlier(next, reading.deadlineNs);
    }
    for (Writing writing : writings.all()) {
      next = earlier(next, writing.deadlineNs);
    }
    return next;
  }
}
