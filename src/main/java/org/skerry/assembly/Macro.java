package org.skerry.assembly;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;

/**
 * Words that stand for a row of instructions: an MVar gets the value that a function computes of
 * its value, while nobody else can change it.
 */
enum Macro {
  /** {@code r.mvar.update d, hits, f(args)}: {@code d} and the MVar := {@code f(value, args)}. */
  R_MVAR_UPDATE(Opcode.R_CALL),
  /** The same with a closure. */
  R_MVAR_UPDATE_CLOSURE(Opcode.R_CALL_CLOSURE);

  private final Opcode call;
  private final String mnemonic = name().toLowerCase(Locale.ROOT).replace('_', '.');
  private final List<OperandKind> operands;

  Macro(Opcode call) {
    this.call = call;
    List<OperandKind> kinds = new ArrayList<>(call.operands());
    kinds.add(1, OperandKind.MVAR);
    operands = List.copyOf(kinds);
  }

  /** The macro of this name, or null. */
  static Macro of(String mnemonic) {
    return Arrays.stream(values())
        .filter(macro -> macro.mnemonic.equals(mnemonic))
        .findFirst()
        .orElse(null);
  }

  static List<String> mnemonics() {
    return Arrays.stream(values()).map(Macro::mnemonic).toList();
  }

  String mnemonic() {
    return mnemonic;
  }

  /** The instruction that computes the new value. */
  Opcode call() {
    return call;
  }

  /** The operands of the call, and behind its destination the MVar. */
  List<OperandKind> operands() {
    return operands;
  }
}
