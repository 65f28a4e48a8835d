package org.skerry.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.skerry.files.FileFailure.Kind;

/** What a program does to files, where it may. Any thread; every method may wait for the system. */
public final class FileSystemAccess {
  /** The largest file that is read whole, in bytes. */
  public static final long MAX_WHOLE_BYTES = 256L << 20;

  /**
   * Held from looking where a path leads to using it, and alone for a rename: so no program can
   * move a link into the way in between. For all VMs of the JVM.
   */
  private static final ReentrantReadWriteLock PATHS = new ReentrantReadWriteLock();

  private final Folders readable;
  private final Folders writable;

  /** Files in some folders. */
  public FileSystemAccess(Folders readable, Folders writable) {
    this.readable = readable;
    this.writable = writable;
  }

  private interface Action<T> {
    T run() throws IOException, FileFailure;
  }

  private static <T> T with(Lock lock, String path, Action<T> action) throws FileFailure {
    lock.lock();
    try {
      return action.run();
    } catch (IOException e) {
      throw FileFailure.of(path, e);
    } finally {
      lock.unlock();
    }
  }

  private static <T> T at(String path, Action<T> action) throws FileFailure {
    return with(PATHS.readLock(), path, action);
  }

  /** Opens a file to read it. */
  public FileStream openToRead(String path) throws FileFailure {
    return at(path, () -> open(path, readable.existing(path), StandardOpenOption.READ));
  }

  /** Opens a file to write it from its beginning, as an empty one. */
  public FileStream openToWrite(String path) throws FileFailure {
    return openToWrite(path, StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** Opens a file to write behind what is in it. */
  public FileStream openToAppend(String path) throws FileFailure {
    return openToWrite(path, StandardOpenOption.APPEND);
  }

  private FileStream openToWrite(String path, OpenOption how) throws FileFailure {
    return at(
        path,
        () ->
            open(
                path,
                writable.target(path),
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                how));
  }

  private static FileStream open(String path, Path real, OpenOption... options)
      throws IOException, FileFailure {
    if (Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileFailure(Kind.IS_DIRECTORY, path);
    }
    // A pipe or a device would keep whoever opens it.
    if (Files.exists(real, LinkOption.NOFOLLOW_LINKS)
        && Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
            .isOther()) {
      throw new FileFailure(Kind.NOT_REGULAR, path);
    }
    Set<OpenOption> all = new HashSet<>(Set.of(options));
    all.add(LinkOption.NOFOLLOW_LINKS);
    return new FileStream(path, FileChannel.open(real, all));
  }

  /** Makes some bytes all that is in a file. */
  public void write(String path, byte[] bytes) throws FileFailure {
    try (FileStream file = openToWrite(path)) {
      file.write(bytes);
    }
  }

  /** Writes behind what is in a file. */
  public void append(String path, byte[] bytes) throws FileFailure {
    try (FileStream file = openToAppend(path)) {
      file.write(bytes);
    }
  }

  /** A new file beside the one that it is going to replace. */
  private record Replacement(Path path, FileStream file) {}

  /** As {@link #write}, but others find all of the old bytes or all of the new ones. */
  public void replace(String path, byte[] bytes) throws FileFailure {
    Replacement next = at(path, () -> replacement(path));
    boolean isDone = false;
    try (FileStream file = next.file) {
      // To wait for the disk holds nobody else up.
      file.write(bytes);
      file.sync();
      with(
          PATHS.writeLock(),
          path,
          () -> {
            // Folders may have been given other names meanwhile.
            Path source = writable.entry(next.path.toString());
            Path real = notDirectory(path);
            if (!real.getParent().equals(source.getParent())) {
              throw new FileFailure(Kind.NOT_FOUND, path);
            }
            return Files.move(source, real, StandardCopyOption.ATOMIC_MOVE);
          });
      isDone = true;
    } catch (IOException e) {
      throw FileFailure.of(path, e);
    } finally {
      if (!isDone) {
        discard(next.path);
      }
    }
  }

  private Replacement replacement(String path) throws IOException, FileFailure {
    Path next = Files.createTempFile(notDirectory(path).getParent(), ".replace", ".tmp");
    return new Replacement(next, open(path, next, StandardOpenOption.WRITE));
  }

  private Path notDirectory(String path) throws FileFailure {
    Path real = writable.target(path);
    if (Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileFailure(Kind.IS_DIRECTORY, path);
    }
    return real;
  }

  private void discard(Path next) {
    try {
      at(next.toString(), () -> Files.deleteIfExists(writable.entry(next.toString())));
    } catch (FileFailure e) {
      // Its folder has another name, or none: it is left where it is.
    }
  }

  /** The real path of a folder that may be read. */
  public Path directory(String path) throws FileFailure {
    return at(
        path,
        () -> {
          Path real = readable.existing(path);
          if (!Files.isDirectory(real)) {
            throw new FileFailure(Kind.NOT_DIRECTORY, path);
          }
          return real;
        });
  }

  /** The names in a folder, sorted. */
  public List<String> list(String path) throws FileFailure {
    return at(
        path,
        () -> {
          List<String> names = new ArrayList<>();
          try (DirectoryStream<Path> entries = Files.newDirectoryStream(readable.existing(path))) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
          } catch (DirectoryIteratorException e) {
            throw e.getCause();
          }
          names.sort(null);
          return names;
        });
  }

  /** What is known of a file; of a link, where it is one itself. */
  public BasicFileAttributes stat(String path) throws FileFailure {
    return at(
        path,
        () ->
            Files.readAttributes(
                isRoot(path) ? readable.existing(path) : readable.entry(path),
                BasicFileAttributes.class,
                LinkOption.NOFOLLOW_LINKS));
  }

  /** Whether a path ends in no name. */
  private static boolean isRoot(String path) {
    return path.equals("/") || path.endsWith(".") || path.isEmpty();
  }

  /** Gives a file or folder another name; what has that name must not be there. */
  public void rename(String from, String to) throws FileFailure {
    with(
        PATHS.writeLock(),
        to,
        () -> {
          Path source = writable.entry(from);
          Path target = writable.entry(to);
          if (!Files.exists(source, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileFailure(Kind.NOT_FOUND, from);
          }
          if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(to);
          }
          return Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
        });
  }

  /** Removes a file, a link or an empty folder. */
  public void remove(String path) throws FileFailure {
    at(
        path,
        () -> {
          Files.delete(writable.entry(path));
          return null;
        });
  }

  /** Makes a folder in one that there is. */
  public void makeDirectory(String path) throws FileFailure {
    at(path, () -> Files.createDirectory(writable.entry(path)));
  }

  /** Makes an empty file of a new name in a folder, for its owner alone; gives the name. */
  public String temporary(String path) throws FileFailure {
    return at(
        path,
        () -> Files.createTempFile(writable.existing(path), "tmp", "").getFileName().toString());
  }
}
