package org.skerry.module;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A module that is loaded into a {@link CodeSpace}. Its functions have consecutive indices.
 * Immutable; the off-heap memory that it speaks of lives until the code space closes.
 */
public final class LinkedModule {
  private final int index;
  private final int firstFunction;
  private final int firstMvar;
  private final long[] literals;
  private final VerifiedModule verified;
  private final int[] targets;
  private final Map<String, Integer> functionIndices = new HashMap<>();

  LinkedModule(
      int index,
      int firstFunction,
      int firstMvar,
      VerifiedModule verified,
      int[] targets,
      long[] literals) {
    this.index = index;
    this.firstFunction = firstFunction;
    this.firstMvar = firstMvar;
    this.literals = literals;
    this.verified = verified;
    this.targets = targets;
    List<FunctionDefinition> functions = verified.file().functions();
    for (int i = 0; i < functions.size(); i++) {
      functionIndices.put(functions.get(i).name(), firstFunction + i);
    }
  }

  /** The module's name. */
  public String name() {
    return verified.file().name();
  }

  /** The module's index in its code space. */
  public int index() {
    return index;
  }

  /** Function index of the module's first function; the others follow in the order of the file. */
  public int firstFunction() {
    return firstFunction;
  }

  /** Number of its functions. */
  public int functionCount() {
    return verified.functions().size();
  }

  /** The index of one of its functions, exported or not; -1 where there is none of that name. */
  public int functionIndex(String function) {
    return functionIndices.getOrDefault(function, -1);
  }

  /** The function with an index, which must belong to this module. */
  public VerifiedFunction function(int functionIndex) {
    return verified.functions().get(functionIndex - firstFunction);
  }

  /** MVar index of the module's first MVar; the others follow in the order of the file. */
  public int firstMvar() {
    return firstMvar;
  }

  /** The index of one of its MVars, exported or not; -1 where there is none of that name. */
  public int mvarIndex(String mvar) {
    for (int i = 0; i < verified.file().mvars().size(); i++) {
      if (verified.file().mvars().get(i).name().equals(mvar)) {
        return firstMvar + i;
      }
    }
    return -1;
  }

  /** The term that one of the module's literals is; used in place. */
  public long literal(int literal) {
    return literals[literal];
  }

  /** The function index that one of the module's references means. */
  public int target(int reference) {
    return targets[reference];
  }

  /** What was linked. */
  public VerifiedModule verified() {
    return verified;
  }

  /**
   * Where a code word comes from.
   *
   * @param functionIndex of a function of this module
   * @param pc index of a code word
   */
  public CodeLocation location(int functionIndex, int pc) {
    FunctionDefinition function = function(functionIndex).definition();
    int arity = function.signature().parameters().size();
    return new CodeLocation(
        name(), function.name(), arity, verified.file().source(), line(function.lines(), pc));
  }

  /** The line of a code word, or 0. */
  static int line(List<FunctionDefinition.Line> lines, int pc) {
    int low = 0;
    int high = lines.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (lines.get(middle).pc() <= pc) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high < 0 ? 0 : lines.get(high).line();
  }
}
