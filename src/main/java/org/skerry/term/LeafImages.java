package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The bytes, as they lie in a file, of {@link TermImage images} of terms that hold no other term:
 * the same that {@link TermBuilder#popFileImage} makes, without memory outside the Java heap.
 * Thread-safe: there is no state.
 */
public final class LeafImages {
  private static final int ROOT_OFFSET = TermImage.HEADER_BYTES;

  private LeafImages() {}

  /** A string; what is no valid Unicode in it becomes a question mark. */
  public static byte[] ofString(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    boolean ascii = isAscii(utf8);
    return ofRaw(header(STRING, ascii ? FLAG_ASCII : 0, utf8.length), utf8);
  }

  /** Bytes, which lie in the object whatever their length. */
  public static byte[] ofBytes(byte[] bytes) {
    return ofRaw(header(BYTES, bytes.length), bytes);
  }

  /** An integer in an object of its own, as one is that does not fit an immediate. */
  public static byte[] ofInt(long value) {
    return ofBoxed(BOXED_I64_HEADER, value);
  }

  /** A float. */
  public static byte[] ofFloat(double value) {
    return ofBoxed(BOXED_F64_HEADER, Double.doubleToRawLongBits(value));
  }

  private static boolean isAscii(byte[] utf8) {
    for (byte b : utf8) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  private static byte[] ofBoxed(long header, long bits) {
    ByteBuffer image = image(header, BOXED_BYTES);
    image.putLong(ROOT_OFFSET + RAW_OFFSET, bits);
    return image.array();
  }

  private static byte[] ofRaw(long header, byte[] contents) {
    ByteBuffer image = image(header, paddedBytes(contents.length));
    image.put(ROOT_OFFSET + RAW_OFFSET, contents);
    return image.array();
  }

  private static ByteBuffer image(long header, long objectBytes) {
    long totalBytes = ROOT_OFFSET + objectBytes;
    if (totalBytes > Integer.MAX_VALUE - 8) {
      throw TermError.LIMIT_EXCEEDED;
    }
    ByteBuffer image = ByteBuffer.allocate((int) totalBytes).order(ByteOrder.LITTLE_ENDIAN);
    image.putLong(TermImage.TOTAL_BYTES, totalBytes);
    image.putLong(TermImage.ROOT, ROOT_OFFSET);
    image.putLong(ROOT_OFFSET, header);
    return image;
  }
}
