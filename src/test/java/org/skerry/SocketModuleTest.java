package org.skerry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TCP, over loopback, with peers that are programs and peers that are Java's. */
@Timeout(120)
class SocketModuleTest {
  private static final String PROGRAM =
      """
      module net
      import tcp.listen(r, i, r) -> r
      import tcp.accept(r) -> r
      import tcp.connect(r, i, r) -> r
      import tcp.read(r, i) -> r
      import tcp.read_exactly(r, i) -> r
      import tcp.read_line(r, i) -> r
      import tcp.write(r, r) -> r
      import tcp.shutdown(r) -> r
      import tcp.close(r) -> r
      import tcp.local(r) -> r
      import tcp.peer(r) -> r
      import tcp.set(r, r, r) -> r
      import tcp.give(r, r) -> r

      ; Serves each connection with a closure of it; says at which port.
      export function serve(r to, r body) -> r
          i.const      any, 0
          r.call       listener, tcp.listen("127.0.0.1", any, nil)
          r.call       address, tcp.local(listener)
          r.tuple.get  port, address, 1
          send         to, port
          r.spawn      first, accept(listener, body)
          r.receive    never
          r.return     never
      end
      function accept(r listener, r body) -> r
          r.call       socket, tcp.accept(listener)
          r.spawn      next, accept(listener, body)
          r.call.closure done, body(socket)
          r.return     done
      end
      export function echo_server(r to) -> r
          r.closure    body, echo()
          tail.call    serve(to, body)
      end
      export function line_server(r to) -> r
          r.closure    body, echo_lines()
          tail.call    serve(to, body)
      end
      export function holding_server(r to) -> r
          r.closure    body, hold(to)
          tail.call    serve(to, body)
      end
      export function hold(r socket, r to) -> r
          send         to, :held
          r.receive    never
          r.return     never
      end
      function echo(r socket) -> r
          i.const      most, 65_536
      next:
          r.call       bytes, tcp.read(socket, most)
          r.jump.is    bytes, nil, @end
          r.call       done, tcp.write(socket, bytes)
          jump         @next
      end:
          r.call       done, tcp.write(socket, "bye")
          r.return     :closed
      end
      function echo_lines(r socket) -> r
          i.const      most, 10
      next:
          r.call       line, tcp.read_line(socket, most)
          r.jump.is    line, nil, @end
          r.tuple      sent, (line)
          r.string.from.term text, sent
          r.call       done, tcp.write(socket, text)
          jump         @next
      end:
          r.return     :closed
      end

      ; Writes, tells the end, and gives all that comes back.
      export function ask(i port, r data) -> r
          r.call       socket, tcp.connect("127.0.0.1", port, nil)
          r.call       done, tcp.write(socket, data)
          r.call       done, tcp.shutdown(socket)
          r.const      all, <<>>
          i.const      most, 7_777
      next:
          r.call       bytes, tcp.read(socket, most)
          r.jump.is    bytes, nil, @end
          r.bytes.concat all, all, bytes
          jump         @next
      end:
          r.call       again, tcp.read(socket, most)
          r.call       done, tcp.close(socket)
          r.tuple      result, (all, again)
          r.return     result
      end

      ; A connection that obeys: {:read, n}, {:exactly, n}, {:line, n}, {:write, data}, :shutdown,
      ; :close, :local, {:set, option, value}, {:give, pid}; it tells what came of each.
      export function puppet(r to, i port, r options) -> r
          r.call       socket, tcp.connect("127.0.0.1", port, options)
          tail.call    obey(to, socket)
      end
      export function listening_puppet(r to, r options) -> r
          i.const      any, 0
          r.call       listener, tcp.listen("127.0.0.1", any, options)
          r.call       address, tcp.local(listener)
          send         to, address
          tail.call    obey(to, listener)
      end
      export function bare_puppet(r to) -> r
          r.self       me
          r.tuple      hello, (:me, me)
          send         to, hello
          r.receive    socket
          send         to, :got
          tail.call    obey(to, socket)
      end
      function obey(r to, r socket) -> r
      next:
          r.receive    order
          try
            r.call     outcome, done(socket, order)
            send       to, outcome
            jump       @next
          catch error
          send         to, error
          jump         @next
      end
      function done(r socket, r order) -> r
          r.switch     order, @tuple, [:shutdown => @shutdown, :close => @close, :local => @local,
                                       :peer => @peer, :accept => @accept]
      shutdown:
          r.call       x, tcp.shutdown(socket)
          r.return     x
      close:
          r.call       x, tcp.close(socket)
          r.return     x
      local:
          r.call       x, tcp.local(socket)
          r.return     x
      peer:
          r.call       x, tcp.peer(socket)
          r.return     x
      accept:
          r.call       x, tcp.accept(socket)
          r.call       done, tcp.close(x)
          r.return     :accepted
      tuple:
          r.tuple.get  what, order, 0
          r.tuple.get  x, order, 1
          r.switch     what, @accept, [:read => @read, :exactly => @exactly, :line => @line,
                                       :write => @write, :set => @set, :give => @give, :tell => @tell]
      read:
          i.from.r     n, x
          r.call       x, tcp.read(socket, n)
          r.return     x
      exactly:
          i.from.r     n, x
          r.call       x, tcp.read_exactly(socket, n)
          r.return     x
      line:
          i.from.r     n, x
          r.call       x, tcp.read_line(socket, n)
          r.return     x
      write:
          r.call       x, tcp.write(socket, x)
          r.return     x
      set:
          r.tuple.get  value, order, 2
          r.call       x, tcp.set(socket, x, value)
          r.return     x
      give:
          r.call       given, tcp.give(socket, x)
          send         x, socket
          r.return     given
      tell:
          send         x, socket
          r.return     :ok
      end

      ; Gets a listener that is another's, and accepts once.
      export function taker(r to) -> r
          r.receive    listener
          r.call       socket, tcp.accept(listener)
          send         to, :accepted
          r.return     :taken
      end

      ; Calls of each kind, for what comes of wrong ones.
      export function listen(r host, i port, r options) -> r
          r.call       listener, tcp.listen(host, port, options)
          r.return     :listened
      end
      export function connect(r host, i port, r options) -> r
          r.call       socket, tcp.connect(host, port, options)
          r.call       peer, tcp.peer(socket)
          r.return     peer
      end
      ; Connects so often, tells that, and stays.
      export function crowd(r to, i port, i count) -> r
      next:
          r.call       socket, tcp.connect("127.0.0.1", port, nil)
          i.add        count, count, -1
          i.jump.gt    count, 0, @next
          send         to, :here
          r.receive    never
          r.return     never
      end
      """;

