package org.skerry.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.skerry.assembly.Assembler;
import org.skerry.assembly.AssemblyException;
import org.skerry.module.MalformedModuleException;
import org.skerry.module.ModuleFile;
import org.skerry.module.ModuleReader;
import org.skerry.module.ModuleWriter;

/** The modules that tests damage, and how a damaged file gets its checksum right again. */
final class HostileModules {
  static final List<String> NAMES = List.of("control", "terms", "processes", "mvars");

  private static final int CHECKSUM_OFFSET = 24;
  private static final int CHECKSUM_BYTES = 4;

  private static final Map<String, byte[]> FILES = new ConcurrentHashMap<>();

  private HostileModules() {}

  static ModuleFile module(String name) {
    try {
      return ModuleReader.read(bytes(name));
    } catch (MalformedModuleException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] bytes(String name) {
    return FILES.computeIfAbsent(name, n -> ModuleWriter.write(assembled(n))).clone();
  }

  private static ModuleFile assembled(String name) {
    String file = "/hostile/" + name + ".ska";
    try (InputStream in = HostileModules.class.getResourceAsStream(file)) {
      return Assembler.assemble(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (AssemblyException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  /** Makes the checksum of a file right, whatever else is in it. */
  static byte[] sealed(byte[] file) {
    if (file.length >= CHECKSUM_OFFSET + CHECKSUM_BYTES) {
      CRC32C crc = new CRC32C();
      crc.update(file, 0, CHECKSUM_OFFSET);
      int behind = CHECKSUM_OFFSET + CHECKSUM_BYTES;
      crc.update(file, behind, file.length - behind);
      for (int i = 0; i < CHECKSUM_BYTES; i++) {
        file[CHECKSUM_OFFSET + i] = (byte) (crc.getValue() >>> 8 * i);
      }
    }
    return file;
  }
}
