package org.skerry.module;

import java.util.zip.CRC32C;

/**
 * The bytes of a module file, pictured in {@code native-notes/module-file.md}; everything is little
 * endian. A module has exactly one file: sections stand in the order of their types, each once, and
 * what carries no meaning is zero.
 *
 * <pre>
 * header    0 magic (8)   8 version (4)   12 sections (4)   16 file bytes (8)   24 CRC32C (4)   28 zero (4)
 * section   0 type (4)    4 zero (4)      8 content bytes (8)   16 content, padded with zeros to 8
 * </pre>
 */
public final class ModuleFormat {
  /** The first eight bytes, {@code 89 S K B CR LF 1A LF}: a transfer as text would break them. */
  public static final long MAGIC = 0x0A1A_0A0D_424B_5389L;

  /** The only version that there is. */
  public static final int VERSION = 1;

  /** Bytes of the header. */
  public static final int HEADER_BYTES = 32;

  /** Bytes of a section before its content. */
  public static final int SECTION_HEADER_BYTES = 16;

  /** Most bytes of a file. */
  public static final int MAX_FILE_BYTES = 1 << 30;

  /** Most bytes of the UTF-8 of a name: of a module, a function, an atom, a register. */
  public static final int MAX_NAME_BYTES = 255;

  /** Most bytes of the UTF-8 of a source file's name. */
  public static final int MAX_SOURCE_BYTES = 4_095;

  /** Most registers of a function, all banks together: a frame's offsets fit 16 bits. */
  public static final int MAX_REGISTERS = 8_000;

  /** Most parameters of a function. */
  public static final int MAX_PARAMETERS = 255;

  /** Most instruction words of a function: every distance in it fits 32 bits by far. */
  public static final int MAX_CODE_WORDS = 1 << 24;

  /** Most atoms, literals, references or functions of a module. */
  public static final int MAX_ENTRIES = 1 << 20;

  static final int VERSION_OFFSET = 8;
  static final int SECTION_COUNT_OFFSET = 12;
  static final int LENGTH_OFFSET = 16;
  static final int CHECKSUM_OFFSET = 24;
  static final int RESERVED_OFFSET = 28;

  static final int IMMEDIATE_LITERAL = 0;
  static final int IMAGE_LITERAL = 1;

  /**
   * What a section holds. Those behind the functions are left out where there is nothing in them.
   */
  enum Section {
    MODULE,
    ATOMS,
    LITERALS,
    REFERENCES,
    FUNCTIONS,
    LINES,
    NAMES,
    MVARS;

    /** The number that stands for it in a file. */
    int type() {
      return ordinal() + 1;
    }

    boolean isRequired() {
      return ordinal() <= FUNCTIONS.ordinal();
    }
  }

  private ModuleFormat() {}

  /** The checksum of a file: of all its bytes but the checksum itself. */
  static int checksum(byte[] file) {
    CRC32C crc = new CRC32C();
    crc.update(file, 0, CHECKSUM_OFFSET);
    crc.update(file, RESERVED_OFFSET, file.length - RESERVED_OFFSET);
    return (int) crc.getValue();
  }

  static int padded(int byteCount) {
    return byteCount + 7 & -8;
  }
}
