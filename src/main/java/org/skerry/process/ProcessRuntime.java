package org.skerry.process;

import java.util.concurrent.atomic.AtomicLong;
import org.skerry.heap.HeapOptions;
import org.skerry.memory.Epochs;
import org.skerry.memory.MemoryPool;
import org.skerry.module.CodeSpace;
import org.skerry.term.Atoms;

/**
 * What all processes of one virtual machine share. Immutable; any thread.
 *
 * @param pool the machine's memory
 * @param epochs when a block that others may read is freed; made with a {@link Reclamation}
 * @param table finds processes
 * @param code the functions that processes run
 * @param atoms the names of atoms
 * @param heapOptions how heaps grow and are collected
 * @param world time and chance
 * @param console where output goes
 * @param engine what executes code
 * @param reporter who hears of ends
 * @param terms literals that the machine itself makes
 * @param spawnDefaults what a process may use that is spawned without options; never changed
 * @param sharedValues what all processes share
 * @param refs the number that the next batch of refs begins with
 * @param host functions of the host
 */
public record ProcessRuntime(
    MemoryPool pool,
    Epochs epochs,
    ProcessTable table,
    CodeSpace code,
    Atoms atoms,
    HeapOptions heapOptions,
    World world,
    Console console,
    Engine engine,
    ExitReporter reporter,
    VmTerms terms,
    SpawnOptions spawnDefaults,
    SharedValues sharedValues,
    AtomicLong refs,
    HostCalls host) {
  /** A machine without functions of the host. */
  public ProcessRuntime(
      MemoryPool pool,
      Epochs epochs,
      ProcessTable table,
      CodeSpace code,
      Atoms atoms,
      HeapOptions heapOptions,
      World world,
      Console console,
      Engine engine,
      ExitReporter reporter,
      VmTerms terms,
      SpawnOptions spawnDefaults,
      SharedValues sharedValues,
      AtomicLong refs) {
    this(
        pool,
        epochs,
        table,
        code,
        atoms,
        heapOptions,
        world,
        console,
        engine,
        reporter,
        terms,
        spawnDefaults,
        sharedValues,
        refs,
        HostCalls.NONE);
  }
}
