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
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code examples/http_hello.ska}, asked by the JDK's client. */
@Timeout(60)
class HttpExampleTest {
  private static final Pattern ADDRESS = Pattern.compile("\\{\"127\\.0\\.0\\.1\", ([0-9]+)}");

  @Test
  void shouldGreet() throws Exception {
    PipedOutputStream printed = new PipedOutputStream();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(new PipedInputStream(printed), UTF_8));
    try (Vm vm =
        Vm.builder()
            .permissions(Permissions.builder().net("127.0.0.1:*").build())
            .arguments(List.of("0"))
            .output(printed, OutputStream.nullOutputStream())
            .start()) {
      vm.spawn(vm.load(Path.of("examples/http_hello.ska")).function("main"));
      Matcher address = ADDRESS.matcher(lines.readLine());
      assertThat(address.matches()).isTrue();
      int port = Integer.parseInt(address.group(1));

      try (HttpClient client = HttpClient.newHttpClient()) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port)).build();
        for (int times = 0; times < 3; times++) {
          HttpResponse<String> response =
              client.send(request, HttpResponse.BodyHandlers.ofString());
          assertThat(response.statusCode()).isEqualTo(200);
          assertThat(response.headers().firstValue("Content-Type")).hasValue("text/plain");
          assertThat(response.body()).isEqualTo("Hello, world!\n");
        }
      }
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.getOutputStream().write("?\r\n\r\n".getBytes(UTF_8));
        assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
            .startsWith("HTTP/1.1 400 Bad Request\r\n");
      }
    }
  }
}
