package org.skerry.process;

/** One thread's views of rings, one for each size that it has met. */
final class MailboxRings {
  private final MailboxRing[] views = new MailboxRing[MailboxRing.MAX_SHIFT + 1];

  /**
   * The view for rings whose capacity has this binary logarithm, turned to the one at an address.
   */
  MailboxRing view(int shift, long address) {
    MailboxRing view = views[shift];
    return view != null ? view.at(address) : create(shift, address);
  }

  private MailboxRing create(int shift, long address) {
    views[shift] = new MailboxRing(shift, address);
    return views[shift];
  }
}
