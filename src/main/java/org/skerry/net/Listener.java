package org.skerry.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Where connections come in. Any number wait for one, and get them in the order they came in. */
public final class Listener extends Endpoint {
  private record Accepting(long deadlineNs, Reply<Connection> reply) {}

  private final ServerSocketChannel channel;
  private final InetSocketAddress local;
  private final ArrayDeque<Accepting> waiting = new ArrayDeque<>();

  /** Connections whose takers were gone in the moment that they came. */
  private final ArrayDeque<Connection> untaken = new ArrayDeque<>();

  Listener(
      Network network,
      ServerSocketChannel channel,
      InetSocketAddress address,
      int backlog,
      boolean reusesAddress)
      throws IOException {
    super(network, channel);
    this.channel = channel;
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, reusesAddress);
    channel.bind(address, backlog);
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

  /** Waits for the next connection. */
  public void accept(Reply<Connection> reply) {
    Accepting begun = new Accepting(deadlineNs(), reply);
    Connection found = null;
    NetFailure failure = null;
    synchronized (this) {
      try {
        if (isClosed()) {
          throw closed();
        }
        // Who waits already comes first.
        found = waiting.isEmpty() ? next() : null;
        if (found == null) {
          watch(SelectionKey.OP_ACCEPT, begun.deadlineNs);
          waiting.add(begun);
          return;
        }
      } catch (NetFailure e) {
        failure = e;
      }
    }
    give(reply, found, failure);
  }

  /** Nobody waits for what was to be told there any more. */
  public synchronized void forget(Reply<Connection> reply) {
    waiting.removeIf(accepting -> accepting.reply == reply);
  }

  private void give(Reply<Connection> reply, Connection found, NetFailure failure) {
    if (failure != null) {
      reply.fail(failure);
    } else if (!reply.succeed(found)) {
      giveOn(found);
    }
  }

  /** Whoever was to have it is gone: it is for the next one. */
  private void giveOn(Connection found) {
    Accepting next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null && !isClosed()) {
        untaken.add(found);
        return;
      }
    }
    if (next == null) {
      found.close();
    } else {
      give(next.reply, found, null);
    }
  }

  /** Under the lock: a connection that has come, or null. */
  private Connection next() throws NetFailure {
    Connection untakenOne = untaken.poll();
    if (untakenOne != null) {
      return untakenOne;
    }
    SocketChannel accepted = null;
    try {
      accepted = channel.accept();
      return accepted == null ? null : network.accepted(accepted);
    } catch (IOException | RuntimeException | Error e) {
      Network.close(accepted);
      throw NetFailure.of(name(), e);
    }
  }

  @Override
  void ready(int operations) {
    while (true) {
      Accepting next;
      Connection found = null;
      NetFailure failure = null;
      synchronized (this) {
        if (isClosed()) {
          return;
        }
        next = waiting.peek();
        if (next == null) {
          unwatch(SelectionKey.OP_ACCEPT); // until somebody accepts
          return;
        }
        try {
          found = next();
          if (found == null) {
            return;
          }
        } catch (NetFailure e) {
          failure = e; // it is for one of them: with no descriptor left, each has its own
        }
        waiting.remove();
      }
      give(next.reply, found, failure);
    }
  }

  @Override
  Runnable expired(long nowNs) {
    List<Accepting> late = new ArrayList<>();
    waiting.removeIf(accepting -> isOver(accepting.deadlineNs, nowNs) && late.add(accepting));
    return () -> late.forEach(accepting -> accepting.reply.fail(late()));
  }

  @Override
  Runnable abandoned(NetFailure failure) {
    List<Accepting> lost = List.copyOf(waiting);
    List<Connection> left = List.copyOf(untaken);
    waiting.clear();
    untaken.clear();
    return () -> {
      left.forEach(Connection::close);
      lost.forEach(accepting -> accepting.reply.fail(failure));
    };
  }

  @Override
  long nextDeadlineNs() {
    long next = NEVER;
    for (Accepting accepting : waiting) {
      next = earlier(next, accepting.deadlineNs);
    }
    return next;
  }
}
