package org.skerry.jit;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.skerry.assembly.FunctionListing;

/** Writes one generated method: each VM instruction, and behind it the JVM code of it. */
final class JvmMethodPrinter {
  private static final int OPERAND_COLUMN = 26;
  private static final int COMMENT_COLUMN = 56;

  /** Code that belongs to one thing. */
  private record Section(int mark, int bci, List<CodeElement> elements) {}

  private final CodeAttribute code;
  private final MethodModel method;
  private final FunctionListing listing;
  private final ListedNames names;
  private final Map<Integer, String> locals;
  private final boolean resumed;
  private final CodePoints points;
  private final List<Section> sections = new ArrayList<>();
  private final Map<Label, String> labels = new HashMap<>();
  private int mark;
  private int bci;

  /** Whether the frame pointer has just been put on the stack. */
  private boolean isBehindFp;

  JvmMethodPrinter(MethodModel method, FunctionListing listing, ListedNames names) {
    this.method = method;
    this.listing = listing;
    this.names = names;
    String name = method.methodName().stringValue();
    resumed = name.startsWith("r");
    boolean later = name.startsWith("later");
    code = (CodeAttribute) method.code().orElseThrow();
    locals = names.locals(resumed, later);
    points = names.points(resumed);
    divide();
    sections.forEach(this::nameLabels);
  }

  /** Divides the code by its marks. A label belongs to the code behind it. */
  private void divide() {
    Section section = new Section(CodeMark.BEGIN, 0, new ArrayList<>());
    sections.add(section);
    List<CodeElement> waiting = new ArrayList<>();
    int at = 0;
    for (CodeElement element : code) {
      switch (element) {
        case LineNumber mark -> {
          if (mark.line() != section.mark()) {
            section = new Section(mark.line(), at, new ArrayList<>());
            sections.add(section);
          }
        }
        case LabelTarget label -> waiting.add(label);
        case Instruction instruction -> {
          section.elements().addAll(waiting);
          waiting.clear();
          section.elements().add(instruction);
          at += instruction.sizeInBytes();
        }
        default -> {}
      }
    }
    section.elements().addAll(waiting);
  }

  private void nameLabels(Section section) {
    boolean isFirst = true;
    int others = 0;
    for (CodeElement element : section.elements()) {
      if (element instanceof LabelTarget target) {
        String name = CodeMark.label(section.mark());
        labels.put(target.label(), isFirst ? name : name + "." + ++others);
      }
      isFirst = false;
    }
  }

  /**
   * Writes it.
   *
   * @param purpose what it is for
   */
  void print(String purpose, StringBuilder out) {
    out.append("\n; ").append(method.methodName().stringValue());
    out.append(resumed ? "(context, fp, pc): " : "(context, fp, arguments): ");
    out.append(purpose).append("; ").append(code.codeLength()).append(" bytes\n");
    int next = 0;
    boolean isCold = false;
    for (Section section : sections) {
      if (CodeMark.isInstruction(section.mark())) {
        int pc = CodeMark.pc(section.mark());
        withoutCode(next, pc, out);
        out.append(listing.instructions().get(pc));
        next = pc + 1;
      } else if (section.mark() != CodeMark.BEGIN) {
        if (!isCold) {
          withoutCode(next, Integer.MAX_VALUE, out);
          isCold = true;
        }
        out.append("  ; ").append(title(section.mark())).append('\n');
      }
      mark = section.mark();
      bci = section.bci();
      section.elements().forEach(element -> print(element, out));
    }
  }

  /** Instructions that have no JVM code. */
  private void withoutCode(int fromPc, int toPc, StringBuilder out) {
    listing
        .instructions()
        .subMap(fromPc, toPc)
        .forEach((pc, text) -> {
          out.append(text).append(" ".repeat(11));
          out.append(
              points.isReached(pc)
                  ? "-  no code of its own\n"
                  : resumed ? "-  never reached\n" : "-  never reached from the beginning\n");
        });
  }

  private String title(int mark) {
    if (CodeMark.hasPc(mark)) {
      return "cold code of pc " + CodeMark.pc(mark) + ": " + names.mnemonic(CodeMark.pc(mark));
    }
    return mark >= CodeMark.WAY_OUT
        ? "leaves: what is live goes to the frame"
        : "leaves: context.left says why";
  }

