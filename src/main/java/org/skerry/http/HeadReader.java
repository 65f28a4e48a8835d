package org.skerry.http;

import java.io.IOException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.RequestHeaderFieldsTooLargeException;
import org.apache.hc.core5.http.UnsupportedHttpVersionException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.nio.DefaultHttpRequestParser;
import org.skerry.net.InputBuffer;
import org.skerry.net.Part;

/** Takes heads of requests out of what has come of a connection, one after the other. */
final class HeadReader implements Part<Object> {
  static final int MAX_LINE_BYTES = 8 << 10;
  static final int MAX_HEADERS = 100;

  static final Http1Config LIMITS =
      Http1Config.custom()
          .setMaxLineLength(MAX_LINE_BYTES)
          .setMaxHeaderCount(MAX_HEADERS)
          .setMaxEmptyLineCount(8)
          .build();

  private final DefaultHttpRequestParser<HttpRequest> parser =
      new DefaultHttpRequestParser<>(LIMITS, RequestLines.STRICT, RequestLines.STRICT);

  private final LineSource lines = new LineSource(MAX_LINE_BYTES);

  /** Before a request. */
  HeadReader begin() {
    parser.reset();
    lines.begin();
    return this;
  }

  /** Whether something has come of it. */
  boolean hasBegun() {
    return lines.hasBegun();
  }

  /** A {@link Head}, an {@link HttpFailure}, or {@link Part#END} before a request. */
  @Override
  public Object take(InputBuffer input, boolean isEnded) {
    try {
      HttpRequest request = parser.parse(lines.of(input, isEnded), false);
      if (request != null) {
        return Head.of(request);
      }
      if (!isEnded) {
        return null;
      }
      return lines.hasBegun() || input.length() > 0
          ? new HttpFailure(400, "the connection ends within a request")
          : Part.END;
    } catch (UnsupportedHttpVersionException e) {
      return new HttpFailure(505, e.getMessage());
    } catch (RequestHeaderFieldsTooLargeException | MessageConstraintException e) {
      return new HttpFailure(431, e.getMessage());
    } catch (HttpException | IOException e) {
      return new HttpFailure(400, e.getMessage());
    } catch (HttpFailure e) {
      return e;
    }
  }
}
