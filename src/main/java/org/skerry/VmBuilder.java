package org.skerry;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.skerry.memory.MemoryPool;
import org.skerry.memory.RequiredFlags;
import org.skerry.process.ProcessTable;
import org.skerry.process.SpawnOptions;
import org.skerry.schedule.IdleMode;
import org.skerry.schedule.Pinning;

/** The options of a {@link Vm}; each has a default. One thread. */
public final class VmBuilder {
  /** Reductions of a slice: some tens of microseconds of interpreted code. */
  private static final int DEFAULT_REDUCTIONS = 4_000;

  /** The least that {@link #maxMemory} accepts: what a VM needs to start. */
  public static final long MIN_MEMORY_BYTES = 16L << 20;

  private int workers = Runtime.getRuntime().availableProcessors();
  private int simulatedWorkers = 2;
  private Pinning pinning = Pinning.AUTO;
  private IdleMode idle = IdleMode.HYBRID;
  private long maxMemoryBytes = defaultMemoryBytes();
  private int maxProcesses = ProcessTable.MAX_PROCESSES;
  private int reductions = DEFAULT_REDUCTIONS;
  private Duration deadline;
  private Long seed;
  private boolean isInvoked;
  private boolean collectsAlways;
  private boolean waitsForAll;
  private JitMode jit = JitMode.OFF;
  private boolean endsWhenAllAwait;
  private OutputStream stdout = System.out;
  private OutputStream stderr = System.err;
  private InputStream stdin = InputStream.nullInputStream();
  private List<String> arguments = List.of();
  private final SpawnOptions spawnDefaults = new SpawnOptions();
  private Permissions permissions = Permissions.NONE;
  private final List<HostModule> hostModules = new ArrayList<>();

  VmBuilder() {}

  private static long defaultMemoryBytes() {
    long physical =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system
            ? system.getTotalMemorySize()
            : 4L << 30;
    return physical / 4 * 3;
  }

  /** Worker threads, or simulated workers; as many as there are cores by default. */
  public VmBuilder workers(int count) {
    workers = count;
    simulatedWorkers = count;
    return this;
  }

  /**
   * Cores that the workers are bound to: {@code auto}, {@code none}, or a list as {@code 0,2,4-7}.
   */
  public VmBuilder pin(String cores) {
    pinning = Pinning.parse(cores);
    return this;
  }

  /** What a worker with nothing to run does: {@code spin}, {@code hybrid} or {@code park}. */
  public VmBuilder idle(String mode) {
    idle = IdleMode.valueOf(mode.toUpperCase(Locale.ROOT));
    return this;
  }

  /**
   * The most memory that all processes, code and messages together may take, in bytes.
   *
   * @throws IllegalArgumentException if a VM cannot even start with that
   */
  public VmBuilder maxMemory(long byteCount) {
    if (byteCount < MIN_MEMORY_BYTES) {
      throw new IllegalArgumentException(
          "A VM needs some memory: bytes=" + byteCount + " least=" + MIN_MEMORY_BYTES);
    }
    maxMemoryBytes = byteCount;
    return this;
  }

  /**
   * The most memory that each process may take for its heap and stack, in bytes.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public VmBuilder maxHeap(long byteCount) {
    if (byteCount < 1) {
      throw new IllegalArgumentException("A process needs some memory: bytes=" + byteCount);
    }
    spawnDefaults.maxMemoryBytes(byteCount);
    return this;
  }

  /** The most processes that may run at a time. */
  public VmBuilder maxProcesses(int count) {
    maxProcesses = Math.min(count, ProcessTable.MAX_PROCESSES);
    return this;
  }

  /** Reductions of a slice: calls and back edges after which others get their turn. */
  public VmBuilder reductions(int count) {
    reductions = count;
    return this;
  }

  /** How long a run may take; null for ever. In a simulation, virtual time. */
  public VmBuilder deadline(@Nullable Duration duration) {
    deadline = duration;
    return this;
  }

  /** Simulates: one thread, a virtual clock, every choice from the seed. Same seed, same run. */
  public VmBuilder seed(long value) {
    seed = value;
    return this;
  }

