package org.skerry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a process has said about itself. Its parts are of moments that follow each other closely.
 *
 * @param pid the process
 * @param name the name that it is registered under, or null
 * @param status {@code runnable} or {@code waiting}
 * @param awaits {@code {kind, object, ns}}: what it awaits, such as {@code :message}, {@code
 *     :timer}, {@code :mvar} or {@code :host}, of whom, and for how long; nil where it does not
 * @param stack its functions with source lines, the innermost first; a hundred at most
 * @param messages how many are in its mailbox
 * @param heapBytes what lies in its heap
 * @param memoryBytes what it takes altogether: block, stack and heap
 * @param reductions calls and loops so far
 * @param links the processes that it is linked to
 * @param trapsExit whether exit signals become messages
 */
public record ProcessInfo(
    Pid pid,
    @Nullable String name,
    String status,
    Term awaits,
    List<String> stack,
    long messages,
    long heapBytes,
    long memoryBytes,
    long reductions,
    List<Pid> links,
    boolean trapsExit) {
  private static final int PARTS = 10;

  /** Makes it of the tuple that the VM's own function gives. */
  static ProcessInfo of(Pid pid, Term all) {
    List<Term> parts = all.asTuple();
    if (parts.size() != PARTS) {
      throw new org.skerry.memory.VmBug("The parts of an info are known.", "parts", parts.size());
    }
    return new ProcessInfo(
        pid,
        parts.get(1).isNil() ? null : parts.get(1).asAtom(),
        parts.get(0).asAtom(),
        parts.get(2),
        parts.get(3).asList().stream().map(Term::asString).toList(),
        parts.get(4).asLong(),
        parts.get(5).asLong(),
        parts.get(6).asLong(),
        parts.get(7).asLong(),
        parts.get(8).asList().stream().map(Term::asPid).toList(),
        parts.get(9).asBoolean());
  }
}
