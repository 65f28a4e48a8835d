package org.skerry.semantics;

import org.skerry.memory.Memory;
import org.skerry.process.AwaitKind;
import org.skerry.process.HostCalls;
import org.skerry.process.Mailbox;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;
import org.skerry.term.TermError;
import org.skerry.term.TermImages;
import org.skerry.term.TermValue;

/** What an instruction that calls a function of the host does to its process. */
public final class HostValues {
  private HostValues() {}

  /**
   * Gives the process a copy of a value.
   *
   * @param destination address of the register
   * @param value as {@link TermImages} takes it
   * @return {@link HostCalls#DONE}
   * @throws TermError LIMIT_EXCEEDED where the VM has no room for it
   * @throws ProcessLimit where the process has none
   */
  public static int give(WorkerContext context, long process, long destination, Object value) {
    Memory.putLong(destination, adopt(context, process, value));
    return HostCalls.DONE;
  }

  /**
   * Gives the process a term that has its memory already; as {@link #give}.
   *
   * @param word an immediate, or the address of an image, which is the process's or freed
   */
  public static int giveWord(WorkerContext context, long process, long destination, long word) {
    Memory.putLong(destination, adoptWord(context, process, word));
    return HostCalls.DONE;
  }

  /**
   * An image of a term of the process, which the caller owns.
   *
   * @param term no immediate
   * @throws TermError LIMIT_EXCEEDED where the VM has no room for it
   */
  public static long image(WorkerContext context, long process, long term) {
    return Images.of(context, process, term, Long.MAX_VALUE);
  }

  /**
   * Raises a copy of a value; as {@link #give}.
   *
   * @return what the instruction does then, a {@link Control}
   */
  public static int raise(WorkerContext context, long process, Object value) {
    long error = adopt(context, process, value);
    return Unwinding.raiseTerm(context, process, error) ? Control.RELOAD : Control.EXIT;
  }

  /** The process waits; returns {@link Control#AWAIT}. */
  public static int await(WorkerContext context, long process) {
    Messaging.await(context, process, AwaitKind.HOST, 0);
    return Control.AWAIT;
  }

  /** The term of what needs no room, or {@link Term#NONE}. */
  private static long immediate(Object value) {
    return switch (value) {
      case null -> Term.NIL;
      case Boolean isTrue -> Term.bool(isTrue);
      case Long number when Term.fitsSmallInt(number) -> Term.smallInt(number);
      case TermValue.Pid pid -> pid.word();
      case TermValue.Ref ref -> ref.word();
      default -> Term.NONE;
    };
  }

  private static long adopt(WorkerContext context, long process, Object value) {
    long immediate = immediate(value);
    if (immediate != Term.NONE) {
      return immediate;
    }
    return adoptWord(context, process, TermImages.messageOf(value, context.scratch()));
  }

  private static long adoptWord(WorkerContext context, long process, long word) {
    long term = Mailbox.adoptWord(context, process, word);
    if (term == Mailbox.NO_ROOM) {
      throw context.heap().wasRefusedByVm() ? ProcessLimit.MEMORY : ProcessLimit.HEAP;
    }
    return term;
  }
}
