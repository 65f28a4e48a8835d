package org.skerry.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads whole files that people name, with errors that they understand. */
public final class InputFiles {
  /** Far above any real program; a larger file is a mistake, and is not read into memory. */
  private static final long MAX_FILE_BYTES = 256L << 20;

  /** What comes through a pipe, or from a device that may never end. */
  private static final int MAX_STREAM_BYTES = 16 << 20;

  private InputFiles() {}

  /** The whole file. */
  public static byte[] read(Path file) throws LoadFailure {
    if (file.toString().isEmpty()) {
      throw LoadFailure.unreadable("the name of the file is empty");
    }
    if (Files.isDirectory(file)) {
      throw LoadFailure.unreadable("is a directory: " + file);
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
      throw LoadFailure.unreadable("no such file: " + file);
    } catch (AccessDeniedException e) {
      throw LoadFailure.unreadable("no permission to read: " + file);
    } catch (IOException e) {
      throw LoadFailure.unreadable("cannot read " + file + ": " + e.getMessage());
    }
  }

  private static byte[] readStream(Path file) throws IOException, LoadFailure {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_STREAM_BYTES + 1);
      if (bytes.length > MAX_STREAM_BYTES) {
        throw tooLarge(file, "no end in sight", MAX_STREAM_BYTES);
      }
      return bytes;
    }
  }

  private static LoadFailure tooLarge(Path file, String size, long most) {
    return LoadFailure.rejected(file + " is too large: " + size + ", at most " + Sizes.text(most));
  }
}
