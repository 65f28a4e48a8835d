package org.skerry.module;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.skerry.isa.Bank;
import org.skerry.module.FunctionDefinition.Line;
import org.skerry.module.FunctionDefinition.RegisterName;
import org.skerry.module.ModuleFile.Literal;

class ModuleReaderTest {
  private static ModuleFile small() {
    Signature signature = new Signature(List.of(Bank.R, Bank.I), Bank.R);
    FunctionDefinition function =
        new FunctionDefinition(
            "f",
            signature,
            true,
            2,
            1,
            0,
            new long[] {1, 2, 3},
            List.of(new Handler(0, 2, 2, 1)),
            List.of(new Line(0, 7), new Line(2, 9)),
            List.of(new RegisterName(0, 1, "x")));
    return new ModuleFile(
        "small",
        "small.ska",
        List.of("ok", "é"),
        List.of(new Literal(85, null), new Literal(1L << 3 | 2, null)),
        List.of(
            new FunctionReference(null, "f", signature),
            new FunctionReference("other", "g", new Signature(List.of(), Bank.F))),
        List.of(function));
  }

  private static byte[] withChecksum(byte[] file) {
    ByteBuffer.wrap(file)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(ModuleFormat.CHECKSUM_OFFSET, ModuleFormat.checksum(file));
    return file;
  }

  private static byte[] withLengthAndChecksum(byte[] file) {
    ByteBuffer.wrap(file)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(ModuleFormat.LENGTH_OFFSET, file.length);
    return withChecksum(file);
  }

  /** Accepted bytes must be what the writer writes; anything else must be located in the file. */
  private static boolean readsOrSaysWhere(byte[] file) {
    try {
      assertThat(ModuleWriter.write(ModuleReader.read(file))).isEqualTo(file);
      return true;
    } catch (MalformedModuleException e) {
      assertThat(e.offset()).isBetween(0L, (long) file.length);
      assertThat(e).hasMessageContaining("expected").hasMessageContaining("found");
      return false;
    }
  }

  @Test
  void shouldReadWhatTheWriterWrote() throws Exception {
    ModuleFile module = small();

    ModuleFile read = ModuleReader.read(ModuleWriter.write(module));

    assertThat(read).usingRecursiveComparison().isEqualTo(module);
  }

  @Test
  void shouldRejectEveryTruncation() {
    byte[] file = ModuleWriter.write(small());
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThat(readsOrSaysWhere(cut)).as("%d bytes", length).isFalse();
      if (length >= ModuleFormat.HEADER_BYTES) {
        assertThat(readsOrSaysWhere(withLengthAndChecksum(cut))).isFalse();
      }
    }
  }

  @Test
  void shouldRejectEveryFlippedBitByTheChecksum() {
    byte[] file = ModuleWriter.write(small());
    for (int bit = 0; bit < 8 * file.length; bit++) {
      byte[] flipped = file.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(readsOrSaysWhere(flipped)).as("bit %d", bit).isFalse();
    }
  }

  @Test
  void shouldBeTotalBehindTheChecksum() {
    byte[] file = ModuleWriter.write(small());
    int accepted = 0;
    for (int bit = 0; bit < 8 * file.length; bit++) {
      byte[] flipped = file.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      accepted += readsOrSaysWhere(withChecksum(flipped)) ? 1 : 0;
    }
    // Flips in code words and in names give other modules.
    assertThat(accepted).isBetween(3 * 64, 5 * file.length);
    Random random = new Random(1);
    for (int round = 0; round < 20_000; round++) {
      byte[] mangled = file.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at =
            ModuleFormat.HEADER_BYTES + random.nextInt(file.length - ModuleFormat.HEADER_BYTES);
        mangled[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0xFF);
      }
      readsOrSaysWhere(withChecksum(mangled));
    }
  }

  @Test
  void shouldNotBelieveHostileCounts() {
    byte[] file = ModuleWriter.write(small());
    for (int at = ModuleFormat.HEADER_BYTES; at + 4 <= file.length; at++) {
      for (int count : new int[] {Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 1 << 20}) {
        byte[] hostile = file.clone();
        ByteBuffer.wrap(hostile).order(ByteOrder.LITTLE_ENDIAN).putInt(at, count);
        readsOrSaysWhere(withChecksum(hostile));
      }
    }
  }

  @Test
  void shouldSayWhatItExpected() throws Exception {
    assertThatThrownBy(() -> ModuleReader.read(new byte[0]))
        .hasMessage("malformed module at byte 0: expected a header of 32 bytes, found the end");
    assertThatThrownBy(() -> ModuleReader.read(new byte[40]))
        .hasMessageContaining("byte 0: expected the magic of a Skerry module");
    byte[] longer = Arrays.copyOf(ModuleWriter.write(small()), 4_000);
    try {
      ModuleReader.read(longer);
      fail("accepted");
    } catch (MalformedModuleException e) {
      assertThat(e.offset()).isEqualTo(ModuleFormat.LENGTH_OFFSET);
    }
  }

  @Test
  void shouldLeaveOutEmptyDebugSections() throws Exception {
    ModuleFile module = small();
    FunctionDefinition f = module.functions().getFirst();
    ModuleFile bare =
        new ModuleFile(
            "bare",
            "",
            List.of(),
            List.of(),
            List.of(),
            List.of(
                new FunctionDefinition(
                    "f",
                    f.signature(),
                    false,
                    2,
                    1,
                    0,
                    f.code(),
                    List.of(),
                    List.of(),
                    List.of())));

    byte[] file = ModuleWriter.write(bare);

    assertThat(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(12)).isEqualTo(5);
    assertThat(ModuleReader.read(file)).usingRecursiveComparison().isEqualTo(bare);
  }

  @Test
  void shouldRefuseToWriteBeyondLimits() {
    ModuleFile module =
        new ModuleFile("x".repeat(256), "", List.of(), List.of(), List.of(), List.of());

    assertThatThrownBy(() -> ModuleWriter.write(module))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("256");
  }
}
