package org.skerry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code examples/json_service.ska}, asked by the JDK's client. */
@Timeout(60)
class JsonServiceExampleTest {
  private static final Pattern ADDRESS = Pattern.compile("\\{\"127\\.0\\.0\\.1\", ([0-9]+)}");

  private final HttpClient client = HttpClient.newHttpClient();
  private Vm vm;
  private int port;

  @BeforeEach
  void start() throws Exception {
    PipedOutputStream printed = new PipedOutputStream();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(new PipedInputStream(printed), UTF_8));
    vm =
        Vm.builder()
            .permissions(Permissions.builder().net("127.0.0.1:*").build())
            .arguments(List.of("0"))
            .output(printed, OutputStream.nullOutputStream())
            .start();
    vm.spawn(vm.load(Path.of("examples/json_service.ska")).function("main"));
    Matcher address = ADDRESS.matcher(lines.readLine());
    assertThat(address.matches()).isTrue();
    port = Integer.parseInt(address.group(1));
  }

  @AfterEach
  void close() {
    client.close();
    vm.close();
  }

  /** The status, a blank and the body. */
  private String ask(String method, String target, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    return response.statusCode() + " " + response.body();
  }

  @Test
  void shouldKeepDocuments() throws Exception {
    String document = "{\"answer\":42,\"why\":[null,true,0.5,\"ü\"]}";

    assertThat(ask("GET", "/", "")).isEqualTo("200 []");
    assertThat(ask("PUT", "/a%20question", " " + document)).isEqualTo("201 " + document);
    assertThat(ask("GET", "/a%20question", "")).isEqualTo("200 " + document);
    assertThat(ask("PUT", "/a%20question", "false")).isEqualTo("200 false");
    assertThat(ask("GET", "/a%20question", "")).isEqualTo("200 false");
    assertThat(ask("GET", "/", "")).isEqualTo("200 [\"/a question\"]");
    assertThat(ask("DELETE", "/a%20question", "")).isEqualTo("204 ");
    assertThat(ask("GET", "/a%20question", "")).startsWith("404 ");
    assertThat(ask("GET", "/", "")).isEqualTo("200 []");
  }

  @Test
  void shouldTellErrorsAsJson() throws Exception {
    assertThat(ask("GET", "/none", "")).isEqualTo("404 {\"error\":\"no such document\"}");
    assertThat(ask("DELETE", "/none", "")).isEqualTo("404 {\"error\":\"no such document\"}");
    assertThat(ask("POST", "/none", "1")).isEqualTo("405 {\"error\":\"only GET, PUT and DELETE\"}");
    assertThat(ask("PUT", "/", "1")).isEqualTo("405 {\"error\":\"a document has a name\"}");
    assertThat(ask("PUT", "/none", "")).isEqualTo("400 {\"error\":\"no value\",\"offset\":0}");
    assertThat(ask("PUT", "/none", "[1,")).startsWith("400 {\"error\":").endsWith("\"offset\":3}");
    assertThat(ask("GET", "/none", "")).startsWith("404 ");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write("?\r\n\r\n".getBytes(UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 400 Bad Request\r\n")
          .contains("\r\n\r\n{\"error\":");
    }
  }
}
