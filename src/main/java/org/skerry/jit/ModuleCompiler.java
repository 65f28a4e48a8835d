package org.skerry.jit;

import static java.lang.constant.ConstantDescs.CD_MethodHandles_Lookup;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.regex.Pattern;
import org.skerry.isa.Bank;
import org.skerry.memory.VmBug;
import org.skerry.module.CodeSpace;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.InstructionCursor;
import org.skerry.module.LinkedModule;

/** Compiles a linked module to a hidden class: a static method for each function that fits one. */
final class ModuleCompiler {
  /** HotSpot compiles no larger methods. */
  static final int MAX_METHOD_BYTES = 8_000;

  private static final int MAX_REGISTERS = 400;

  /**
   * Code of one class at most. The JDK finds constants by a hash that many of ours share, so the
   * time for a class grows with the square of its size.
   */
  private static final int MAX_CLASS_WORDS = 16_384;

  /** Fewer words of code fit the class file format in any case. */
  private static final int HUGE_WORDS = 500;

  /** Functions of one {@code enter} method: so many calls fit HotSpot's limit. */
  private static final int ENTER_GROUP = 64;

  private static final Pattern FUNCTION_METHOD = Pattern.compile("[fr][0-9]+");
  private static final ClassDesc BASE = CompiledModule.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc CONSTRUCTOR =
      MethodTypeDesc.of(CD_void, CD_MethodHandles_Lookup);
  private static final MethodTypeDesc ENTER =
      MethodTypeDesc.of(CD_long, CD_int, MethodShape.CONTEXT, CD_long, CD_int);

  /**
   * What became of a module.
   *
   * @param code by a function's position: where it is a method, or null where it is none
   */
  record Result(CompiledModule[] code) {
    /** The positions of functions that are methods. */
    BitSet functions() {
      BitSet functions = new BitSet();
      for (int position = 0; position < code.length; position++) {
        functions.set(position, code[position] != null);
      }
      return functions;
    }
  }

  private final CodeSpace code;
  private final IntToLongFunction mvars;
  private final LinkedModule module;
  private final boolean collectsAlways;
  private final CompiledFunctions compiled;
  private final BitSet mayEnd;

  /** What the module's references meant at the beginning. */
  private final int[] targets;

  /** Functions whose methods HotSpot would not compile if they were not as short as they can be. */
  private final BitSet large = new BitSet();

  private boolean isListed;

  /** Takes the classes: which functions, and the class file. */
  private interface Classes {
    void add(BitSet functions, byte[] bytes);
  }

  /**
   * @param compiled what generated code calls in other classes
   */
  ModuleCompiler(
      CodeSpace code,
      IntToLongFunction mvars,
      LinkedModule module,
      boolean collectsAlways,
      CompiledFunctions compiled) {
    this.code = code;
    this.mvars = mvars;
    this.module = module;
    this.collectsAlways = collectsAlways;
    this.compiled = compiled;
    mayEnd = CompileUnit.mayEndProcesses(module);
    targets = module.targets();
  }

  /** Compiles all functions that may become methods. */
  Result compile() {
    Result result = new Result(new CompiledModule[module.functionCount()]);
    compile(
        candidates(),
        (functions, bytes) -> {
          CompiledModule defined = define(bytes);
          functions.stream().forEach(position -> result.code()[position] = defined);
        });
    return result;
  }

  /**
   * The class that a function becomes a method of, with {@link CodeMark}s for line numbers; null
   * where it becomes none. Nothing is loaded.
   */
  byte[] listed(int position) {
    isListed = true;
    byte[][] found = new byte[1][];
    compile(
        candidates(),
        (functions, bytes) -> {
          if (functions.get(position)) {
            found[0] = bytes;
          }
        });
    return found[0];
  }

  /** Why {@link #listed} gives no class. */
  String whyInterpreted(int position) {
    FunctionDefinition function = definition(position);
    if (!MethodShape.fits(function.signature())) {
      return "it has more than " + MethodShape.MAX_PARAMETERS + " parameters";
    }
    if (function.registerCount() > MAX_REGISTERS) {
      return "it has %d registers; at most %d are compiled"
          .formatted(function.registerCount(), MAX_REGISTERS);
    }
    BitSet alone = new BitSet();
    alone.set(position);
    byte[] bytes = function.code().length > MAX_METHOD_BYTES ? null : bytes(candidates(), alone);
    String size = bytes == null ? "more than 65535" : Integer.toString(largestMethod(bytes));
    return "it would be a JVM method of %s bytes; HotSpot compiles %d at most"
        .formatted(size, MAX_METHOD_BYTES);
  }

  private BitSet candidates() {
    BitSet functions = new BitSet();
    for (int position = 0; position < module.functionCount(); position++) {
      functions.set(position, mayBeMethod(definition(position)));
    }
    return functions;
  }

