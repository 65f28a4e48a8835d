package org.skerry.module;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.skerry.event.ModuleLoad;
import org.skerry.event.Recording;
import org.skerry.isa.Bank;
import org.skerry.memory.Memory;
import org.skerry.term.Atoms;

/**
 * Loads verified modules into a {@link CodeSpace}: finds the functions that they name, puts their
 * literals and atoms in place, and writes a record, the linked code, the liveness table and the
 * handler segments of each function. What linked code looks like is in {@code
 * native-notes/frames.md}.
 *
 * <p>All modules of a call are loaded, or none. Modules that name each other must come in one call.
 * One whose name is loaded already becomes the current version of it; see {@code
 * native-notes/hot-code.md}.
 */
public final class Linker {
  /** Problems that are listed. */
  private static final int MAX_PROBLEMS = 50;

  private final CodeSpace space;
  private final Atoms atoms;
  private final List<String> problems = new ArrayList<>();

  /** The modules of this call by name, and the index that the first function of each will have. */
  private final Map<String, VerifiedModule> added = new HashMap<>();

  private final Map<String, Integer> firstFunctions = new HashMap<>();
  private final Map<String, int[]> mvars = new HashMap<>();
  private final Map<String, Map<String, Integer>> positions = new HashMap<>();

  private Linker(CodeSpace space, Atoms atoms) {
    this.space = space;
    this.atoms = atoms;
  }

  /**
   * Loads modules.
   *
   * @param space the VM's code; any thread may load, one after the other
   * @param atoms the VM's atoms; those of the modules stay even if loading fails
   * @param modules at least one
   * @return the loaded modules, in the order given
   * @throws LinkException if any of them cannot be loaded; nothing is then
   */
  public static List<LinkedModule> link(CodeSpace space, Atoms atoms, List<VerifiedModule> modules)
      throws LinkException {
    synchronized (space) {
      return Recording.isOn()
          ? linkRecorded(space, atoms, modules)
          : new Linker(space, atoms).link(modules);
    }
  }

  private static List<LinkedModule> linkRecorded(
      CodeSpace space, Atoms atoms, List<VerifiedModule> modules) throws LinkException {
    ModuleLoad event = new ModuleLoad();
    event.begin();
    List<LinkedModule> linked = new Linker(space, atoms).link(modules);
    event.end();
    if (event.shouldCommit()) {
      event.modules = linked.stream().map(LinkedModule::name).collect(Collectors.joining(" "));
      event.functions = linked.stream().mapToInt(LinkedModule::functionCount).sum();
      event.commit();
    }
    return linked;
  }

  private List<LinkedModule> link(List<VerifiedModule> modules) throws LinkException {
    int functions = number(modules);
    List<int[]> targets = new ArrayList<>();
    List<int[]> mvarTargets = new ArrayList<>();
    for (VerifiedModule module : modules) {
      targets.add(resolve(module));
      mvarTargets.add(resolveMvars(module));
    }
    for (LinkedModule module : space.modules()) {
      if (!module.isOld() && !added.containsKey(module.name())) {
        checkImports(module.verified());
      }
    }
    throwIfAny();
    int blocks = space.blockCount();
    List<LinkedModule> linked = new ArrayList<>();
    try {
      if (!space.reserve(functions)) {
        throw outOfMemory(modules.getFirst());
      }
      for (int i = 0; i < modules.size(); i++) {
        linked.add(
            write(modules.get(i), targets.get(i), mvarTargets.get(i), space.moduleCount() + i));
      }
      space.publish(linked);
      return linked;
    } catch (LinkException | RuntimeException | Error e) {
      space.free(blocks);
      throw e;
    }
  }

