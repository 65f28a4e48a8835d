package org.skerry.verify;

import java.util.ArrayList;
import java.util.List;
import org.skerry.module.FunctionDefinition;
import org.skerry.verify.VerificationException.Problem;

/** Collects what is wrong with a module; keeps the first ones and counts the rest. */
final class Problems {
  private static final int MAX_NAME_LENGTH = 100;

  private final String module;
  private final List<Problem> list = new ArrayList<>();
  private int omitted;
  private FunctionDefinition function;

  Problems(String module) {
    this.module = printable(module);
  }

  /** From now on problems are in this function; null: in none. */
  void enter(FunctionDefinition function) {
    this.function = function;
  }

  /** Problems so far, listed or not. */
  int count() {
    return list.size() + omitted;
  }

  /** Whether further problems would be counted only, so that looking for them may stop. */
  boolean full() {
    return omitted > 0;
  }

  /** Adds one that is not in code. */
  void add(String sentence, Object... namesAndValues) {
    addAt(-1, sentence, namesAndValues);
  }

  /**
   * Adds one.
   *
   * @param pc index of the code word, -1 for none
   * @param namesAndValues a name, its value, a name, its value, and so on
   */
  void addAt(int pc, String sentence, Object... namesAndValues) {
    if (list.size() == Verifier.MAX_PROBLEMS) {
      omitted++;
      return;
    }
    StringBuilder values = new StringBuilder();
    for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
      values.append(i == 0 ? "" : " ").append(namesAndValues[i]).append('=');
      values.append(printable(String.valueOf(namesAndValues[i + 1])));
    }
    String name = function == null ? null : printable(function.name());
    list.add(new Problem(module, name, pc, lineOf(pc), sentence, values.toString()));
  }

  /** Throws if there are any. */
  void throwIfAny() throws VerificationException {
    if (!list.isEmpty()) {
      throw new VerificationException(list, omitted);
    }
  }

  /** The line of a code word of the function that was entered; 0 where it is not known. */
  int lineOf(int pc) {
    int line = 0;
    if (function != null && pc >= 0) {
      for (FunctionDefinition.Line entry : function.lines()) {
        if (entry.pc() <= pc) {
          line = entry.line();
        }
      }
    }
    return line;
  }

  /** Names come from a hostile file: they must not bring control characters or pages of text. */
  private static String printable(String text) {
    StringBuilder clean = new StringBuilder();
    for (int i = 0; i < text.length() && i < MAX_NAME_LENGTH; i++) {
      char c = text.charAt(i);
      clean.append(Character.isISOControl(c) ? '?' : c);
    }
    return text.length() > MAX_NAME_LENGTH ? clean.append('…').toString() : clean.toString();
  }
}
