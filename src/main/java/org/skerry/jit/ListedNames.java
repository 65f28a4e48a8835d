package org.skerry.jit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.skerry.assembly.FunctionListing;
import org.skerry.isa.Bank;
import org.skerry.isa.OperandKind;
import org.skerry.memory.Memory;
import org.skerry.module.CodeSpace;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.FunctionLayout;
import org.skerry.module.FunctionReference;
import org.skerry.module.InstructionCursor;
import org.skerry.module.LinkedModule;

/**
 * What locals, constants and methods in the generated code of a function mean. Addresses differ
 * from one VM to the next, so what is listed has no number for them.
 */
final class ListedNames {
  /** Where MVars would be, far from all that is. */
  private static final long FIRST_MVAR = 1L << 60;

  private static final long MVAR_BYTES = 1L << 12;

  private final CodeSpace code;
  private final LinkedModule module;
  private final FunctionDefinition function;
  private final FunctionListing listing;
  private final int functionIndex;
  private final InstructionCursor at;
  private final Map<Long, String> addresses = new HashMap<>();

  /** Offsets from the frame pointer. */
  private final Map<Long, String> slots = new HashMap<>();

  ListedNames(CodeSpace code, LinkedModule module, int position, FunctionListing listing) {
    this.code = code;
    this.module = module;
    this.listing = listing;
    functionIndex = module.firstFunction() + position;
    function = module.function(functionIndex).definition();
    at = new InstructionCursor(function.code());
    nameAddresses();
    nameSlots();
  }

  /** A place for an MVar in code that is not to be run. */
  static long mvarAddress(int index) {
    return FIRST_MVAR + index * MVAR_BYTES;
  }

  private void nameAddresses() {
    for (int i = 0; i < listing.literals().size(); i++) {
      long term = module.literal(i);
      boolean isAddress = (term & 7) == 0;
      if (isAddress) {
        addresses.put(term, "address of " + listing.literals().get(i));
      }
    }
    for (int index = 0; index < code.mvarCount(); index++) {
      addresses.put(mvarAddress(index), "address of MVar " + code.mvarName(index));
    }
    List<FunctionReference> references = module.verified().file().references();
    for (int i = 0; i < references.size(); i++) {
      if (module.isQualified(i)) {
        FunctionReference named = references.get(i);
        String name = named.module() + "." + named.name();
        addresses.put(module.cellAddress(i), "address of what " + name + " means");
      }
    }
    for (int position = 0; position < module.functionCount(); position++) {
      addresses.put(
          code.functionAddress(module.firstFunction() + position),
          "address of function " + name(position));
    }
    long words = Memory.getLong(code.functionAddress(functionIndex) + FunctionLayout.CODE_OFFSET);
    for (int pc = 0; pc < function.code().length; pc++) {
      addresses.put(words + 8L * pc, "address of code word " + pc);
    }
  }

  private void nameSlots() {
    int frameBytes = FrameLayout.frameBytes(function.registerCount());
    slots.put((long) FrameLayout.CALLER_FRAME_OFFSET, "caller's frame");
    slots.put((long) frameBytes, "the callee's frame");
    slots.put((long) frameBytes + FrameLayout.CALLER_FRAME_OFFSET, "link of the callee's frame");
    int[] counts = {function.rCount(), function.iCount(), function.fCount()};
    for (Bank bank : Bank.values()) {
      for (int register = 0; register < counts[bank.ordinal()]; register++) {
        slots.put(
            (long) function.registerOffset(bank, register),
            listing.register(bank, register) + " in the frame");
      }
    }
  }

  private String name(int position) {
    return module.verified().functions().get(position).definition().name();
  }

  /** What a constant is the address of, or null where it is none. */
  String address(long constant) {
    return addresses.get(constant);
  }

  /** What lies at an offset from the frame pointer, or null. */
  String slot(long offset) {
    return slots.get(offset);
  }

  /** What a header word says, or null where a constant is none. */
  String header(long constant) {
    int index = FrameLayout.functionIndex(constant) - CompileUnit.LISTED_FUNCTIONS;
    int pc = FrameLayout.pc(constant);
    boolean is = index == functionIndex && pc >= 0 && pc < function.code().length;
    return is ? "header: " + function.name() + " at pc " + pc : null;
  }

  /** The text of an immediate that an instruction names, where a constant is that; else null. */
  String immediate(int pc, long constant) {
    if (addresses.containsKey(constant)) {
      return null;
    }
    at.move(pc);
    List<OperandKind> kinds = at.opcode().operands();
    for (int operand = 0; operand < kinds.size(); operand++) {
      if (kinds.get(operand) == OperandKind.LITERAL) {
        int literal = (int) at.word(operand);
        return module.literal(literal) == constant ? listing.literals().get(literal) : null;
      }
    }
    return null;
  }

  String mnemonic(int pc) {
    at.move(pc);
    return at.opcode().mnemonic();
  }

  /** Which instructions a method of the function has. */
  CodePoints points(boolean resumed) {
    return new CodePoints(function, resumed);
  }

  /** What a method of the generated class does, mostly the function that it belongs to, or null. */
  String function(String method) {
    if (method.startsWith(FrameWriters.NAME)) {
      return "they go to the frame";
    }
    int digits = method.length();
    while (digits > 0 && Character.isDigit(method.charAt(digits - 1))) {
      digits--;
    }
    if (digits == method.length()) {
      return null;
    }
    int number = Integer.parseInt(method.substring(digits));
    return digits == 1 ? name(number) : calleeName(number); // f and r, or those of CalleeMethods
  }

  /** A function as calls in the text name it. */
  String calleeName(int functionIndex) {
    LinkedModule owner = code.moduleOf(functionIndex);
    String name = owner.function(functionIndex).definition().name();
    return owner == module ? name : owner.name() + "." + name;
  }

  /** The locals of a method, by their slots. */
  Map<Integer, String> locals(boolean resumed, boolean later) {
    MethodShape shape = new MethodShape(function, resumed);
    Map<Integer, String> locals = new HashMap<>();
    locals.put(MethodShape.CONTEXT_LOCAL, "context");
    locals.put(MethodShape.FP, "fp");
    if (resumed) {
      locals.put(MethodShape.PC, "pc");
    }
    locals.put(shape.reductions, "reductions");
    locals.put(shape.distance, "distance");
    locals.put(shape.frame, "frame");
    locals.put(shape.header, later ? "javaLimit" : "header");
    locals.put(shape.scratch, "scratch");
    locals.put(shape.floatScratch, later ? "frameLimit" : "floatScratch");
    Map<Integer, String> own = Map.copyOf(locals);
    for (Bank bank : Bank.values()) {
      for (int register = 0; register < shape.count(bank); register++) {
        String name = listing.register(bank, register);
        boolean isClear = !own.containsValue(name);
        locals.put(
            shape.local(bank, register),
            isClear ? name : bank.letter() + Integer.toString(register));
      }
    }
    for (int register = 0; register < shape.count(Bank.R); register++) {
      for (MethodShape.ArrayLength length : shape.lengths(register)) {
        locals.put(length.local(), listing.register(Bank.R, register) + ".length");
      }
    }
    return locals;
  }
}
