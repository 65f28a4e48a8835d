package org.skerry.commands;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.skerry.commands.ProgramFailure.Kind;

/**
 * A program to be run. Arguments go to it as they are: no shell reads them.
 *
 * @param program its name or path, as asked for
 * @param path what is executed
 * @param environment all that it gets
 * @param directory where it runs; null for where the JVM does
 */
public record Command(
    String program,
    Path path,
    List<String> arguments,
    Map<String, String> environment,
    Path directory) {
  private static final Charset SYSTEM = Charset.forName(System.getProperty("sun.jnu.encoding"));

  /** Copies. */
  public Command {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }

  /**
   * A program that may be run.
   *
   * @throws ProgramFailure if it may not, or is not there
   * @throws IllegalArgumentException if a text cannot be given to a program
   */
  public static Command of(
      AllowedPrograms allowed,
      String program,
      List<String> arguments,
      Map<String, String> environment,
      Path directory)
      throws ProgramFailure {
    arguments.forEach(Command::check);
    environment.forEach((name, value) -> {
      check(name);
      check(value);
      if (name.isEmpty() || name.contains("=")) {
        throw new IllegalArgumentException("no name of a variable: " + name);
      }
    });
    return new Command(program, allowed.permitted(program), arguments, environment, directory);
  }

  private static void check(String text) {
    if (text.indexOf('\0') >= 0 || !SYSTEM.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException("a text that no program can be given: " + text);
    }
  }

  /** What starts it. */
  ProcessBuilder builder() {
    List<String> words = new ArrayList<>(List.of(path.toString()));
    words.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().clear();
    builder.environment().putAll(environment);
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    return builder;
  }

  /** What an exception of the JDK says about it. */
  ProgramFailure failure(IOException e) {
    String text = String.valueOf(e.getMessage());
    if (text.matches("(?s).*error[=:] ?2\\b.*")) {
      return new ProgramFailure(Kind.NOT_FOUND, program);
    }
    if (text.matches("(?s).*error[=:] ?13\\b.*")) {
      return new ProgramFailure(Kind.ACCESS_DENIED, program);
    }
    return new ProgramFailure(Kind.IO, program + ": " + text);
  }
}