  /** Compiles functions to a class, or to several where they are too many for one. */
  private void compile(BitSet functions, Classes classes) {
    // A function that turns out too large is left out, and its callers are written anew.
    while (!functions.isEmpty()) {
      boolean areMany = functions.cardinality() > 1 && words(functions) > MAX_CLASS_WORDS;
      byte[] bytes = areMany ? null : bytes(functions, functions);
      if (bytes == null) {
        if (areMany || !shortenHuge(functions)) {
          int middle = functions.stream().skip(functions.cardinality() / 2).findFirst().orElse(0);
          compile(functions.get(0, middle), classes);
          functions.clear(0, middle);
        }
      } else if (!shortenTooLarge(bytes, functions)) {
        classes.add(functions, bytes);
        return;
      }
    }
  }

  private int words(BitSet functions) {
    return functions.stream().map(position -> definition(position).code().length).sum();
  }

  /** The class file, or null where the format has no room for so much. */
  private byte[] bytes(BitSet functions, BitSet written) {
    try {
      return classFile(functions, written);
    } catch (IllegalArgumentException tooLarge) {
      return null;
    }
  }

  /** As {@link #shortenTooLarge} of those that the class file format has no room for. */
  private boolean shortenHuge(BitSet functions) {
    boolean areSome = false;
    for (int position : functions.stream().toArray()) {
      BitSet alone = new BitSet();
      alone.set(position);
      if (definition(position).code().length > HUGE_WORDS && bytes(functions, alone) == null) {
        shorten(position, functions);
        areSome = true;
      }
    }
    return areSome;
  }

  private FunctionDefinition definition(int position) {
    return module.verified().functions().get(position).definition();
  }

  private static boolean mayBeMethod(FunctionDefinition function) {
    return MethodShape.fits(function.signature())
        && function.registerCount() <= MAX_REGISTERS
        && function.code().length <= MAX_METHOD_BYTES;
  }

  /** The bytes of the class in which {@code functions} are methods, with {@code written} alone. */
  private byte[] classFile(BitSet functions, BitSet written) {
    ClassDesc type = ClassDesc.of(CompiledModule.class.getPackageName(), "Compiled");
    CompileUnit unit =
        new CompileUnit(
            code,
            mvars,
            module,
            type,
            functions,
            mayEnd,
            targets,
            new LinkedHashSet<>(),
            new LinkedHashSet<>(),
            new FrameWriters(type),
            large,
            collectsAlways,
            isListed);
    return ClassFile.of()
        .build(
            type,
            builder -> {
              builder.withSuperclass(BASE);
              builder.with(SourceFileAttribute.of(module.verified().file().source()));
              constructor(builder);
              written.stream().forEach(position -> methods(builder, unit, position));
              CalleeMethods.emit(builder, unit);
              unit.writers().emit(builder);
              enter(builder, unit, written);
            });
  }

  private static void constructor(ClassBuilder builder) {
    builder.withMethodBody(
        INIT_NAME,
        CONSTRUCTOR,
        ClassFile.ACC_PUBLIC,
        code -> code.aload(0).aload(1).invokespecial(BASE, INIT_NAME, CONSTRUCTOR).return_());
  }

  private void methods(ClassBuilder builder, CompileUnit unit, int position) {
    FunctionFacts facts = FunctionFacts.of(unit.module(), position);
    builder.withMethodBody(
        MethodShape.name(position),
        MethodShape.type(definition(position).signature()),
        ClassFile.ACC_STATIC,
        code -> new FunctionCompiler(unit, position, facts, code, false).emit());
    builder.withMethodBody(
        MethodShape.resumedName(position),
        resumedType(position),
        ClassFile.ACC_STATIC,
        code -> new FunctionCompiler(unit, position, facts, code, true).emit());
  }

  private MethodTypeDesc resumedType(int position) {
    return MethodShape.resumedType(definition(position).signature().result());
  }

  /** {@code enter}, and the methods among which it divides its work. */
  private void enter(ClassBuilder builder, CompileUnit unit, BitSet written) {
    int groups = (module.functionCount() + ENTER_GROUP - 1) / ENTER_GROUP;
    for (int group = 0; group < groups; group++) {
      int first = group * ENTER_GROUP;
      builder.withMethodBody(
          "enter" + group,
          ENTER,
          ClassFile.ACC_STATIC,
          code -> {
            int end = Math.min(first + ENTER_GROUP, module.functionCount());
            enterGroup(code, unit, written, first, end);
          });
    }
    builder.withMethodBody(
        "enter",
        ENTER,
        ClassFile.ACC_PUBLIC,
        code -> {
          List<SwitchCase> cases = new ArrayList<>();
          Label none = code.newLabel();
          for (int group = 0; group < groups; group++) {
            cases.add(SwitchCase.of(group, code.newLabel()));
          }
          code.iload(1).loadConstant(ENTER_GROUP).idiv().tableswitch(0, groups - 1, none, cases);
          for (int group = 0; group < groups; group++) {
            code.labelBinding(cases.get(group).target());
            code.iload(1).aload(2).lload(3).iload(5);
            code.invokestatic(unit.type(), "enter" + group, ENTER).lreturn();
          }
          code.labelBinding(none).lconst_0().lreturn();
        });
  }

