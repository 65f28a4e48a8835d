package org.skerry;

import static org.skerry.SystemArguments.bad;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.skerry.net.Connection;
import org.skerry.net.Endpoint;
import org.skerry.net.Listener;
import org.skerry.net.NetFailure;
import org.skerry.net.Network;
import org.skerry.net.UdpSocket;
import org.skerry.term.TermValue;

/** The modules {@code tcp} and {@code udp} of one VM; see {@code native-notes/sockets.md}. */
final class NetModules implements AutoCloseable {
  private static final Term OK = Term.atom("ok");
  private static final int MAX_PORT = 0xFFFF;
  private static final int BACKLOG = 1024;
  private static final int MAX_BACKLOG = 65_535;

  private final Network network;
  private final boolean isSimulated;

  /** Sockets by their refs, which every process of the VM may use. */
  private final Map<Long, Endpoint> sockets = new ConcurrentHashMap<>();

  /**
   * @param isSimulated whether there are to be no sockets: who waits for one holds all others up
   * @param aside runs what waits for name servers on another thread
   */
  NetModules(Permissions permissions, boolean isSimulated, Consumer<Runnable> aside) {
    network = new Network(permissions.addresses(), aside);
    this.isSimulated = isSimulated;
  }

  @Override
  public void close() {
    network.close();
  }

  /** Its sockets. */
  Network network() {
    return network;
  }

  HostModule tcp() {
    return HostModule.builder("tcp")
        .async("listen(r host, i port, r options) -> r", this::listen)
        .async("accept(r listener) -> r", this::accept)
        .async("connect(r host, i port, r options) -> r", this::connect)
        .async("read(r socket, i most) -> r", reading(Connection::read))
        .async("read_exactly(r socket, i count) -> r", reading(Connection::readExactly))
        .async("read_line(r socket, i most) -> r", reading(Connection::readLine))
        .async("write(r socket, r data) -> r", this::write)
        .inline("shutdown(r socket) -> r", done(call -> socket(call, Connection.class).shutDown()))
        .inline("close(r socket) -> r", done(this::close))
        .inline("local(r socket) -> r", call -> local(socket(call, Endpoint.class)))
        .inline("peer(r socket) -> r", call -> address(socket(call, Connection.class).peer()))
        .inline("set(r socket, r option, r value) -> r", done(this::set))
        .inline("give(r socket, r pid) -> r", done(call -> give(call, Endpoint.class)))
        .build();
  }

  HostModule udp() {
    return HostModule.builder("udp")
        .async("open(r host, i port) -> r", this::open)
        .async("send(r socket, r host, i port, r data) -> r", this::send)
        .async("receive(r socket) -> r", this::receive)
        .inline("close(r socket) -> r", done(this::close))
        .inline("local(r socket) -> r", call -> local(socket(call, UdpSocket.class)))
        .inline("set(r socket, r option, r value) -> r", done(this::set))
        .inline("give(r socket, r pid) -> r", done(call -> give(call, UdpSocket.class)))
        .build();
  }

  private interface Command {
    void run(HostCall call) throws NetFailure;
  }

  private static HostModule.ToTerm done(Command command) {
    return call -> {
      try {
        command.run(call);
        return OK;
      } catch (NetFailure e) {
        throw NetReply.error(e);
      }
    };
  }

  private void checkNotSimulated() {
    checkNotSimulated(isSimulated);
  }

  static void checkNotSimulated(boolean isSimulated) {
    if (isSimulated) {
      throw NetReply.error(
          new NetFailure(
              NetFailure.Kind.SIMULATED,
              "there are no sockets in a simulation: run without a seed"));
    }
  }

  private CompletionStage<?> listen(HostCall call) {
    checkNotSimulated();
    SocketOptions options = SocketOptions.of(call.term(2));
    int backlog = options.backlog(BACKLOG, MAX_BACKLOG);
    NetReply<Listener> reply =
        new NetReply<>(listener -> {
          listener.timeout(options.timeoutNs());
          return handle(call, listener);
        });
    network.listen(text(call, 0), port(call, 1), backlog, options.reusesAddress(), reply);
    return reply.stage();
  }

  /**
   * A handle by which the caller has a socket, and others may use it.
   *
   * @throws CancellationException if the caller is over: the socket is left to who has made it
   */
  private Term handle(HostCall call, Endpoint socket) {
    AtomicBoolean isDecided = new AtomicBoolean();
    Term handle =
        call.handle(
            socket,
            () -> {
              if (!isDecided.compareAndSet(false, true)) {
                close(socket);
              }
            });
    if (!isDecided.compareAndSet(false, true)) {
      throw new CancellationException("The process has ended with it.");
    }
    long ref = ref(handle);
    socket.ref(ref);
    sockets.put(ref, socket);
    if (socket.isClosed()) {
      sockets.remove(ref); // its process was over before it was noted
    }
    return handle;
  }

  private void close(Endpoint socket) {
    socket.close();
    sockets.remove(socket.ref());
  }

  private static long ref(Term term) {
    return term.value() instanceof TermValue.Ref ref ? ref.word() : 0;
  }

  private CompletionStage<?> accept(HostCall call) {
    Listener listener = socket(call, Listener.class);
    NetReply<Connection> reply = new NetReply<>(accepted -> handle(call, accepted));
    listener.accept(reply);
    if (!reply.isDone()) {
      call.onCancel(() -> listener.forget(reply));
    }
    return reply.stage();
  }

