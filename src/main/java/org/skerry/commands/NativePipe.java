package org.skerry.commands;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import org.skerry.memory.NativeFunction;

/**
 * A pipe, whose ends are opened again by the names that the system has for descriptors: the one of
 * the child by the JDK, ours as a {@link FileChannel}. The JDK's own pipes are streams, and who
 * reads those cannot be made to stop while somebody else has the other end. One thread.
 */
final class NativePipe implements AutoCloseable {
  /** {@code O_CLOEXEC} of Linux. */
  private static final int CLOSE_ON_EXEC = 0x80000;

  private static final NativeFunction PIPE = NativeFunction.find("pipe2");
  private static final NativeFunction CLOSE = NativeFunction.find("close");

  private final int readEnd;
  private final int writeEnd;

  private NativePipe(int readEnd, int writeEnd) {
    this.readEnd = readEnd;
    this.writeEnd = writeEnd;
  }

  /** Whether the system has what it takes. */
  static boolean isAvailable() {
    return PIPE != null && CLOSE != null;
  }

  /** A new pipe; its ends are closed by {@link #close}, but for those opened again. */
  static NativePipe open() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(2 * Integer.BYTES, Long.BYTES);
      if ((int) PIPE.call(ends.address(), CLOSE_ON_EXEC, 0) != 0) {
        throw new IOException("no pipe can be made: too many open files");
      }
      return new NativePipe(
          ends.get(ValueLayout.JAVA_INT, 0), ends.get(ValueLayout.JAVA_INT, Integer.BYTES));
    }
  }

  /** What is read by a child. */
  File toRead() {
    return file(readEnd);
  }

  /** What is written by a child. */
  File toWrite() {
    return file(writeEnd);
  }

  /** Our end. Whoever waits for it is let go when it is closed. */
  FileChannel channel(boolean toRead, OpenOption option) throws IOException {
    return FileChannel.open(Path.of(file(toRead ? readEnd : writeEnd).getPath()), option);
  }

  private static File file(int descriptor) {
    return new File("/dev/fd/" + descriptor);
  }

  @Override
  public void close() {
    CLOSE.call(readEnd, 0, 0);
    CLOSE.call(writeEnd, 0, 0);
  }
}
