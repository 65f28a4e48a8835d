package org.skerry.memory;

import static org.skerry.memory.RegionLayout.FIRST_USABLE_PAGE;
import static org.skerry.memory.RegionLayout.NEXT_OFFSET;
import static org.skerry.memory.RegionLayout.PREVIOUS_OFFSET;
import static org.skerry.memory.RegionLayout.REGION_PAGES;

import java.util.Arrays;

/**
 * The free page runs of one kind (clean or dirty), binned by length, doubly linked through the page
 * tables. Runs of one kind that touch are one run.
 *
 * <p>Owned by {@link PageHeap} and used under its monitor.
 */
final class FreeRuns {
  private static final int NONE = -1;

  /** Runs shorter than this have a bin for each length; longer ones a bin per power of two. */
  private static final int EXACT_BITS = 7;

  private static final int EXACT_BINS = 1 << EXACT_BITS;
  private static final int BINS = EXACT_BINS + Integer.numberOfTrailingZeros(REGION_PAGES) - 6;

  private final PageHeap heap;
  private final int state;
  private final int[] heads = new int[BINS];
  private final long[] occupied = new long[(BINS + 63) >>> 6];
  private int pages;

  FreeRuns(PageHeap heap, int state) {
    this.heap = heap;
    this.state = state;
    Arrays.fill(heads, NONE);
  }

  int pages() {
    return pages;
  }

  /** The shortest run of at least {@code wanted} pages, or -1. */
  int bestFit(int wanted) {
    for (int bin = nextOccupied(binOf(wanted)); bin >= 0; bin = nextOccupied(bin + 1)) {
      int best = bestInBin(bin, wanted);
      if (best >= 0) {
        return best;
      }
    }
    return NONE;
  }

  /** Some run of the bin of the longest ones; there must be one. */
  int largest() {
    for (int word = occupied.length - 1; ; word--) {
      if (occupied[word] != 0) {
        return heads[(word << 6) + 63 - Long.numberOfLeadingZeros(occupied[word])];
      }
    }
  }

  /** Adds a run that touches no other one of this kind. */
  void add(int page, int count) {
    heap.writeRun(page, count, state);
    int bin = binOf(count);
    int head = heads[bin];
    long entry = heap.entry(page);
    Memory.rawPutInt(entry + NEXT_OFFSET, head);
    Memory.rawPutInt(entry + PREVIOUS_OFFSET, NONE);
    if (head >= 0) {
      Memory.rawPutInt(heap.entry(head) + PREVIOUS_OFFSET, page);
    }
    heads[bin] = page;
    occupied[bin >>> 6] |= 1L << bin;
    pages += count;
  }

  /** Adds a run, joined with the runs of this kind on both sides. */
  void addMerged(int page, int count) {
    int start = page;
    int length = count;
    if (page % REGION_PAGES > FIRST_USABLE_PAGE && heap.state(page - 1) == state) {
      int before = heap.value(page - 1);
      start -= before;
      length += before;
      remove(start);
    }
    int end = page + count;
    if (end % REGION_PAGES != 0 && heap.state(end) == state) {
      length += heap.value(end);
      remove(end);
    }
    add(start, length);
  }

  /** Takes a run out, given its first page. */
  void remove(int page) {
    int count = heap.value(page);
    int bin = binOf(count);
    long entry = heap.entry(page);
    int next = Memory.rawGetInt(entry + NEXT_OFFSET);
    int previous = Memory.rawGetInt(entry + PREVIOUS_OFFSET);
    if (next >= 0) {
      Memory.rawPutInt(heap.entry(next) + PREVIOUS_OFFSET, previous);
    }
    if (previous >= 0) {
      Memory.rawPutInt(heap.entry(previous) + NEXT_OFFSET, next);
    } else {
      heads[bin] = next;
      if (next < 0) {
        occupied[bin >>> 6] &= ~(1L << bin);
      }
    }
    pages -= count;
  }

  private int bestInBin(int bin, int wanted) {
    int best = NONE;
    int bestLength = Integer.MAX_VALUE;
    for (int page = heads[bin]; page >= 0; ) {
      long entry = heap.entry(page);
      int length = Memory.rawGetInt(entry + RegionLayout.VALUE_OFFSET);
      if (length >= wanted && length < bestLength) {
        best = page;
        bestLength = length;
        if (length == wanted || bin < EXACT_BINS) {
          break;
        }
      }
      page = Memory.rawGetInt(entry + NEXT_OFFSET);
    }
    return best;
  }

  private int nextOccupied(int from) {
    if (from >= BINS) {
      return NONE;
    }
    int word = from >>> 6;
    long bits = occupied[word] & (-1L << from);
    while (bits == 0) {
      if (++word == occupied.length) {
        return NONE;
      }
      bits = occupied[word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(bits);
  }

  private static int binOf(int count) {
    return count < EXACT_BINS
        ? count
        : EXACT_BINS + 31 - Integer.numberOfLeadingZeros(count) - EXACT_BITS;
  }
}
