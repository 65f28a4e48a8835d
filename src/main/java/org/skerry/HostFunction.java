package org.skerry;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skerry.isa.Bank;
import org.skerry.module.Signature;

/**
 * A function of the host as it was declared.
 *
 * @param body a {@link HostModule.ToLong}, {@link HostModule.ToDouble}, {@link HostModule.ToTerm}
 *     or {@link HostModule.ToStage}
 * @param banks of the parameters: their ordinals
 */
@SuppressWarnings("ArrayRecordComponent")
record HostFunction(
    String module,
    String name,
    Signature signature,
    Kind kind,
    Object body,
    byte[] banks,
    boolean isOfSystem) {
  /** Where it runs, and who waits for it. */
  enum Kind {
    INLINE,
    BLOCKING,
    ASYNC
  }

  private static final String PARAMETER = "[rif](?:\\s+[A-Za-z_][A-Za-z0-9_]*)?";
  private static final Pattern HEADER =
      Pattern.compile(
          "\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*\\(\\s*((?:"
              + PARAMETER
              + "(?:\\s*,\\s*"
              + PARAMETER
              + ")*)?)\\s*\\)\\s*->\\s*([rif])\\s*");

  /**
   * Reads a header.
   *
   * @param module the name of its module
   * @param result the bank that it must say; null for any
   */
  static HostFunction of(String module, String header, Kind kind, Bank result, Object body) {
    Objects.requireNonNull(body, "no function");
    Matcher matcher = HEADER.matcher(header);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "no header of a function, such as \"name(r, i) -> r\": " + header);
    }
    List<Bank> parameters = new ArrayList<>();
    for (String parameter : matcher.group(2).split(",")) {
      if (!parameter.isBlank()) {
        parameters.add(Bank.ofLetter(parameter.strip().charAt(0)));
      }
    }
    Bank given = Bank.ofLetter(matcher.group(3).charAt(0));
    if (result != null && given != result) {
      throw new IllegalArgumentException(
          "the function gives " + result.letter() + ", and its header says another: " + header);
    }
    byte[] banks = new byte[parameters.size()];
    for (int i = 0; i < banks.length; i++) {
      banks[i] = (byte) parameters.get(i).ordinal();
    }
    Signature signature = new Signature(parameters, given);
    return new HostFunction(module, matcher.group(1), signature, kind, body, banks, false);
  }

  /** The same, as one of the system: see {@link SystemArguments#checkSize}. */
  HostFunction ofSystem() {
    return new HostFunction(module, name, signature, kind, body, banks, true);
  }

  /**
   * Does nothing where an argument is of a bank.
   *
   * @throws IllegalStateException if it is of another
   * @throws IndexOutOfBoundsException if it is not there
   */
  void checkBank(int argument, Bank bank) {
    if (banks[Objects.checkIndex(argument, banks.length)] != bank.ordinal()) {
      throw new IllegalStateException(
          "The argument is of another bank. argument="
              + argument
              + " bank="
              + Bank.ofOrdinal(banks[argument]).letter()
              + " wanted="
              + bank.letter());
    }
  }

  /** Writes the function that programs call, which calls this one. */
  void writeTo(StringBuilder source, boolean isExported) {
    List<String> parameters = new ArrayList<>();
    List<String> arguments = new ArrayList<>();
    for (Bank bank : signature.parameters()) {
      arguments.add("a" + arguments.size());
      parameters.add(bank.letter() + " " + arguments.getLast());
    }
    char result = signature.result().letter();
    source.append(isExported ? "export function " : "function ").append(name).append('(');
    source.append(String.join(", ", parameters)).append(") -> ").append(result).append('\n');
    source.append(result).append(".host result, ").append(name).append('(');
    source.append(String.join(", ", arguments)).append(")\n");
    source.append(result).append(".return result\nend\n");
  }

  /**
   * What a function gave, in the form that goes to the process: {@link Long}, {@link Double}, or
   * the value of a {@link Term}.
   *
   * @throws IllegalArgumentException if that is not what it declared
   */
  Object converted(Object given) {
    return switch (signature.result()) {
      case R -> given instanceof BuiltTerm ? given : Term.of(given).value();
      case I -> {
        if (given instanceof Long || given instanceof Integer || given instanceof Short) {
          yield ((Number) given).longValue();
        }
        throw notDeclared(given);
      }
      case F -> {
        if (given instanceof Double || given instanceof Float) {
          yield ((Number) given).doubleValue();
        }
        throw notDeclared(given);
      }
    };
  }

  private IllegalArgumentException notDeclared(Object given) {
    return new IllegalArgumentException(
        "The function gives another type than it declared. function="
            + this
            + " given="
            + (given == null ? "null" : given.getClass().getName()));
  }

  /** As in assembly. */
  @Override
  public String toString() {
    return name + signature;
  }
}
