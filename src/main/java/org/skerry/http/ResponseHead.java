package org.skerry.http;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hc.core5.http.impl.EnglishReasonPhraseCatalog;
import org.apache.hc.core5.http.protocol.HttpDateGenerator;

/**
 * The head of a response.
 *
 * @param status from 200 to 599
 * @param fields names and values, in order; what says how long the body is and how it is sent is
 *     not among them
 */
record ResponseHead(int status, List<Map.Entry<String, String>> fields) {
  private static final Set<String> OURS =
      Set.of("content-length", "transfer-encoding", "date", "keep-alive", "upgrade");

  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  ResponseHead {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("a status is from 200 to 599, not " + status);
    }
    fields.forEach(field -> check(field.getKey(), field.getValue()));
  }

  private static void check(String name, String value) {
    if (!isToken(name)) {
      throw new IllegalArgumentException("no name of a header: " + name);
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (OURS.contains(lower) || lower.equals("connection") && !value.equalsIgnoreCase("close")) {
      throw new IllegalArgumentException("that header is not for programs to set: " + name);
    }
    // A line feed in a value would be the end of the header, and what follows another one.
    if (value.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7f || c > 0xff)) {
      throw new IllegalArgumentException("no value of a header, of " + name);
    }
  }

  /** Whether a text may be the name of a header, or a method. */
  static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(ResponseHead::isOfToken);
  }

  private static boolean isOfToken(int c) {
    return c >= '0' && c <= '9'
        || c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || TOKEN_MARKS.indexOf(c) >= 0;
  }

  /** Whether the program wants the connection to end with this. */
  boolean closes() {
    return fields.stream().anyMatch(field -> field.getKey().equalsIgnoreCase("connection"));
  }

  /** Whether HTTP has no body there at all. */
  boolean isBare() {
    return status == 204 || status == 304;
  }

  /**
   * As it is sent.
   *
   * @param length the line that says how long the body is; empty for none
   * @param connection the value of that header; null for none
   */
  byte[] bytes(String length, String connection) {
    StringBuilder text = new StringBuilder(160).append("HTTP/1.1 ").append(status).append(' ');
    String reason = EnglishReasonPhraseCatalog.INSTANCE.getReason(status, Locale.ROOT);
    text.append(reason == null ? "" : reason).append("\r\n");
    text.append("Date: ").append(HttpDateGenerator.INSTANCE.getCurrentDate()).append("\r\n");
    for (Map.Entry<String, String> field : fields) {
      if (!field.getKey().equalsIgnoreCase("connection")) {
        text.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n");
      }
    }
    text.append(length);
    if (connection != null) {
      text.append("Connection: ").append(connection).append("\r\n");
    }
    return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
