package org.skerry.jit;

import java.lang.constant.ClassDesc;
import java.util.BitSet;
import org.skerry.memory.Memory;
import org.skerry.module.CodeSpace;
import org.skerry.module.FunctionLayout;
import org.skerry.module.LinkedModule;

/**
 * A module on its way to a class.
 *
 * @param code where it is linked
 * @param module the module
 * @param type the class to be
 * @param compiled positions of the functions that become methods
 * @param collectsAlways whether every allocation must collect
 */
record CompileUnit(
    CodeSpace code, LinkedModule module, ClassDesc type, BitSet compiled, boolean collectsAlways) {

  /** The function record of a function of this module. */
  long record(int position) {
    return code.functionAddress(module.firstFunction() + position);
  }

  /** Address of a function's linked words. */
  long codeAddress(int position) {
    return Memory.getLong(record(position) + FunctionLayout.CODE_OFFSET);
  }

  /** The position of the function that a reference means, or -1 where it is another module's. */
  int position(int reference) {
    int target = module.target(reference) - module.firstFunction();
    return target >= 0 && target < module.functionCount() ? target : -1;
  }
}
