package org.skerry.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads and writes the files that a command line names, with errors that a user understands. */
final class ProgramFiles {
  /** Far above any real program; a larger file is a mistake, and is not read into memory. */
  private static final long MAX_FILE_BYTES = 256L << 20;

  private ProgramFiles() {}

  /** The whole file. */
  static byte[] read(Path file) throws CommandFailure {
    if (Files.isDirectory(file)) {
      throw new CommandFailure(ExitStatus.USAGE, "is a directory: " + file);
    }
    try {
      long bytes = Files.size(file);
      if (bytes > MAX_FILE_BYTES) {
        throw new CommandFailure(
            ExitStatus.REJECTED,
            file
                + " is too large: "
                + Sizes.text(bytes)
                + ", at most "
                + Sizes.text(MAX_FILE_BYTES));
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