  /**
   * Makes a VM without worker threads: processes run while a thread of the caller's is in {@link
   * Vm#doWork}, or waits in {@link Vm#call}. For services that own their cores. The number of
   * workers and the cores count for nothing then; {@link #idle} says what a thread does that waits.
   */
  public VmBuilder invoker() {
    isInvoked = true;
    return this;
  }

  /** Stress: collects, and moves everything, wherever a process could. For tests. */
  public VmBuilder collectAlways(boolean always) {
    collectsAlways = always;
    return this;
  }

  /** Whether a run is over only when every process is. */
  public VmBuilder waitForAll(boolean all) {
    waitsForAll = all;
    return this;
  }

  /**
   * Whether a run ends with {@link Outcome.AwaitingForever} once every process waits, no timer is
   * set and all output is written. For programs that nothing outside sends messages to: a host that
   * does so leaves this off, as it is by default. A simulation always ends then.
   */
  public VmBuilder endWhenAllAwait(boolean ends) {
    endsWhenAllAwait = ends;
    return this;
  }

  /** Where programs write; flushed, never closed. */
  public VmBuilder output(OutputStream out, OutputStream err) {
    stdout = out;
    stderr = err;
    return this;
  }

  /**
   * What programs read as their standard input; nothing by default. It is read by one thread at a
   * time, while a process waits for it, and never closed: a read that has begun may outlast the VM,
   * and what it gives then is lost.
   */
  public VmBuilder input(InputStream in) {
    stdin = Objects.requireNonNull(in, "no input");
    return this;
  }

  /** The program's arguments. */
  public VmBuilder arguments(List<String> values) {
    arguments = List.copyOf(values);
    return this;
  }

  /** When bytecode is compiled. */
  public VmBuilder jit(JitMode mode) {
    jit = mode;
    return this;
  }

  /** Adds a module of Java methods, which is loaded before all others. */
  public VmBuilder hostModule(HostModule module) {
    hostModules.add(Objects.requireNonNull(module, "no module"));
    return this;
  }

  /** What programs may do of the outside; nothing by default. */
  public VmBuilder permissions(Permissions allowed) {
    permissions = Objects.requireNonNull(allowed, "no permissions");
    return this;
  }

  /**
   * Makes the VM and starts its workers.
   *
   * @throws IllegalArgumentException if options do not fit together, or are out of their range
   * @throws IllegalStateException if the JVM was started without options that Skerry needs: the
   *     message has them as they are to be given; or if the VM has not memory enough to start
   */
  public Vm start() {
    RequiredFlags.check();
    if (isInvoked && seed != null) {
      throw new IllegalArgumentException(
          "A simulation drives itself: invoker() and seed() exclude");
    }
    MemoryPool pool = new MemoryPool(maxMemoryBytes);
    try {
      return new Vm(this, pool);
    } catch (RuntimeException | Error e) {
      pool.closeWithLiveBlocks(); // no thread runs, so nobody uses them
      throw e;
    }
  }

  int workers() {
    return seed == null ? workers : simulatedWorkers;
  }

  boolean isInvoked() {
    return isInvoked;
  }

  Pinning pinning() {
    return pinning;
  }

  Permissions permissions() {
    return permissions;
  }

  List<HostModule> hostModules() {
    return hostModules;
  }

  IdleMode idle() {
    return idle;
  }

  long maxMemoryBytes() {
    return maxMemoryBytes;
  }

  int maxProcesses() {
    return maxProcesses;
  }

  int reductions() {
    return reductions;
  }

  Duration deadline() {
    return deadline;
  }

  Long seed() {
    return seed;
  }

  boolean collectsAlways() {
    return collectsAlways;
  }

  JitMode jit() {
    return jit;
  }

  boolean waitsForAll() {
    return waitsForAll;
  }

  boolean endsWhenAllAwait() {
    return endsWhenAllAwait;
  }

  OutputStream stdout() {
    return stdout;
  }

  OutputStream stderr() {
    return stderr;
  }

  InputStream input() {
    return stdin;
  }

  List<String> arguments() {
    return arguments;
  }

  SpawnOptions spawnDefaults() {
    return spawnDefaults;
  }
}
