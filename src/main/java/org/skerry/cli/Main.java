package org.skerry.cli;

/** The entry point of {@code skerry}: the only place that ends the JVM. */
public final class Main {
  private Main() {}

  /**
   * Runs one command and ends the JVM with its {@link ExitStatus}.
   *
   * @param args the command line, without the launcher's own part
   */
  public static void main(String[] args) {
    System.exit(CommandRunner.run(args));
  }
}