  /** Gives every function its index; returns the number of functions there will be. */
  private int number(List<VerifiedModule> modules) {
    long next = space.functionCount();
    long nextMvar = space.mvarCount();
    for (VerifiedModule module : modules) {
      String name = module.file().name();
      if (added.putIfAbsent(name, module) != null) {
        problem(name, "two modules of that name are loaded together");
        continue;
      }
      firstFunctions.put(name, (int) next);
      Map<String, Integer> byName = new HashMap<>();
      for (FunctionDefinition function : module.file().functions()) {
        byName.put(function.name(), byName.size());
      }
      positions.put(name, byName);
      next += byName.size();
      nextMvar = numberMvars(module.file(), nextMvar);
      if (nextMvar > CodeSpace.MAX_MVARS) {
        problem(name, "the VM has too many MVars", "limit", CodeSpace.MAX_MVARS);
        break;
      }
      if (next > CodeSpace.MAX_FUNCTIONS) {
        problem(name, "the VM has too many functions", "limit", CodeSpace.MAX_FUNCTIONS);
        break;
      }
    }
    return (int) next;
  }

  /** An MVar is the one of its name, where an earlier version of the module has declared that. */
  private long numberMvars(ModuleFile file, long next) {
    long nextMvar = next;
    int[] indices = new int[file.mvars().size()];
    for (int i = 0; i < indices.length; i++) {
      int known = space.mvarIndex(file.name(), file.mvars().get(i).name());
      indices[i] = known >= 0 ? known : (int) nextMvar++;
    }
    mvars.put(file.name(), indices);
    return nextMvar;
  }

  /** Whether a module that stays can go on with those that are new. */
  private void checkImports(VerifiedModule module) {
    List<FunctionReference> references = module.file().references();
    for (int i = 0; i < references.size(); i++) {
      if (references.get(i).isQualified() && added.containsKey(references.get(i).module())) {
        resolve(module, i, references.get(i));
      }
    }
    for (MvarReference reference : module.file().mvarReferences()) {
      if (reference.module() != null && added.containsKey(reference.module())) {
        resolve(module.file().name(), reference);
      }
    }
  }

  private int[] resolve(VerifiedModule module) {
    List<FunctionReference> references = module.file().references();
    int[] targets = new int[references.size()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = resolve(module, i, references.get(i));
    }
    return targets;
  }

  private int[] resolveMvars(VerifiedModule module) {
    List<MvarReference> references = module.file().mvarReferences();
    int[] targets = new int[references.size()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = resolve(module.file().name(), references.get(i));
    }
    return targets;
  }

  /** The MVar index that a reference means, or -1 and a problem. */
  private int resolve(String user, MvarReference reference) {
    String name = reference.module() == null ? user : reference.module();
    LinkedModule loaded = space.module(name);
    if (!added.containsKey(name) && loaded == null) {
      problem(user, "a module is missing", "module", name, "mvar", reference.name());
      return -1;
    }
    ModuleFile file = added.containsKey(name) ? added.get(name).file() : loaded.verified().file();
    int position = position(file.mvars(), reference.name());
    if (position < 0) {
      problem(user, "an MVar is missing", "module", name, "mvar", reference.name());
      return -1;
    }
    if (!file.mvars().get(position).exported() && !name.equals(user)) {
      problem(user, "an MVar is not exported", "module", name, "mvar", reference.name());
      return -1;
    }
    return added.containsKey(name) ? mvars.get(name)[position] : loaded.mvar(position);
  }

