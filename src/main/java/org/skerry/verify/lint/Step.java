package org.skerry.verify.lint;

import java.util.List;
import org.skerry.isa.Effect;
import org.skerry.isa.Opcode;

/**
 * An instruction that control can reach.
 *
 * @param pc its code word
 * @param line its source line, 0 where it is not known
 * @param held what its function holds before it
 * @param mvar the MVar that it names, or -1
 * @param callees numbers of the functions that it may call
 * @param closure whether it calls a closure, so that only one of the callees is meant
 * @param next the code words that control may go to, without handlers; of a branch that may fall
 *     through the last
 * @param handler where its errors go, or -1
 * @param kept holds that stay on the way there
 * @param errorRegister the register that gets the error there, or -1
 * @param sources registers that it reads, see {@link LintedFunction#register}
 * @param destination the register that it writes, or -1
 * @param constant of {@code i.const} the value; else 0
 * @param awaitedHost the function of the host that it calls and awaits, or null
 */
record Step(
    int pc,
    int line,
    Opcode opcode,
    Holds held,
    int mvar,
    List<Integer> callees,
    boolean closure,
    List<Integer> next,
    int handler,
    int kept,
    int errorRegister,
    List<Integer> sources,
    int destination,
    long constant,
    String awaitedHost) {

  boolean locks() {
    return opcode.has(Effect.HOLDS_READ) || opcode.has(Effect.HOLDS_WRITE);
  }

  boolean locksToWrite() {
    return opcode.has(Effect.HOLDS_WRITE);
  }

  /** Whether it takes a lock and may give up doing so. */
  boolean mayNotLock() {
    return locks() && opcode.has(Effect.BRANCHES);
  }

  /** Whether it looks at the value of its MVar. */
  boolean reads() {
    return switch (opcode) {
      case R_MVAR_READ, R_MVAR_GET, R_MVAR_GET_OR, I_MVAR_HAS, I_MVAR_SIZE, R_MVAR_SNAPSHOT -> true;
      default -> false;
    };
  }

  /** Whether it changes the value of its MVar. */
  boolean writes() {
    return switch (opcode) {
      case MVAR_WRITE, MVAR_PUT, I_MVAR_REMOVE -> true;
      default -> false;
    };
  }

  /** What it awaits of another process, of time or of the host, as a verb; or null. */
  String awaited() {
    return awaitedHost != null ? "awaits " + awaitedHost + " of the host" : Deed.awaited(opcode);
  }

  /** Whether it calls a function or a closure in its own process. */
  boolean calls() {
    return opcode.has(Effect.CALLS);
  }

  /** Whether an error in what it calls comes to a handler here; a tail call is gone by then. */
  boolean catchesErrorsOfCallee() {
    return handler >= 0 && !opcode.has(Effect.ENDS_BLOCK);
  }
}
