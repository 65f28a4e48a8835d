package org.skerry.module;

import java.util.List;
import org.skerry.isa.Bank;

/**
 * What a function takes and gives. The parameters of each bank arrive in that bank's first
 * registers, in order: {@code (r, i, r) -> f} takes {@code r0}, {@code i0}, {@code r1}.
 *
 * @param parameters the bank of each parameter, in order
 * @param result the bank of the result
 */
public record Signature(List<Bank> parameters, Bank result) {
  public Signature {
    parameters = List.copyOf(parameters);
  }

  /** Parameters of one bank. */
  public int count(Bank bank) {
    int count = 0;
    for (Bank parameter : parameters) {
      if (parameter == bank) {
        count++;
      }
    }
    return count;
  }

  /** Whether it takes terms only and gives a term, as a closure's function must. */
  public boolean isTermsOnly() {
    return result == Bank.R && count(Bank.R) == parameters.size();
  }

  /** As written in assembly: {@code (r, i) -> f}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("(");
    for (Bank parameter : parameters) {
      text.append(text.length() > 1 ? ", " : "").append(parameter.letter());
    }
    return text.append(") -> ").append(result.letter()).toString();
  }
}
