package org.skerry.module;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.skerry.isa.Bank;
import org.skerry.module.FunctionDefinition.Line;
import org.skerry.module.FunctionDefinition.RegisterName;
import org.skerry.module.ModuleFormat.Section;
import org.skerry.term.ImageChecker;

/**
 * Reads module files. Total: any bytes give a module or a {@link MalformedModuleException}; memory
 * taken is proportional to the bytes given. What it accepts, {@link ModuleWriter} writes back byte
 * for byte. Code is not looked at: that is the verifier's task.
 */
public final class ModuleReader {
  private final ByteInput in;
  private final Map<Section, Integer> starts = new HashMap<>();
  private final Map<Section, Integer> ends = new HashMap<>();

  private ModuleReader(byte[] file) {
    in = new ByteInput(file);
  }

  /**
   * The module in a file.
   *
   * @throws MalformedModuleException if the bytes are no module file
   */
  public static ModuleFile read(byte[] file) throws MalformedModuleException {
    return new ModuleReader(file).module();
  }

  private ModuleFile module() throws MalformedModuleException {
    header();
    sections();
    enter(Section.MODULE);
    String name = in.name("the module's name");
    String source = in.text("the source's name", ModuleFormat.MAX_SOURCE_BYTES);
    leave(Section.MODULE);
    List<String> atoms = atoms();
    List<ModuleFile.Literal> literals = literals(atoms);
    List<FunctionReference> references = references();
    List<FunctionDefinition> functions = functions();
    if (!starts.containsKey(Section.MVARS)) {
      return new ModuleFile(name, source, atoms, literals, references, functions);
    }
    enter(Section.MVARS);
    List<MvarDefinition> mvars = mvars(literals.size(), references.size());
    List<MvarReference> mvarReferences = mvarReferences();
    leaveDebug(Section.MVARS, !mvars.isEmpty() || !mvarReferences.isEmpty());
    return new ModuleFile(
        name, source, atoms, literals, references, functions, mvars, mvarReferences);
  }

  private void header() throws MalformedModuleException {
    byte[] file = in.bytes();
    in.limit(file.length);
    if (file.length < ModuleFormat.HEADER_BYTES) {
      throw in.bad(file.length, "a header of " + ModuleFormat.HEADER_BYTES + " bytes", "the end");
    }
    if (in.i64("the magic") != ModuleFormat.MAGIC) {
      throw in.bad(0, "the magic of a Skerry module", "other bytes");
    }
    int version = in.i32("the version");
    if (version != ModuleFormat.VERSION) {
      throw in.bad(
          ModuleFormat.VERSION_OFFSET,
          "format version " + ModuleFormat.VERSION,
          Integer.toUnsignedString(version));
    }
    in.i32("the number of sections");
    long length = in.i64("the file's length");
    if (length != file.length || length > ModuleFormat.MAX_FILE_BYTES) {
      throw in.bad(
          ModuleFormat.LENGTH_OFFSET,
          "the file's length, " + file.length + " and at most " + ModuleFormat.MAX_FILE_BYTES,
          Long.toUnsignedString(length));
    }
    if (in.i32("the checksum") != ModuleFormat.checksum(file)) {
      throw in.bad(ModuleFormat.CHECKSUM_OFFSET, "the checksum of the file", "another");
    }
    in.zeros(4);
  }

  private void sections() throws MalformedModuleException {
    int count = in.i32At(ModuleFormat.SECTION_COUNT_OFFSET);
    int last = 0;
    for (int i = 0; i < count; i++) {
      int at = in.position();
      int type = in.i32("a section");
      if (type <= last || type > Section.values().length) {
        throw in.bad(at, "a section type above " + last, Integer.toUnsignedString(type));
      }
      last = type;
      in.zeros(4);
      long length = in.i64("a section's length");
      if (length < 0 || length > in.remaining()) {
        throw in.bad(at + 8, "at most " + in.remaining() + " bytes", Long.toUnsignedString(length));
      }
      Section section = Section.values()[type - 1];
      starts.put(section, in.position());
      in.skip((int) length);
      ends.put(section, in.position());
      in.zeros(ModuleFormat.padded((int) length) - (int) length);
    }
    if (count < 0 || in.remaining() != 0) {
      throw in.bad(in.position(), "the end of the file", "more bytes");
    }
    for (Section section : Section.values()) {
      if (section.isRequired() && !starts.containsKey(section)) {
        throw in.bad(ModuleFormat.SECTION_COUNT_OFFSET, "section " + section, "a file without it");
      }
    }
  }

  private void enter(Section section) {
    in.position(starts.get(section));
    in.limit(ends.get(section));
  }

  private void leave(Section section) throws MalformedModuleException {
    if (in.remaining() != 0) {
      throw in.bad(in.position(), "the end of section " + section, in.remaining() + " more bytes");
    }
    in.limit(in.bytes().length);
  }

