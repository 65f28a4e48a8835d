package org.skerry.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import org.skerry.files.FileFailure.Kind;

/**
 * An open file, read from its beginning or written at its end. One thread at a time; any thread may
 * close it.
 */
public final class FileStream implements AutoCloseable {
  /** The longest line, and the largest block, in bytes. */
  public static final int MAX_PART_BYTES = 16 << 20;

  private static final int BUFFER_BYTES = 16 << 10;

  private final String path;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).flip();

  FileStream(String path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * The bytes up to the next line feed, without it and a carriage return before; null at the end.
   */
  public byte[] readLine() throws FileFailure {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    boolean isEnd = !fill();
    if (isEnd) {
      return null;
    }
    while (!isEnd) {
      int from = buffer.position();
      int at = from;
      while (at < buffer.limit() && buffer.get(at) != '\n') {
        at++;
      }
      line.write(buffer.array(), from, at - from);
      boolean isLine = at < buffer.limit();
      buffer.position(isLine ? at + 1 : at);
      if (isLine) {
        return withoutReturn(line.toByteArray());
      }
      if (line.size() > MAX_PART_BYTES) {
        throw new FileFailure(Kind.TOO_LARGE, path + ": a line of more than 16 MiB");
      }
      isEnd = !fill();
    }
    return line.toByteArray();
  }

  private static byte[] withoutReturn(byte[] line) {
    int length = line.length;
    return length > 0 && line[length - 1] == '\r' ? Arrays.copyOf(line, length - 1) : line;
  }

  /**
   * The next bytes, as many as there are up to a number; null at the end.
   *
   * @param most from 1 to {@link #MAX_PART_BYTES}
   */
  public byte[] readBlock(int most) throws FileFailure {
    if (!fill()) {
      return null;
    }
    ByteBuffer block = ByteBuffer.allocate(most);
    int buffered = Math.min(most, buffer.remaining());
    block.put(0, buffer, buffer.position(), buffered).position(buffered);
    buffer.position(buffer.position() + buffered);
    try {
      while (block.hasRemaining() && channel.read(block) > 0) {}
    } catch (IOException e) {
      throw FileFailure.of(path, e);
    }
    return Arrays.copyOf(block.array(), block.position());
  }

  /** Whether there is anything left. */
  private boolean fill() throws FileFailure {
    if (!channel.isOpen()) {
      throw new FileFailure(Kind.CLOSED, path);
    }
    if (buffer.hasRemaining()) {
      return true;
    }
    try {
      int count = channel.read(buffer.clear());
      buffer.flip();
      return count > 0;
    } catch (IOException e) {
      buffer.clear().flip();
      throw FileFailure.of(path, e);
    }
  }

  /** How many bytes there are; a file of the system that has no size has none. */
  public int size() throws FileFailure {
    try {
      long size = channel.size();
      if (size > FileSystemAccess.MAX_WHOLE_BYTES) {
        throw new FileFailure(Kind.TOO_LARGE, path + ": more than 256 MiB; read it in parts");
      }
      return (int) size;
    } catch (IOException e) {
      throw FileFailure.of(path, e);
    }
  }

  /**
   * Reads all of a file that nothing was read of, straight into a buffer.
   *
   * @return how many bytes: fewer than there is room for where the file has become shorter
   */
  public int readInto(ByteBuffer all) throws FileFailure {
    try {
      while (all.hasRemaining() && channel.read(all) > 0) {}
      return all.position();
    } catch (IOException e) {
      throw FileFailure.of(path, e);
    }
  }

  /** Waits until all that is written is on the disk. */
  void sync() throws IOException {
    channel.force(true);
  }

  /** Writes all. */
  public void write(byte[] bytes) throws FileFailure {
    try {
      // A channel keeps a direct buffer as large as what it has written, for each thread.
      for (int at = 0; at < bytes.length; ) {
        at += channel.write(ByteBuffer.wrap(bytes, at, Math.min(1 << 16, bytes.length - at)));
      }
    } catch (IOException e) {
      throw FileFailure.of(path, e);
    }
  }

  /** Closes it; nothing where that has happened. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
