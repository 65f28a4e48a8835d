package org.skerry.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.skerry.LoadException;
import org.skerry.Program;
import org.skerry.io.InputFiles;
import org.skerry.io.LoadFailure;
import org.skerry.io.ModuleLoader;
import org.skerry.module.ModuleFile;
import org.skerry.module.VerifiedModule;

/** Reads and writes the files that a command line names; what fails ends the command. */
final class ProgramFiles {
  private ProgramFiles() {}

  /** The whole file. */
  static byte[] read(Path file) throws CommandFailure {
    try {
      return InputFiles.read(file);
    } catch (LoadFailure e) {
      throw failure(e);
    }
  }

  /** The module in a file, not verified: see {@link ModuleLoader#load}. */
  static ModuleFile load(Path file) throws CommandFailure {
    try {
      return ModuleLoader.load(file);
    } catch (LoadFailure e) {
      throw failure(e);
    }
  }

  /** Verifies a module that came from a file. */
  static VerifiedModule verify(Path file, ModuleFile module) throws CommandFailure {
    try {
      return ModuleLoader.verify(file, module);
    } catch (LoadFailure e) {
      throw failure(e);
    }
  }

  /** A program with all that it imports: see {@link ModuleLoader#loadProgram}. */
  static List<VerifiedModule> loadProgram(Path main) throws CommandFailure {
    try {
      return ModuleLoader.loadProgram(main);
    } catch (LoadFailure e) {
      throw failure(e);
    }
  }

  /** As {@link #loadProgram}, to be run. */
  static Program program(Path main) throws CommandFailure {
    try {
      return Program.read(main);
    } catch (LoadException e) {
      throw failure(e);
    }
  }

  private static CommandFailure failure(LoadException e) {
    return e.getCause() instanceof LoadFailure failure
        ? failure(failure)
        : new CommandFailure(ExitStatus.REJECTED, e.getMessage());
  }

  private static CommandFailure failure(LoadFailure e) {
    ExitStatus status = e.isRejected() ? ExitStatus.REJECTED : ExitStatus.USAGE;
    return e.isListing()
        ? CommandFailure.listing(status, e.getMessage())
        : new CommandFailure(status, e.getMessage());
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
