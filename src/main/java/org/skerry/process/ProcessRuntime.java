package org.skerry.process;

import org.skerry.memory.Epochs;
import org.skerry.memory.MemoryPool;

/**
 * What all processes of one virtual machine share. Immutable; any thread.
 *
 * @param pool the machine's memory
 * @param epochs when a block that others may read is freed
 * @param world time and chance
 * @param console where output goes
 * @param engine what executes code
 * @param reporter who hears of ends
 */
public record ProcessRuntime(
    MemoryPool pool,
    Epochs epochs,
    World world,
    Console console,
    Engine engine,
    ExitReporter reporter) {}
