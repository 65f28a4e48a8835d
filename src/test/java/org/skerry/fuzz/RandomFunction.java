package org.skerry.fuzz;

/**
 * A function of a random program.
 *
 * @param module the module that it lies in
 * @param name its name there
 * @param parameters the bank of each
 * @param result the bank of its result
 */
record RandomFunction(Kind kind, String module, String name, String parameters, char result) {
  /** What its parameters mean and what it may call, so that most programs come to an end. */
  enum Kind {
    /** The beginning of a program. */
    MAIN,
    /** The first parameter, an {@code i}, is fuel: calls to itself or functions above take some. */
    PLAIN,
    /** All parameters are terms; called as a closure. */
    CLOSURE,
    /** Calls one function of its kind, the first parameter says how many times. */
    DEEP,
    /** Takes messages, as many as its fuel says, and answers them. */
    SERVER
  }

  /** As functions of a module call it. */
  String calledFrom(String caller) {
    return caller.equals(module) ? name : module + "." + name;
  }

  /** Parameters of a bank. */
  int count(char bank) {
    return (int) parameters.chars().filter(c -> c == bank).count();
  }

  boolean isFueled() {
    return kind == Kind.PLAIN || kind == Kind.SERVER || kind == Kind.DEEP;
  }
}
