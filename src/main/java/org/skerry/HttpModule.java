package org.skerry;

import static org.skerry.SystemArguments.bad;

import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.skerry.http.HttpConnection;
import org.skerry.http.HttpFailure;
import org.skerry.http.HttpRequests;
import org.skerry.http.Request;
import org.skerry.net.Connection;
import org.skerry.net.NetFailure;
import org.skerry.net.Reply;

/** The module {@code http} of one VM; see {@code native-notes/http.md}. */
final class HttpModule implements AutoCloseable {
  private static final long MAX_BODY_BYTES = 1 << 20;
  private static final long MOST_BODY_BYTES = 256 << 20;

  private final NetModules net;
  private final HttpRequests requests;
  private final boolean isSimulated;

  /**
   * @param isSimulated whether there are no sockets
   * @param aside runs what may wait on another thread
   */
  HttpModule(NetModules net, boolean isSimulated, Consumer<Runnable> aside) {
    this.net = net;
    requests = new HttpRequests(net.network(), aside::accept, MOST_BODY_BYTES);
    this.isSimulated = isSimulated;
  }

  @Override
  public void close() {
    requests.close();
  }

  HostModule module() {
    return HostModule.builder("http")
        .async("request(r connection) -> r", call -> request(call, MAX_BODY_BYTES))
        .async("request_up_to(r connection, i most) -> r", call -> request(call, most(call)))
        .async(
            "respond(r connection, i status, r headers, r body) -> r",
            answering((http, call, reply) ->
                http.respond(status(call), fields(call), data(call, 3), reply)))
        .async(
            "begin(r connection, i status, r headers) -> r",
            answering((http, call, reply) -> http.begin(status(call), fields(call), reply)))
        .async(
            "part(r connection, r data) -> r",
            answering((http, call, reply) -> http.part(data(call, 1), reply)))
        .async("finish(r connection) -> r", answering((http, call, reply) -> http.finish(reply)))
        .inline("target(r target) -> r", HttpModule::target)
        .async("fetch(r method, r url, r headers, r body, i timeout) -> r", this::fetch)
        .build();
  }

  private CompletionStage<?> request(HostCall call, long most) {
    Asking asking = new Asking();
    try {
      Runnable cancellation = http(call).request(most, asking);
      if (!asking.reply.isDone()) {
        call.onCancel(cancellation);
      }
    } catch (IllegalStateException e) {
      throw new HostError("bad_state", e.getMessage());
    }
    return asking.reply.stage();
  }

  /** Gives a process what has come. */
  private static final class Asking implements HttpConnection.Asked {
    final NetReply<Term> reply = new NetReply<>(term -> term);

    @Override
    public void request(Request request) {
      reply.succeed(request == null ? Term.NIL : term(request));
    }

    @Override
    public void failed(HttpFailure failure) {
      reply.fail(
          new HostError(
              Term.tuple(Term.atom("http_error"), failure.status(), failure.getMessage())));
    }

    @Override
    public void failed(NetFailure failure) {
      reply.fail(failure);
    }
  }

  /** {@code {method, target, headers, body}}. */
  private static Term term(Request request) {
    return Term.tuple(
        request.method(), request.target(), request.headers(), Term.read(request.body()));
  }

  private interface Answer {
    void begin(HttpConnection http, HostCall call, Reply<Boolean> reply);
  }

  private HostModule.ToStage answering(Answer answer) {
    return call -> {
      NetReply<Boolean> reply = new NetReply<>(goesOn -> goesOn);
      try {
        answer.begin(http(call), call, reply);
      } catch (IllegalStateException e) {
        throw new HostError("bad_state", e.getMessage());
      } catch (IllegalArgumentException e) {
        throw bad(e.getMessage());
      }
      return reply.stage();
    };
  }

  /** {@code {status, headers, body}}. */
  private CompletionStage<?> fetch(HostCall call) {
    NetModules.checkNotSimulated(isSimulated);
    long timeoutNs = call.asLong(4);
    if (timeoutNs <= 0) {
      throw bad("a time-out is more than 0 ns, not " + timeoutNs);
    }
    NetReply<HttpResponse<byte[]>> reply = new NetReply<>(HttpModule::term);
    try {
      Runnable cancellation =
          requests.send(
              call.asString(0), call.asString(1), fields(call), data(call, 3), timeoutNs, reply);
      if (!reply.isDone()) {
        call.onCancel(cancellation);
      }
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw bad(e.getMessage());
    }
    return reply.stage();
  }

  private static Term term(HttpResponse<byte[]> response) {
    Map<String, String> headers = new LinkedHashMap<>();
    response
        .headers()
        .map()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), join(values)));
    return Term.tuple(response.statusCode(), headers, Term.read(response.body()));
  }

  private static String join(List<String> values) {
    return String.join(", ", values);
  }

  private HttpConnection http(HostCall call) {
    return HttpConnection.of(net.socket(call, Connection.class));
  }

  private static long most(HostCall call) {
    long most = call.asLong(1);
    if (most < 0 || most > MOST_BODY_BYTES) {
      throw bad("a body has 0 to 268_435_456 bytes, not " + most);
    }
    return most;
  }

  private static int status(HostCall call) {
    return Math.clamp(call.asLong(1), 0, 1000);
  }

  /** A map, or a list of {@code {name, value}} where a name occurs more than once; nil for none. */
  private static List<Map.Entry<String, String>> fields(HostCall call) {
    Term term = call.term(2);
    return switch (term.type()) {
      case NIL -> List.of();
      case MAP ->
          term.asMap().entrySet().stream()
              .map(entry -> field(entry.getKey(), entry.getValue()))
              .toList();
      case LIST ->
          term.asList().stream()
              .map(pair -> {
                if (pair.type() != TermType.TUPLE || pair.asTuple().size() != 2) {
                  throw bad("no pair of name and value: " + pair);
                }
                return field(pair.asTuple().get(0), pair.asTuple().get(1));
              })
              .toList();
      default -> throw bad("headers are a map, a list of pairs, or nil, not " + term);
    };
  }

  private static Map.Entry<String, String> field(Term name, Term value) {
    if (name.type() != TermType.STRING || value.type() != TermType.STRING) {
      throw bad("a header has strings: " + name + " => " + value);
    }
    return Map.entry(name.asString(), value.asString());
  }

  /** As a socket takes it; nil for none. */
  private static byte[] data(HostCall call, int argument) {
    return call.term(argument).isNil() ? new byte[0] : NetModules.data(call, argument);
  }

  /** {@code {path, query}}: the path decoded, the query as a map of strings. */
  private static Object target(HostCall call) {
    String target = SystemArguments.text(call, 0);
    try {
      URI uri = new URI(target.startsWith("//") ? "/." + target : target);
      Map<String, String> query = new LinkedHashMap<>();
      String raw = uri.getRawQuery() == null ? "" : uri.getRawQuery();
      for (String pair : raw.split("&")) {
        int equals = pair.indexOf('=');
        if (!pair.isEmpty()) {
          query.put(
              decoded(equals < 0 ? pair : pair.substring(0, equals)),
              equals < 0 ? "" : decoded(pair.substring(equals + 1)));
        }
      }
      return Term.tuple(path(target, uri), query);
    } catch (java.net.URISyntaxException | IllegalArgumentException e) {
      throw bad("no target of a request: " + target);
    }
  }

  private static String path(String target, URI uri) {
    String path = uri.getPath() == null ? "" : uri.getPath();
    return target.startsWith("//") ? path.substring("/.".length()) : path;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