  @TempDir private Path folder;

  /** Messages of programs, as terms, one after the other. */
  private static final class Inbox implements AutoCloseable {
    private final HostMailbox mailbox;

    Inbox(Vm vm) {
      mailbox = vm.openMailbox();
    }

    Pid pid() {
      return mailbox.pid();
    }

    Term next() {
      Term[] found = new Term[1];
      while (mailbox.poll(message -> found[0] = message.toTerm(), 1) == 0) {
        rest();
      }
      return found[0];
    }

    @Override
    public void close() {
      mailbox.close();
    }
  }

  private Vm vm(int workers, String... addresses) throws IOException {
    Permissions.Builder allowed = Permissions.builder();
    Stream.of(addresses).forEach(allowed::net);
    return Vm.builder().workers(workers).permissions(allowed.build()).start();
  }

  private Vm local() throws IOException {
    return vm(2, "127.0.0.1:*");
  }

  private Module load(Vm vm) throws Exception {
    return vm.load(Files.writeString(folder.resolve("net.ska"), PROGRAM));
  }

  private static String failed(Vm vm, Module net, String function, Object... arguments) {
    return catchThrowableOfType(CallFailed.class, () -> vm.call(net.function(function), arguments))
        .reason()
        .toString();
  }

  private static Term order(String what, Object... more) {
    List<Object> all = new ArrayList<>();
    all.add(Term.atom(what));
    all.addAll(List.of(more));
    return Term.tuple(all.toArray());
  }

  private static ServerSocket server() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** A process with a connection, and the other side of that. */
  private record Pair(Vm vm, Pid puppet, Socket peer, Inbox inbox) implements AutoCloseable {
    Term does(Object order) {
      vm.offer(puppet, order);
      return inbox.next();
    }

    OutputStream out() throws IOException {
      return peer.getOutputStream();
    }

    InputStream in() throws IOException {
      return peer.getInputStream();
    }

