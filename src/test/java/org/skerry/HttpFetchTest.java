package org.skerry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code http.fetch}, from a server of the JDK's. */
@Timeout(60)
class HttpFetchTest {
  private static final String PROGRAM =
      """
      module asker
      import http.fetch(r, r, r, r, i) -> r
      export function ask(r method, r url, r headers, r body, i ns) -> r
          r.call       answer, http.fetch(method, url, headers, body, ns)
          r.return     answer
      end
      """;

  private static final long MINUTE_NS = 60_000_000_000L;

  @TempDir private Path folder;

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch mayAnswer = new CountDownLatch(1);
  private HttpServer server;
  private Vm vm;
  private Function ask;

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", HttpFetchTest::echo);
    server.createContext(
        "/away",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "http://192.0.2.1/");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.createContext(
        "/never",
        exchange -> {
          asked.countDown();
          try {
            mayAnswer.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.createContext(
        "/endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 10);
          exchange.getResponseBody().write('x');
          exchange.getResponseBody().flush();
          asked.countDown();
          try {
            mayAnswer.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.start();
    vm = Vm.builder().permissions(Permissions.builder().net("127.0.0.1:*").build()).start();
    Path file = Files.writeString(folder.resolve("asker.ska"), PROGRAM);
    ask = vm.load(file).function("ask");
  }

  @AfterEach
  void close() {
    mayAnswer.countDown();
    vm.close();
    server.stop(0);
  }

  private static void echo(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String text =
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().getFirst("X-Test")
            + " "
            + new String(body, UTF_8);
    byte[] bytes = text.getBytes(UTF_8);
    exchange.getResponseHeaders().add("X-Answer", "one");
    exchange.getResponseHeaders().add("X-Answer", "two");
    exchange.sendResponseHeaders(201, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private Term asked(String method, String url, Object headers, Object body, long ns)
      throws Exception {
    return vm.call(ask, method, url, headers, body, ns);
  }

  private String error(String method, String url, Object headers, long ns) throws Exception {
    return catchThrowableOfType(
            CallFailed.class, () -> vm.call(ask, method, url, headers, null, ns))
        .reason()
        .toString();
  }

  @Test
  void shouldGiveStatusHeadersAndBody() throws Exception {
    Term answer = asked("POST", url("/a?b=c"), Map.of("X-Test", "t"), "body", MINUTE_NS);
    assertThat(answer.asTuple().get(0).asLong()).isEqualTo(201);
    assertThat(answer.asTuple().get(1).asMap())
        .containsEntry(Term.of("x-answer"), Term.of("one, two"));
    assertThat(new String(answer.asTuple().get(2).asBytes(), UTF_8))
        .isEqualTo("POST /a?b=c t body");
  }

  @Test
  void shouldFollowNobody() throws Exception {
    Term answer = asked("GET", url("/away"), null, null, MINUTE_NS);
    assertThat(answer.asTuple().get(0).asLong()).isEqualTo(302);
    assertThat(answer.asTuple().get(1).asMap())
        .containsEntry(Term.of("location"), Term.of("http://192.0.2.1/"));
  }

  @Test
  void shouldEndWhenTheTimeIsOverWithinTheBody() throws Exception {
    assertThat(error("GET", url("/endless"), null, 50_000_000)).startsWith("{:net_error, :timeout");
  }

  @Test
  void shouldEndWhenTheTimeIsOver() throws Exception {
    assertThat(error("GET", url("/never"), null, 50_000_000)).startsWith("{:net_error, :timeout");
  }

  @Test
  void shouldEndWithItsProcess() throws Exception {
    Pid pid =
        vm.spawn(ask, SpawnOptions.builder().build(), "GET", url("/never"), null, null, MINUTE_NS);
    asked.await();
    vm.kill(pid);
    vm.close();
    assertThat(
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("HttpClient-")))
        .isEmpty();
  }

  @Test
  void shouldSayThatNobodyListens() throws Exception {
    server.stop(0);
    assertThat(error("GET", url("/"), null, MINUTE_NS)).startsWith("{:net_error, :refused");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://192.0.2.1/",
        "http://localhost.example/",
        "http://[::2]:80/",
        "https://127.0.0.2:8443/x"
      })
  void shouldAskOnlyWhoIsAllowed(String url) throws Exception {
    assertThat(error("GET", url, null, MINUTE_NS))
        .startsWith("{:net_error, :not_permitted")
        .contains("--allow-net=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "ftp://127.0.0.1/",
        "http:///x",
        "http://a:b@127.0.0.1/",
        "http://a b"
      })
  void shouldRefuseWhatIsNoUrl(String url) throws Exception {
    assertThat(error("GET", url, null, MINUTE_NS)).startsWith("{:bad_argument");
  }

  @Test
  void shouldRefuseWhatIsNoRequest() throws Exception {
    assertThat(error("G T", url("/"), null, MINUTE_NS)).startsWith("{:bad_argument");
    assertThat(error("GET", url("/"), Map.of("Host", "x"), MINUTE_NS)).startsWith("{:bad_argument");
    assertThat(error("GET", url("/"), Map.of("A", "b\r\nC: d"), MINUTE_NS))
        .startsWith("{:bad_argument");
    assertThat(error("GET", url("/"), null, 0)).startsWith("{:bad_argument");
  }
}
