package org.skerry.verify.lint;

import java.util.Arrays;
import java.util.Optional;

/** What {@code skerry lint} looks for. Codes never change their meaning. */
public enum Rule {
  L001(
      "lock held across an await",
      """
      A process that holds an MVar goes to sleep until another process does something: sends a
      message, or takes one out of its full mailbox; or it sleeps for a time. All the while nobody
      else gets the MVar. If the process that is awaited needs that MVar first, both wait for ever,
      and no cycle of locks shows it: nobody can know who would have sent the message.

      Awaiting is: r.receive and its kin (not with a timeout of 0), sleep, and send, which awaits
      room where the mailbox is full, and functions of the system that take their time, such as
      file.read. Another lock is none: what the order of locks may do wrong is
      L002. Neither are print, which waits for the console only, nor yield.

      Unlock before, and lock again where the value is needed; or ask first and lock then. In the
      place of send, i.send.try never awaits. A closure that comes out of a term, a message or
      an MVar may be any that was put into one: a finding that rests on a closure says so.
      """),
  L002(
      "locks taken in different orders",
      """
      One place holds a and asks for b, another holds b and asks for a (or b for c, and c for a).
      Two processes that do so at the same time each wait for what the other holds. Skerry finds
      that when it happens and raises deadlock in the process that would close the circle; the
      program still does not do what it should.

      Asking is each instruction that waits without limit for an MVar that is not held already:
      the locks, and reads and writes too, since each locks for its one operation. A lock that is
      tried or has a timeout ends by itself. Readers count, since a writer that waits lets no later
      reader pass; only an MVar that nobody in the program ever writes does not. Two places that
      hold one and the same other MVar, one of them for writing, never meet and are not reported;
      nor is a request whose error leads to a handler of the same function that lets go of the
      first MVar, or to one around every call of the function: it is prepared.

      Take MVars in one order everywhere, for example that of their declarations; or let go of the
      first before asking for the second.
      """),
  L003(
      "lost update",
      """
      A value is read from an MVar, and what is written back depends on it, but no lock is held
      from the read to the write. What another process writes in between is lost. It counts as well
      where a lock is held for the read and another one for the write, and where the read and the
      write lie in different functions: values are followed through calls and results. A lock of another
      MVar does as well, if all who write this one hold it.

      Write r.mvar.update, which does all of it under one lock, or hold mvar.lock.write from before
      the read until behind the write. If every caller holds the MVar already there is no finding.
      """),
  L004(
      "write under a read lock",
      """
      A function holds an MVar for reading, and it or what it calls writes it. The write has to wait
      until all other readers are gone, so the read lock is upgraded for this one operation; where
      two processes do that to one MVar, each waits for the other's read lock, and the second gets
      the error deadlock.

      Take mvar.lock.write from the start.
      """),
  L005(
      "lock taken in a loop that never awaits",
      """
      A loop takes an MVar's lock each time round (to look at the value, or to try), and nothing in
      it awaits, sleeps or yields; and what ends the loop is only what the lock or the value says,
      or nothing. So the process does nothing but ask, as fast as it can: it keeps a worker busy,
      and the processes that could change what it waits for stand behind it, for that worker and
      for the MVar. They starve. A loop that ends by itself, by counting for example, is fine.

      Await instead of asking: let whoever changes the value send a message; or take the lock with a
      timeout, sleep between two rounds, or yield.
      """);

  private final String title;
  private final String explanation;

  Rule(String title, String explanation) {
    this.title = title;
    this.explanation = explanation;
  }

  /** The rule with this code, whatever its case. */
  public static Optional<Rule> of(String code) {
    return Arrays.stream(values()).filter(rule -> rule.name().equalsIgnoreCase(code)).findFirst();
  }

  /** {@code L001} and so on. */
  public String code() {
    return name();
  }

  /** What it is, in a few words. */
  public String title() {
    return title;
  }

  /** What it is, why it is wrong, what counts, and what to do; several lines. */
  public String explanation() {
    return explanation;
  }
}
