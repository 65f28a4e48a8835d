package org.skerry.process;

import static org.skerry.process.RelationsLayout.REASON_BYTES;
import static org.skerry.process.RelationsLayout.REASON_IS_LITERAL;
import static org.skerry.process.RelationsLayout.REASON_TERM;
import static org.skerry.process.RelationsLayout.REASON_USES;

import org.skerry.heap.Heap;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.term.HeapWriter;
import org.skerry.term.Term;
import org.skerry.term.TermError;
import org.skerry.term.TermImage;

/**
 * Why a process ends, as signals carry it: one word, an immediate, or the address of a counted
 * record of an image. However many processes are linked to the one that ends, its reason is copied
 * out of its heap once. Any thread.
 */
final class ExitReason {
  private ExitReason() {}

  /**
   * The word for a term of a process's heap; owns what it refers to.
   *
   * @return 0 where there is no memory
   */
  static long of(WorkerContext context, long process, long term) {
    if (!Term.isObject(term)) {
      return term;
    }
    long image;
    try {
      image =
          TermImage.flatten(
              term,
              Memory.getLong(process + HeapLayout.HEAP_START),
              Memory.getLong(process + HeapLayout.HEAP_END),
              Long.MAX_VALUE,
              context.scratch());
    } catch (TermError noMemory) {
      return 0;
    }
    if (image < 0) {
      return 0;
    }
    long word = ofImage(context.cache(), image);
    if (word == 0) {
      TermImage.release(image, context.cache());
    }
    return word;
  }

  /**
   * The word for an image, or for an immediate.
   *
   * @param message an immediate, or the address of an image, which is the word's from now on
   * @return 0 where there is no memory; the image is the caller's still
   */
  static long ofImage(BlockCache cache, long message) {
    return Term.isObject(message) ? record(cache, message, false) : message;
  }

  /** A record for a literal, so that there is one where there is no memory left. */
  static long ofLiteral(BlockCache cache, long literal) {
    return record(cache, literal, true);
  }

  private static long record(BlockCache cache, long term, boolean isLiteral) {
    long record = cache.allocate(REASON_BYTES);
    if (record != Memory.NULL) {
      Memory.putInt(record + REASON_USES, 1);
      Memory.putInt(record + REASON_IS_LITERAL, isLiteral ? 1 : 0);
      Memory.putLong(record + REASON_TERM, term);
    }
    return record;
  }

  /** The same word for one more signal. */
  static long retain(long word) {
    if (Term.isObject(word)) {
      Memory.getAndAddInt(word + REASON_USES, 1);
    }
    return word;
  }

  /** A signal refers to it no more. */
  static void release(BlockCache cache, long word) {
    if (Term.isObject(word) && Memory.getAndAddInt(word + REASON_USES, -1) == 1) {
      if (Memory.getInt(word + REASON_IS_LITERAL) == 0) {
        TermImage.release(Memory.getLong(word + REASON_TERM), cache);
      }
      cache.free(word, REASON_BYTES);
    }
  }

  /** Bytes that a copy of it needs in a heap. */
  static long heapBytes(long word) {
    return isImage(word) ? TermImage.heapBytes(Memory.getLong(word + REASON_TERM)) : 0;
  }

  /** A copy of it in the writer's heap, which has room for it. */
  static long copy(long word, HeapWriter writer) {
    if (isImage(word)) {
      return TermImage.copyInto(Memory.getLong(word + REASON_TERM), writer);
    }
    return Term.isObject(word) ? Memory.getLong(word + REASON_TERM) : word;
  }

  /** A copy of it in a process's heap, or {@link Mailbox#NO_ROOM}. */
  static long copyInto(WorkerContext context, long process, long word) {
    long bytes = heapBytes(word);
    if (bytes > 0 && !context.ensureRoom(process, bytes)) {
      return Mailbox.NO_ROOM;
    }
    HeapWriter writer = context.writer();
    Heap.enter(process, writer);
    long term = copy(word, writer);
    Heap.leave(process, writer);
    return term;
  }

  private static boolean isImage(long word) {
    return Term.isObject(word) && Memory.getInt(word + REASON_IS_LITERAL) == 0;
  }
}
