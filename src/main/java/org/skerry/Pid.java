package org.skerry;

import org.skerry.term.Term;

/**
 * The identifier of a process. It never means another process, however long ago its own ended.
 * Immutable; any thread.
 *
 * @param word how the VM that gave it writes it: for {@link HostMailbox}, which takes it without an
 *     object. It means nothing in another VM
 */
public record Pid(long word) {
  /** As the VM prints it: {@code #pid<node.index.generation>}. */
  @Override
  public String toString() {
    return "#pid<"
        + Term.pidNode(word)
        + '.'
        + Term.pidIndex(word)
        + '.'
        + Term.pidGeneration(word)
        + '>';
  }
}
