package org.skerry.assembly;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The modules that ship with Skerry, as sources. A program that imports one needs no file of it.
 * See {@code native-notes/library.md}. Any thread.
 */
public final class LibraryModules {
  private static final String FOLDER = "/org/skerry/library/";

  private LibraryModules() {}

  /**
   * The source of a module of the library.
   *
   * @param module its name
   * @return the source, or null where the library has no such module
   */
  public static String source(String module) {
    // A name that comes from a file must not lead out of the folder.
    if (!module.matches("[a-z_]+")) {
      return null;
    }
    try (InputStream in = LibraryModules.class.getResourceAsStream(FOLDER + module + ".ska")) {
      return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
