package org.skerry.assembly;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.skerry.isa.Bank;
import org.skerry.isa.InstructionFormat;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.FunctionDefinition.Line;
import org.skerry.module.FunctionDefinition.RegisterName;
import org.skerry.module.FunctionReference;
import org.skerry.module.Handler;
import org.skerry.module.ModuleFile;
import org.skerry.module.ModuleFile.Literal;
import org.skerry.module.MvarDefinition;
import org.skerry.module.MvarReference;
import org.skerry.module.Signature;

/**
 * Makes modules that a file can hold: from such as the verifier might accept to such as nobody
 * would write.
 */
final class RandomModules {
  private static final String BIG_MAP =
      java.util.stream.IntStream.range(0, 40)
          .mapToObj(i -> i + " => :a" + i % 7)
          .collect(java.util.stream.Collectors.joining(", ", "%{", "}"));

  private static final String[] NAMES = {"main", "loop", "odd name", "é", "a.b", "nil", "r", "f1x"};
  private static final String[] TERMS = {
    "nil",
    "[]",
    "1",
    "-4611686018427387904",
    "9223372036854775807",
    "1.5",
    "-0.0",
    "nan",
    "-inf",
    ":ok",
    ":\"odd atom\"",
    "\"string\\n\"",
    "<<1 2 255>>",
    "{}",
    "{:ok, [1, 2 | 3], {}}",
    "[1, :a, \"b\"]",
    "[[], [[]]]"
  };

  private final Random random;

  /** Of 100 operands so many are anything. */
  private final int wildness;

  private String name = "";
  private List<FunctionReference> references = List.of();
  private List<Literal> literals = List.of();
  private List<MvarReference> mvarReferences = List.of();

  RandomModules(long seed) {
    random = new Random(seed);
    wildness = random.nextInt(4) == 0 ? 20 : 0;
  }

