package org.skerry.host;

/** What a function gives that has memory of the VM: it is taken, or released. */
public interface Releasable {
  /** Nobody takes it. Short; any thread, once. */
  void release();
}
