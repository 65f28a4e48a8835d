package org.skerry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** UDP, over loopback. */
@Timeout(60)
class UdpModuleTest {
  private static final String PROGRAM =
      """
      module net
      import udp.open(r, i) -> r
      import udp.send(r, r, i, r) -> r
      import udp.receive(r) -> r
      import udp.close(r) -> r
      import udp.local(r) -> r
      import udp.set(r, r, r) -> r

      ; Sends what it gets back to who sent it, until that is empty.
      export function echo(r to) -> r
          i.const      any, 0
          r.call       socket, udp.open("127.0.0.1", any)
          r.call       address, udp.local(socket)
          send         to, address
      next:
          r.call       datagram, udp.receive(socket)
          r.tuple.get  bytes, datagram, 0
          r.tuple.get  host, datagram, 1
          r.tuple.get  sender, datagram, 2
          i.from.r     port, sender
          r.call       done, udp.send(socket, host, port, bytes)
          i.bytes.length length, bytes
          i.jump.gt    length, 0, @next
          r.call       done, udp.close(socket)
          r.call       datagram, udp.receive(socket)
          r.return     :never
      end
      ; Sends once, and gives the answer.
      export function ask(r host, i port, r data, r timeout) -> r
          i.const      any, 0
          r.call       socket, udp.open("127.0.0.1", any)
          r.call       done, udp.set(socket, :timeout, timeout)
          r.call       done, udp.send(socket, host, port, data)
          r.call       answer, udp.receive(socket)
          r.tuple.get  bytes, answer, 0
          r.return     bytes
      end
      """;

  @TempDir private Path folder;

  private Vm vm(String address) {
    return Vm.builder().permissions(Permissions.builder().net(address).build()).start();
  }

  private Module load(Vm vm) throws Exception {
    return vm.load(Files.writeString(folder.resolve("net.ska"), PROGRAM));
  }

  private static String failed(Vm vm, Module net, Object... arguments) {
    return catchThrowableOfType(CallFailed.class, () -> vm.call(net.function("ask"), arguments))
        .reason()
        .toString();
  }

  @Test
  void shouldSendAndReceive() throws Exception {
    byte[] largest = new byte[65_507];
    largest[65_506] = 7;
    try (Vm vm = vm("127.0.0.1:*");
        HostMailbox mailbox = vm.openMailbox()) {
      Module net = load(vm);
      Pid echo = vm.spawn(net.function("echo"), mailbox.pid());
      long[] port = new long[1];
      while (mailbox.poll(m -> port[0] = m.toTerm().asTuple().get(1).asLong(), 1) == 0) {
        Thread.yield();
      }
      for (byte[] data : new byte[][] {"hello".getBytes(UTF_8), largest}) {
        assertThat(vm.call(net.function("ask"), "127.0.0.1", port[0], data, Term.NIL).asBytes())
            .isEqualTo(data);
      }
      assertThat(failed(vm, net, "127.0.0.1", port[0], new byte[65_508], Term.NIL))
          .startsWith("{:net_error, :too_large,");
      assertThat(vm.call(net.function("ask"), "localhost", port[0], "", Term.NIL).asBytes())
          .isEmpty();
      while (vm.isAlive(echo)) {
        Thread.yield(); // an empty datagram ends it
      }
    }
  }

  @Test
  void shouldReceiveInTimeOrNotAtAll() throws Exception {
    try (Vm vm = vm("127.0.0.1:*");
        DatagramSocket peer =
            new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      Module net = load(vm);
      assertThat(failed(vm, net, "127.0.0.1", peer.getLocalPort(), "x", 20_000_000))
          .startsWith("{:net_error, :timeout, \"127.0.0.1:");
      DatagramPacket got = new DatagramPacket(new byte[10], 10);
      peer.receive(got);
      assertThat(got.getLength()).isEqualTo(1);
    }
  }

  @Test
  void shouldSendNowhereUnlessAllowed() throws Exception {
    try (Vm vm = vm("127.0.0.1:0")) {
      Module net = load(vm);
      assertThat(failed(vm, net, "127.0.0.1", 9, "x", Term.NIL))
          .isEqualTo(
              "{:net_error, :not_permitted,"
                  + " \"127.0.0.1:9: allow it with --allow-net=127.0.0.1:9\"}");
    }
    try (Vm vm = Vm.builder().start()) {
      assertThat(failed(vm, load(vm), "127.0.0.1", 9, "x", Term.NIL))
          .startsWith("{:net_error, :not_permitted,")
          .contains("--allow-net=127.0.0.1:0");
    }
  }
}