  private boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  ModuleFile module() {
    ModulePool pool = new ModulePool();
    if (chance(20)) {
      pool.atom("unused");
    }
    try (LiteralBuilder terms = new LiteralBuilder()) {
      for (int i = random.nextInt(12); i > 0; i--) {
        Scanner scanner = new Scanner(new Source("", TERMS[random.nextInt(TERMS.length)]));
        scanner.next();
        Literal literal = new LiteralParser(scanner, pool, terms).parse();
        if (chance(10)) {
          pool.addLiteral(literal);
        } else {
          pool.literal(literal);
        }
      }
    }
    literals = List.copyOf(pool.literals());
    List<Signature> signatures = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      signatures.add(signature());
    }
    for (int i = random.nextInt(6); i > 0; i--) {
      int callee = random.nextInt(count);
      boolean local = chance(60);
      boolean right = chance(90);
      pool.addReference(
          new FunctionReference(
              local ? null : NAMES[random.nextInt(NAMES.length)],
              local ? NAMES[callee] : NAMES[random.nextInt(NAMES.length)],
              local && right ? signatures.get(callee) : signature()));
    }
    references = List.copyOf(pool.references());
    name = NAMES[random.nextInt(NAMES.length)];
    List<MvarDefinition> mvars = mvars();
    List<FunctionDefinition> functions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      functions.add(function(NAMES[i], signatures.get(i)));
    }
    return new ModuleFile(
        name,
        chance(80) ? "test.ska" : "\"odd\"\n",
        List.copyOf(pool.atoms()),
        literals,
        references,
        functions,
        mvars,
        mvarReferences);
  }

  /** MVars, and references to them, to others, and to those that are not there. */
  private List<MvarDefinition> mvars() {
    List<MvarDefinition> mvars = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      boolean computed = literals.isEmpty() || chance(30);
      int count = computed ? references.size() : literals.size();
      if (count > 0) {
        int value = random.nextInt(count);
        mvars.add(
            new MvarDefinition(
                NAMES[i], random.nextBoolean(), computed ? -1 : value, computed ? value : -1));
      }
    }
    List<MvarReference> made = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      String module = chance(70) ? null : chance(20) ? name : NAMES[random.nextInt(NAMES.length)];
      made.add(new MvarReference(module, NAMES[random.nextInt(5)]));
    }
    mvarReferences = List.copyOf(made);
    return mvars;
  }

  private Signature signature() {
    List<Bank> parameters = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      parameters.add(Bank.ofOrdinal(random.nextInt(3)));
    }
    return new Signature(parameters, Bank.ofOrdinal(random.nextInt(3)));
  }

  private FunctionDefinition function(String name, Signature signature) {
    int[] counts = new int[3];
    for (Bank bank : Bank.values()) {
      counts[bank.ordinal()] = signature.count(bank) + 1 + random.nextInt(3);
    }
    List<long[]> instructions = new ArrayList<>();
    List<Integer> starts = new ArrayList<>();
    int size = 0;
    for (int i = random.nextInt(20); i > 0; i--) {
      long[] words = instruction(counts);
      starts.add(size);
      instructions.add(words);
      size += words.length;
    }
    starts.add(size);
    long[] code = new long[size];
    for (int i = 0; i < instructions.size(); i++) {
      System.arraycopy(instructions.get(i), 0, code, starts.get(i), instructions.get(i).length);
    }
    return new FunctionDefinition(
        name,
        signature,
        random.nextBoolean(),
        counts[0],
        counts[1],
        counts[2],
        code,
        handlers(starts, size, counts[0]),
        lines(starts, size),
        names(counts));
  }

  private long[] instruction(int[] counts) {
    Opcode opcode = Opcode.ofCode(random.nextInt(Opcode.count()));
    InstructionFormat format = opcode.format();
    int count = format.variableOperand() < 0 ? 0 : random.nextInt(4);
    FunctionReference callee = null;
    int function = opcode.operands().indexOf(OperandKind.FUNCTION);
    int index = 0;
    if (function >= 0 && !references.isEmpty()) {
      index = random.nextInt(references.size());
      callee = references.get(index);
      if (format.variableKind() == OperandKind.ARGUMENTS) {
        count = callee.signature().parameters().size();
      }
    }
    long[] words = new long[format.wordCount(count)];
    set(words, 0, opcode.code());
    for (int i = 0; i < opcode.operands().size(); i++) {
      OperandKind kind = opcode.operands().get(i);
      int slot = format.slotOf(i);
      if (kind.isVariable()) {
        set(words, slot, count);
        entries(words, 4 * format.fixedWords(), kind, count, callee, counts);
      } else if (kind == OperandKind.FUNCTION) {
        set(words, slot, index);
      } else if (kind == OperandKind.MVAR) {
        set(words, slot, (int) wild(operand(kind, counts)));
      } else if (kind.slots() == 4) {
        words[slot / 4] =
            kind == OperandKind.LITERAL
                ? wild(random.nextInt(1 + literals.size()))
                : random.nextLong();
      } else {
        set(words, slot, (int) wild(operand(kind, counts)));
        if (kind.slots() == 2 && chance(50)) {
          set(words, slot + 1, -1);
        }
      }
    }
    if (chance(wildness)) {
      words[random.nextInt(words.length)] ^= 1L << random.nextInt(64);
    }
    return words;
  }

  private long wild(long tame) {
    return chance(wildness / 4) ? random.nextInt(0x10000) : tame;
  }

  private int operand(OperandKind kind, int[] counts) {
    if (kind.isRegister()) {
      return random.nextInt(counts[kind.bank().ordinal()]);
    }
    return switch (kind) {
      case MVAR -> random.nextInt(1 + mvarReferences.size());
      case TYPE -> random.nextInt(21);
      case I_FORMAT -> random.nextInt(12);
      case F_FORMAT -> 12 + random.nextInt(4);
      case LABEL16, LABEL32 -> random.nextInt(9) - 4;
      default -> random.nextInt(0x10000);
    };
  }

  private void entries(
      long[] words, int slot, OperandKind kind, int count, FunctionReference callee, int[] counts) {
    for (int i = 0; i < count; i++) {
      switch (kind) {
        case ARGUMENTS -> {
          Bank bank = callee == null ? Bank.R : callee.signature().parameters().get(i);
          set(words, slot + 2 * i, random.nextInt(counts[bank.ordinal()]));
          set(words, slot + 2 * i + 1, (int) wild(bank.ordinal()));
        }
        case R_REGISTERS -> set(words, slot + i, (int) wild(random.nextInt(counts[0])));
        case DENSE_TABLE -> set(words, slot + 2 * i, random.nextInt(9));
        default -> {
          words[slot / 4 + 2 * i] = i + (chance(10) ? random.nextInt(3) : 0);
          set(words, slot + 8 * i + 4, random.nextInt(9));
        }
      }
    }
  }

  private static void set(long[] words, int slot, int value) {
    words[slot / 4] = InstructionWord.withSlot(words[slot / 4], slot % 4, value);
  }

  private List<Handler> handlers(List<Integer> starts, int size, int registers) {
    List<Handler> handlers = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      int a = place(starts, size);
      int b = place(starts, size);
      int end = Math.max(a, b);
      int target = chance(70) ? end : place(starts, size);
      handlers.add(new Handler(Math.min(a, b), end, target, random.nextInt(registers)));
    }
    handlers.sort(java.util.Comparator.comparingInt(Handler::end));
    return handlers;
  }

  private int place(List<Integer> starts, int size) {
    return chance(wildness / 2)
        ? random.nextInt(size + 1)
        : starts.get(random.nextInt(starts.size()));
  }

  private List<Line> lines(List<Integer> starts, int size) {
    List<Line> lines = new ArrayList<>();
    if (chance(60)) {
      for (int pc = 0; pc <= size; pc++) {
        if (starts.contains(pc) && chance(60) || chance(wildness / 8)) {
          lines.add(new Line(pc, random.nextInt(chance(5) ? Integer.MAX_VALUE : 40)));
        }
      }
    }
    return lines;
  }

  private List<RegisterName> names(int[] counts) {
    List<RegisterName> names = new ArrayList<>();
    String[] some = {"n", "acc", "x", "pid", "odd name", "r0", "nil", "n"};
    for (int i = chance(60) ? random.nextInt(5) : 0; i > 0; i--) {
      int bank = random.nextInt(3);
      names.add(
          new RegisterName(bank, random.nextInt(counts[bank]), some[random.nextInt(some.length)]));
    }
    return names;
  }
}
