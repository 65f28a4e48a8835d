package org.skerry.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.skerry.files.FileFailure.Kind;

/**
 * Where a program may read or write, and the real paths of what it names. A path that comes from
 * here has no symbolic links in it, and lies within one of the folders. Immutable; any thread.
 *
 * @param flag the option that allows more, such as {@code --allow-read}
 * @param roots real paths; null for everywhere
 */
public record Folders(String flag, List<Path> roots) {
  /** No system takes more; and a path is looked at as often as it has folders. */
  private static final int MAX_CHARS = 4096;

  /** Copies. */
  public Folders {
    roots = roots == null ? null : List.copyOf(roots);
  }

  /**
   * What a path leads to, with all symbolic links followed. It must exist.
   *
   * @throws FileFailure also where it is outside, whether it exists or not
   */
  Path existing(String text) throws FileFailure {
    Path path = parse(text);
    try {
      return permitted(path.toRealPath(), text);
    } catch (IOException e) {
      throw missing(path, text, e);
    }
  }

  /**
   * An entry of a folder, which need not exist, and which is itself meant where it is a symbolic
   * link; those in the way to it are followed.
   */
  Path entry(String text) throws FileFailure {
    Path path = parse(text);
    Path name = path.getFileName();
    if (name == null || name.toString().equals("..") || name.toString().equals(".")) {
      permitted(path.normalize(), text);
      throw new FileFailure(Kind.BAD_PATH, text);
    }
    try {
      return permitted(path.getParent().toRealPath().resolve(name), text);
    } catch (IOException e) {
      throw missing(path.getParent(), text, e);
    }
  }

  /** What a path leads to if that exists, otherwise the entry to be. */
  Path target(String text) throws FileFailure {
    Path path = parse(text);
    return Files.exists(path) ? existing(text) : entry(text);
  }

  private Path permitted(Path real, String text) throws FileFailure {
    if (isPermitted(real)) {
      return real;
    }
    throw new FileFailure(Kind.NOT_PERMITTED, text + ": allow it with " + flag + "=" + text);
  }

  private boolean isPermitted(Path real) {
    return roots == null || roots.stream().anyMatch(real::startsWith);
  }

  /** A path cannot be followed: outside, that is all a program learns. */
  private FileFailure missing(Path path, String text, IOException cause) throws FileFailure {
    for (Path known = path; known != null; known = known.getParent()) {
      try {
        permitted(known.toRealPath(), text);
        return FileFailure.of(text, cause);
      } catch (NoSuchFileException e) {
        if (Files.exists(known, LinkOption.NOFOLLOW_LINKS)) {
          return dangling(known, text, cause); // a link to nothing: where, is not said
        }
      } catch (IOException e) {
        // Higher up it may be known where this is.
      }
    }
    permitted(Path.of("/"), text);
    return FileFailure.of(text, cause);
  }

  private FileFailure dangling(Path link, String text, IOException cause) throws FileFailure {
    try {
      permitted(link.getParent().toRealPath().resolve(link.getFileName()), text);
      return new FileFailure(Kind.SYMLINK, text);
    } catch (IOException e) {
      return FileFailure.of(text, cause);
    }
  }

  private static Path parse(String text) throws FileFailure {
    try {
      if (text.isEmpty()) {
        throw new FileFailure(Kind.BAD_PATH, text);
      }
      if (text.length() > MAX_CHARS) {
        throw new FileFailure(Kind.BAD_PATH, "a path of more than " + MAX_CHARS + " characters");
      }
      return Path.of(text).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw new FileFailure(Kind.BAD_PATH, text);
    }
  }
}
