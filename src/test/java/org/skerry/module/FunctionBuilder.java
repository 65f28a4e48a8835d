package org.skerry.module;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.skerry.isa.Bank;
import org.skerry.isa.InstructionFormat;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;

/**
 * Encodes functions for tests of what takes functions, wrong ones too: it checks nothing. Operands
 * are given in the order of the opcode table: numbers, names of labels, and for the variable part
 * {@link #arguments}, {@link #registers}, {@link #table} or {@link #sparse}.
 */
public final class FunctionBuilder {
  private static final int SLOTS = InstructionWord.SLOTS_PER_WORD;

  private final String name;
  private Signature signature = new Signature(List.of(), Bank.R);
  private boolean exported = true;
  private int rCount;
  private int iCount;
  private int fCount;
  private final List<Long> words = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final List<Fixup> fixups = new ArrayList<>();
  private final Map<Integer, Long> extraBits = new HashMap<>();
  private final List<Object[]> handlers = new ArrayList<>();
  private final List<FunctionDefinition.Line> lines = new ArrayList<>();
  private final List<FunctionDefinition.RegisterName> names = new ArrayList<>();

  private record Fixup(int pc, int slot, int slots, String label) {}

  /** A variable part: what the entries hold, as numbers or labels. */
  public record Entries(List<Object> values, int perEntry) {}

  public FunctionBuilder(String name) {
    this.name = name;
  }

  /** As in {@code signature("ri", 'f')}: takes an r and an i, gives an f. */
  public FunctionBuilder signature(String parameters, char result) {
    signature = signatureOf(parameters, result);
    return this;
  }

  public static Signature signatureOf(String parameters, char result) {
    return new Signature(
        parameters.chars().mapToObj(c -> Bank.ofLetter((char) c)).toList(), Bank.ofLetter(result));
  }

  public FunctionBuilder counts(int r, int i, int f) {
    rCount = r;
    iCount = i;
    fCount = f;
    return this;
  }

  public FunctionBuilder hidden() {
    exported = false;
    return this;
  }

  public FunctionBuilder line(int line) {
    lines.add(new FunctionDefinition.Line(words.size(), line));
    return this;
  }

  public FunctionBuilder line(int pc, int line) {
    lines.add(new FunctionDefinition.Line(pc, line));
    return this;
  }

  public FunctionBuilder registerName(int bank, int register, String registerName) {
    names.add(new FunctionDefinition.RegisterName(bank, register, registerName));
    return this;
  }

  public FunctionBuilder label(String label) {
    labels.put(label, words.size());
    return this;
  }

  /** Start, end and target are labels or numbers. */
  public FunctionBuilder handler(Object start, Object end, Object target, int register) {
    handlers.add(new Object[] {start, end, target, register});
    return this;
  }

  /** Index of the next word. */
  public int position() {
    return words.size();
  }

  public FunctionBuilder word(long word) {
    words.add(word);
    return this;
  }

  /** Sets bits of a word once it is encoded. */
  public FunctionBuilder or(int index, long bits) {
    extraBits.put(index, bits);
    return this;
  }

  public static Entries arguments(String... registers) {
    List<Object> values = new ArrayList<>();
    for (String register : registers) {
      values.add(Integer.parseInt(register.substring(1)));
      values.add(Bank.ofLetter(register.charAt(0)).ordinal());
    }
    return new Entries(values, 2);
  }

  public static Entries registers(Integer... registers) {
    return new Entries(List.of((Object[]) registers), 1);
  }

  public static Entries table(String... labels) {
    return new Entries(List.of((Object[]) labels), 1);
  }

  /** A key, its label, a key, its label, and so on. */
  public static Entries sparse(Object... keysAndLabels) {
    return new Entries(List.of(keysAndLabels), 2);
  }

  public FunctionBuilder op(Opcode opcode, Object... operands) {
    InstructionFormat format = opcode.format();
    int pc = words.size();
    Entries entries = null;
    for (Object operand : operands) {
      entries = operand instanceof Entries found ? found : entries;
    }
    int count = entries == null ? 0 : entries.values().size() / entries.perEntry();
    for (int i = 0; i < format.wordCount(count); i++) {
      words.add(0L);
    }
    put(pc, 0, 1, opcode.code());
    for (int i = 0; i < operands.length; i++) {
      OperandKind kind = opcode.operands().get(i);
      if (operands[i] instanceof Entries) {
        put(pc, format.slotOf(i), 1, count);
      } else {
        putAny(pc, format.slotOf(i), kind.slots(), operands[i]);
      }
    }
    if (entries != null) {
      putEntries(pc, format.fixedWords() * SLOTS, format.variableKind(), entries);
    }
    return this;
  }

  private void putEntries(int pc, int first, OperandKind kind, Entries entries) {
    for (int i = 0; i < entries.values().size(); i++) {
      Object value = entries.values().get(i);
      switch (kind) {
        case ARGUMENTS, R_REGISTERS -> putAny(pc, first + i, 1, value);
        case DENSE_TABLE -> putAny(pc, first + 2 * i, 2, value);
        default -> putAny(pc, first + 4 * i, i % 2 == 0 ? 4 : 2, value);
      }
    }
  }

  private void putAny(int pc, int slot, int slots, Object value) {
    if (value instanceof String label) {
      fixups.add(new Fixup(pc, slot, slots, label));
    } else {
      put(pc, slot, slots, ((Number) value).longValue());
    }
  }

  private void put(int pc, int slot, int slots, long value) {
    int index = pc + slot / SLOTS;
    long word = words.get(index);
    words.set(
        index,
        switch (slots) {
          case 1 -> InstructionWord.withSlot(word, slot % SLOTS, (int) value);
          case 2 -> InstructionWord.withHalf(word, slot % SLOTS / 2, (int) value);
          default -> value;
        });
  }

  public FunctionDefinition build() {
    for (Fixup fixup : fixups) {
      put(fixup.pc(), fixup.slot(), fixup.slots(), position(fixup.label()) - fixup.pc());
    }
    extraBits.forEach((index, bits) -> words.set(index, words.get(index) | bits));
    List<Handler> built = new ArrayList<>();
    for (Object[] handler : handlers) {
      built.add(
          new Handler(
              position(handler[0]), position(handler[1]), position(handler[2]), (int) handler[3]));
    }
    return new FunctionDefinition(
        name,
        signature,
        exported,
        rCount,
        iCount,
        fCount,
        words.stream().mapToLong(Long::longValue).toArray(),
        built,
        lines,
        names);
  }

  private int position(Object label) {
    return label instanceof String text ? labels.get(text) : (int) label;
  }
}
