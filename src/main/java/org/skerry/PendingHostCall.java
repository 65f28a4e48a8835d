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

  private final Term[] terms;
  private final HeldObject[] held;
  private final PendingCall call;
  private final LongSupplier refs;

  /**
   * @param held by argument, what it is a handle of, or null
   * @param refs gives a new ref
   */
  PendingHostCall(
      HostFunction function,
      Pid caller,
      long[] words,
      Term[] terms,
      HeldObject[] held,
      PendingCall call,
      LongSupplier refs) {
    this.function = function;
    this.caller = caller;
    this.words = words;
    this.terms = terms;
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
    return terms[argument];
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
