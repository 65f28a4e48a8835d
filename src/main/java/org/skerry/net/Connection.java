package org.skerry.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.skerry.net.NetFailure.Kind;

/**
 * A TCP connection. One read and one write at a time; each is tried by the calling thread first,
 * and waits only where that would.
 */
public final class Connection extends Endpoint {
  /** The most bytes that are read at once, exactly, or as a line. */
  public static final int MAX_PART_BYTES = 16 << 20;

  /** A turn of one connection, so that none holds up the others or a worker for long. */
  private static final int MAX_TURN_BYTES = 256 << 10;

  /** The end of what comes, which is given as null: an empty line is another array. */
  private static final byte[] END = {};

  private enum Shape {
    SOME,
    EXACT,
    LINE
  }

  /** A read that waits. */
  private record Reading(Shape shape, int count, long deadlineNs, Reply<byte[]> reply) {}

  /** A write that waits. */
  private record Writing(ByteBuffer rest, long deadlineNs, Reply<Connection> reply) {}

  /** A connection that is being made. */
  private record Opening(long deadlineNs, Reply<Connection> reply) {}

  private final SocketChannel channel;
  private final InputBuffer input = new InputBuffer();
  private volatile InetSocketAddress peer;
  private Opening opening;
  private Reading reading;
  private Writing writing;
  private boolean isEnded;
  private boolean isShut;

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
    begin(Shape.SOME, most, reply);
  }

  /**
   * Reads so many bytes; null where the end comes before the first.
   *
   * @param count from 1 to {@link #MAX_PART_BYTES}
   */
  public void readExactly(int count, Reply<byte[]> reply) {
    begin(Shape.EXACT, count, reply);
  }

  /**
   * Reads up to a line feed, and gives that without it and a carriage return before; what is left
   * at the end is a line, too; null at the end.
   *
   * @param most from 1 to {@link #MAX_PART_BYTES}: how long a line may be
   */
  public void readLine(int most, Reply<byte[]> reply) {
    begin(Shape.LINE, most, reply);
  }

  private void begin(Shape shape, int count, Reply<byte[]> reply) {
    Reading begun = new Reading(shape, count, deadlineNs(), reply);
    Object outcome;
    synchronized (this) {
      if (isClosed()) {
        outcome = closed();
      } else {
        // Who is watched for has nothing to read just now, or the loop will find it.
        outcome = attempt(begun, !isWatched(SelectionKey.OP_READ));
        if (outcome == null) {
          outcome = await(SelectionKey.OP_READ, begun.deadlineNs);
          reading = outcome == null ? begun : null;
        }
      }
    }
    tell(reply, outcome);
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

  /** What has come of a read: bytes, a failure, or null for nothing yet. */
  private static void tell(Reply<byte[]> reply, Object outcome) {
    switch (outcome) {
      case null -> {}
      case NetFailure failure -> reply.fail(failure);
      case byte[] bytes -> reply.succeed(bytes == END ? null : bytes);
      default -> throw new IllegalStateException("an outcome is bytes or a failure");
    }
  }

  /** Under the lock: what comes of a read now, null where it has to wait. */
  private Object attempt(Reading read, boolean isToBeFilled) {
    try {
      Object outcome = taken(read);
      for (boolean isMore = isToBeFilled; outcome == null && isMore; ) {
        if (read.shape == Shape.SOME) {
          return readSome(read.count);
        }
        isMore = fill(read.shape == Shape.EXACT ? read.count - input.length() : Integer.MAX_VALUE);
        outcome = taken(read);
      }
      return outcome;
    } catch (IOException e) {
      return NetFailure.of(name(), e);
    }
  }

  /** Under the lock: what has come already is enough for it, or too much; null where it is not. */
  private Object taken(Reading read) {
    int length = input.length();
    if (length == 0 && isEnded) {
      return END;
    }
    switch (read.shape) {
      case SOME -> {
        return length == 0 ? null : input.take(Math.min(length, read.count));
      }
      case EXACT -> {
        if (length >= read.count) {
          return input.take(read.count);
        }
        return isEnded
            ? new NetFailure(
                Kind.END, name() + ": " + length + " bytes of " + read.count + ", and the end")
            : null;
      }
      case LINE -> {
        int line = input.lineLength();
        if (line < 0 && isEnded && length <= read.count) {
          return input.take(length);
        }
        if (line > read.count || line < 0 && length > read.count) {
          return new NetFailure(
              Kind.TOO_LARGE, name() + ": a line of more than " + read.count + " bytes");
        }
        return line < 0 ? null : input.takeLine(line);
      }
    }
    return null;
  }

  /** Under the lock, and nothing is there: what the socket has, null where that is nothing. */
  private Object readSome(int most) throws IOException {
    ByteBuffer buffer = network.borrow();
    try {
      int count = channel.read(buffer.limit(Math.min(most, buffer.capacity())));
      isEnded = count < 0;
      if (count <= 0) {
        return count < 0 ? END : null;
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
          if (!transfer(begun.rest)) {
            writing = begun;
            watch(SelectionKey.OP_WRITE, begun.deadlineNs);
            return;
          }
        } catch (IOException | NetFailure e) {
          failure = NetFailure.of(name(), e);
          writing = null;
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

  private void readReady() {
    Reading found;
    Object outcome;
    synchronized (this) {
      if (isClosed()) {
        return;
      }
      found = reading;
      if (found == null) {
        unwatch(SelectionKey.OP_READ); // until somebody reads
        return;
      }
      outcome = attempt(found, true);
      reading = outcome == null ? found : null;
    }
    tell(found.reply, outcome);
  }

  private void writeReady() {
    Writing found;
    NetFailure failure = null;
    synchronized (this) {
      if (isClosed()) {
        return;
      }
      found = writing;
      try {
        if (found != null && !transfer(found.rest)) {
          return;
        }
      } catch (IOException e) {
        failure = NetFailure.of(name(), e);
      }
      writing = null;
      unwatch(SelectionKey.OP_WRITE);
    }
    if (found != null) {
      tellWritten(found.reply, failure);
    }
  }

  @Override
  Runnable expired(long nowNs) {
    Opening lateOpening = opening != null && isOver(opening.deadlineNs, nowNs) ? opening : null;
    Reading lateReading = reading != null && isOver(reading.deadlineNs, nowNs) ? reading : null;
    Writing lateWriting = writing != null && isOver(writing.deadlineNs, nowNs) ? writing : null;
    opening = lateOpening == null ? opening : null;
    reading = lateReading == null ? reading : null;
    if (lateWriting != null) {
      writing = null;
      isShut = true; // nobody knows how much of it the peer has got
    }
    return () -> fail(lateOpening, lateReading, lateWriting, late());
  }

  @Override
  Runnable abandoned(NetFailure failure) {
    Opening lostOpening = opening;
    Reading lostReading = reading;
    Writing lostWriting = writing;
    opening = null;
    reading = null;
    writing = null;
    return () -> fail(lostOpening, lostReading, lostWriting, failure);
  }

  private void fail(Opening opened, Reading read, Writing written, NetFailure failure) {
    if (opened != null) {
      connected(opened.reply, failure);
    }
    if (read != null) {
      read.reply.fail(failure);
    }
    if (written != null) {
      written.reply.fail(failure);
    }
  }

  @Override
  long nextDeadlineNs() {
    long next = opening == null ? NEVER : opening.deadlineNs;
    next = reading == null ? next : earlier(next, reading.deadlineNs);
    return writing == null ? next : earlier(next, writing.deadlineNs);
  }
}
