package org.skerry.files;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Why something cannot be done to a file: a kind to decide by, and a text for people. */
public final class FileFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What may be wrong; {@code native-notes/files.md} says when. */
  public enum Kind {
    NOT_PERMITTED,
    NOT_FOUND,
    ALREADY_EXISTS,
    IS_DIRECTORY,
    NOT_DIRECTORY,
    NOT_EMPTY,
    NOT_REGULAR,
    ACCESS_DENIED,
    SYMLINK,
    BAD_PATH,
    TOO_LARGE,
    CLOSED,
    IO
  }

  private final Kind kind;

  /**
   * @param text begins with the path as the program gave it
   */
  public FileFailure(Kind kind, String text) {
    super(text, null, false, false);
    this.kind = kind;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }

  /** What an exception of the JDK says about a path. */
  static FileFailure of(String path, IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> new FileFailure(Kind.NOT_FOUND, path);
      case FileAlreadyExistsException exists -> new FileFailure(Kind.ALREADY_EXISTS, path);
      case DirectoryNotEmptyException full -> new FileFailure(Kind.NOT_EMPTY, path);
      case NotDirectoryException file -> new FileFailure(Kind.NOT_DIRECTORY, path);
      case AccessDeniedException denied -> new FileFailure(Kind.ACCESS_DENIED, path);
      case FileSystemLoopException loop -> new FileFailure(Kind.SYMLINK, path);
      case ClosedChannelException closed -> new FileFailure(Kind.CLOSED, path);
      case FileSystemException other -> ofReason(path, String.valueOf(other.getReason()));
      default -> ofReason(path, String.valueOf(e.getMessage()));
    };
  }

  /** The JDK has no exceptions of their own for these, only the system's text. */
  private static FileFailure ofReason(String path, String reason) {
    if (reason.startsWith("Not a directory")) {
      return new FileFailure(Kind.NOT_DIRECTORY, path);
    }
    if (reason.startsWith("Is a directory")) {
      return new FileFailure(Kind.IS_DIRECTORY, path);
    }
    if (reason.startsWith("Too many levels of symbolic links")) {
      return new FileFailure(Kind.SYMLINK, path);
    }
    return new FileFailure(Kind.IO, path + ": " + reason);
  }
}