    @Override
    public void close() throws IOException {
      peer.close();
      vm.kill(puppet);
    }
  }

  private static Pair pair(Vm vm, Module net, Inbox inbox) throws IOException {
    try (ServerSocket server = server()) {
      Pid puppet = vm.spawn(net.function("puppet"), inbox.pid(), server.getLocalPort(), Term.NIL);
      return new Pair(vm, puppet, server.accept(), inbox);
    }
  }

  /** For other threads' sake, until the test's time is over. */
  private static void rest() {
    Thread.yield();
    if (Thread.interrupted()) {
      throw new IllegalStateException("What the test waits for does not come.");
    }
  }

  private static void awaitSockets(long count) throws IOException {
    while (sockets() != count) {
      rest();
    }
  }

  private static long sockets() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(SocketModuleTest::isSocket).count();
    }
  }

  private static boolean isSocket(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .count();
  }

  @ParameterizedTest
  @CsvSource({"OFF, 1", "OFF, 2", "EAGER, 1", "EAGER, 2"})
  void shouldTalkBetweenTwoPrograms(JitMode jit, int workers) throws Exception {
    Permissions allowed = Permissions.builder().net("127.0.0.1:*").build();
    try (Vm serving = Vm.builder().jit(jit).workers(workers).permissions(allowed).start();
        Vm asking = Vm.builder().jit(jit).workers(workers).permissions(allowed).start();
        Inbox inbox = new Inbox(serving)) {
      serving.spawn(load(serving).function("echo_server"), inbox.pid());
      long port = inbox.next().asLong();
      Module net = load(asking);
      byte[] large = "0123456789".repeat(20_000).getBytes(UTF_8);

      assertThat(asking.call(net.function("ask"), port, "hello"))
          .isEqualTo(Term.tuple("hellobye".getBytes(UTF_8), null));
      for (int i = 0; i < 3; i++) {
        byte[] all = asking.call(net.function("ask"), port, large).asTuple().getFirst().asBytes();
        assertThat(all).startsWith(large).hasSize(large.length + 3);
      }
    }
  }

  @Test
  void shouldReadInEveryShape() throws Exception {
    try (Vm vm = local();
        Inbox inbox = new Inbox(vm);
        Pair pair = pair(vm, load(vm), inbox)) {
      pair.out().write("one\r\ntwo\n\nexact".getBytes(UTF_8));
      assertThat(pair.does(order("line", 100))).isEqualTo(Term.of("one".getBytes(UTF_8)));
      assertThat(pair.does(order("line", 3))).isEqualTo(Term.of("two".getBytes(UTF_8)));
      assertThat(pair.does(order("line", 1))).isEqualTo(Term.of(new byte[0]));
      assertThat(pair.does(order("exactly", 3))).isEqualTo(Term.of("exa".getBytes(UTF_8)));
      assertThat(pair.does(order("read", 1))).isEqualTo(Term.of("c".getBytes(UTF_8)));
      vm.offer(pair.puppet, order("exactly", 4));
      pair.out().write("x".getBytes(UTF_8));
      pair.out().write("y".getBytes(UTF_8));
      pair.out().write("z and on".getBytes(UTF_8));
      assertThat(inbox.next()).isEqualTo(Term.of("txyz".getBytes(UTF_8)));
      assertThat(pair.does(order("line", 3)).toString()).startsWith("{:net_error, :too_large,");
      pair.peer.shutdownOutput();
      assertThat(pair.does(order("line", 7))).isEqualTo(Term.of(" and on".getBytes(UTF_8)));
      assertThat(pair.does(order("line", 7)).isNil()).isTrue();
      assertThat(pair.does(order("exactly", 1)).isNil()).isTrue();
      assertThat(pair.does(order("read", 1)).isNil()).isTrue();
      assertThat(pair.does(order("write", "still"))).isEqualTo(Term.atom("ok"));
      assertThat(pair.in().readNBytes(5)).isEqualTo("still".getBytes(UTF_8));
    }
  }

  @Test
  void shouldTellAnEndWithinWhatIsReadExactly() throws Exception {
    try (Vm vm = local();
        Inbox inbox = new Inbox(vm);
        Pair pair = pair(vm, load(vm), inbox)) {
      vm.offer(pair.puppet, order("exactly", 10));
      pair.out().write("abc".getBytes(UTF_8));
      pair.peer.shutdownOutput();
      assertThat(inbox.next().toString())
          .startsWith("{:net_error, :end, ")
          .contains("3 bytes of 10");
      assertThat(pair.does(order("read", 10))).isEqualTo(Term.of("abc".getBytes(UTF_8)));
    }
  }

  @Test
  void shouldReadLongLinesInParts() throws Exception {
    String line = "a line that is long ".repeat(20_000);
    try (Vm vm = local();
        Inbox inbox = new Inbox(vm);
        Pair pair = pair(vm, load(vm), inbox)) {
      vm.offer(pair.puppet, order("line", 1_000_000));
      pair.out().write((line + "\r\nnext\n").getBytes(UTF_8));
      assertThat(inbox.next().asBytes()).isEqualTo(line.getBytes(UTF_8));
      assertThat(pair.does(order("line", 4))).isEqualTo(Term.of("next".getBytes(UTF_8)));
    }
  }

  @Test
  void shouldCloseItsHalf() throws Exception {
    try (Vm vm = local();
        Inbox inbox = new Inbox(vm);
        Pair pair = pair(vm, load(vm), inbox)) {
      assertThat(pair.does(order("write", "all"))).isEqualTo(Term.atom("ok"));
      assertThat(pair.does(Term.atom("shutdown"))).isEqualTo(Term.atom("ok"));
      assertThat(pair.in().readAllBytes()).isEqualTo("all".getBytes(UTF_8));
      assertThat(pair.does(order("write", "more")).toString()).startsWith("{:net_error, :closed,");
      pair.out().write("heard".getBytes(UTF_8));
      assertThat(pair.does(order("read", 99))).isEqualTo(Term.of("heard".getBytes(UTF_8)));
      assertThat(pair.does(Term.atom("close"))).isEqualTo(Term.atom("ok"));
      assertThat(pair.does(Term.atom("close"))).isEqualTo(Term.atom("ok"));
      assertThat(pair.does(order("read", 1)).toString()).startsWith("{:bad_argument,");
    }
  }

  @Test
  void shouldTellOfAReset() throws Exception {
    try (Vm vm = local();
        Inbox inbox = new Inbox(vm);
        Pair pair = pair(vm, load(vm), inbox)) {
      // Or the reset may come before the puppet knows that it is connected.
      assertThat(pair.does(Term.atom("local")).toString()).startsWith("{\"127.0.0.1\"");
      vm.offer(pair.puppet, order("read", 1));
      pair.peer.setSoLinger(true, 0);
      pair.peer.close();
      assertThat(inbox.next().toString()).startsWith("{:net_error, :reset, \"127.0.0.1:");
      Term written = pair.does(order("write", "x"));
      assertThat(written.toString()).startsWith("{:net_error, :reset,");
    }
  }

  @Test
  void shouldWaitForASlowReaderAndHoldNobodyElseUp() throws Exception {
    byte[] large = new byte[12 << 20];
    for (int i = 0; i < large.length; i++) {
      large[i] = (byte) (i * 31 >> 7);
    }
    try (Vm vm = vm(1, "127.0.0.1:*");
        Inbox inbox = new Inbox(vm)) {
      Module net = load(vm);
      try (Pair pair = pair(vm, net, inbox);
          Pair other = pair(vm, net, inbox)) {
        vm.offer(pair.puppet, order("write", large));
        for (int i = 0; i < 100; i++) {
          assertThat(other.does(order("write", "beside"))).isEqualTo(Term.atom("ok"));
        }
        assertThat(pair.in().readNBytes(large.length)).isEqualTo(large);
        assertThat(inbox.next()).isEqualTo(Term.atom("ok"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"read", "exactly", "line"})
  void shouldEndAReadInTime(String shape) throws Exception {
    try (Vm vm = local();
        Inbox inbox = new Inbox(vm);
        Pair pair = pair(vm, load(vm), inbox)) {
      pair.does(order("set", Term.atom("timeout"), 20_000_000));
      for (int i = 0; i < 3; i++) {
        long beginNs = System.nanoTime();
        assertThat(pair.does(order(shape, 9)).toString()).startsWith("{:net_error, :timeout, ");
        assertThat(System.nanoTime() - beginNs).isGreaterThanOrEqualTo(20_000_000);
      }
      pair.does(order("set", Term.atom("timeout"), Term.NIL));
      vm.offer(pair.puppet, order(shape, 9));
      pair.out().write("123456789\n".getBytes(UTF_8));
      assertThat(inbox.next()).isEqualTo(Term.of("123456789".getBytes(UTF_8)));
    }
  }

  @Test
  void shouldKeepWhatCameBeforeATimeWasOver() throws Exception {
    try (Vm vm = local();
        Inbox inbox = new Inbox(vm);
        Pair pair = pair(vm, load(vm), inbox)) {
      pair.does(order("set", Term.atom("timeout"), 20_000_000));
      pair.out().write("ab".getBytes(UTF_8));
      assertThat(pair.does(order("exactly", 4)).toString()).contains(":timeout");
      pair.out().write("cd".getBytes(UTF_8));
      assertThat(pair.does(order("exactly", 4))).isEqualTo(Term.of("abcd".getBytes(UTF_8)));
    }
  }

  @Test
  void shouldEndAWriteInTimeAndWriteNoMore() throws Exception {
    try (Vm vm = local();
        Inbox inbox = new Inbox(vm);
        Pair pair = pair(vm, load(vm), inbox)) {
      pair.does(order("set", Term.atom("timeout"), 20_000_000));
      assertThat(pair.does(order("write", new byte[12 << 20])).toString()).contains(":timeout");
      assertThat(pair.does(order("write", "x")).toString()).startsWith("{:net_error, :closed,");
    }
  }

  @Test
  void shouldEndAcceptingAndConnectingInTime() throws Exception {
    try (Vm vm = local();
        Inbox inbox = new Inbox(vm);
        FullListener full = new FullListener()) {
      Module net = load(vm);
      Term options = Term.of(java.util.Map.of(Term.atom("timeout"), 20_000_000));
      Pid listening = vm.spawn(net.function("listening_puppet"), inbox.pid(), options);
      inbox.next();
      vm.offer(listening, Term.atom("accept"));
      assertThat(inbox.next().toString()).startsWith("{:net_error, :timeout, \"127.0.0.1:");

      assertThat(failed(vm, net, "connect", "127.0.0.1", full.port(), options))
          .isEqualTo("{:net_error, :timeout, \"127.0.0.1:" + full.port() + "\"}");
    }
  }

  /** Nobody connects here any more: the system does not answer. */
  private static final class FullListener implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<SocketChannel> clients = new ArrayList<>();

    FullListener() throws IOException {
      InetSocketAddress address = (InetSocketAddress) server.getLocalSocketAddress();
      for (int i = 0; i < 8; i++) {
        SocketChannel client = SocketChannel.open();
        client.configureBlocking(false);
        client.connect(address);
        clients.add(client);
      }
    }

    int port() {
      return server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      for (SocketChannel client : clients) {
        client.close();
      }
      server.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"accept", "connect", "read", "exactly", "line", "write", "idle"})
  void shouldCloseWhatAKilledProcessHas(String state) throws Exception {
    try (Vm vm = local();
        Inbox inbox = new Inbox(vm);
        FullListener full = new FullListener();
        ServerSocket server = server()) {
      Module net = load(vm);
      long before = sockets();
      Pid victim;
      Socket peer = null;
      switch (state) {
        case "accept" -> {
          victim = vm.spawn(net.function("listening_puppet"), inbox.pid(), Term.NIL);
          inbox.next();
          vm.offer(victim, Term.atom("accept"));
          awaitSockets(before + 1);
        }
        case "connect" -> {
          victim = vm.spawn(net.function("puppet"), inbox.pid(), full.port(), Term.NIL);
          awaitSockets(before + 1);
        }
        default -> {
          victim = vm.spawn(net.function("puppet"), inbox.pid(), server.getLocalPort(), Term.NIL);
          peer = server.accept();
          Object argument = state.equals("write") ? new byte[12 << 20] : 9;
          if (!state.equals("idle")) {
            vm.offer(victim, order(state, argument));
          }
          awaitSockets(before + 2);
        }
      }
      vm.processes().info(victim); // it has begun to wait
      vm.kill(victim);
      if (peer != null) {
        peer.getInputStream().readAllBytes(); // to the end, or this waits
        peer.close();
      }
      awaitSockets(before);
      assertThat(vm.call(net.function("ask"), echo(vm, net, inbox), "x").asTuple()).hasSize(2);
    }
  }

  private static long echo(Vm vm, Module net, Inbox inbox) {
    vm.spawn(net.function("echo_server"), inbox.pid());
    return inbox.next().asLong();
  }

  @Test
  void shouldLeaveNothingWhenTheVmCloses() throws Exception {
    int count = 1_000;
    long before = sockets();
    long threadsBefore = threads("skerry-net");
    Vm vm = local();
    Inbox inbox = new Inbox(vm);
    Module net = load(vm);
    vm.spawn(net.function("holding_server"), inbox.pid());
    long port = inbox.next().asLong();
    vm.spawn(net.function("crowd"), inbox.pid(), port, count);
    for (int held = 0, here = 0; held < count || here < 1; ) {
      if (inbox.next().isAtom("held")) {
        held++;
      } else {
        here++;
      }
    }
    assertThat(sockets()).isEqualTo(before + 2 * count + 1);
    assertThat(threads("skerry-net")).isEqualTo(threadsBefore + 1);

    vm.close();

    assertThat(sockets()).isEqualTo(before);
    assertThat(threads("skerry-net")).isEqualTo(threadsBefore);
  }

  @Test
  void shouldMoveAConnectionToAnotherProcess() throws Exception {
    try (Vm vm = local();
        Inbox inbox = new Inbox(vm)) {
      Module net = load(vm);
      long before = sockets();
      try (Pair pair = pair(vm, net, inbox)) {
        vm.spawn(net.function("bare_puppet"), inbox.pid());
        Pid receiver = inbox.next().asTuple().get(1).asPid();
        pair.out().write("line\nrest".getBytes(UTF_8));
        assertThat(pair.does(order("line", 9))).isEqualTo(Term.of("line".getBytes(UTF_8)));

        vm.offer(pair.puppet, order("give", receiver));
        List<Term> told = List.of(inbox.next(), inbox.next());

        assertThat(told).containsExactlyInAnyOrder(Term.atom("got"), Term.atom("ok"));
        assertThat(pair.does(Term.atom("close")).toString()).startsWith("{:bad_argument,");
        assertThat(pair.does(order("give", pair.puppet)).toString()).startsWith("{:bad_argument,");
        vm.offer(receiver, order("read", 9));
        assertThat(inbox.next()).isEqualTo(Term.of("rest".getBytes(UTF_8)));
        vm.kill(pair.puppet);
        vm.offer(receiver, order("write", "mine"));
        assertThat(inbox.next()).isEqualTo(Term.atom("ok"));
        vm.kill(receiver);
        assertThat(pair.in().readAllBytes()).isEqualTo("mine".getBytes(UTF_8));
      }
      awaitSockets(before);
    }
  }

  @Test
  void shouldCloseWhatWasGivenToAProcessThatNeverLooked() throws Exception {
    try (Vm vm = local();
        Inbox inbox = new Inbox(vm)) {
      Module net = load(vm);
      long before = sockets();
      try (Pair pair = pair(vm, net, inbox)) {
        Pid never = vm.spawn(net.function("hold"), Term.NIL, inbox.pid());
        assertThat(inbox.next()).isEqualTo(Term.atom("held"));
        assertThat(pair.does(order("give", never))).isEqualTo(Term.atom("ok"));
        vm.kill(pair.puppet);
        vm.kill(never);
        assertThat(pair.in().readAllBytes()).isEmpty();
      }
      awaitSockets(before);
    }
  }

  @Test
  void shouldKeepWhatCannotBeGiven() throws Exception {
    try (Vm vm = local();
        Inbox inbox = new Inbox(vm);
        Pair pair = pair(vm, load(vm), inbox)) {
      Pid gone = vm.spawn(vm.module("net").function("bare_puppet"), inbox.pid());
      inbox.next();
      vm.kill(gone);
      while (vm.isAlive(gone)) {
        rest();
      }
      assertThat(pair.does(order("give", gone)).toString())
          .startsWith("{:net_error, :no_process, ");
      assertThat(pair.does(order("give", 1)).toString()).startsWith("{:bad_argument,");
      assertThat(pair.does(order("write", "kept"))).isEqualTo(Term.atom("ok"));
      assertThat(pair.in().readNBytes(4)).isEqualTo("kept".getBytes(UTF_8));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldLoseNothingWhereEitherSideOfAMoveIsKilled(boolean isGiver) throws Exception {
    try (Vm vm = local()) {
      Module net = load(vm);
      long before = sockets();
      for (int i = 0; i < 200; i++) {
        try (Inbox inbox = new Inbox(vm);
            Pair pair = pair(vm, net, inbox)) {
          Pid receiver = vm.spawn(net.function("bare_puppet"), inbox.pid());
          assertThat(inbox.next().type()).isEqualTo(TermType.TUPLE);
          vm.offer(pair.puppet, order("give", receiver));
          vm.kill(isGiver ? pair.puppet : receiver);
          vm.processes().monitor(isGiver ? pair.puppet : receiver).toCompletableFuture().join();
          vm.kill(isGiver ? receiver : pair.puppet);
          pair.in().readAllBytes(); // to the end, or this waits
        }
      }
      awaitSockets(before);
    }
  }

  @Test
  void shouldShareAListener() throws Exception {
    try (Vm vm = local();
        Inbox inbox = new Inbox(vm)) {
      Module net = load(vm);
      Pid owner = vm.spawn(net.function("listening_puppet"), inbox.pid(), Term.NIL);
      int port = (int) inbox.next().asTuple().get(1).asLong();
      List<Pid> others = new ArrayList<>();
      vm.offer(owner, Term.tuple(Term.atom("set"), Term.atom("timeout"), 60_000_000_000L));
      assertThat(inbox.next()).isEqualTo(Term.atom("ok"));
      for (int i = 0; i < 3; i++) {
        others.add(vm.spawn(net.function("taker"), inbox.pid()));
      }
      for (Pid other : others) {
        vm.offer(owner, order("tell", other));
        assertThat(inbox.next()).isEqualTo(Term.atom("ok"));
      }
      for (int i = 0; i < 3; i++) {
        try (Socket peer = new Socket(InetAddress.getLoopbackAddress(), port)) {
          assertThat(inbox.next()).isEqualTo(Term.atom("accepted"));
          assertThat(peer.getInputStream().readAllBytes()).isEmpty();
        }
      }
    }
  }

  @Test
  void shouldLetOthersReadAndWriteInTurn() throws Exception {
    try (Vm vm = local();
        Inbox inbox = new Inbox(vm);
        Inbox others = new Inbox(vm)) {
      Module net = load(vm);
      try (Pair pair = pair(vm, net, inbox)) {
        List<Pid> users = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          users.add(vm.spawn(net.function("bare_puppet"), others.pid()));
          others.next();
          assertThat(pair.does(order("tell", users.get(i)))).isEqualTo(Term.atom("ok"));
          assertThat(others.next()).isEqualTo(Term.atom("got"));
          vm.offer(users.get(i), order("line", 100));
        }
        vm.processes().info(users.get(0)); // it waits
        vm.processes().info(users.get(1));
        vm.processes().info(users.get(2));
        vm.kill(users.get(0)); // in the middle of a line
        pair.out().write("one\ntwo\n".getBytes(UTF_8));
        List<Term> read = List.of(others.next());
        while (vm.isAlive(users.get(0))) {
          rest();
        }
        pair.out().write("three\n".getBytes(UTF_8));
        Term second = others.next();
        assertThat(List.of(read.getFirst(), second))
            .isSubsetOf(
                Term.of("one".getBytes(UTF_8)),
                Term.of("two".getBytes(UTF_8)),
                Term.of("three".getBytes(UTF_8)));

        byte[] large = new byte[3 << 20];
        java.util.Arrays.fill(large, (byte) 'a');
        vm.offer(pair.puppet, order("write", large));
        vm.offer(users.get(1), order("write", "b".repeat(1 << 20)));
        String all = new String(pair.in().readNBytes(4 << 20), UTF_8);
        assertThat(all).matches("a+b+|b+a+"); // each in one piece
        assertThat(inbox.next()).isEqualTo(Term.atom("ok"));
        assertThat(others.next()).isEqualTo(Term.atom("ok"));
        vm.kill(pair.puppet);
        vm.offer(users.get(2), order("read", 1));
        assertThat(others.next().toString()).startsWith("{:");
      }
    }
  }

  @Test
  void shouldNameWhatIsWrong() throws Exception {
    try (Vm vm = vm(2, "*:*");
        Inbox inbox = new Inbox(vm)) {
      Module net = load(vm);
      int port;
      try (ServerSocket taken = server()) {
        port = taken.getLocalPort();
        assertThat(failed(vm, net, "listen", "127.0.0.1", port, Term.NIL))
            .isEqualTo("{:net_error, :in_use, \"127.0.0.1:" + port + "\"}");
      }
      assertThat(failed(vm, net, "listen", "192.0.2.1", 0, Term.NIL))
          .isEqualTo("{:net_error, :no_address, \"192.0.2.1:0\"}");
      assertThat(failed(vm, net, "connect", "127.0.0.1", port, Term.NIL))
          .isEqualTo("{:net_error, :refused, \"127.0.0.1:" + port + "\"}");
      assertThat(failed(vm, net, "connect", "no.such.host.invalid", 1, Term.NIL))
          .isEqualTo("{:net_error, :unknown_host, \"no.such.host.invalid:1\"}");
      assertThat(failed(vm, net, "connect", 1, 1, Term.NIL)).startsWith("{:bad_argument,");
      assertThat(failed(vm, net, "connect", "", 1, Term.NIL)).startsWith("{:bad_argument,");
      assertThat(failed(vm, net, "connect", "127.0.0.1", 65_536, Term.NIL))
          .startsWith("{:bad_argument,");
      assertThat(failed(vm, net, "connect", "127.0.0.1", -1, Term.NIL))
          .startsWith("{:bad_argument,");
      assertThat(failed(vm, net, "listen", "127.0.0.1", 0, Term.atom("fast")))
          .startsWith("{:bad_argument,");
      for (String name : new String[] {"fast", "timeout", "backlog", "reuse"}) {
        Term options = Term.of(java.util.Map.of(Term.atom(name), -1));
        assertThat(failed(vm, net, "listen", "127.0.0.1", 0, options))
            .startsWith("{:bad_argument,");
      }
      try (Pair pair = pair(vm, net, inbox)) {
        for (long wrong : new long[] {0, -1, (16 << 20) + 1, Long.MAX_VALUE}) {
          assertThat(pair.does(order("read", wrong)).toString()).startsWith("{:bad_argument,");
        }
        assertThat(pair.does(order("write", 1)).toString()).startsWith("{:bad_argument,");
        assertThat(pair.does(Term.atom("accept")).toString()).startsWith("{:bad_argument,");
        assertThat(pair.does(order("set", Term.atom("nodelay"), false))).isEqualTo(Term.atom("ok"));
        assertThat(pair.does(order("set", Term.atom("keepalive"), true)))
            .isEqualTo(Term.atom("ok"));
        assertThat(pair.does(order("set", Term.atom("linger"), 1)).toString())
            .startsWith("{:bad_argument,");
        assertThat(pair.does(Term.atom("peer")))
            .isEqualTo(Term.tuple("127.0.0.1", pair.peer.getLocalPort()));
        assertThat(pair.does(Term.atom("local")))
            .isEqualTo(Term.tuple("127.0.0.1", pair.peer.getPort()));
      }
    }
  }

  @Test
  void shouldHaveNoSocketsInASimulation() throws Exception {
    try (Vm vm = Vm.builder().seed(1).permissions(Permissions.ALL).start()) {
      Module net = load(vm);
      assertThat(failed(vm, net, "listen", "127.0.0.1", 0, Term.NIL))
          .startsWith("{:net_error, :simulated, ");
      assertThat(failed(vm, net, "connect", "127.0.0.1", 1, Term.NIL))
          .startsWith("{:net_error, :simulated, ");
    }
  }

  @Test
  void shouldCallAProcessThatWaitsForAPeerAliveAndAwaiting() throws Exception {
    try (Vm vm = local();
        Inbox inbox = new Inbox(vm)) {
      Module net = load(vm);
      CallFailed late =
          catchThrowableOfType(
              CallFailed.class,
              () -> vm.call(net.function("echo_server"), Duration.ofMillis(20), inbox.pid()));
      assertThat(late.kind()).isEqualTo(CallFailed.Kind.TIMEOUT);
    }
  }
}
