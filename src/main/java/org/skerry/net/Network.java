package org.skerry.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.skerry.net.NetFailure.Kind;

/**
 * The sockets of one VM, within what is allowed. Its thread starts with the first socket. Any
 * thread; nothing here waits but {@link #close}.
 */
public final class Network implements AutoCloseable {
  /** A datagram fits. */
  static final int BUFFER_BYTES = 64 << 10;

  private static final int MAX_BUFFERS = 16;

  private final AddressRules rules;
  private final Consumer<Runnable> aside;
  private final Set<Endpoint> open = ConcurrentHashMap.newKeySet();

  /** Memory outside the Java heap that whoever reads or writes uses for a moment. */
  private final ConcurrentLinkedQueue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();

  private final AtomicInteger bufferCount = new AtomicInteger();

  /** Null until there is a socket; written once, under the lock of this. */
  private volatile SelectorLoop loop;

  private volatile boolean isClosed;

  /**
   * @param rules what is allowed
   * @param aside runs what waits for name servers on another thread
   */
  public Network(AddressRules rules, Consumer<Runnable> aside) {
    this.rules = rules;
    this.aside = aside;
  }

  /** How many sockets are open. For tests. */
  int openCount() {
    return open.size();
  }

  /** Once there is a socket. */
  SelectorLoop loop() {
    return loop;
  }

  private synchronized void start() throws IOException, NetFailure {
    if (isClosed) {
      throw new NetFailure(Kind.CLOSED, "the VM is closed");
    }
    if (loop == null) {
      loop = new SelectorLoop();
    }
  }

  ByteBuffer borrow() {
    ByteBuffer buffer = buffers.poll();
    if (buffer == null) {
      return ByteBuffer.allocateDirect(BUFFER_BYTES);
    }
    bufferCount.decrementAndGet();
    return buffer;
  }

  void giveBack(ByteBuffer buffer) {
    if (bufferCount.get() < MAX_BUFFERS) {
      bufferCount.incrementAndGet();
      buffers.add(buffer.clear());
    }
  }

  void forget(Endpoint endpoint) {
    open.remove(endpoint);
  }

  /** Keeps an endpoint, that it is closed with the VM. */
  private <T extends Endpoint> T kept(T endpoint) throws NetFailure {
    open.add(endpoint);
    if (isClosed) {
      endpoint.close();
      throw new NetFailure(Kind.CLOSED, "the VM is closed");
    }
    return endpoint;
  }