  private void print(CodeElement element, StringBuilder out) {
    if (element instanceof LabelTarget target) {
      out.append("      ").append(labels.get(target.label())).append(":\n");
    } else if (element instanceof Instruction instruction) {
      StringBuilder line = new StringBuilder("%12d  ".formatted(bci));
      String operand = operand(instruction);
      line.append(mnemonic(instruction));
      if (!operand.isEmpty()) {
        line.append(" ".repeat(Math.max(1, OPERAND_COLUMN - line.length()))).append(operand);
      }
      String comment = comment(instruction);
      if (comment != null) {
        line.append(" ".repeat(Math.max(1, COMMENT_COLUMN - line.length())));
        line.append("; ").append(comment);
      }
      out.append(line).append('\n');
      bci += instruction.sizeInBytes();
    }
  }

  private static String mnemonic(Instruction instruction) {
    String name = instruction.opcode().name().toLowerCase(Locale.ROOT);
    boolean hasLocal =
        instruction instanceof LoadInstruction || instruction instanceof StoreInstruction;
    // The forms for the first locals, and for those far behind, differ in nothing but bytes.
    return hasLocal ? name.replaceAll("_.*", "") : name;
  }

  private String operand(Instruction instruction) {
    return switch (instruction) {
      case LoadInstruction load -> local(load.slot());
      case StoreInstruction store -> local(store.slot());
      case IncrementInstruction increment -> local(increment.slot()) + ", " + increment.constant();
      case BranchInstruction branch -> labels.get(branch.target());
      case ConstantInstruction constant -> constant(constant);
      case FieldInstruction field -> simple(field.owner()) + "." + field.name().stringValue();
      case InvokeInstruction invoke -> invoked(invoke);
      case InvokeDynamicInstruction linked -> linked.name().stringValue();
      case LookupSwitchInstruction over -> cases(over.cases(), over.defaultTarget());
      case TableSwitchInstruction over -> cases(over.cases(), over.defaultTarget());
      default -> "";
    };
  }

  private String comment(Instruction instruction) {
    boolean wasBehindFp = isBehindFp;
    isBehindFp = instruction instanceof LoadInstruction load && load.slot() == MethodShape.FP;
    if (instruction instanceof InvokeInstruction invoke && isOwn(invoke)) {
      return names.function(invoke.name().stringValue());
    }
    if (instruction instanceof InvokeDynamicInstruction linked
        && linked.bootstrapArgs().getFirst() instanceof Integer functionIndex) {
      return names.calleeName(functionIndex);
    }
    if (instruction instanceof ConstantInstruction constant
        && constant.constantValue() instanceof Long bits) {
      return wasBehindFp
          ? names.slot(bits)
          : CodeMark.hasPc(mark) ? names.immediate(CodeMark.pc(mark), bits) : null;
    }
    return null;
  }

  private String local(int slot) {
    return locals.getOrDefault(slot, "#" + slot);
  }

  private String invoked(InvokeInstruction invoke) {
    String name = invoke.name().stringValue();
    return isOwn(invoke) ? name : simple(invoke.owner()) + "." + name;
  }

  /** Whether it calls a method of the generated class. */
  private static boolean isOwn(InvokeInstruction invoke) {
    return invoke.owner().asInternalName().endsWith("/Compiled");
  }

  private String constant(ConstantInstruction instruction) {
    Object value = instruction.constantValue();
    if (value instanceof Integer number && number == CompiledSupport.LEAVE) {
      return "<LEAVE>";
    }
    if (!(value instanceof Long bits)) {
      boolean isPlain = instruction.sizeInBytes() == 1;
      return isPlain ? "" : value.toString();
    }
    String address = names.address(bits);
    if (address != null) {
      return "<" + address + ">";
    }
    if (instruction.sizeInBytes() == 1) {
      return "";
    }
    String header = names.header(bits);
    return header != null ? "<" + header + ">" : bits.toString();
  }

  private String cases(List<SwitchCase> cases, Label otherwise) {
    return cases.stream()
        .map(each -> each.caseValue() + ": " + labels.get(each.target()) + ", ")
        .collect(Collectors.joining("", "{", "default: " + labels.get(otherwise) + "}"));
  }

  private static String simple(ClassEntry type) {
    String name = type.asInternalName();
    return name.substring(name.lastIndexOf('/') + 1);
  }
}
