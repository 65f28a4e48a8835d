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

  private static final MethodTypeDesc SLICE_OVER =
      MethodTypeDesc.of(CD_void, MethodShape.CONTEXT, CD_long, CD_long);

  /** A register in a frame. */
  record Slot(Bank bank, int register, int offset) {
    private Place place() {
      return new Place(bank == Bank.F, offset);
    }
  }

  private record Place(boolean isFloat, int offset) {}

  /** What tells methods apart: whether they end the slice, where they write, and doubles or not. */
  private record Writer(boolean endsSlice, List<Place> places) {}

  private final ClassDesc type;
  private final Map<Writer, String> names = new LinkedHashMap<>();

  FrameWriters(ClassDesc type) {
    this.type = type;
  }

  /**
   * Calls the method for these slots, with the frame and the values on the JVM's stack.
   *
   * @param endsSlice whether the slice is over, for which the context is below the frame on the
   *     stack, and the header above
   */
  void invoke(CodeBuilder code, boolean endsSlice, List<Slot> slots) {
    Writer writer = new Writer(endsSlice, slots.stream().map(Slot::place).toList());
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
    int frame = writer.endsSlice() ? MethodShape.FP : 0;
    int header = frame + 2;
    int local = writer.endsSlice() ? header + 2 : header;
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
    if (writer.endsSlice()) {
      code.aload(MethodShape.CONTEXT_LOCAL).lload(frame).lload(header);
      code.invokestatic(Emitter.SUPPORT, "sliceOver", SLICE_OVER);
    }
    code.return_();
  }

  private static MethodTypeDesc type(Writer writer) {
    List<ClassDesc> parameters = new ArrayList<>();
    if (writer.endsSlice()) {
      parameters.addAll(SLICE_OVER.parameterList());
    } else {
      parameters.add(CD_long);
    }
    writer.places().forEach(place -> parameters.add(place.isFloat() ? CD_double : CD_long));
    return MethodTypeDesc.of(CD_void, parameters);
  }
}
