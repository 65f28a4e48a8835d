package org.skerry.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.nio.SessionInputBuffer;
import org.apache.hc.core5.util.CharArrayBuffer;
import org.skerry.net.InputBuffer;

/** What has come of a connection, as the parsers read it. They get no more than is there. */
final class LineSource implements SessionInputBuffer {
  private final int maxLineBytes;
  private InputBuffer input;
  private boolean isEnded;
  private boolean hasBegun;

  LineSource(int maxLineBytes) {
    this.maxLineBytes = maxLineBytes;
  }

  /** Before parsers read. */
  LineSource of(InputBuffer nextInput, boolean nextIsEnded) {
    input = nextInput;
    isEnded = nextIsEnded;
    return this;
  }

  /** Before a message. */
  void begin() {
    hasBegun = false;
  }

  /** Whether a line with something in it was read since. */
  boolean hasBegun() {
    return hasBegun;
  }

  @Override
  public boolean hasData() {
    return input.length() > 0;
  }

  @Override
  public int length() {
    return input.length();
  }

  /** Reads nothing: the connection does that, when the parsers have what is there. */
  @Override
  public int fill(ReadableByteChannel channel) {
    return isEnded ? -1 : 0;
  }

  @Override
  public int read() {
    return input.length() == 0 ? -1 : input.take(1)[0] & 0xff;
  }

  @Override
  public int read(ByteBuffer buffer, int most) {
    int count = Math.min(Math.min(most, buffer.remaining()), input.length());
    buffer.put(input.take(count));
    return count;
  }

  @Override
  public int read(ByteBuffer buffer) {
    return read(buffer, Integer.MAX_VALUE);
  }

  @Override
  public int read(WritableByteChannel channel, int most) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int read(WritableByteChannel channel) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean readLine(CharArrayBuffer line, boolean isLast) throws IOException {
    int length = input.lineLength();
    if (length > maxLineBytes || length < 0 && input.length() > maxLineBytes) {
      throw new MessageConstraintException("a line of more than " + maxLineBytes + " bytes");
    }
    if (length < 0) {
      return false;
    }
    byte[] bytes = input.takeLine(length);
    hasBegun |= length > 0;
    if (bytes.length == length) {
      throw new IOException("a line ends without a carriage return");
    }
    check(bytes);
    line.append(bytes, 0, bytes.length);
    return true;
  }

  /**
   * The parsers are lenient where another server may not be, or may be otherwise: white space at
   * the beginning, which once continued the line before, control characters, and the sign of a
   * number, which no line but one of a chunk's length could begin with.
   */
  private static void check(byte[] line) throws IOException {
    if (line.length > 0 && (line[0] == '+' || line[0] == '-')) {
      throw new IOException("a line begins with a sign");
    }
    for (int i = 0; i < line.length; i++) {
      byte c = line[i];
      if (c >= 0 && c < ' ' && c != '\t' || c == 0x7f || i == 0 && (c == ' ' || c == '\t')) {
        throw new IOException("a line begins with white space, or has a control character");
      }
    }
  }
}
