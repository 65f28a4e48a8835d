package org.skerry;

import static org.skerry.SystemArguments.text;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.skerry.files.FileFailure;
import org.skerry.files.FileStream;
import org.skerry.files.FileSystemAccess;

/** The module {@code code}; see {@code native-notes/system-modules.md}. */
final class CodeModule {
  /** Loads what was in a file. */
  @FunctionalInterface
  interface Loader {
    Module load(Path file, byte[] bytes) throws LoadException;
  }

  private CodeModule() {}

  static HostModule of(Permissions permissions, Loader loader) {
    FileSystemAccess files = new FileSystemAccess(permissions.readable(), permissions.writable());
    return HostModule.builder("code")
        .blocking("load(r path) -> r", call -> load(files, text(call, 0), loader))
        .build();
  }

  private static Term load(FileSystemAccess files, String path, Loader loader) {
    try {
      Module module = loader.load(Path.of(path), read(files, path));
      return Term.tuple(module.name(), module.version());
    } catch (FileFailure e) {
      throw FileModules.error(e);
    } catch (LoadException e) {
      throw new HostError(Term.tuple(Term.atom("load_failed"), e.getMessage()));
    }
  }

  private static byte[] read(FileSystemAccess files, String path) throws FileFailure {
    try (FileStream file = files.openToRead(path)) {
      ByteBuffer bytes = ByteBuffer.allocate(file.size());
      int count = file.readInto(bytes);
      return Arrays.copyOf(bytes.array(), count);
    }
  }
}
