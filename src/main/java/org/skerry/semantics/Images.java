package org.skerry.semantics;

import org.skerry.heap.HeapLayout;
import org.skerry.memory.Memory;
import org.skerry.process.WorkerContext;
import org.skerry.term.TermError;
import org.skerry.term.TermImage;

/** Images of terms of the process that runs: what leaves its heap. */
final class Images {
  private Images() {}

  /**
   * A copy of a term, which must be a heap object; the caller owns it.
   *
   * @throws TermError LIMIT_EXCEEDED if it is larger than {@code maxBytes}, or the VM has no memory
   */
  static long of(WorkerContext context, long process, long term, long maxBytes) {
    long image =
        TermImage.flatten(
            term,
            Memory.getLong(process + HeapLayout.HEAP_START),
            Memory.getLong(process + HeapLayout.HEAP_END),
            maxBytes,
            context.scratch());
    if (image < 0) {
      throw TermError.LIMIT_EXCEEDED;
    }
    long debt = Memory.getLong(process + HeapLayout.WORK_DEBT);
    Memory.putLong(process + HeapLayout.WORK_DEBT, debt + TermImage.totalBytes(image));
    context.counters().images++;
    context.counters().imageBytes += TermImage.totalBytes(image);
    return image;
  }
}