  private static int position(List<MvarDefinition> mvars, String name) {
    for (int i = 0; i < mvars.size(); i++) {
      if (mvars.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /** The function index that a reference means, or -1 and a problem. */
  private int resolve(VerifiedModule from, int position, FunctionReference reference) {
    String user = from.file().name();
    String place = FirstUse.of(from.file(), position);
    String name = reference.module() == null ? user : reference.module();
    FunctionDefinition function = null;
    int index = -1;
    LinkedModule loaded = space.module(name);
    if (added.containsKey(name)) {
      Integer found = positions.get(name).get(reference.name());
      if (found != null) {
        function = added.get(name).file().functions().get(found);
        index = firstFunctions.get(name) + found;
      }
    } else if (loaded != null) {
      index = loaded.functionIndex(reference.name());
      function = index < 0 ? null : loaded.function(index).definition();
    } else {
      problem(
          user, "a module is missing", "module", name, "function", reference.name(), "at", place);
      return -1;
    }
    return isUsable(user, place, reference, name, function) ? index : -1;
  }

  private boolean isUsable(
      String user,
      String place,
      FunctionReference reference,
      String name,
      FunctionDefinition function) {
    if (function == null) {
      problem(
          user, "a function is missing", "module", name, "function", reference.name(), "at", place);
      return false;
    }
    if (!function.exported() && reference.isQualified()) {
      problem(
          user,
          "a function is not exported",
          "module",
          name,
          "function",
          reference.name(),
          "at",
          place);
      return false;
    }
    if (!function.signature().equals(reference.signature())) {
      problem(
          user,
          "a function has another signature than expected",
          "module",
          name,
          "function",
          reference.name(),
          "signature",
          function.signature(),
          "expected",
          reference.signature(),
          "at",
          place);
      return false;
    }
    return true;
  }

  private LinkedModule write(
      VerifiedModule module, int[] targets, int[] mvarTargets, int moduleIndex)
      throws LinkException {
    int first = firstFunctions.get(module.file().name());
    List<FunctionReference> references = module.file().references();
    long[] literals = new LiteralLoader(space, atoms).load(module.file());
    CodeTranslator translator =
        new CodeTranslator(references, literals, targets, shapes(targets), mvarTargets);
    LongStream.Builder words = LongStream.builder();
    IntStream.Builder uses = IntStream.builder();
    for (int i = 0; i < module.functions().size(); i++) {
      VerifiedFunction function = module.functions().get(i);
      long block = space.allocate(FunctionWriter.blockBytes(function));
      if (block == Memory.NULL) {
        throw outOfMemory(module);
      }
      long record = space.functionAddress(first + i);
      long[] code = translator.translate(function.definition());
      FunctionWriter.write(function, code, block, record, first + i, moduleIndex);
      for (CodeTranslator.Use use : translator.uses()) {
        words.add(block + 8L * use.word());
        uses.add(use.reference() << 1 | use.half());
      }
    }
    String name = module.file().name();
    LinkedModule replaced = space.module(name);
    return new LinkedModule(
        moduleIndex,
        replaced == null ? 1 : replaced.version() + 1,
        first,
        mvars.get(name),
        module,
        references(module, targets, words.build().toArray(), uses.build().toArray()),
        literals);
  }

  private References references(VerifiedModule module, int[] targets, long[] words, int[] uses)
      throws LinkException {
    List<FunctionReference> references = module.file().references();
    long bytes = References.cellBytes(references);
    long cells = bytes == 0 ? Memory.NULL : space.allocate(bytes);
    if (bytes > 0 && cells == Memory.NULL) {
      throw outOfMemory(module);
    }
    return new References(references, targets, cells, words, uses);
  }

  /** The definitions of functions that are called: their register counts place the arguments. */
  private FunctionDefinition[] shapes(int[] targets) {
    FunctionDefinition[] shapes = new FunctionDefinition[targets.length];
    for (int i = 0; i < targets.length; i++) {
      shapes[i] = definition(targets[i]);
    }
    return shapes;
  }

  private FunctionDefinition definition(int functionIndex) {
    if (functionIndex < space.functionCount()) {
      return space.moduleOf(functionIndex).function(functionIndex).definition();
    }
    for (VerifiedModule module : added.values()) {
      int position = functionIndex - firstFunctions.get(module.file().name());
      if (position >= 0 && position < module.functions().size()) {
        return module.file().functions().get(position);
      }
    }
    throw new org.skerry.memory.VmBug("a resolved function is known", "index", functionIndex);
  }

  static int registers(FunctionDefinition function, Bank bank) {
    return switch (bank) {
      case R -> function.rCount();
      case I -> function.iCount();
      case F -> function.fCount();
    };
  }

  private static LinkException outOfMemory(VerifiedModule module) {
    return new LinkException(
        List.of(module.file().name() + ": the VM's memory cap leaves no room for the module"));
  }

  private void problem(String module, String sentence, Object... namesAndValues) {
    StringBuilder text = new StringBuilder(module).append(": ").append(sentence);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (namesAndValues[i + 1] == null) {
        continue;
      }
      text.append(i == 0 ? ": " : " ").append(namesAndValues[i]);
      text.append('=').append(namesAndValues[i + 1]);
    }
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(text.toString());
    }
  }

  private void throwIfAny() throws LinkException {
    if (!problems.isEmpty()) {
      throw new LinkException(problems);
    }
  }
}
