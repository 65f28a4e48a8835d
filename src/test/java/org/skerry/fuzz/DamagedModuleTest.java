package org.skerry.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.Outcome;
import org.skerry.module.ModuleFile;

/**
 * Module files that are cut off, flipped, overwritten and rearranged: each is rejected with a
 * message, or runs safely. {@code -Dskerry.fuzz=full} tries every single bit and length, and {@code
 * -Dskerry.fuzz.rounds=N} that many random changes; without them a sample of both.
 */
class DamagedModuleTest {
  /** Every which bit is flipped; a prime, so that all bits of a byte have their turn. */
  private static final int SAMPLED_ONE_IN = 37;

  private static final boolean FULL = "full".equals(System.getProperty("skerry.fuzz"));
  private static final int ROUNDS = Integer.getInteger("skerry.fuzz.rounds", 120);
  private static final long SEED = Long.getLong("skerry.fuzz.seed", 1);

  private int ran;
  private int rejected;

  @ParameterizedTest
  @ValueSource(strings = {"control", "terms", "processes", "mvars"})
  void shouldRunUndamaged(String name) {
    Sandbox.Result result = Sandbox.run(HostileModules.bytes(name), Sandbox.limited(1));

    assertThat(result.outcome()).as(result.toString()).isInstanceOf(Outcome.Returned.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"control", "terms", "processes", "mvars"})
  void shouldRejectEveryTruncation(String name) {
    byte[] file = HostileModules.bytes(name);
    for (int length = 0; length < file.length; length += FULL ? 1 : 3) {
      run("truncated to " + length, Arrays.copyOf(file, length), 1);
      run("truncated, sealed " + length, HostileModules.sealed(cut(file, length)), 1);
    }

    assertThat(ran).isZero();
  }

  /** A truncated file whose header says its new length. */
  private static byte[] cut(byte[] file, int length) {
    byte[] cut = Arrays.copyOf(file, length);
    if (length >= 24) {
      for (int i = 0; i < 8; i++) {
        cut[16 + i] = (byte) ((long) length >>> 8 * i);
      }
    }
    return cut;
  }

  @ParameterizedTest
  @ValueSource(strings = {"control", "terms", "processes", "mvars"})
  void shouldRejectEveryFlippedBitByTheChecksum(String name) {
    byte[] file = HostileModules.bytes(name);
    for (int bit = 0; bit < 8 * file.length; bit += FULL ? 1 : 5) {
      file[bit >> 3] ^= (byte) (1 << (bit & 7));
      run("bit " + bit, file, 1);
      file[bit >> 3] ^= (byte) (1 << (bit & 7));
    }

    assertThat(ran).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"control", "terms", "processes", "mvars"})
  void shouldRejectOrRunEveryFlippedBit(String name) {
    byte[] file = HostileModules.bytes(name);
    for (int bit = 0; bit < 8 * file.length; bit += FULL ? 1 : SAMPLED_ONE_IN) {
      byte[] flipped = file.clone();
      flipped[bit >> 3] ^= (byte) (1 << (bit & 7));
      run(name + " bit " + bit, HostileModules.sealed(flipped), bit);
    }
    System.out.println(name + ": bytes=" + file.length + " ran=" + ran + " rejected=" + rejected);

    assertThat(ran).isPositive();
    assertThat(rejected).isPositive();
  }

  @Test
  void shouldRejectOrRunRandomBytesInBetween() {
    for (int round = 0; round < ROUNDS; round++) {
      long seed = SEED * 1_000_000_007L + round;
      Random random = new Random(seed);
      String name = HostileModules.NAMES.get(random.nextInt(HostileModules.NAMES.size()));
      byte[] file = HostileModules.bytes(name);
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        overwrite(file, random);
      }
      run(name + " bytes, seed " + seed, HostileModules.sealed(file), seed);
    }

    assertThat(rejected).isPositive();
  }

  private static void overwrite(byte[] file, Random random) {
    int at = 32 + random.nextInt(file.length - 32);
    int count = Math.min(1 + random.nextInt(8), file.length - at);
    int from = 32 + random.nextInt(file.length - 32 - count);
    for (int i = 0; i < count; i++) {
      file[at + i] =
          switch (random.nextInt(3)) {
            case 0 -> (byte) random.nextInt();
            case 1 -> file[from + i];
            default -> (byte) (file[at + i] + random.nextInt(5) - 2);
          };
    }
  }

  @Test
  void shouldRejectOrRunRearrangedModules() {
    for (int round = 0; round < 4 * ROUNDS; round++) {
      long seed = SEED * 1_000_000_009L + round;
      Random random = new Random(seed);
      String name = HostileModules.NAMES.get(random.nextInt(HostileModules.NAMES.size()));
      ModuleFile file = Rearranged.module(HostileModules.module(name), random);
      count(name + " rearranged, seed " + seed, () -> Sandbox.run(file, options(seed)));
    }
    System.out.println("rearranged: ran=" + ran + " rejected=" + rejected + " seed=" + SEED);

    assertThat(ran).isGreaterThan(ROUNDS / 4);
    assertThat(rejected).isGreaterThan(ROUNDS / 4);
  }

  private static org.skerry.VmBuilder options(long seed) {
    return Sandbox.limited(seed).collectAlways(seed % 3 == 0);
  }

  private void run(String what, byte[] file, long seed) {
    count(what, () -> Sandbox.run(file, options(seed)));
  }

  private void count(String what, java.util.function.Supplier<Sandbox.Result> run) {
    try {
      if (run.get().ran()) {
        ran++;
      } else {
        rejected++;
      }
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what, e);
    }
  }
}
