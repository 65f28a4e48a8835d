package org.skerry.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.skerry.isa.Bank;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.FunctionReference;
import org.skerry.module.Handler;
import org.skerry.module.InstructionCursor;
import org.skerry.module.ModuleFile;
import org.skerry.module.Signature;

/** Changes a module by its meaning: operands, opcodes, labels, handlers, signatures, literals. */
final class Rearranged {
  private final Random random;
  private ModuleFile file;

  private Rearranged(ModuleFile file, Random random) {
    this.file = file;
    this.random = random;
  }

  /** The module with one to three changes. */
  static ModuleFile module(ModuleFile file, Random random) {
    Rearranged changed = new Rearranged(file, random);
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      changed.change();
    }
    return changed.file;
  }

  private void change() {
    switch (random.nextInt(12)) {
      case 0 -> literals();
      case 1 -> references();
      case 2, 3 -> function(this::handlers);
      case 4 -> function(this::counts);
      default -> function(this::code);
    }
  }

  private interface Change {
    FunctionDefinition of(FunctionDefinition function);
  }

  private void function(Change change) {
    List<FunctionDefinition> functions = new ArrayList<>(file.functions());
    int index = random.nextInt(functions.size());
    functions.set(index, change.of(functions.get(index)));
    file =
        new ModuleFile(
            file.name(),
            file.source(),
            file.atoms(),
            file.literals(),
            file.references(),
            functions,
            file.mvars(),
            file.mvarReferences());
  }

  private void literals() {
    List<ModuleFile.Literal> literals = new ArrayList<>(file.literals());
    if (literals.isEmpty()) {
      return;
    }
    int index = random.nextInt(literals.size());
    ModuleFile.Literal literal = literals.get(index);
    if (literal.image() == null || random.nextInt(3) == 0) {
      literals.set(index, literals.get(random.nextInt(literals.size())));
    } else {
      byte[] image = literal.image().clone();
      int at = random.nextInt(image.length) & -8;
      switch (random.nextInt(4)) {
        case 0 -> image[at + random.nextInt(8)] ^= (byte) (1 << random.nextInt(8));
        case 1 -> image[at] += (byte) (8 * (random.nextInt(9) - 4));
        case 2 -> System.arraycopy(image, random.nextInt(image.length) & -8, image, at, 8);
        default -> image[at + random.nextInt(8)] = (byte) random.nextInt(16);
      }
      literals.set(index, new ModuleFile.Literal(literal.word(), image));
    }
    file =
        new ModuleFile(
            file.name(),
            file.source(),
            file.atoms(),
            literals,
            file.references(),
            file.functions(),
            file.mvars(),
            file.mvarReferences());
  }

  private void references() {
    List<FunctionReference> references = new ArrayList<>(file.references());
    if (references.isEmpty()) {
      return;
    }
    int index = random.nextInt(references.size());
    FunctionReference other = references.get(random.nextInt(references.size()));
    references.set(
        index,
        random.nextBoolean()
            ? other
            : new FunctionReference(
                null, references.get(index).name(), signature(other.signature())));
    file =
        new ModuleFile(
            file.name(),
            file.source(),
            file.atoms(),
            file.literals(),
            references,
            file.functions(),
            file.mvars(),
            file.mvarReferences());
  }

  private Signature signature(Signature signature) {
    List<Bank> parameters = new ArrayList<>(signature.parameters());
    if (!parameters.isEmpty() && random.nextBoolean()) {
      parameters.remove(random.nextInt(parameters.size()));
    } else {
      parameters.add(Bank.ofOrdinal(random.nextInt(3)));
    }
    return new Signature(parameters, Bank.ofOrdinal(random.nextInt(3)));
  }

  private FunctionDefinition handlers(FunctionDefinition function) {
    int words = function.code().length;
    List<Handler> handlers = new ArrayList<>(function.handlers());
    int register = random.nextInt(Math.max(1, function.rCount()));
    InstructionCursor at = new InstructionCursor(function.code());
    List<Integer> starts = new ArrayList<>();
    for (int pc = 0; pc < words && at.move(pc); pc = at.next()) {
      starts.add(pc);
    }
    starts.add(words);
    int start = random.nextInt(starts.size() - 1);
    int end = start + 1 + random.nextInt(starts.size() - start - 1);
    int target = starts.get(random.nextInt(starts.size() - 1));
    handlers.add(
        random.nextInt(handlers.size() + 1),
        new Handler(starts.get(start), starts.get(end), target, register));
    return with(function, function.signature(), function.rCount(), function.code(), handlers);
  }

  private FunctionDefinition counts(FunctionDefinition function) {
    boolean registers = random.nextBoolean();
    int count = registers ? function.rCount() + random.nextInt(5) - 2 : function.rCount();
    Signature signature = registers ? function.signature() : signature(function.signature());
    return with(function, signature, Math.max(0, count), function.code(), function.handlers());
  }

  private FunctionDefinition code(FunctionDefinition function) {
    long[] code = function.code().clone();
    InstructionCursor at = new InstructionCursor(code);
    List<Integer> starts = new ArrayList<>();
    for (int pc = 0; pc < code.length && at.move(pc); pc = at.next()) {
      starts.add(pc);
    }
    int pc = starts.get(random.nextInt(starts.size()));
    int other = starts.get(random.nextInt(starts.size()));
    switch (random.nextInt(6)) {
      case 0 -> code[pc] = code[other];
      case 1 -> {
        int slot = 1 + random.nextInt(3);
        code[pc] = InstructionWord.withSlot(code[pc], slot, random.nextInt(8));
      }
      case 2 -> {
        int slot = 1 + random.nextInt(3);
        int value = InstructionWord.slot(code[other], 1 + random.nextInt(3));
        code[pc] = InstructionWord.withSlot(code[pc], slot, value);
      }
      case 3 -> {
        Opcode opcode = Opcode.ofCode(InstructionWord.opcode(code[pc]));
        Opcode like = sameShape(opcode);
        code[pc] = InstructionWord.withSlot(code[pc], 0, like.code());
      }
      case 4 -> {
        int distance = other - pc;
        code[pc] = InstructionWord.withSlot(code[pc], 2 + random.nextInt(2), distance & 0xFFFF);
      }
      default ->
          code[random.nextInt(code.length)] += random.nextInt(5) - 2L << 16 * random.nextInt(4);
    }
    return with(function, function.signature(), function.rCount(), code, function.handlers());
  }

  /** An opcode with as many operands in the same slots, or any. */
  private Opcode sameShape(Opcode opcode) {
    for (int i = 0; i < 400; i++) {
      Opcode like = Opcode.ofCode(random.nextInt(Opcode.count()));
      if (like != opcode && like.operands().equals(opcode.operands())) {
        return like;
      }
    }
    return Opcode.ofCode(random.nextInt(Opcode.count()));
  }

  private static FunctionDefinition with(
      FunctionDefinition function,
      Signature signature,
      int rCount,
      long[] code,
      List<Handler> handlers) {
    return new FunctionDefinition(
        function.name(),
        signature,
        function.exported(),
        rCount,
        function.iCount(),
        function.fCount(),
        code,
        handlers,
        function.lines(),
        function.names());
  }
}
