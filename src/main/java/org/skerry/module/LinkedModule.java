package org.skerry.module;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A version of a module that is loaded into a {@link CodeSpace}. Its functions have consecutive
 * indices. Immutable but for what its qualified references mean; the off-heap memory that it speaks
 * of lives until the code space closes.
 */
public final class LinkedModule {
  private final int index;
  private final int version;
  private final int firstFunction;
  private final int[] mvars;
  private final long[] literals;
  private final VerifiedModule verified;
  private final References references;
  private volatile boolean isOld;
  private final Map<String, Integer> functionIndices = new HashMap<>();

  LinkedModule(
      int index,
      int version,
      int firstFunction,
      int[] mvars,
      VerifiedModule verified,
      References references,
      long[] literals) {
    this.index = index;
    this.version = version;
    this.firstFunction = firstFunction;
    this.mvars = mvars;
    this.literals = literals;
    this.verified = verified;
    this.references = references;
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

  /** 1 for the first module of its name in the VM, one more for each that replaced another. */
  public int version() {
    return version;
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

  /** The function index of an exported function that fits a reference; -1 where there is none. */
  int exportedIndex(FunctionReference reference) {
    int found = functionIndex(reference.name());
    if (found < 0) {
      return -1;
    }
    FunctionDefinition function = function(found).definition();
    boolean fits = function.exported() && function.signature().equals(reference.signature());
    return fits ? found : -1;
  }

  /** The index of an MVar that it declares, by its place there. */
  public int mvar(int position) {
    return mvars[position];
  }

  /** The index of one of its MVars, exported or not; -1 where there is none of that name. */
  public int mvarIndex(String mvar) {
    for (int i = 0; i < verified.file().mvars().size(); i++) {
      if (verified.file().mvars().get(i).name().equals(mvar)) {
        return mvars[i];
      }
    }
    return -1;
  }

  /** Whether it declares an MVar of a name that other modules may name. */
  public boolean exportsMvar(String mvar) {
    return verified.file().mvars().stream()
        .anyMatch(each -> each.exported() && each.name().equals(mvar));
  }

  /** The term that one of the module's literals is; used in place. */
  public long literal(int literal) {
    return literals[literal];
  }

  /** The function index that one of the module's references means, now where it is qualified. */
  public int target(int reference) {
    return references.target(reference);
  }

  /** What all references mean now. */
  public int[] targets() {
    return IntStream.range(0, verified.file().references().size()).map(this::target).toArray();
  }

  /** Whether a reference means the version of its module that is current. */
  public boolean isQualified(int reference) {
    return verified.file().references().get(reference).isQualified();
  }

  /** Address of 64 bits that have what a qualified reference means. */
  public long cellAddress(int reference) {
    return references.cell(reference);
  }

  /** As {@link References#switchTo}. */
  void switchTo(LinkedModule current) {
    references.switchTo(current);
  }

  /** Another version is current from now on. */
  void retire() {
    isOld = true;
  }

  /** Whether another version of its name is current. */
  public boolean isOld() {
    return isOld;
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
        name(),
        function.name(),
        arity,
        verified.file().source(),
        line(function.lines(), pc),
        isOld ? version : 0);
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
