package org.skerry;

import java.util.Objects;
import java.util.function.LongSupplier;
import org.skerry.host.HeldObject;
import org.skerry.host.PendingCall;
import org.skerry.isa.Bank;

/** The call of a function that its process awaits. Immutable but for what it makes; any thread. */
final class PendingHostCall extends HostCall {
  private final HostFunction function;
  private final Pid caller;

  /** By argument: a number as its bits, a term as {@link Term}. */
  private final long[] words;

  /** Guarded by this, since a large one is read when it is first asked for. */
  private final Term[] terms;

  /** By argument: what of it is not read yet, or 0. Guarded by this. */
  private final long[] images;

  private final BuiltTerms reader;
  private final HeldObject[] held;
  private final PendingCall call;
  private final LongSupplier refs;

  /**
   * @param terms by argument, of bank {@code r}; null where it is in the images, which are this
   *     call's from now on
   * @param reader reads those
   * @param held by argument, what it is a handle of, or null
   * @param refs gives a new ref
   */
  PendingHostCall(
      HostFunction function,
      Pid caller,
      long[] words,
      Term[] terms,
      long[] images,
      BuiltTerms reader,
      HeldObject[] held,
      PendingCall call,
      LongSupplier refs) {
    this.function = function;
    this.caller = caller;
    this.words = words;
    this.terms = terms;
    this.images = images;
    this.reader = reader;
    this.held = held;
    this.call = call;
    this.refs = refs;
  }

  @Override
  public int count() {
    return words.length;
  }

  @Override
  public long asLong(int argument) {
    function.checkBank(argument, Bank.I);
    return words[argument];
  }

  @Override
  public double asDouble(int argument) {
    function.checkBank(argument, Bank.F);
    return Double.longBitsToDouble(words[argument]);
  }

  @Override
  public Term term(int argument) {
    function.checkBank(argument, Bank.R);
    synchronized (this) {
      if (terms[argument] == null) {
        long image = images[argument];
        if (image == 0) {
          throw new IllegalStateException("A function that is over has not read this argument.");
        }
        images[argument] = 0;
        terms[argument] = Term.read(reader.read(image));
      }
      return terms[argument];
    }
  }

  /** The function is over: what it has not read nobody needs. */
  synchronized void discard() {
    discard(images, reader);
  }

  /** Frees images of arguments. */
  static void discard(long[] images, BuiltTerms reader) {
    for (int i = 0; i < images.length; i++) {
      if (images[i] != 0) {
        reader.discard(images[i]);
        images[i] = 0;
      }
    }
  }

  @Override
  Object held(int argument) {
    function.checkBank(argument, Bank.R);
    return held[argument] == null ? null : held[argument].get();
  }

  @Override
  public Term handle(Object object, Runnable onRelease) {
    Objects.requireNonNull(object, "no object");
    long ref = refs.getAsLong();
    call.make(ref, new HeldObject(object, onRelease));
    return HostFunctions.ref(ref);
  }

  @Override
  public void release(int argument) {
    function.checkBank(argument, Bank.R);
    if (held[argument] != null) {
      held[argument].release();
    }
  }

  @Override
  public Pid caller() {
    return caller;
  }

  @Override
  public void onCancel(Runnable cancellation) {
    call.onCancel(cancellation);
  }

  @Override
  void onDrop(Runnable dropped) {
    call.onDrop(dropped);
  }
}
