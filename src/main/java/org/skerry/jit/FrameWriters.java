package org.skerry.jit;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.skerry.isa.Bank;

/**
 * Methods of a generated class that write registers to a frame, all that a way out writes by one
 * call. With several calls, or accesses to memory that HotSpot does not inline any more where a
 * method is large, it would keep what the later ones write across the earlier ones, and so on the
 * Java stack, for which it makes room far ahead of the way out.
 */
final class FrameWriters {
  /** So many values and the frame's address are parameters of one method. */
  static final int MAX_SLOTS = 120;

  /** What their names begin with. */
  static final String NAME = "save";

  /** What a method calls behind its writes: a method of {@link CompiledSupport}. */
  enum Ending {
    NOTHING(null),
    SLICE_OVER("sliceOver"),
    INTERPRET("interpret");

    private final String method;

    Ending(String method) {
      this.method = method;
    }
  }

  private static final MethodTypeDesc ENDING =
      MethodTypeDesc.of(CD_void, MethodShape.CONTEXT, CD_long, CD_long);

  /** A register in a frame. */
  record Slot(Bank bank, int register, int offset) {
    private Place place() {
      return new Place(bank == Bank.F, offset);
    }
  }

  private record Place(boolean isFloat, int offset) {}

  /** What tells methods apart: how they end, where they write, and doubles or not. */
  private record Writer(Ending ending, List<Place> places) {
    boolean ends() {
      return ending != Ending.NOTHING;
    }
  }

  private final ClassDesc type;
  private final Map<Writer, String> names = new LinkedHashMap<>();

  FrameWriters(ClassDesc type) {
    this.type = type;
  }

  /**
   * Calls the method for these slots, with the frame and the values on the JVM's stack.
   *
   * @param ending what is called behind the writes; unless that is nothing the context is below the
   *     frame on the stack, and the header above
   */
  void invoke(CodeBuilder code, Ending ending, List<Slot> slots) {
    Writer writer = new Writer(ending, slots.stream().map(Slot::place).toList());
    String name = names.computeIfAbsent(writer, none -> NAME + names.size());
    code.invokestatic(type, name, type(writer));
  }

  /** Writes the methods that were called. */
  void emit(ClassBuilder builder) {
    names.forEach((writer, name) ->
        builder.withMethodBody(
            name, type(writer), ClassFile.ACC_STATIC, code -> write(code, writer)));
  }

  private static void write(CodeBuilder code, Writer writer) {
    int frame = writer.ends() ? MethodShape.FP : 0;
    int header = frame + 2;
    int local = writer.ends() ? header + 2 : header;
    for (Place place : writer.places()) {
      code.lload(frame).loadConstant((long) place.offset()).ladd();
      if (place.isFloat()) {
        code.dload(local);
      } else {
        code.lload(local);
      }
      Emitter.putWord(code, place.isFloat() ? Bank.F : Bank.I);
      local += 2;
    }
    if (writer.ends()) {
      code.aload(MethodShape.CONTEXT_LOCAL).lload(frame).lload(header);
      code.invokestatic(Emitter.SUPPORT, writer.ending().method, ENDING);
    }
    code.return_();
  }

  private static MethodTypeDesc type(Writer writer) {
    List<ClassDesc> parameters = new ArrayList<>();
    if (writer.ends()) {
      parameters.addAll(ENDING.parameterList());
    } else {
      parameters.add(CD_long);
    }
    writer.places().forEach(place -> parameters.add(place.isFloat() ? CD_double : CD_long));
    return MethodTypeDesc.of(CD_void, parameters);
  }
}
