package org.skerry.jit;

import org.skerry.isa.Bank;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.LinkedModule;
import org.skerry.module.VerifiedFunction;

/**
 * What is found out about a function once, for both of its methods.
 *
 * @param terms which registers of bank r are live where
 * @param integers the same of bank i
 * @param floats the same of bank f
 * @param constants registers that are constants
 * @param resumedPoints of the method that goes on where a process was suspended
 * @param indexChecks which accesses to arrays look at their index
 */
record FunctionFacts(
    LiveRegisters terms,
    LiveRegisters integers,
    LiveRegisters floats,
    ConstantRegisters constants,
    CodePoints resumedPoints,
    IndexChecks indexChecks) {

  static FunctionFacts of(LinkedModule module, int position) {
    VerifiedFunction function = module.verified().functions().get(position);
    FunctionDefinition definition = function.definition();
    ConstantRegisters constants = new ConstantRegisters(module, definition);
    CodePoints resumedPoints = new CodePoints(definition, true);
    return new FunctionFacts(
        new LiveRegisters(function, Bank.R),
        new LiveRegisters(function, Bank.I),
        new LiveRegisters(function, Bank.F),
        constants,
        resumedPoints,
        new IndexChecks(definition, constants, resumedPoints));
  }
}
