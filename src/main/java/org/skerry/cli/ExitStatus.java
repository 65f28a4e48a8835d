package org.skerry.cli;

/** What a {@code skerry} command tells the shell about how it ended. */
public enum ExitStatus {
  /** The command did what it was asked to. */
  SUCCESS(0, "success"),
  /**
   * The program ended with an uncaught error, {@code lint} found something, {@code bench} found a
   * figure worse than before, or {@code doctor} found something missing.
   */
  PROGRAM_ERROR(
      1, "the program ended with an uncaught error, or lint or bench --compare found something"),
  /** The command line is wrong, or names a file that cannot be read. */
  USAGE(2, "wrong usage, or a file that cannot be read"),
  /** The assembler, the module reader or the verifier rejected the program. */
  REJECTED(3, "rejected by the assembler or the verifier"),
  /** The program exceeded a limit: memory, heap, processes, or its deadline. */
  LIMIT_EXCEEDED(4, "a limit was exceeded"),
  /**
   * The launcher could not start the JVM: no JDK 25, or the build failed; or the JVM was started
   * without it, and lacks an option.
   */
  CANNOT_START(69, "no JDK 25, the build failed, or the JVM lacks an option"),
  /** A defect of Skerry itself. */
  INTERNAL_ERROR(70, "a defect of Skerry itself: please report it"),
  /** Ctrl-C. */
  INTERRUPTED(130, "interrupted (Ctrl-C)");

  private final int code;
  private final String meaning;

  ExitStatus(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /** The number that the shell sees. */
  public int code() {
    return code;
  }

  /** The meaning in a few words, as the help shows it. */
  public String meaning() {
    return meaning;
  }
}
