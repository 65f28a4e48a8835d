package org.skerry.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.List;
import org.skerry.net.NetFailure.Kind;

/** A UDP socket. Any number receive and send, each in its turn. */
public final class UdpSocket extends Endpoint {
  /** No datagram has more. */
  public static final int MAX_BYTES = 65_507;

  /**
   * A datagram.
   *
   * @param bytes what is in it
   * @param from who sent it
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Datagram(byte[] bytes, InetSocketAddress from) {}

  private record Receiving(long deadlineNs, Reply<Datagram> reply) {}

  private record Sending(
      byte[] bytes, InetSocketAddress to, long deadlineNs, Reply<UdpSocket> reply) {}

  private final DatagramChannel channel;
  private final InetSocketAddress local;
  private final WaitLine<Receiving> receivings = new WaitLine<>();
  private final WaitLine<Sending> sendings = new WaitLine<>();

  UdpSocket(Network network, DatagramChannel channel, InetSocketAddress address)
      throws IOException {
    super(network, channel);
    this.channel = channel;
    channel.bind(address);
    local = (InetSocketAddress) channel.getLocalAddress();
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  String name() {
    return AddressRules.text(local);
  }

  /** Waits for the next datagram. */
  public void receive(Reply<Datagram> reply) {
    Receiving begun = new Receiving(deadlineNs(), reply);
    Datagram found = null;
    NetFailure failure = null;
    synchronized (this) {
      try {
        if (isClosed()) {
          throw closed();
        }
        found = isWatched(SelectionKey.OP_READ) ? null : next();
        if (found == null) {
          watch(SelectionKey.OP_READ, begun.deadlineNs);
          receivings.add(begun);
          return;
        }
      } catch (IOException | NetFailure e) {
        failure = NetFailure.of(name(), e);
      }
    }
    tell(reply, found, failure);
  }

  /** Nobody waits for what was to be received there any more. */
  public synchronized void forget(Reply<Datagram> reply) {
    receivings.takeIf(receiving -> receiving.reply == reply);
  }

  private static <T> void tell(Reply<T> reply, T value, NetFailure failure) {
    if (failure == null) {
      reply.succeed(value);
    } else {
      reply.fail(failure);
    }
  }

  /** Under the lock: a datagram that has come, or null. */
  private Datagram next() throws IOException {
    ByteBuffer buffer = network.borrow();
    try {
      InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
      if (from == null) {
        return null;
      }
      byte[] bytes = new byte[buffer.flip().remaining()];
      buffer.get(bytes);
      return new Datagram(bytes, from);
    } finally {
      network.giveBack(buffer);
    }
  }

  /**
   * Sends a datagram; waits until the system has taken it.
   *
   * @param to an address that may be sent to
   */
  void send(byte[] bytes, InetSocketAddress to, Reply<UdpSocket> reply) {
    Sending begun = new Sending(bytes, to, deadlineNs(), reply);
    NetFailure failure = null;
    synchronized (this) {
      try {
        if (isClosed()) {
          throw closed();
        } else if (bytes.length > MAX_BYTES) {
          throw new NetFailure(Kind.TOO_LARGE, AddressRules.text(to));
        } else if (!sendings.isEmpty() || !transfer(begun)) {
          watch(SelectionKey.OP_WRITE, begun.deadlineNs);
          sendings.add(begun);
          return;
        }
      } catch (IOException | RuntimeException | NetFailure e) {
        failure = NetFailure.of(AddressRules.text(to), e);
      }
    }
    tell(reply, this, failure);
  }

  /** Under the lock: whether the system takes it. */
  private boolean transfer(Sending what) throws IOException {
    ByteBuffer buffer = network.borrow();
    try {
      buffer.put(what.bytes).flip();
      return what.bytes.length == 0
          ? channel.send(ByteBuffer.wrap(what.bytes), what.to) == 0
          : channel.send(buffer, what.to) > 0;
    } finally {
      network.giveBack(buffer);
    }
  }

  @Override
  void ready(int operations) {
    if ((operations & SelectionKey.OP_READ) != 0) {
      receiveReady();
    }
    if ((operations & SelectionKey.OP_WRITE) != 0) {
      sendReady();
    }
  }

  private void receiveReady() {
    while (true) {
      Receiving waiting;
      Datagram found = null;
      NetFailure failure = null;
      boolean isLast;
      synchronized (this) {
        if (isClosed()) {
          return;
        }
        waiting = receivings.peek();
        if (waiting == null) {
          unwatch(SelectionKey.OP_READ); // until somebody receives
          return;
        }
        try {
          found = next();
          if (found == null) {
            return;
          }
        } catch (IOException e) {
          failure = NetFailure.of(name(), e);
        }
        receivings.poll();
        isLast = receivings.isEmpty();
      }
      tell(waiting.reply, found, failure);
      if (isLast) {
        return; // and goes on watching
      }
    }
  }

  private void sendReady() {
    while (true) {
      Sending waiting;
      NetFailure failure = null;
      synchronized (this) {
        if (isClosed()) {
          return;
        }
        waiting = sendings.peek();
        if (waiting == null) {
          unwatch(SelectionKey.OP_WRITE);
          return;
        }
        try {
          if (!transfer(waiting)) {
            return;
          }
        } catch (IOException | RuntimeException e) {
          failure = NetFailure.of(AddressRules.text(waiting.to), e);
        }
        sendings.poll();
      }
      tell(waiting.reply, this, failure);
    }
  }

  @Override
  Runnable expired(long nowNs) {
    return failing(
        receivings.takeIf(receiving -> isOver(receiving.deadlineNs, nowNs)),
        sendings.takeIf(sending -> isOver(sending.deadlineNs, nowNs)),
        late());
  }

  @Override
  Runnable abandoned(NetFailure failure) {
    return failing(receivings.takeIf(any -> true), sendings.takeIf(any -> true), failure);
  }

  private static Runnable failing(
      List<Receiving> receivings, List<Sending> sendings, NetFailure failure) {
    return () -> {
      receivings.forEach(receiving -> receiving.reply.fail(failure));
      sendings.forEach(sending -> sending.reply.fail(failure));
    };
  }

  @Override
  long nextDeadlineNs() {
    long next = NEVER;
    for (Receiving receiving : receivings.all()) {
      next = earlier(next, receiving.deadlineNs);
    }
    for (Sending sending : sendings.all()) {
      next = earlier(next, sending.deadlineNs);
    }
    return next;
  }
}
