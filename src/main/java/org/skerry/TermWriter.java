package org.skerry;

import java.util.Arrays;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;
import org.skerry.term.TermBuilder;
import org.skerry.term.TermError;

/**
 * Writes one term into memory off the Java heap, from the outside in: {@code
 * writer.beginTuple().atom(buy).integer(100).end()}. Got from {@link HostMailbox#writer()}; {@link
 * HostMailbox#offer} sends what was written. Allocates nothing on the Java heap once it is warm.
 * For the mailbox's owner.
 *
 * <p>Where the VM's memory cap leaves no room nothing is thrown: the rest is ignored, and the
 * message refused with {@link Offer#NO_MEMORY}.
 */
public final class TermWriter {
  private static final int TUPLE = 0;
  private static final int LIST = 1;
  private static final int MAP = 2;

  private final HostMailbox mailbox;
  private final TermBuilder builder;

  /** For what is open, innermost last: how many terms came before its parts, and what it is. */
  private long[] starts = new long[16];

  private int[] forms = new int[16];
  private int open;
  private boolean isRefused;

  TermWriter(HostMailbox mailbox, WorkerContext context) {
    this.mailbox = mailbox;
    builder = new TermBuilder(context.scratch());
  }

  /** Writes nil. */
  public TermWriter nil() {
    return immediate(Term.NIL);
  }

  /** Writes a boolean. */
  public TermWriter bool(boolean value) {
    return immediate(Term.bool(value));
  }

  /** Writes an integer. */
  public TermWriter integer(long value) {
    if (isReady()) {
      try {
        builder.pushInt(value);
      } catch (TermError e) {
        refuse();
      }
    }
    return this;
  }

  /** Writes a float. */
  public TermWriter number(double value) {
    if (isReady()) {
      try {
        builder.pushFloat(value);
      } catch (TermError e) {
        refuse();
      }
    }
    return this;
  }

  /**
   * Writes an atom.
   *
   * @throws IllegalArgumentException if it is another VM's
   */
  public TermWriter atom(Atom atom) {
    mailbox.checkOwned();
    return immediate(atom.wordIn(mailbox.vm()));
  }

  /** Writes a pid. */
  public TermWriter pid(Pid pid) {
    return pid(pid.word());
  }

  /** As {@link #pid(Pid)}, by {@link Pid#word}. */
  public TermWriter pid(long word) {
    mailbox.checkOwned();
    if (!Term.isPid(word)) {
      throw new IllegalArgumentException("This is no pid. word=" + word);
    }
    return immediate(word);
  }

  /** Writes a ref that {@link HostMailbox#newRef} or {@link HostMailbox#monitor} gave. */
  public TermWriter ref(long word) {
    mailbox.checkOwned();
    if (!Term.isRef(word)) {
      throw new IllegalArgumentException("This is no ref. word=" + word);
    }
    return immediate(word);
  }

  /** Writes a string; allocates on the Java heap where it is not all ASCII. */
  public TermWriter string(CharSequence text) {
    if (isReady()) {
      try {
        builder.pushText(text);
      } catch (TermError e) {
        refuse();
      }
    }
    return this;
  }

  /** Writes bytes: a part of an array, which is copied. */
  public TermWriter bytes(byte[] bytes, int from, int length) {
    if (isReady()) {
      java.util.Objects.checkFromIndexSize(from, length, bytes.length);
      try {
        builder.pushBytes(bytes, from, length);
      } catch (TermError e) {
        refuse();
      }
    }
    return this;
  }

  /** Begins a tuple; what is written until {@link #end} are its elements. */
  public TermWriter beginTuple() {
    return begin(TUPLE);
  }

  /** Begins a list; what is written until {@link #end} are its elements. */
  public TermWriter beginList() {
    return begin(LIST);
  }

  /**
   * Begins a map; until {@link #end} a key is written and then its value. Of equal keys the last
   * counts.
   */
  public TermWriter beginMap() {
    return begin(MAP);
  }

  /**
   * Ends what was begun last.
   *
   * @throws IllegalStateException if nothing is open, or a map's last key has no value
   */
  public TermWriter end() {
    mailbox.checkOwned();
    if (open == 0) {
      throw new IllegalStateException("Nothing is open that could end.");
    }
    long count = isRefused ? 0 : builder.depth() - starts[open - 1];
    if (forms[open - 1] == MAP && (count & 1) != 0) {
      throw new IllegalStateException("A map's key comes with a value. terms=" + count);
    }
    open--;
    if (!isRefused) {
      try {
        make(forms[open], count);
      } catch (TermError e) {
        refuse();
      }
    }
    return this;
  }

  private void make(int form, long count) {
    switch (form) {
      case TUPLE -> builder.makeTuple(count);
      case LIST -> builder.makeList(count);
      default -> builder.makeMap(count >> 1);
    }
  }

  /** Forgets what was written. */
  public TermWriter clear() {
    mailbox.checkOwned();
    reset();
    return this;
  }

  private void reset() {
    open = 0;
    isRefused = false;
    builder.clear();
  }

  private TermWriter begin(int form) {
    if (isReady() || isRefused) {
      if (open == starts.length) {
        starts = Arrays.copyOf(starts, 2 * open);
        forms = Arrays.copyOf(forms, 2 * open);
      }
      starts[open] = builder.depth();
      forms[open++] = form;
    }
    return this;
  }

  private TermWriter immediate(long word) {
    if (isReady()) {
      try {
        builder.pushImmediate(word);
      } catch (TermError e) {
        refuse();
      }
    }
    return this;
  }

  private boolean isReady() {
    mailbox.checkOwned();
    if (open == 0 && builder.depth() > 0) {
      throw new IllegalStateException("A message is one term, and there is one already.");
    }
    return !isRefused;
  }

  private void refuse() {
    isRefused = true;
    builder.clear();
  }

  /**
   * Takes what was written, as a mailbox takes it.
   *
   * @return an immediate, or an image, which is the caller's; {@link Term#NONE} where there was no
   *     memory for it
   */
  long take() {
    if (open > 0 || builder.depth() == 0 && !isRefused) {
      throw new IllegalStateException("A message is one whole term. open=" + open);
    }
    try {
      return isRefused ? Term.NONE : builder.popMessage();
    } catch (TermError e) {
      return Term.NONE;
    } finally {
      reset();
    }
  }

  void close() {
    builder.close();
  }
}
