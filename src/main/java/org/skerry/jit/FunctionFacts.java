package org.skerry.jit;

import org.skerry.isa.Bank;
import org.skerry.module.LinkedModule;
import org.skerry.module.VerifiedFunction;

/**
 * What is found out about a function once, for both of its methods.
 *
 * @param terms which registers of bank r are live where
 * @param integers the same of bank i
 * @param floats the same of bank f
 * @param constants registers that are constants
 */
record FunctionFacts(
    LiveRegisters terms,
    LiveRegisters integers,
    LiveRegisters floats,
    ConstantRegisters constants) {

  static FunctionFacts of(LinkedModule module, int position) {
    VerifiedFunction function = module.verified().functions().get(position);
    return new FunctionFacts(
        new LiveRegisters(function, Bank.R),
        new LiveRegisters(function, Bank.I),
        new LiveRegisters(function, Bank.F),
        new ConstantRegisters(module, function.definition()));
  }
}
