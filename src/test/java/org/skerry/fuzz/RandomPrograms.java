package org.skerry.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.skerry.fuzz.RandomFunction.Kind;

/**
 * Writes programs that pass the verifier and do anything: every instruction of the table with
 * random operands, in loops, handlers, calls of each kind, closures, processes that talk, functions
 * of all sizes in one or two modules. Most come to an end by themselves: loops count down, calls
 * take fuel.
 */
public final class RandomPrograms {
  private static final int MANY_PARAMETERS = 132;
  private static final int MANY_REGISTERS = 420;

  private final Random random;
  private final boolean steady;
  private final boolean guarded;
  private final boolean computes;
  private final int scale;
  private final List<String> modules = new ArrayList<>();
  private final List<RandomFunction> functions = new ArrayList<>();
  private final List<RandomFunction> used = new ArrayList<>();
  private final List<String> bodies = new ArrayList<>();

  private RandomPrograms(String name, long seed, boolean steady, int maxModules) {
    random = new Random(seed);
    this.steady = steady;
    guarded = random.nextInt(3) > 0;
    computes = random.nextInt(8) == 0;
    scale = random.nextInt(80) == 0 ? 60 : random.nextInt(8) == 0 ? 14 : 3;
    modules.add(name);
    if (maxModules > 1 && random.nextInt(4) == 0) {
      modules.add(name + "b");
    }
  }

  /**
   * A program of one module.
   *
   * @param name the module's name
   * @param steady whether it runs in one process and asks nothing that differs between runs
   */
  static String next(String name, long seed, boolean steady) {
    return new RandomPrograms(name, seed, steady, 1).write();
  }

  /** A program of one or two modules, in one text. */
  public static FuzzedProgram any(String name, long seed, boolean steady) {
    return new FuzzedProgram(new RandomPrograms(name, seed, steady, 2).write());
  }

  private String write() {
    add(Kind.MAIN, "", random.nextInt(5) == 0 ? bank() : 'r');
    for (int k = 1 + random.nextInt(2); k > 0; k--) {
      add(Kind.CLOSURE, "r".repeat(1 + random.nextInt(4)), 'r');
    }
    for (int k = 1 + random.nextInt(3); k > 0; k--) {
      add(Kind.PLAIN, "i" + parameters(), bank());
    }
    for (int k = 1 + random.nextInt(2); k > 0; k--) {
      add(Kind.DEEP, "i" + parameters(), bank());
    }
    add(Kind.SERVER, "i" + "r".repeat(random.nextInt(3)), bank());
    used.add(functions.getFirst());
    for (int next = 0; next < used.size(); next++) {
      bodies.add(function(used.get(next))); // which may use others
    }
    StringBuilder text = new StringBuilder();
    modules.forEach(module -> module(module, text));
    return text.toString();
  }

  private void add(Kind kind, String parameters, char result) {
    String module =
        kind == Kind.MAIN ? modules.getFirst() : modules.get(random.nextInt(modules.size()));
    String name = kind == Kind.MAIN ? "main" : kind.name().toLowerCase() + functions.size();
    functions.add(new RandomFunction(kind, module, name, parameters, result));
  }

  private char bank() {
    return "rif".charAt(random.nextInt(3));
  }

  private String parameters() {
    int count =
        random.nextInt(60) == 0
            ? 110 + random.nextInt(MANY_PARAMETERS - 110)
            : random.nextInt(8) == 0 ? 5 + random.nextInt(25) : random.nextInt(5);
    StringBuilder parameters = new StringBuilder();
    for (int k = 0; k < count; k++) {
      parameters.append(bank());
    }
    return parameters.toString();
  }

  private void module(String module, StringBuilder text) {
    text.append("module ").append(module).append("\n\n");
    for (RandomFunction function : used) {
      if (!function.module().equals(module) && function.kind() != Kind.MAIN) {
        text.append("import ").append(function.calledFrom(module)).append('(');
        text.append(String.join(", ", function.parameters().split("")));
        text.append(") -> ").append(function.result()).append('\n');
      }
    }
    text.append("export mvar shared = {1, [:a]}\nexport mvar table = ");
    text.append(RandomOperands.LITERALS[2]);
    text.append("\nexport mvar made = ");
    text.append(
        computes ? "first()\n\nfunction first() -> r\n    r.return :made\nend\n" : ":made\n");
    for (int k = 0; k < used.size(); k++) {
      if (used.get(k).module().equals(module)) {
        text.append(bodies.get(k));
      }
    }
  }

  private String function(RandomFunction function) {
    StringBuilder text = new StringBuilder();
    boolean exported = function.kind() == Kind.MAIN || modules.size() > 1;
    text.append(exported ? "\nexport function " : "\nfunction ").append(function.name());
    text.append('(');
    for (int i = 0; i < function.parameters().length(); i++) {
      char bank = function.parameters().charAt(i);
      text.append(i == 0 ? "" : ", ").append(bank).append(" p").append(i);
    }
    text.append(") -> ").append(function.result()).append('\n');
    int extra =
        random.nextInt(100) == 0
            ? random.nextInt(MANY_REGISTERS / 3)
            : random.nextInt(6) == 0 ? random.nextInt(30) : 0;
    String other = modules.size() == 1 ? null : modules.get(1 - modules.indexOf(function.module()));
    RandomOperands operands = new RandomOperands(random, function, extra, other);
    text.append(new RandomBody(random, this, function, operands).write()).append("end\n");
    return text.toString();
  }

  /** One of the functions of a kind. */
  RandomFunction anyOf(Kind kind) {
    List<RandomFunction> all = functions.stream().filter(f -> f.kind() == kind).toList();
    RandomFunction function = all.get(random.nextInt(all.size()));
    if (!used.contains(function)) {
      used.add(function);
    }
    return function;
  }

  /** Instructions or shapes of a body that is to be. */
  int size() {
    return 2 + random.nextInt(scale);
  }

  boolean isSteady() {
    return steady;
  }

  /** Whether main catches all errors. */
  boolean isGuarded() {
    return guarded;
  }
}
