package org.skerry;

import org.agrona.collections.LongArrayList;
import org.skerry.io.StreamConsole;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Epochs;
import org.skerry.memory.Memory;
import org.skerry.process.ProcessTable;
import org.skerry.process.Scheduling;
import org.skerry.process.Wake;

/** What the console's thread does to the machine: it wakes who waits for room, and tells news. */
final class OutputEvents implements StreamConsole.Listener, AutoCloseable {
  private final ProcessTable table;
  private final BlockCache cache;
  private final Epochs.Participant participant;

  /** Null in a simulation. Written before the first process starts. */
  private volatile Scheduling scheduling;

  private volatile Runnable onChange = () -> {};

  /**
   * @param cache for the console's thread alone; closed with this
   */
  OutputEvents(Epochs epochs, ProcessTable table, BlockCache cache) {
    this.table = table;
    this.cache = cache;
    this.participant = epochs.register(cache);
  }

  void wakeBy(Scheduling hostScheduling) {
    scheduling = hostScheduling;
  }

  void onChange(Runnable action) {
    onChange = action;
  }

  @Override
  public boolean wakesWriters() {
    return scheduling != null;
  }

  @Override
  public void roomFor(LongArrayList pids) {
    participant.enter();
    try {
      for (int i = 0; i < pids.size(); i++) {
        long process = table.find(pids.getLong(i));
        if (process != Memory.NULL) {
          Wake.notify(scheduling, process);
        }
      }
    } finally {
      participant.exit();
    }
  }

  @Override
  public void changed() {
    onChange.run();
  }

  /** When the console is closed. */
  @Override
  public void close() {
    participant.close();
    cache.close();
  }
}
