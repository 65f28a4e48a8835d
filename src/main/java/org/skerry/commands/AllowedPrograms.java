package org.skerry.commands;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.skerry.commands.ProgramFailure.Kind;

/**
 * Which programs may be run. What is run is the file that was allowed, wherever the name that a
 * program of ours gives leads from. Immutable; any thread.
 *
 * @param entries null for all
 */
public record AllowedPrograms(List<Entry> entries) {
  /**
   * A program.
   *
   * @param path its name in a real folder: what is executed. One file may have many names, and does
   *     what its name says, so a link to it is not followed here
   * @param real the file that this leads to
   */
  public record Entry(Path path, Path real) {
    private boolean isSameAs(Entry other) {
      return real.equals(other.real) && path.getFileName().equals(other.path.getFileName());
    }
  }

  /** Copies. */
  public AllowedPrograms {
    entries = entries == null ? null : List.copyOf(entries);
  }

  /**
   * A program by its path, or by a name without {@code /}, which is looked for in the folders of
   * {@code PATH}.
   *
   * @return null where there is none
   */
  public static Entry find(String program) {
    if (program.contains("/")) {
      return entry(program);
    }
    String folders = System.getenv("PATH");
    if (folders == null || program.isEmpty()) {
      return null;
    }
    for (String folder : folders.split(File.pathSeparator)) {
      Entry entry = folder.isEmpty() ? null : entry(folder + "/" + program);
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  private static Entry entry(String text) {
    try {
      Path path = Path.of(text).toAbsolutePath();
      Path real = path.toRealPath();
      Path name = path.getFileName();
      if (name == null || !Files.isRegularFile(real) || !Files.isExecutable(real)) {
        return null;
      }
      return new Entry(path.getParent().toRealPath().resolve(name), real);
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  /** What to execute for a program that is asked for. */
  Path permitted(String program) throws ProgramFailure {
    Entry found = find(program);
    if (entries == null) {
      if (found == null) {
        throw new ProgramFailure(Kind.NOT_FOUND, program);
      }
      return found.path;
    }
    for (Entry entry : entries) {
      if (found != null && entry.isSameAs(found)) {
        return entry.path;
      }
    }
    throw new ProgramFailure(
        Kind.NOT_PERMITTED, program + ": allow it with --allow-run=" + program);
  }
}
