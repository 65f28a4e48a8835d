package org.skerry.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.skerry.net.NetFailure;
import org.skerry.net.Network;
import org.skerry.net.Reply;

/**
 * Requests to other servers, by the JDK's client: a thread of it runs from the first request until
 * this is closed. Redirections are answers like any other, so that nobody is led to where he may
 * not go. Any thread; nothing here waits.
 */
public final class HttpRequests implements AutoCloseable {
  private static final Duration CLOSE_TIME = Duration.ofSeconds(1);
  private static final long MAX_NS = Long.MAX_VALUE / 4;
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private final Network network;
  private final Executor executor;
  private final long mostBytes;

  /** Null until there is a request; written under the lock of this. */
  private HttpClient client;

  private boolean isClosed;

  /**
   * @param network says who may be asked
   * @param executor runs what the client has to do beside its thread
   * @param mostBytes how many bytes the body of an answer may have
   */
  public HttpRequests(Network network, Executor executor, long mostBytes) {
    this.network = network;
    this.executor = executor;
    this.mostBytes = mostBytes;
  }

  /**
   * Asks.
   *
   * @param timeoutNs more than 0: how long all of it may take, a look-up and the body among it
   * @return ends it, where nobody waits any more
   * @throws IllegalArgumentException if that is no request
   */
  public Runnable send(
      String method,
      String url,
      List<Map.Entry<String, String>> fields,
      byte[] body,
      long timeoutNs,
      Reply<HttpResponse<byte[]>> reply) {
    URI uri = uri(url);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    fields.forEach(field -> request.header(field.getKey(), field.getValue()));
    Sent sent = new Sent(request.build(), timeoutNs, reply);
    boolean isSecure = uri.getScheme().equalsIgnoreCase("https");
    int port = uri.getPort() >= 0 ? uri.getPort() : isSecure ? HTTPS_PORT : HTTP_PORT;
    network.whereAllowed(uri.getHost(), port, sent::begin, reply::fail);
    return sent::cancel;
  }

  private static URI uri(String url) {
    try {
      URI uri = new URI(url);
      boolean isKnown =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      if (!isKnown || uri.getHost() == null || uri.getRawUserInfo() != null) {
        throw new IllegalArgumentException("not http://HOST… or https://HOST…: " + url);
      }
      return uri;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("no URL: " + e.getMessage());
    }
  }

  private synchronized HttpClient client() throws NetFailure {
    if (isClosed) {
      throw new NetFailure(NetFailure.Kind.CLOSED, "the VM is closed");
    }
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .executor(executor)
              .build();
    }
    return client;
  }

  /** A request, from when it is allowed. */
  private final class Sent {
    private final HttpRequest request;
    private final long deadlineNs;
    private final Reply<HttpResponse<byte[]>> reply;
    private CompletableFuture<?> answer;
    private boolean isCancelled;

    Sent(HttpRequest request, long timeoutNs, Reply<HttpResponse<byte[]>> reply) {
      this.request = request;
      this.deadlineNs = System.nanoTime() + Math.min(timeoutNs, MAX_NS);
      this.reply = reply;
    }

    void begin() throws NetFailure {
      HttpClient used = client();
      synchronized (this) {
        if (isCancelled) {
          return;
        }
        CompletableFuture<HttpResponse<byte[]>> sent =
            used.sendAsync(
                request,
                HttpResponse.BodyHandlers.limiting(
                    HttpResponse.BodyHandlers.ofByteArray(), mostBytes));
        answer = sent;
        // The client's own time-out is over with the head of the answer, and its body may never
        // end.
        sent.copy()
            .orTimeout(Math.max(0, deadlineNs - System.nanoTime()), TimeUnit.NANOSECONDS)
            .whenComplete(this::tell);
      }
    }

    private void tell(HttpResponse<byte[]> response, Throwable thrown) {
      if (thrown instanceof TimeoutException) {
        cancel();
      }
      if (thrown == null) {
        reply.succeed(response);
      } else {
        reply.fail(failure(thrown instanceof CompletionException ? thrown.getCause() : thrown));
      }
    }

    private NetFailure failure(Throwable thrown) {
      String name = request.uri().getHost() + ":" + request.uri().getPort();
      return switch (thrown) {
        case TimeoutException late -> new NetFailure(NetFailure.Kind.TIMEOUT, name);
        // The JDK's has no text, whatever was the matter.
        case ConnectException refused -> new NetFailure(NetFailure.Kind.REFUSED, name);
        case IOException e when String.valueOf(e.getMessage()).contains("limit") ->
            new NetFailure(
                NetFailure.Kind.TOO_LARGE, name + ": a body of more than " + mostBytes + " bytes");
        default -> NetFailure.of(name, thrown);
      };
    }

    synchronized void cancel() {
      isCancelled = true;
      if (answer != null) {
        answer.cancel(true);
      }
    }
  }

  /** Ends what goes on, and the client's thread; waits for that, for a second at most. */
  @Override
  public void close() {
    HttpClient open;
    synchronized (this) {
      isClosed = true;
      open = client;
    }
    if (open != null) {
      open.shutdownNow();
      try {
        open.awaitTermination(CLOSE_TIME);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