  /** The socket of the first argument: the caller's own, or another process's. */
  <T extends Endpoint> T socket(HostCall call, Class<T> type) {
    Endpoint other = call.held(0) == null ? sockets.get(ref(call.term(0))) : null;
    return type.isInstance(other) ? type.cast(other) : call.object(0, type);
  }

  private CompletionStage<?> connect(HostCall call) {
    checkNotSimulated();
    SocketOptions options = SocketOptions.of(call.term(2));
    NetReply<Connection> reply = new NetReply<>(connection -> handle(call, connection));
    Runnable cancellation =
        network.connect(text(call, 0), port(call, 1), options.timeoutNs(), reply);
    if (!reply.isDone()) {
      call.onCancel(cancellation);
    }
    return reply.stage();
  }

  private interface Reading {
    void begin(Connection connection, int count, NetReply<byte[]> reply);
  }

  private HostModule.ToStage reading(Reading reading) {
    return call -> {
      Connection connection = socket(call, Connection.class);
      long count = call.asLong(1);
      if (count < 1 || count > Connection.MAX_PART_BYTES) {
        throw bad("so many bytes cannot be read at once, but 1 to 16_777_216: " + count);
      }
      NetReply<byte[]> reply = new NetReply<>(Term::read);
      reading.begin(connection, (int) count, reply);
      if (!reply.isDone()) {
        call.onCancel(() -> connection.forget(reply));
      }
      return reply.stage();
    };
  }

  private CompletionStage<?> write(HostCall call) {
    NetReply<Connection> reply = new NetReply<>(written -> OK);
    socket(call, Connection.class).write(data(call, 1), reply);
    return reply.stage();
  }

  /** What is closed already stays so. */
  private void close(HostCall call) {
    if (call.held(0) == null && sockets.containsKey(ref(call.term(0)))) {
      throw bad("argument 1 is another process's, which may close it");
    }
    call.release(0);
  }

  private static Object local(Endpoint endpoint) {
    try {
      return address(endpoint.local());
    } catch (NetFailure e) {
      throw NetReply.error(e);
    }
  }

  /** {@code {host, port}}. */
  private static Term address(InetSocketAddress address) {
    return Term.tuple(address.getAddress().getHostAddress(), address.getPort());
  }

  private void set(HostCall call) throws NetFailure {
    Endpoint endpoint = call.object(0, Endpoint.class);
    Term option = call.term(1);
    Term value = call.term(2);
    if (option.isAtom("timeout")) {
      endpoint.timeout(SocketOptions.ns(value));
    } else if (endpoint instanceof Connection connection && option.isAtom("nodelay")) {
      connection.noDelay(SocketOptions.isOn(value));
    } else if (endpoint instanceof Connection connection && option.isAtom("keepalive")) {
      connection.keepAlive(SocketOptions.isOn(value));
    } else {
      throw bad("no option of such a socket: " + option);
    }
  }

  private static void give(HostCall call, Class<? extends Endpoint> type) throws NetFailure {
    call.object(0, type);
    Term pid = call.term(1);
    if (pid.type() != TermType.PID) {
      throw bad("argument 2 is no pid: " + pid);
    }
    if (!((InlineHostCall) call).give(0, pid.asPid())) {
      throw new NetFailure(NetFailure.Kind.NO_PROCESS, pid + " is over");
    }
  }

  private CompletionStage<?> open(HostCall call) {
    checkNotSimulated();
    NetReply<UdpSocket> reply = new NetReply<>(socket -> handle(call, socket));
    network.open(text(call, 0), port(call, 1), reply);
    return reply.stage();
  }

  private CompletionStage<?> send(HostCall call) {
    NetReply<UdpSocket> reply = new NetReply<>(sent -> OK);
    network.send(socket(call, UdpSocket.class), text(call, 1), port(call, 2), data(call, 3), reply);
    return reply.stage();
  }

  /** {@code {bytes, host, port}}. */
  private CompletionStage<?> receive(HostCall call) {
    UdpSocket socket = socket(call, UdpSocket.class);
    NetReply<UdpSocket.Datagram> reply =
        new NetReply<>(got ->
            Term.tuple(
                Term.read(got.bytes()),
                got.from().getAddress().getHostAddress(),
                got.from().getPort()));
    socket.receive(reply);
    if (!reply.isDone()) {
      call.onCancel(() -> socket.forget(reply));
    }
    return reply.stage();
  }

  private static int port(HostCall call, int argument) {
    long port = call.asLong(argument);
    if (port < 0 || port > MAX_PORT) {
      throw bad("a port is 0 to 65_535, not " + port);
    }
    return (int) port;
  }

  private static String text(HostCall call, int argument) {
    Term term = call.term(argument);
    if (term.type() == TermType.STRING && !term.asString().isEmpty()) {
      return term.asString();
    }
    throw bad("argument " + (argument + 1) + " is no host: " + term);
  }

  /** Not copied: nobody else has it. */
  static byte[] data(HostCall call, int argument) {
    return switch (call.term(argument).value()) {
      case byte[] bytes -> bytes;
      case String text -> text.getBytes(StandardCharsets.UTF_8);
      case null, default ->
          throw bad(
              "argument "
                  + (argument + 1)
                  + " is neither bytes nor a string: "
                  + call.term(argument));
    };
  }
}
