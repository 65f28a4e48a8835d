package org.skerry.module;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.skerry.isa.Bank;
import org.skerry.module.ModuleFormat.Section;

/** Writes module files. The same module gives the same bytes. */
public final class ModuleWriter {
  private ByteBuffer out = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
  private int sections;

  private ModuleWriter() {}

  /**
   * The bytes of a module.
   *
   * @throws IllegalArgumentException if it exceeds a limit of {@link ModuleFormat}
   */
  public static byte[] write(ModuleFile module) {
    return new ModuleWriter().file(module);
  }

  private byte[] file(ModuleFile module) {
    room(ModuleFormat.HEADER_BYTES).position(ModuleFormat.HEADER_BYTES);
    section(
        Section.MODULE,
        writer -> {
          writer.name(module.name());
          writer.text(module.source(), ModuleFormat.MAX_SOURCE_BYTES);
        });
    section(Section.ATOMS, writer -> writer.all(module.atoms(), writer::name));
    section(Section.LITERALS, writer -> writer.all(module.literals(), writer::literal));
    section(Section.REFERENCES, writer -> writer.all(module.references(), writer::reference));
    section(Section.FUNCTIONS, writer -> writer.all(module.functions(), writer::function));
    if (module.functions().stream().anyMatch(function -> !function.lines().isEmpty())) {
      section(Section.LINES, writer -> writer.all(module.functions(), writer::lines));
    }
    if (module.functions().stream().anyMatch(function -> !function.names().isEmpty())) {
      section(Section.NAMES, writer -> writer.all(module.functions(), writer::names));
    }
    if (!module.mvars().isEmpty() || !module.mvarReferences().isEmpty()) {
      section(
          Section.MVARS,
          writer -> {
            writer.all(module.mvars(), writer::mvar);
            writer.all(module.mvarReferences(), writer::mvarReference);
          });
    }
    return finish();
  }

  private byte[] finish() {
    out.putLong(0, ModuleFormat.MAGIC);
    out.putInt(ModuleFormat.VERSION_OFFSET, ModuleFormat.VERSION);
    out.putInt(ModuleFormat.SECTION_COUNT_OFFSET, sections);
    out.putLong(ModuleFormat.LENGTH_OFFSET, out.position());
    byte[] file = Arrays.copyOf(out.array(), out.position());
    ByteBuffer.wrap(file)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(ModuleFormat.CHECKSUM_OFFSET, ModuleFormat.checksum(file));
    return file;
  }

  private void section(Section section, Consumer<ModuleWriter> content) {
    sections++;
    int start = out.position();
    putInt(section.type());
    putInt(0);
    putLong(0);
    content.accept(this);
    int length = out.position() - start - ModuleFormat.SECTION_HEADER_BYTES;
    out.putLong(start + 8, length);
    int padding = ModuleFormat.padded(length) - length;
    room(padding).position(out.position() + padding);
  }

  private <T> void all(List<T> entries, Consumer<T> one) {
    limit("entries", entries.size(), ModuleFormat.MAX_ENTRIES);
    putInt(entries.size());
    entries.forEach(one);
  }

  private void literal(ModuleFile.Literal literal) {
    if (literal.image() == null) {
      putByte(ModuleFormat.IMMEDIATE_LITERAL);
      putLong(literal.word());
    } else {
      putByte(ModuleFormat.IMAGE_LITERAL);
      putInt(literal.image().length);
      room(literal.image().length).put(literal.image());
    }
  }

  private void reference(FunctionReference reference) {
    putByte(reference.module() == null ? 0 : 1);
    if (reference.module() != null) {
      name(reference.module());
    }
    name(reference.name());
    signature(reference.signature());
  }

  private void mvar(MvarDefinition mvar) {
    name(mvar.name());
    putByte(mvar.exported() ? 1 : 0);
    putByte(mvar.literal() >= 0 ? 0 : 1);
    putInt(mvar.literal() >= 0 ? mvar.literal() : mvar.function());
  }

  private void mvarReference(MvarReference reference) {
    putByte(reference.module() == null ? 0 : 1);
    if (reference.module() != null) {
      name(reference.module());
    }
    name(reference.name());
  }

  private void signature(Signature signature) {
    limit("parameters", signature.parameters().size(), ModuleFormat.MAX_PARAMETERS);
    putByte(signature.result().ordinal());
    putByte(signature.parameters().size());
    for (Bank bank : signature.parameters()) {
      putByte(bank.ordinal());
    }
  }

  private void function(FunctionDefinition function) {
    limit("code words", function.code().length, ModuleFormat.MAX_CODE_WORDS);
    int registers = function.rCount() + function.iCount() + function.fCount();
    limit("registers", registers, ModuleFormat.MAX_REGISTERS);
    name(function.name());
    signature(function.signature());
    putByte(function.exported() ? 1 : 0);
    putShort(function.rCount());
    putShort(function.iCount());
    putShort(function.fCount());
    putInt(function.code().length);
    putInt(function.handlers().size());
    for (long word : function.code()) {
      putLong(word);
    }
    for (Handler handler : function.handlers()) {
      putInt(handler.start());
      putInt(handler.end());
      putInt(handler.target());
      putInt(handler.register());
    }
  }

  private void lines(FunctionDefinition function) {
    putInt(function.lines().size());
    for (FunctionDefinition.Line line : function.lines()) {
      putInt(line.pc());
      putInt(line.line());
    }
  }

  private void names(FunctionDefinition function) {
    putInt(function.names().size());
    for (FunctionDefinition.RegisterName name : function.names()) {
      putByte(name.bank());
      putShort(name.register());
      name(name.name());
    }
  }

  private void name(String name) {
    text(name, ModuleFormat.MAX_NAME_BYTES);
  }

  private void text(String text, int maxBytes) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    limit("bytes of a name", utf8.length, maxBytes);
    putShort(utf8.length);
    room(utf8.length).put(utf8);
  }

  private static void limit(String what, int count, int most) {
    if (count > most) {
      throw new IllegalArgumentException(what + ": " + count + ", at most " + most);
    }
  }

  private void putByte(int value) {
    room(1).put((byte) value);
  }

  private void putShort(int value) {
    room(2).putShort((short) value);
  }

  private void putInt(int value) {
    room(4).putInt(value);
  }

  private void putLong(long value) {
    room(8).putLong(value);
  }

  private ByteBuffer room(int byteCount) {
    if (out.remaining() < byteCount) {
      long wanted = Math.max((long) out.position() + byteCount, 2L * out.capacity());
      limit(
          "bytes",
          (int) Math.min((long) out.position() + byteCount, Integer.MAX_VALUE),
          ModuleFormat.MAX_FILE_BYTES);
      byte[] larger =
          Arrays.copyOf(out.array(), (int) Math.min(wanted, ModuleFormat.MAX_FILE_BYTES));
      out = ByteBuffer.wrap(larger).order(ByteOrder.LITTLE_ENDIAN).position(out.position());
    }
    return out;
  }
}
