package org.skerry.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.skerry.memory.NativeFunction;
import org.skerry.memory.RequiredFlags;

/** The entry point of {@code skerry}: the only place that ends the JVM. */
public final class Main {
  private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

  private Main() {}

  /**
   * Runs one command and ends the JVM with its {@link ExitStatus}.
   *
   * @param args the command line, without the launcher's own part
   */
  public static void main(String[] args) {
    showWarningsPlainly();
    System.exit(isPlainRun(args) ? runPlainly(args) : CommandRunner.run(args));
  }

  /**
   * The VM warns through the JDK's logger, which otherwise writes two lines, with date and class.
   */
  private static void showWarningsPlainly() {
    if (System.getProperty(LOG_FORMAT) == null) {
      System.setProperty(LOG_FORMAT, "skerry: warning: %5$s%n");
    }
  }

  /** Without options there is nothing to parse; the library that does it takes 150 ms to load. */
  private static boolean isPlainRun(String[] args) {
    return args.length > 1 && args[0].equals("run") && !args[1].startsWith("-");
  }

  /** Linking native calls takes 40 ms, in which the main thread can read and verify the program. */
  private static void prepareNativeCalls() {
    Thread.ofPlatform()
        .daemon()
        .name("skerry-native-linking")
        // It fails again where it is needed, and is reported there.
        .uncaughtExceptionHandler((thread, failure) -> {})
        .start(NativeFunction::prepare);
  }

  private static int runPlainly(String[] args) {
    PrintWriter err = new PrintWriter(System.err, true);
    List<String> arguments = List.of(args).subList(2, args.length);
    try {
      RequiredFlags.check();
      prepareNativeCalls();
      return new VmRunner().run(RunRequest.of(Path.of(args[1]), arguments), err);
    } catch (CommandFailure | RuntimeException e) {
      return Failures.report(e, err).code();
    }
  }
}
