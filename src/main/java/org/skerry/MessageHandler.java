package org.skerry;

/** Takes messages out of a {@link HostMailbox}. */
@FunctionalInterface
public interface MessageHandler {
  /**
   * Takes one message. What it throws comes out of {@link HostMailbox#poll}; the message is gone.
   *
   * @param message stands at the message, and is valid until this returns
   */
  void onMessage(TermReader message);
}
