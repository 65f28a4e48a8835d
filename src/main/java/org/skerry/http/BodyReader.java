package org.skerry.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.apache.hc.core5.http.impl.BasicHttpTransportMetrics;
import org.apache.hc.core5.http.impl.nio.ChunkDecoder;
import org.skerry.net.InputBuffer;
import org.skerry.net.Part;

/** Takes the body of a request out of what has come of a connection. Used once. */
final class BodyReader implements Part<Object> {
  private static final int PART_BYTES = 8 << 10;

  private final long declared;
  private final long most;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final LineSource lines = new LineSource(HeadReader.MAX_LINE_BYTES);
  private final ChunkDecoder chunks =
      new ChunkDecoder(new Nothing(), lines, HeadReader.LIMITS, new BasicHttpTransportMetrics());

  /**
   * @param declared how many bytes there are, or {@link Head#CHUNKED}
   * @param most how many there may be
   */
  BodyReader(long declared, long most) {
    this.declared = declared;
    this.most = most;
  }

  /** What the decoder reads where there is nothing; {@link LineSource} never asks it. */
  private static final class Nothing implements ReadableByteChannel {
    @Override
    public int read(ByteBuffer buffer) {
      return 0;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }

  /** The bytes, or an {@link HttpFailure}; null while more must come. */
  @Override
  public Object take(InputBuffer input, boolean isEnded) {
    if (declared > most) {
      return tooLarge();
    }
    try {
      Object outcome = declared == Head.CHUNKED ? chunked(input, isEnded) : counted(input);
      return outcome == null && isEnded
          ? new HttpFailure(400, "the connection ends within a body")
          : outcome;
    } catch (IOException e) {
      return new HttpFailure(400, e.getMessage());
    }
  }

  private HttpFailure tooLarge() {
    return new HttpFailure(413, "a body of more than " + most + " bytes");
  }

  private Object counted(InputBuffer input) {
    int count = (int) Math.min(input.length(), declared - body.size());
    body.writeBytes(input.take(count));
    return body.size() == declared ? body.toByteArray() : null;
  }

  private Object chunked(InputBuffer input, boolean isEnded) throws IOException {
    lines.of(input, isEnded);
    ByteBuffer part = ByteBuffer.allocate(PART_BYTES);
    while (!chunks.isCompleted()) {
      int count = chunks.read(part.clear());
      if (count > 0) {
        body.write(part.array(), 0, count);
      }
      if (body.size() > most) {
        return tooLarge();
      }
      if (count == 0) {
        return null;
      }
    }
    return body.toByteArray();
  }
}
