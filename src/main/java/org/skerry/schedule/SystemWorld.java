package org.skerry.schedule;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.skerry.process.World;

/** The real clock, and chance that differs from run to run. Any thread. */
public final class SystemWorld implements World {
  private static final long NS_PER_SECOND = 1_000_000_000L;

  /** Step between seeds: odd, so that all 2^64 come before one comes again. */
  private static final long SEED_STEP = 0x9E37_79B9_7F4A_7C15L;

  private final AtomicLong seed = new AtomicLong(firstSeed());

  /** The clock of this JVM. */
  public SystemWorld() {}

  /**
   * From the system itself where it offers that: the JVM's own way loads its security providers.
   */
  private static long firstSeed() {
    try (FileInputStream device = new FileInputStream("/dev/urandom")) {
      return ByteBuffer.wrap(device.readNBytes(Long.BYTES)).getLong();
    } catch (IOException | BufferUnderflowException e) {
      return new SecureRandom().nextLong();
    }
  }

  @Override
  public long nanoTime() {
    long now = System.nanoTime();
    return now == 0 ? 1 : now;
  }

  @Override
  public long wallTimeNs() {
    Instant now = Instant.now();
    return now.getEpochSecond() * NS_PER_SECOND + now.getNano();
  }

  @Override
  public void relax() {
    Thread.yield();
  }

  @Override
  public long randomSeed() {
    return seed.getAndAdd(SEED_STEP);
  }
}
