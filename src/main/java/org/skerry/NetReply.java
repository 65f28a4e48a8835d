package org.skerry;

import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.skerry.host.Completion;
import org.skerry.net.NetFailure;
import org.skerry.net.Reply;

/**
 * Tells a process what has become of what it does with a socket.
 *
 * @param <T> what it gets, before that is a term
 */
final class NetReply<T> implements Reply<T> {
  private final Completion completion = new Completion();
  private final Function<? super T, ?> form;

  /**
   * @param form what the process gets of it
   */
  NetReply(Function<? super T, ?> form) {
    this.form = form;
  }

  /** What the process awaits. */
  CompletionStage<Object> stage() {
    return completion.stage();
  }

  /** Whether the process has learned of it, or does not wait any more. */
  boolean isDone() {
    return completion.isDone();
  }

  @Override
  public boolean succeed(T value) {
    if (completion.isDone()) {
      return false;
    }
    try {
      completion.complete(form.apply(value));
    } catch (CancellationException nobody) { // the process was over just before
      completion.fail(nobody);
      return false;
    } catch (RuntimeException | Error e) {
      completion.fail(e); // what became a handle is released already
    }
    return true;
  }

  @Override
  public void fail(NetFailure failure) {
    completion.fail(error(failure));
  }

  /** It was not done, and the process gets this error. */
  void fail(HostError error) {
    completion.fail(error);
  }

  /** {@code {:net_error, kind, text}}. */
  static HostError error(NetFailure failure) {
    String kind = failure.kind().name().toLowerCase(Locale.ROOT);
    return new HostError(Term.tuple(Term.atom("net_error"), Term.atom(kind), failure.getMessage()));
  }
}
