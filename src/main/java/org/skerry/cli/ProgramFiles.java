package org.skerry.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads and writes the files that a command line names, with errors that a user understands. */
final class ProgramFiles {
  /** Far above any real program; a larger file is a mistake, and is not read into memory. */
  private static final long MAX_FILE_BYTES = 256L << 20;

  /** What comes through a pipe, or from a device that may never end. */
  private static final int MAX_STREAM_BYTES = 16 << 20;

  private ProgramFiles() {}

  /** The whole file. */
  static byte[] read(Path file) throws CommandFailure {
    if (file.toString().isEmpty()) {
      throw new CommandFailure(ExitStatus.USAGE, "the name of the file is empty");
    }
    if (Files.isDirectory(file)) {
      throw new CommandFailure(ExitStatus.USAGE, "is a directory: " + file);
    }
    try {
      if (!Files.isRegularFile(file)) {
        return readStream(file);
      }
      long bytes = Files.size(file);
      if (bytes > MAX_FILE_BYTES) {
        throw tooLarge(file, Sizes.text(bytes), MAX_FILE_BYTES);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new CommandFailure(ExitStatus.USAGE, "no such file: " + file);
    } catch (AccessDeniedException e) {
      throw new CommandFailure(ExitStatus.USAGE, "no permission to read: " + file);
    } catch (IOException e) {
      throw new CommandFailure(ExitStatus.USAGE, "cannot read " + file + ": " + e.getMessage());
    }
  }

  private static byte[] readStream(Path file) throws IOException, CommandFailure {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_STREAM_BYTES + 1);
      if (bytes.length > MAX_STREAM_BYTES) {
        throw tooLarge(file, "no end in sight", MAX_STREAM_BYTES);
      }
      return bytes;
    }
  }

  private static CommandFailure tooLarge(Path file, String size, long most) {
    return new CommandFailure(
        ExitStatus.REJECTED, file + " is too large: " + size + ", at most " + Sizes.text(most));
  }

  /** Writes the whole file, in place of one that is there. */
  static void write(Path file, byte[] bytes) throws CommandFailure {
    try {
      Files.write(file, bytes);
    } catch (AccessDeniedException e) {
      throw new CommandFailure(ExitStatus.USAGE, "no permission to write: " + file);
    } catch (NoSuchFileException e) {
      throw new CommandFailure(ExitStatus.USAGE, "no such directory: " + file.getParent());
    } catch (IOException e) {
      throw new CommandFailure(ExitStatus.USAGE, "cannot write " + file + ": " + e.getMessage());
    }
  }
}
