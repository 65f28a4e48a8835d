package org.skerry.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.skerry.JitMode;
import org.skerry.Permissions;

/**
 * What {@code skerry run} was asked for.
 *
 * @param workers worker threads; 0 for one a core
 * @param pinning cores that the workers are bound to, as {@code VmBuilder.pin} reads them
 * @param idle what a worker without work does
 * @param maxMemoryBytes of all processes together; 0 for the VM's default
 * @param maxHeapBytes of each process; 0 for the VM's default
 * @param maxProcesses alive at a time; 0 for the VM's default
 * @param deadline how long the program may run; null for ever
 * @param seed of the simulation; null to run for real
 * @param stats whether to print a summary at the end
 * @param jit when bytecode is compiled
 * @param waitForAll whether to wait for every process, not only for main
 * @param permissions what the program may do of the outside
 * @param recording where the flight recorder's recording goes; null for none
 * @param file the program
 * @param arguments the program's own
 */
record RunRequest(
    int workers,
    String pinning,
    Idle idle,
    long maxMemoryBytes,
    long maxHeapBytes,
    int maxProcesses,
    Duration deadline,
    Long seed,
    boolean stats,
    JitMode jit,
    boolean waitForAll,
    Permissions permissions,
    Path recording,
    Path file,
    List<String> arguments) {

  /** What a worker does that has nothing to run. */
  enum Idle {
    SPIN,
    HYBRID,
    PARK
  }

  RunRequest {
    Objects.requireNonNull(pinning, "pinning");
    Objects.requireNonNull(idle, "idle");
    Objects.requireNonNull(file, "file");
    arguments = List.copyOf(arguments);
  }

  /** A run without options. */
  static RunRequest of(Path file, List<String> arguments) {
    return new RunRequest(
        0,
        "auto",
        Idle.HYBRID,
        0,
        0,
        0,
        null,
        null,
        false,
        JitMode.HOT,
        false,
        Permissions.NONE,
        null,
        file,
        arguments);
  }
}