  static void close(Channel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A connection that has come in. */
  Connection accepted(SocketChannel channel) throws IOException, NetFailure {
    return kept(new Connection(this, channel, (InetSocketAddress) channel.getRemoteAddress()));
  }

  /** What is done with addresses that may be used. */
  private interface Use {
    void with(List<InetSocketAddress> addresses) throws NetFailure, IOException;
  }

  /** Does something with the addresses of a host: at once, or behind a look-up. */
  private void use(String host, int port, boolean isOwn, Use use, Consumer<NetFailure> refusal) {
    use(host, port, isOwn, use, refusal, false);
  }

  private void use(
      String host,
      int port,
      boolean isOwn,
      Use use,
      Consumer<NetFailure> refusal,
      boolean isForAll) {
    try {
      InetSocketAddress address = rules.address(host, port, isOwn);
      if (address != null) {
        use.with(List.of(address));
        return;
      }
      aside.accept(() -> useNamed(host, port, use, refusal, isForAll));
    } catch (RejectedExecutionException e) {
      refusal.accept(new NetFailure(Kind.CLOSED, "the VM is closed"));
    } catch (IOException | NetFailure | RuntimeException e) {
      refusal.accept(NetFailure.of(AddressRules.text(host, port), e));
    }
  }

  private void useNamed(
      String host, int port, Use use, Consumer<NetFailure> refusal, boolean isForAll) {
    try {
      use.with(rules.resolved(host, port, isForAll));
    } catch (IOException | NetFailure | RuntimeException | Error e) { // or nobody would be told
      refusal.accept(NetFailure.of(AddressRules.text(host, port), e));
    }
  }

  /** What is done where it is allowed. */
  public interface Allowed {
    /** On any thread; what it throws is told as a refusal. */
    void go() throws NetFailure;
  }

  /**
   * Does something where a program may talk to a host, whatever address of it is used then: for
   * those who look its name up themselves.
   */
  public void whereAllowed(String host, int port, Allowed then, Consumer<NetFailure> refusal) {
    use(host, port, false, addresses -> then.go(), refusal, true);
  }

  /**
   * Listens.
   *
   * @param host an address of this machine, a name of one, or {@code *} for all
   * @param port 0 for any that is free
   * @param backlog how many connections may wait to be accepted
   * @param reusesAddress also while the system remembers connections of one who listened before
   */
  public void listen(
      String host, int port, int backlog, boolean reusesAddress, Reply<Listener> reply) {
    Use use =
        addresses -> {
          start();
          ServerSocketChannel channel = ServerSocketChannel.open();
          Listener listener;
          try {
            listener =
                kept(new Listener(this, channel, addresses.getFirst(), backlog, reusesAddress));
          } catch (IOException | NetFailure | RuntimeException e) {
            close(channel);
            throw e;
          }
          hand(listener, reply);
        };
    use(host, port, true, use, reply::fail);
  }

  private static <T extends Endpoint> void hand(T endpoint, Reply<T> reply) {
    if (!reply.succeed(endpoint)) {
      endpoint.close();
    }
  }

  /**
   * Connects; tries the addresses of a name one after the other.
   *
   * @param timeoutNs how long that may take, and later each operation; 0 for ever
   * @return ends the attempt, where nobody waits any more; the reply may be told all the same
   */
  public Runnable connect(String host, int port, long timeoutNs, Reply<Connection> reply) {
    Attempt attempt = new Attempt(timeoutNs, reply);
    use(host, port, false, attempt::begin, reply::fail);
    return attempt::cancel;
  }

  /** Addresses that are connected to, until one answers. */
  private final class Attempt implements Reply<Connection> {
    private final long timeoutNs;
    private final long deadlineNs;
    private final Reply<Connection> reply;
    private Iterator<InetSocketAddress> addresses;
    private Connection current;
    private boolean isCancelled;

    Attempt(long timeoutNs, Reply<Connection> reply) {
      this.timeoutNs = Math.min(timeoutNs, Endpoint.MAX_NS);
      this.deadlineNs = timeoutNs == 0 ? Endpoint.NEVER : System.nanoTime() + this.timeoutNs;
      this.reply = reply;
    }

    void begin(List<InetSocketAddress> targets) throws NetFailure, IOException {
      addresses = targets.iterator();
      next();
    }

    private void next() throws NetFailure, IOException {
      start();
      SocketChannel channel = SocketChannel.open();
      Connection connection;
      try {
        connection = kept(new Connection(Network.this, channel, addresses.next()));
      } catch (IOException | NetFailure | RuntimeException e) {
        close(channel);
        throw e;
      }
      connection.timeout(timeoutNs);
      synchronized (this) {
        current = connection;
        if (isCancelled) {
          connection.close();
        }
      }
      connection.connect(deadlineNs, this);
    }

    synchronized void cancel() {
      isCancelled = true;
      if (current != null) {
        current.close();
      }
    }

    @Override
    public boolean succeed(Connection connection) {
      return reply.succeed(connection);
    }

    @Override
    public void fail(NetFailure failure) {
      boolean isOver = Endpoint.isOver(deadlineNs, System.nanoTime());
      if (isOver || isCancelled || !addresses.hasNext()) {
        reply.fail(failure);
        return;
      }
      try {
        next();
      } catch (IOException | NetFailure | RuntimeException e) {
        reply.fail(NetFailure.of("connecting", e));
      }
    }
  }

  /** Opens a UDP socket; host and port as for {@link #listen}. */
  public void open(String host, int port, Reply<UdpSocket> reply) {
    Use use =
        addresses -> {
          start();
          DatagramChannel channel = DatagramChannel.open();
          UdpSocket socket;
          try {
            socket = kept(new UdpSocket(this, channel, addresses.getFirst()));
          } catch (IOException | NetFailure | RuntimeException e) {
            close(channel);
            throw e;
          }
          hand(socket, reply);
        };
    use(host, port, true, use, reply::fail);
  }

  /** Sends a datagram; to the first address of a name. */
  public void send(UdpSocket from, String host, int port, byte[] bytes, Reply<UdpSocket> reply) {
    use(host, port, false, addresses -> from.send(bytes, addresses.getFirst(), reply), reply::fail);
  }

  /** Closes all sockets, and ends the thread. */
  @Override
  public void close() {
    SelectorLoop running;
    synchronized (this) {
      isClosed = true;
      running = loop;
    }
    open.forEach(Endpoint::close);
    if (running != null) {
      running.close();
    }
    buffers.clear();
  }
}
