package org.skerry.http;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.hc.core5.http.ContentLengthStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.NotImplementedException;
import org.apache.hc.core5.http.ProtocolVersion;
import org.apache.hc.core5.http.impl.DefaultContentLengthStrategy;
import org.apache.hc.core5.http.message.MessageSupport;

/**
 * All of a request but its body.
 *
 * @param target as it was sent, such as {@code /path?query}
 * @param headers by their names in lower case; several of a name as one, with commas
 * @param bodyBytes how many bytes follow; {@link #CHUNKED} where they say so themselves
 * @param keepsAlive whether the peer means to send another request
 * @param isOld whether it is of HTTP/1.0, whose peers know no chunks
 * @param asks whether the peer waits for {@code 100 Continue} before it sends the body
 */
record Head(
    String method,
    String target,
    Map<String, String> headers,
    long bodyBytes,
    boolean keepsAlive,
    boolean isOld,
    boolean asks) {
  static final long CHUNKED = -1;

  /** Checks what HTTP asks of a request beyond its grammar. */
  static Head of(HttpRequest request) throws HttpFailure {
    Map<String, String> headers = headers(request);
    ProtocolVersion version = request.getVersion();
    if (version.getMajor() != 1) {
      throw new HttpFailure(505, version.toString());
    }
    boolean isOld = version.lessEquals(HttpVersion.HTTP_1_0);
    if (!ResponseHead.isToken(request.getMethod())) {
      throw new HttpFailure(400, "no method: " + request.getMethod());
    }
    int hosts = request.countHeaders("Host");
    if (hosts > 1 || hosts == 0 && !isOld) {
      throw new HttpFailure(400, hosts + " headers Host, where there must be one");
    }
    String expected = headers.get("expect");
    if (expected != null && !expected.equalsIgnoreCase("100-continue")) {
      throw new HttpFailure(417, "Expect: " + expected);
    }
    return new Head(
        request.getMethod(),
        request.getRequestUri(),
        Collections.unmodifiableMap(headers),
        bodyBytes(request, isOld),
        keepsAlive(request, isOld),
        isOld,
        expected != null && !isOld);
  }

  private static Map<String, String> headers(HttpRequest request) throws HttpFailure {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Iterator<Header> each = request.headerIterator(); each.hasNext(); ) {
      Header header = each.next();
      if (!ResponseHead.isToken(header.getName())) { // some read "Content-Length" out of such names
        throw new HttpFailure(400, "no name of a header: " + header.getName());
      }
      String name = header.getName().toLowerCase(Locale.ROOT);
      String value = header.getValue() == null ? "" : header.getValue();
      headers.merge(
          name, value, (one, other) -> one + (name.equals("cookie") ? "; " : ", ") + other);
    }
    return headers;
  }

  /** Where two headers say how long it is, whoever stands between may believe the other one. */
  private static long bodyBytes(HttpRequest request, boolean isOld) throws HttpFailure {
    boolean isEncoded = request.containsHeader("Transfer-Encoding");
    if (isEncoded && (isOld || request.containsHeader("Content-Length"))) {
      throw new HttpFailure(400, "Transfer-Encoding beside Content-Length, or in HTTP/1.0");
    }
    for (Header length : request.getHeaders("Content-Length")) {
      if (!String.valueOf(length.getValue()).chars().allMatch(c -> c >= '0' && c <= '9')) {
        throw new HttpFailure(400, "Content-Length: " + length.getValue());
      }
    }
    try {
      long bytes = DefaultContentLengthStrategy.INSTANCE.determineLength(request);
      if (bytes == ContentLengthStrategy.CHUNKED) {
        return CHUNKED;
      }
      return bytes == ContentLengthStrategy.UNDEFINED ? 0 : bytes;
    } catch (NotImplementedException e) {
      throw new HttpFailure(501, e.getMessage());
    } catch (HttpException e) {
      throw new HttpFailure(400, e.getMessage());
    }
  }

  private static boolean keepsAlive(HttpRequest request, boolean isOld) {
    boolean keeps = !isOld;
    for (Iterator<String> each = MessageSupport.iterateTokens(request, "Connection");
        each.hasNext(); ) {
      String token = each.next();
      if (token.equalsIgnoreCase("close")) {
        return false;
      }
      keeps |= token.equalsIgnoreCase("keep-alive");
    }
    return keeps;
  }
}
