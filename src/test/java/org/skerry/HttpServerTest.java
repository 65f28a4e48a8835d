package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Module {@code http}: what a server answers to what is sent to it, byte by byte. */
class HttpServerTest {
  private static final String HOST = "Host: here\r\n";
  private static final int PATIENCE_MS = 60_000;

  private Vm vm;
  private int port;

  @BeforeEach
  void start() throws Exception {
    vm =
        Vm.builder()
            .workers(2)
            .permissions(Permissions.builder().net("127.0.0.1:*").build())
            .start();
    Module server = vm.load(Path.of("src/test/resources/http/server.ska"));
    port = (int) vm.call(server.function("start")).asLong();
  }

  @AfterEach
  void close() {
    vm.close();
  }

  /** Sends something and no more, and gives all that comes; without what tells the time. */
  private String answers(String sent) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      return rest(socket);
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }

  private static String rest(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
        .replaceAll("Date: [A-Z][a-z]{2}, [^\r]* GMT\r\n", "");
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n";
  }

  private static String ok(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  @Test
  void shouldAnswerRequestsInOrder() throws IOException {
    assertThat(answers(get("/method") + get("/nothing") + get("/a%20b/?x=1&y&z=%C3%A9")))
        .isEqualTo(
            ok("GET")
                + "HTTP/1.1 204 No Content\r\n\r\n"
                + ok("{\"/a b/\", %{\"x\" => \"1\", \"y\" => \"\", \"z\" => \"Ã©\"}}"));
  }

  @Test
  void shouldTakeARequestThatComesByteByByte() throws IOException {
    try (Socket socket = connect()) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      String request = "POST /echo HTTP/1.1\r\n" + HOST + "Content-Length: 5\r\n\r\nhello";
      for (byte each : request.getBytes(StandardCharsets.ISO_8859_1)) {
        out.write(each);
        out.flush();
      }
      socket.shutdownOutput();
      assertThat(rest(socket))
          .isEqualTo(
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello");
    }
  }

  @Test
  void shouldTakeABodyInChunks() throws IOException {
    String chunks = "3\r\nabc\r\n5;extension=1\r\ndefgh\r\n0\r\nTrailer: x\r\n\r\n";
    String sent = "POST /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n" + chunks;
    assertThat(answers(sent + get("/method"))).contains("\r\n\r\nabcdefghHTTP/1.1").endsWith("GET");
  }

  @Test
  void shouldLetAPeerSendABodyThatItAsksFor() throws IOException {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      String head = "POST /echo HTTP/1.1\r\n" + HOST + "Expect: 100-continue\r\nContent-Length: 2";
      out.write((head + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
      String go = "HTTP/1.1 100 Continue\r\n\r\n";
      assertThat(new String(socket.getInputStream().readNBytes(go.length()))).isEqualTo(go);
      out.write("ok".getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      assertThat(rest(socket)).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\nok");
    }
  }

  @Test
  void shouldSendPartsAsChunks() throws IOException {
    String streamed = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    assertThat(answers(get("/parts") + get("/method")))
        .isEqualTo(streamed + "4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n" + ok("GET"));
    assertThat(answers("HEAD /parts HTTP/1.1\r\n" + HOST + "\r\n")).isEqualTo(streamed);
    assertThat(answers("GET /parts HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"))
        .isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\none two");
  }

  @Test
  void shouldSendNoBodyForHead() throws IOException {
    assertThat(answers("HEAD /method HTTP/1.1\r\n" + HOST + "\r\n"))
        .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
  }

  @Test
  void shouldKeepTheConnectionAsThePeerSays() throws IOException {
    String closing = "GET /method HTTP/1.1\r\n" + HOST + "Connection: x, Close\r\n\r\n";
    String closed = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nGET";
    assertThat(answers(closing + get("/method"))).isEqualTo(closed);
    assertThat(answers("GET /method HTTP/1.0\r\n\r\n" + get("/method"))).isEqualTo(closed);
    String old = "GET /method HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n";
    assertThat(answers(old + old)).isEqualTo(closed.replace("close", "keep-alive").repeat(2));
    assertThat(answers(get("/close") + get("/method")))
        .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlast");
  }

  @Test
  void shouldJoinHeadersOfAName() throws IOException {
    assertThat(answers("GET /header HTTP/1.1\r\nx-TEST: a\r\n" + HOST + "X-Test:  b \r\n\r\n"))
        .isEqualTo(ok("a, b"));
    assertThat(answers(get("/pairs")))
        .isEqualTo(
            "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "/twice, first",
    "/split, '{:bad_argument, \"no value of a header, of X\"}'",
    "/length, '{:bad_argument, \"that header is not for programs to set: Content-Length\"}'",
    "/status, '{:bad_argument, \"a status is from 200 to 599, not 99\"}'",
    "/unasked, '{:bad_state, \"a request waits to be answered\"}'",
  })
  void shouldRefuseAnswersThatAreNone(String target, String body) throws IOException {
    assertThat(answers(get(target) + get("/method"))).isEqualTo(ok(body) + ok("GET"));
  }

  /** A program that decides by the target must see all of it. */
  @ParameterizedTest
  @CsvSource({
    "//x/y, '{\"//x/y\", %{}}'",
    "http://b/x?y=z, '{\"/x\", %{\"y\" => \"z\"}}'",
    "*, '{\"*\", %{}}'",
  })
  void shouldTakeEveryFormOfTarget(String target, String parsed) throws IOException {
    assertThat(answers(get(target))).isEqualTo(ok(parsed));
  }

  @Test
  void shouldGiveATargetAsItWasSent() throws IOException {
    for (String target : new String[] {"//raw/y", "http://raw/y?z", "raw:1"}) {
      assertThat(answers("TARGET " + target + " HTTP/1.1\r\n" + HOST + "\r\n"))
          .isEqualTo(ok(target));
    }
  }

  /** What two servers might understand differently is refused, and nothing behind it is read. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /method\r\n\r\n",
        "GET\r\n\r\n",
        " GET /method HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /method HTTP/1.1\r\n\r\n",
        "GET /method HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /method HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
        "GET /method HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n",
        "GET /method HTTP/1.1\r\nHost: a\r\nX: b\r\n continued\r\n\r\n",
        "GET /method HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n",
        "GET /method HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n",
        "G@T /method HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /method HTTP/1.1\nHost: a\r\n\r\n",
        "GET /method HTTP/1.1\r\nHost: a\nX: b\r\n\r\n",
        "GET /method HTTP/1.1\r\nHost: a\r\n\n",
        "\nGET /method HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET  /method HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /method  HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /method HTTP/1.1 \r\nHost: a\r\n\r\n",
        "GET\t/method\tHTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /me thod HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /method HTTP/01.1\r\nHost: a\r\n\r\n",
        "GET /method HTTP/1.10\r\nHost: a\r\n\r\n",
        "GET /method HTTP/+1.+1\r\nHost: a\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent Length: 2\r\n\r\nxy",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length\u0085: 2\r\n\r\nxy",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding\u00a0: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\nxy",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\nx",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\nx",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
            + "Content-Length: 1\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n+1\r\na\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n-0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;x\na\r\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\n0\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab",
        "GET /method HTTP/1.1\r\nHost: a\r\n",
        "GET /meth",
      })
  void shouldRefuseWhatIsNoRequest(String sent) throws IOException {
    assertThat(answers(sent + (sent.endsWith("\r\n\r\n") ? get("/method") : "")))
        .startsWith("HTTP/1.1 400 Bad Request\r\n")
        .contains("Connection: close\r\n")
        .doesNotContain("200 OK");
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/2.0, '', 505",
    "HTTP/1.1, 'Transfer-Encoding: gzip\r\n', 501",
    "HTTP/1.1, 'Expect: more\r\n', 417",
    "HTTP/1.1, 'Content-Length: 1001\r\n', 413",
  })
  void shouldSayWhatItDoesNotDo(String version, String fields, int status) throws IOException {
    assertThat(answers("POST /echo " + version + "\r\n" + HOST + fields + "\r\n"))
        .startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void shouldBoundWhatItReads() throws IOException {
    String chunk = "190\r\n" + "x".repeat(400) + "\r\n";
    String chunked = "POST /echo HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n";
    assertThat(answers(chunked + chunk.repeat(3) + "0\r\n\r\n")).startsWith("HTTP/1.1 413 ");
    assertThat(answers(get("/" + "x".repeat(9_000)))).startsWith("HTTP/1.1 431 ");
    assertThat(answers("GET / HTTP/1.1\r\n" + HOST + "X: y\r\n".repeat(101) + "\r\n"))
        .startsWith("HTTP/1.1 431 ");
    assertThat(answers("\r\n".repeat(20) + get("/method"))).startsWith("HTTP/1.1 431 ");
    assertThat(answers("\r\n" + get("/method"))).isEqualTo(ok("GET"));
  }

  @Test
  void shouldGoOnWhereAPeerGoesBetweenRequests() throws IOException {
    for (int times = 0; times < 50; times++) {
      try (Socket socket = connect()) {
        socket.getOutputStream().write(get("/method").getBytes(StandardCharsets.ISO_8859_1));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
        socket.setSoLinger(true, 0); // closing resets the connection
      }
    }
    assertThat(answers(get("/method"))).isEqualTo(ok("GET"));
  }
}
