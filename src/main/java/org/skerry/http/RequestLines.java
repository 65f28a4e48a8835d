package org.skerry.http;

import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpRequestFactory;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.message.BasicLineParser;
import org.apache.hc.core5.http.message.RequestLine;
import org.apache.hc.core5.util.CharArrayBuffer;

/**
 * Request lines by the letter, {@code METHOD TARGET HTTP/1.1} with one space each, and requests
 * that keep their target: the library's read tabs, signs and many spaces there, and take the target
 * for a URI, of whose parts they keep the path. Immutable; any thread.
 */
final class RequestLines extends BasicLineParser implements HttpRequestFactory<HttpRequest> {
  static final RequestLines STRICT = new RequestLines();

  private static final String PROTOCOL = "HTTP/";

  private RequestLines() {}

  /** A request whose target is what was sent. */
  private static final class AsSent extends BasicHttpRequest {
    private static final long serialVersionUID = 1L;

    AsSent(String method, String target) {
      super(method, (HttpHost) null, target);
    }

    @Override
    public String getRequestUri() {
      return getPath();
    }
  }

  @Override
  public RequestLine parseRequestLine(CharArrayBuffer buffer) throws ParseException {
    String line = buffer.toString();
    int method = line.indexOf(' ');
    int target = line.indexOf(' ', method + 1);
    int version = target + 1 + PROTOCOL.length();
    if (method < 1
        || target == method + 1
        || !line.startsWith(PROTOCOL, target + 1)
        || line.length() != version + 3
        || line.charAt(version + 1) != '.'
        || !isDigit(line.charAt(version))
        || !isDigit(line.charAt(version + 2))
        || line.indexOf('\t') >= 0) {
      throw new ParseException("no line of a request: " + line);
    }
    return new RequestLine(
        line.substring(0, method),
        line.substring(method + 1, target),
        HttpVersion.get(line.charAt(version) - '0', line.charAt(version + 2) - '0'));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  @Override
  public HttpRequest newHttpRequest(String method, String target) {
    return new AsSent(method, target);
  }

  @Override
  public HttpRequest newHttpRequest(String method, java.net.URI target) {
    return new AsSent(method, target.toString());
  }
}
