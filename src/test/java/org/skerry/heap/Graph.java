package org.skerry.heap;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.skerry.memory.Memory;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;

/**
 * What can be reached from some words, written down without addresses: objects are numbered in the
 * order in which they are found. Two graphs are the same text if and only if they are isomorphic,
 * sharing and cycles included. Written without the collector's code, whose judge it is.
 */
final class Graph {
  private final Map<Long, Integer> numbers = new HashMap<>();
  private final List<Long> objects = new ArrayList<>();
  private final List<Long> text = new ArrayList<>();
  private final long heapStart;
  private final long heapEnd;
  private long heapBytes;

  private Graph(long heapStart, long heapEnd) {
    this.heapStart = heapStart;
    this.heapEnd = heapEnd;
  }

  /** Everything that can be reached from the words in these slots. */
  static Graph from(List<Long> slots, long process) {
    Graph graph =
        new Graph(
            Memory.getLong(process + HeapLayout.HEAP_START),
            Memory.getLong(process + HeapLayout.HEAP_END));
    for (long slot : slots) {
      graph.term(Memory.getLong(slot));
    }
    for (int next = 0; next < graph.objects.size(); next++) {
      graph.object(graph.objects.get(next));
    }
    return graph;
  }

  /** The graph without addresses. */
  List<Long> text() {
    return text;
  }

  /** Bytes of those of its objects that lie in the heap. */
  long heapBytes() {
    return heapBytes;
  }

  private void term(long word) {
    if (!Term.isObject(word)) {
      text.add(word);
      return;
    }
    Integer number = numbers.get(word);
    if (number == null) {
      number = numbers.size();
      numbers.put(word, number);
      objects.add(word);
    }
    text.add(-1L - number);
  }

  private void object(long address) {
    long header = Memory.getLong(address);
    long byteSize = ObjectLayout.byteSize(header);
    boolean inHeap = address >= heapStart && address < heapEnd;
    text.add(header);
    if (inHeap) {
      heapBytes += byteSize;
    } else {
      text.add(address);
    }
    boolean terms = ObjectLayout.hasTerms(ObjectLayout.kind(header));
    long firstTerm = terms ? ObjectLayout.firstTermOffset(header) : byteSize;
    // The last word of shared bytes is the chain's, which belongs to the heap and not to the value.
    boolean shared = ObjectLayout.kind(header) == ObjectLayout.SHARED_BYTES;
    long end = shared ? ObjectLayout.SHARED_NEXT : byteSize;
    for (long offset = 8; offset < end; offset += 8) {
      long word = Memory.getLong(address + offset);
      if (offset >= firstTerm) {
        term(word);
      } else {
        text.add(word);
      }
    }
  }
}