  private List<String> atoms() throws MalformedModuleException {
    enter(Section.ATOMS);
    int count = in.count("atoms", ModuleFormat.MAX_ENTRIES, 2);
    List<String> atoms = new ArrayList<>(count);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < count; i++) {
      int at = in.position();
      String name = in.name("an atom's name");
      if (!seen.add(name)) {
        throw in.bad(at, "an atom that is not in the list yet", '"' + name + '"');
      }
      atoms.add(name);
    }
    leave(Section.ATOMS);
    return List.copyOf(atoms);
  }

  private List<ModuleFile.Literal> literals(List<String> atoms) throws MalformedModuleException {
    enter(Section.LITERALS);
    int count = in.count("literals", ModuleFormat.MAX_ENTRIES, 5);
    List<ModuleFile.Literal> literals = new ArrayList<>(count);
    try (ImageChecker checker = new ImageChecker(atoms)) {
      for (int i = 0; i < count; i++) {
        int at = in.position();
        switch (in.u8("a literal")) {
          case ModuleFormat.IMMEDIATE_LITERAL -> literals.add(immediate(atoms.size()));
          case ModuleFormat.IMAGE_LITERAL -> literals.add(image(checker));
          default ->
              throw in.bad(at, "0 (an immediate) or 1 (an image)", "another kind of literal");
        }
      }
    }
    leave(Section.LITERALS);
    return List.copyOf(literals);
  }

  private ModuleFile.Literal immediate(int atomCount) throws MalformedModuleException {
    int at = in.position();
    long word = in.i64("an immediate term");
    if (!LiteralImages.isImmediate(word, atomCount)) {
      throw in.bad(
          at, "a small integer, an atom, nil, a boolean or []", "0x" + Long.toHexString(word));
    }
    return new ModuleFile.Literal(word, null);
  }

  private ModuleFile.Literal image(ImageChecker checker) throws MalformedModuleException {
    int at = in.position();
    int length = in.count("bytes of an image", ModuleFormat.MAX_FILE_BYTES, 1);
    byte[] image = in.take(length);
    String problem = checker.problem(image);
    if (problem != null) {
      throw in.bad(at, "the image of a term", problem);
    }
    return new ModuleFile.Literal(0, image);
  }

  private List<FunctionReference> references() throws MalformedModuleException {
    enter(Section.REFERENCES);
    int count = in.count("references", ModuleFormat.MAX_ENTRIES, 5);
    List<FunctionReference> references = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String module = in.flag("whether a module is named") ? in.name("a module's name") : null;
      String name = in.name("a function's name");
      references.add(new FunctionReference(module, name, signature()));
    }
    leave(Section.REFERENCES);
    return List.copyOf(references);
  }

  private List<MvarDefinition> mvars(int literals, int references) throws MalformedModuleException {
    int count = in.count("MVars", ModuleFormat.MAX_ENTRIES, 8);
    List<MvarDefinition> mvars = new ArrayList<>(count);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < count; i++) {
      int at = in.position();
      String name = in.name("an MVar's name");
      if (!seen.add(name)) {
        throw in.bad(at, "an MVar that the module has not yet", '"' + name + '"');
      }
      boolean exported = in.flag("whether an MVar is exported");
      boolean computed = in.flag("whether a function computes an MVar's value");
      int valueAt = in.position();
      int most = computed ? references : literals;
      int value = in.index("an MVar's value", most);
      if (value == most) {
        throw in.bad(valueAt, "a place below " + most, "" + value);
      }
      mvars.add(new MvarDefinition(name, exported, computed ? -1 : value, computed ? value : -1));
    }
    return List.copyOf(mvars);
  }

  private List<MvarReference> mvarReferences() throws MalformedModuleException {
    int count = in.count("MVar references", ModuleFormat.MAX_ENTRIES, 3);
    List<MvarReference> references = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String module = in.flag("whether a module is named") ? in.name("a module's name") : null;
      references.add(new MvarReference(module, in.name("an MVar's name")));
    }
    return List.copyOf(references);
  }

  private Signature signature() throws MalformedModuleException {
    Bank result = in.bank();
    int count = in.u8("the number of parameters");
    List<Bank> parameters = new ArrayList<>(Math.min(count, in.remaining()));
    for (int i = 0; i < count; i++) {
      parameters.add(in.bank());
    }
    return new Signature(parameters, result);
  }

  private List<FunctionDefinition> functions() throws MalformedModuleException {
    enter(Section.FUNCTIONS);
    int count = in.count("functions", ModuleFormat.MAX_ENTRIES, 19);
    List<FunctionDefinition> functions = new ArrayList<>(count);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < count; i++) {
      int at = in.position();
      FunctionDefinition function = function();
      if (!seen.add(function.name())) {
        throw in.bad(at, "a function that the module has not yet", '"' + function.name() + '"');
      }
      functions.add(function);
    }
    leave(Section.FUNCTIONS);
    lines(functions);
    names(functions);
    return List.copyOf(functions);
  }

  private FunctionDefinition function() throws MalformedModuleException {
    String name = in.name("a function's name");
    Signature signature = signature();
    boolean exported = in.flag("whether a function is exported");
    int countsAt = in.position();
    int[] counts = new int[Bank.count()];
    int registers = 0;
    for (int bank = 0; bank < counts.length; bank++) {
      counts[bank] = in.u16("a register count");
      registers += counts[bank];
      if (counts[bank] < signature.count(Bank.ofOrdinal(bank))) {
        throw in.bad(countsAt, "registers for all parameters", counts[bank] + " registers");
      }
    }
    if (registers > ModuleFormat.MAX_REGISTERS) {
      throw in.bad(
          countsAt, "at most " + ModuleFormat.MAX_REGISTERS + " registers", "" + registers);
    }
    int wordCount = in.count("code words", ModuleFormat.MAX_CODE_WORDS, 8);
    int handlerCount = in.count("handlers", ModuleFormat.MAX_ENTRIES, 16);
    long[] code = in.words(wordCount);
    List<Handler> handlers = new ArrayList<>(Math.min(handlerCount, in.remaining() / 16));
    for (int i = 0; i < handlerCount; i++) {
      int start = in.index("a handler's start", wordCount);
      int end = in.index("a handler's end", wordCount);
      int target = in.index("a handler's target", wordCount);
      int at = in.position();
      int register = in.index("a handler's register", counts[0]);
      if (register == counts[0]) {
        throw in.bad(at, "a handler's register below " + counts[0], "" + register);
      }
      handlers.add(new Handler(start, end, target, register));
    }
    return new FunctionDefinition(
        name,
        signature,
        exported,
        counts[0],
        counts[1],
        counts[2],
        code,
        List.copyOf(handlers),
        List.of(),
        List.of());
  }

  private void lines(List<FunctionDefinition> functions) throws MalformedModuleException {
    if (!enterDebug(Section.LINES, functions.size())) {
      return;
    }
    boolean any = false;
    for (int i = 0; i < functions.size(); i++) {
      FunctionDefinition f = functions.get(i);
      int count = in.count("lines", ModuleFormat.MAX_CODE_WORDS, 8);
      List<Line> lines = new ArrayList<>(count);
      int last = -1;
      for (int k = 0; k < count; k++) {
        int at = in.position();
        int pc = in.index("a line's code word", f.code().length);
        if (pc <= last) {
          throw in.bad(at, "a code word behind " + last, "" + pc);
        }
        last = pc;
        lines.add(new Line(pc, in.index("a line number", Integer.MAX_VALUE)));
      }
      any |= count > 0;
      functions.set(i, with(f, List.copyOf(lines), f.names()));
    }
    leaveDebug(Section.LINES, any);
  }

  private void names(List<FunctionDefinition> functions) throws MalformedModuleException {
    if (!enterDebug(Section.NAMES, functions.size())) {
      return;
    }
    boolean any = false;
    for (int i = 0; i < functions.size(); i++) {
      FunctionDefinition f = functions.get(i);
      int[] counts = {f.rCount(), f.iCount(), f.fCount()};
      int count = in.count("register names", ModuleFormat.MAX_REGISTERS, 5);
      List<RegisterName> names = new ArrayList<>(count);
      for (int k = 0; k < count; k++) {
        int at = in.position();
        int bank = in.bank().ordinal();
        int register = in.u16("a register");
        if (register >= counts[bank]) {
          throw in.bad(at, "a register of the function", "number " + register);
        }
        names.add(new RegisterName(bank, register, in.name("a register's name")));
      }
      any |= count > 0;
      functions.set(i, with(f, f.lines(), List.copyOf(names)));
    }
    leaveDebug(Section.NAMES, any);
  }

  private boolean enterDebug(Section section, int functionCount) throws MalformedModuleException {
    if (!starts.containsKey(section)) {
      return false;
    }
    enter(section);
    int at = in.position();
    int count = in.i32("the number of functions");
    if (count != functionCount) {
      throw in.bad(at, functionCount + " functions", Integer.toUnsignedString(count));
    }
    return true;
  }

  private void leaveDebug(Section section, boolean any) throws MalformedModuleException {
    leave(section);
    if (!any) {
      throw in.bad(starts.get(section), "something in section " + section, "nothing");
    }
  }

  private static FunctionDefinition with(
      FunctionDefinition f, List<Line> lines, List<RegisterName> names) {
    return new FunctionDefinition(
        f.name(),
        f.signature(),
        f.exported(),
        f.rCount(),
        f.iCount(),
        f.fCount(),
        f.code(),
        f.handlers(),
        lines,
        names);
  }
}