  private void enterGroup(CodeBuilder code, CompileUnit unit, BitSet written, int first, int end) {
    List<SwitchCase> cases = new ArrayList<>();
    Label none = code.newLabel();
    for (int position = first; position < end; position++) {
      cases.add(SwitchCase.of(position, written.get(position) ? code.newLabel() : none));
    }
    code.iload(0).tableswitch(first, end - 1, none, cases);
    for (int position = first; position < end; position++) {
      if (written.get(position)) {
        code.labelBinding(cases.get(position - first).target());
        enterFunction(code, unit, position);
      }
    }
    code.labelBinding(none).lconst_0().lreturn();
  }

  private void enterFunction(CodeBuilder code, CompileUnit unit, int position) {
    FunctionDefinition function = definition(position);
    Label resumes = code.newLabel();
    Label returns = code.newLabel();
    InstructionCursor first = new InstructionCursor(function.code());
    first.move(0);
    if (MvarEmitter.isAttempted(first.opcode())) {
      resumeWaiting(code);
    }
    code.aload(1).lload(2).iload(4).ifge(resumes);
    int[] next = new int[Bank.count()];
    for (Bank bank : function.signature().parameters()) {
      code.lload(2);
      code.loadConstant((long) function.registerOffset(bank, next[bank.ordinal()]++)).ladd();
      Emitter.getWord(code, bank);
    }
    code.invokestatic(
        unit.type(), MethodShape.name(position), MethodShape.type(function.signature()));
    code.goto_(returns).labelBinding(resumes);
    code.iload(4);
    code.invokestatic(unit.type(), MethodShape.resumedName(position), resumedType(position));
    code.labelBinding(returns);
    CalleeMethods.toBits(code, function.signature().result());
    code.lreturn();
  }

  /** A process that waits at the beginning goes on there, and does not begin again. */
  private static void resumeWaiting(CodeBuilder code) {
    Label begins = code.newLabel();
    code.aload(1).getfield(MethodShape.CONTEXT, "process", CD_long);
    MvarEmitter.testWaiting(code);
    code.ifeq(begins);
    code.iload(4).loadConstant(0);
    code.invokestatic(
        Math.class.describeConstable().orElseThrow(),
        "max",
        MethodTypeDesc.of(CD_int, CD_int, CD_int));
    code.istore(4).labelBinding(begins);
  }

  private static int largestMethod(byte[] bytes) {
    return ClassFile.of().parse(bytes).methods().stream()
        .filter(method -> FUNCTION_METHOD.matcher(method.methodName().stringValue()).matches())
        .mapToInt(ModuleCompiler::codeLength)
        .max()
        .orElse(0);
  }

  private static int codeLength(MethodModel method) {
    return method.code().map(code -> ((CodeAttribute) code).codeLength()).orElse(0);
  }

  /** Whether some functions are too large, and so written shorter, or left out. */
  private boolean shortenTooLarge(byte[] bytes, BitSet functions) {
    BitSet tooLarge = new BitSet();
    ClassModel model = ClassFile.of().parse(bytes);
    for (MethodModel method : model.methods()) {
      String name = method.methodName().stringValue();
      if (codeLength(method) > MAX_METHOD_BYTES && FUNCTION_METHOD.matcher(name).matches()) {
        tooLarge.set(Integer.parseInt(name.substring(1)));
      }
    }
    tooLarge.stream().forEach(position -> shorten(position, functions));
    return !tooLarge.isEmpty();
  }

  /** Has a function written shorter, or leaves it out where it was. */
  private void shorten(int position, BitSet functions) {
    if (large.get(position)) {
      functions.clear(position);
    }
    large.set(position);
  }

  private CompiledModule define(byte[] bytes) {
    try {
      MethodHandles.Lookup lookup =
          MethodHandles.lookup().defineHiddenClassWithClassData(bytes, compiled, true);
      return (CompiledModule)
          lookup.lookupClass().getConstructor(MethodHandles.Lookup.class).newInstance(lookup);
    } catch (ReflectiveOperationException | LinkageError e) {
      throw new VmBug("Generated code is a class. error=" + e);
    }
  }
}
