package org.skerry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples that serve peers do what they say. */
@Timeout(60)
class SocketExamplesTest {
  private static final int LINES = 100;

  /** An example that runs, and says where it listens. */
  private static final class Server implements AutoCloseable {
    private final Vm vm;
    private final int port;

    Server(String example) throws Exception {
      PipedOutputStream stdout = new PipedOutputStream();
      BufferedReader told =
          new BufferedReader(new InputStreamReader(new PipedInputStream(stdout), UTF_8));
      vm =
          Vm.builder()
              .arguments(List.of("0"))
              .output(stdout, System.err)
              .permissions(Permissions.builder().net("127.0.0.1:0").build())
              .start();
      vm.spawn(vm.load(Path.of("examples", example)).function("main"));
      String address = told.readLine();
      assertThat(address).startsWith("{\"127.0.0.1\", ");
      port = Integer.parseInt(address.replaceAll(".*, |}", ""));
    }

    Peer peer() throws IOException {
      return Peer.at(port);
    }

    @Override
    public void close() {
      vm.close();
    }
  }

  private record Peer(Socket socket, BufferedReader lines) implements AutoCloseable {
    static Peer at(int port) throws IOException {
      Socket socket = new Socket();
      socket.setReceiveBufferSize(16 << 10);
      socket.setSoTimeout(30_000); // the test's time-out ends no read
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return new Peer(
          socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)));
    }

    void says(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(UTF_8));
    }

    void enters(String name) throws IOException {
      says(name + "\n");
      hears("welcome, " + name + "\n");
    }

    void hears(String text) throws IOException {
      char[] heard = new char[text.length()];
      for (int at = 0, count = 0; at < heard.length && count >= 0; at += count) {
        count = lines.read(heard, at, heard.length - at);
      }
      assertThat(new String(heard)).isEqualTo(text);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void shouldEchoToManyAtOnce() throws Exception {
    try (Server server = new Server("echo.ska")) {
      List<Peer> peers = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        peers.add(server.peer());
      }
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < peers.size(); i++) {
          peers.get(i).says("number " + i + " says " + round);
        }
        for (int i = 0; i < peers.size(); i++) {
          peers.get(i).hears("number " + i + " says " + round);
        }
      }
      peers.getFirst().socket.setSoLinger(true, 0);
      for (Peer peer : peers) {
        peer.close();
      }
      try (Peer last = server.peer()) {
        last.says("x".repeat(100_000));
        last.socket.shutdownOutput();
        last.hears("x".repeat(100_000));
        assertThat(last.lines.read()).isEqualTo(-1);
      }
    }
  }

  @Test
  void shouldChat() throws Exception {
    try (Server server = new Server("chat.ska");
        Peer ann = server.peer()) {
      ann.enters("ann");
      Peer bob = server.peer();
      bob.enters("bob");
      ann.hears("bob has come\n");
      try (Peer eve = server.peer()) {
        eve.enters("eve");
        ann.hears("eve has come\n");
        bob.hears("eve has come\n");
        ann.says("hello\r\nyou\n");
        bob.hears("ann: hello\nann: you\n");
        eve.hears("ann: hello\nann: you\n");
        bob.says("bye\n");
        ann.hears("bob: bye\n");
        eve.hears("bob: bye\n");
        bob.close();
        ann.hears("bob has gone\n");
        eve.hears("bob has gone\n");
      }
      ann.hears("eve has gone\n");
    }
  }

  @Test
  void shouldSendAwayWhoDoesNotListenAndHoldUpNobody() throws Exception {
    String text = "x".repeat(900);
    try (Server server = new Server("chat.ska");
        Peer ann = server.peer();
        Peer bob = server.peer()) {
      ann.enters("ann");
      bob.enters("bob");
      ann.hears("bob has come\n");
      try (Peer deaf = server.peer()) {
        deaf.enters("deaf");
        ann.hears("deaf has come\n");
        bob.hears("deaf has come\n");
        boolean isGone = false;
        for (int i = 0; !isGone; i++) {
          ann.says(("line " + i + text + "\n").repeat(LINES));
          for (int heard = 0; heard < LINES; ) {
            String line = bob.lines.readLine();
            boolean isNews = line.equals("deaf has gone");
            isGone |= isNews;
            heard += isNews ? 0 : 1;
            assertThat(isNews || line.equals("ann: line " + i + text)).as(line).isTrue();
          }
        }
        ann.hears("deaf has gone\n");
      }
    }
  }
}
