package org.skerry;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.skerry.host.Ownership;
import org.skerry.memory.Memory;
import org.skerry.process.Mailbox;
import org.skerry.process.OwnedProcess;
import org.skerry.process.Relations;
import org.skerry.process.WorkerContext;
import org.skerry.term.Term;

/**
 * A process whose code is a thread of the host: it has a pid that programs send to, and it is
 * polled, as one polls an Aeron subscription. Sends, too, without a lock and without an object on
 * the Java heap. See {@code native-notes/embedding.md}.
 *
 * <p>One thread at a time: {@link #poll} owns the mailbox until it returns, {@link #writer} until
 * {@link #offer} or {@link #abort}. Another thread that calls meanwhile, and anybody after the VM
 * has closed, gets an {@link IllegalStateException}. {@link Vm#close} waits for who owns it.
 */
public final class HostMailbox implements AutoCloseable {
  /** {@link #poll}: the mailbox is over, since it was killed. */
  public static final int ENDED = -1;

  private final Vm vm;
  private final WorkerContext context;
  private final HostActions actions;
  private final TermReader reader;
  private final TermWriter writer;
  private final Ownership ownership = new Ownership("mailbox");
  private final Pid pid;

  /** The process's block, or {@link Memory#NULL} once it is over; whoever owns the mailbox. */
  private long process;

  private volatile boolean isAlive = true;

  HostMailbox(Vm vm, WorkerContext context, HostActions actions, long process) {
    this.vm = vm;
    this.context = context;
    this.actions = actions;
    this.process = process;
    reader = new TermReader(this, context);
    writer = new TermWriter(this, context);
    pid = new Pid(OwnedProcess.start(context, process));
  }

  /** Its pid; any thread, at any time. */
  public Pid pid() {
    return pid;
  }

  /** Whether it is neither closed nor killed, as far as its last poll has seen; any thread. */
  public boolean isAlive() {
    return isAlive && !ownership.isClosed();
  }

  Vm vm() {
    return vm;
  }

  /**
   * Gives messages to a handler, in the order in which they came. Never waits.
   *
   * @param limit how many at most
   * @return how many there were; {@link #ENDED} where the mailbox is over
   * @throws LimitExceeded if there is no room for the next message, which stays where it is
   */
  public int poll(MessageHandler handler, int limit) {
    claim();
    try {
      if (!beginTurn()) {
        return ENDED;
      }
      int count = 0;
      try {
        while (count < limit && next()) {
          count++;
          handler.onMessage(reader);
        }
      } finally {
        reader.open(Term.NONE);
        endTurn();
      }
      return count;
    } finally {
      release();
    }
  }

  private boolean beginTurn() {
    context.participant().enter();
    try {
      isAlive = process != Memory.NULL && OwnedProcess.beginTurn(context, process);
    } finally {
      context.participant().exit();
    }
    process = isAlive ? process : Memory.NULL;
    return isAlive;
  }

  /** The reader stands at the next message then; the handler runs offline, for it may take long. */
  private boolean next() {
    context.participant().enter();
    try {
      long message = OwnedProcess.receive(context, process);
      if (message == Mailbox.NO_ROOM) {
        throw actions.noRoom(process);
      }
      reader.open(message);
      return message != Term.NONE;
    } finally {
      context.participant().exit();
    }
  }

  private void endTurn() {
    context.participant().enter();
    try {
      OwnedProcess.endTurn(context, process);
    } finally {
      context.participant().exit();
    }
  }

  /**
   * Begins a message; the mailbox is the caller's until {@link #offer} or {@link #abort}. Also from
   * a handler.
   */
  public TermWriter writer() {
    claim();
    return writer.clear();
  }

  /** As {@link #offer(long)}. */
  public Offer offer(Pid to) {
    return offer(to.word());
  }

  /**
   * Sends what was written since {@link #writer()}. Never waits; where it is refused, the message
   * is gone and has to be written again.
   *
   * @param to the receiver, as {@link Pid#word}
   * @throws IllegalStateException if no whole term was written
   */
  public Offer offer(long to) {
    checkOwned();
    try {
      long word = writer.take();
      if (word == Term.NONE) {
        return Offer.NO_MEMORY;
      }
      context.participant().enter();
      try {
        return actions.offerWord(to, word);
      } finally {
        context.participant().exit();
      }
    } finally {
      release();
    }
  }

  /** Forgets what was written since {@link #writer()}. */
  public void abort() {
    writer.clear();
    release();
  }

  /** A ref that nobody else has, as a word, to tell answers apart. */
  public long newRef() {
    claim();
    try {
      return context.newRef();
    } finally {
      release();
    }
  }

  /**
   * Monitors a process: when it ends, or where there is none, {@code {down, ref, pid, reason}}
   * comes.
   *
   * @return the ref, as a word
   * @throws LimitExceeded if there is no memory for it
   */
  public long monitor(Pid target) {
    return relate(() -> Relations.monitor(context, process, target.word(), target.word()));
  }

  /**
   * Links the mailbox and a process: when either ends, the other is told; the mailbox by {@code
   * {exit, pid, reason}}. A process that does not trap exits ends with the mailbox where that is
   * killed or {@link #close(Object) closed with a reason}.
   *
   * @throws LimitExceeded if there is no memory for it
   */
  public void link(Pid target) {
    relate(() -> (long) Relations.link(context, process, target.word()));
  }

  /**
   * Ends the link of the mailbox and a process: of its end nothing is told any more, unless that
   * has come already.
   *
   * @throws LimitExceeded if there is no memory for it
   */
  public void unlink(Pid target) {
    relate(() -> (long) Relations.unlink(context, process, target.word()));
  }

  private long relate(Supplier<Long> action) {
    claim();
    try {
      checkAlive();
      long result = actions.online(action);
      if (result == Relations.NO_MEMORY) {
        throw actions.noMemory("There is no room for a link or monitor.");
      }
      return result;
    } finally {
      release();
    }
  }

  /** Ends a monitor: its message comes no more, unless it has come already. */
  public void demonitor(long ref) {
    relate(() -> Relations.demonitor(context, process, ref) ? 1L : 0L);
  }

  /**
   * Ends the mailbox as a process that returned: who is linked to it or monitors it is told. Once
   * is enough.
   *
   * @throws IllegalStateException if another thread owns it just now, or from a handler
   */
  @Override
  public void close() {
    if (claimToClose()) {
      if (process != Memory.NULL) {
        actions.online(() -> {
          OwnedProcess.finish(context, process);
          return null;
        });
      }
      closeEnded();
    }
  }

  /**
   * As {@link #close()}, as a process that exits: those that are linked to it end with the same
   * reason, unless they trap exits.
   *
   * @param reason as {@link Term#of} takes it; {@code normal} ends nobody
   * @throws LimitExceeded if there is no room for the reason; the mailbox stays open
   */
  public void close(@Nullable Object reason) {
    org.skerry.Term term = org.skerry.Term.of(reason);
    if (claimToClose()) {
      boolean isOver = false;
      try {
        isOver = process == Memory.NULL || actions.online(() -> actions.finish(process, term));
      } finally {
        if (!isOver) {
          release();
        }
      }
      closeEnded();
    }
  }

  /** Whether there is something to close, which is the caller's then. */
  private boolean claimToClose() {
    if (ownership.isClosed()) {
      return false;
    }
    claim();
    if (ownership.isClaimedAgain()) {
      release();
      throw new IllegalStateException("A mailbox is not closed while it is in use.");
    }
    return true;
  }

  private void closeEnded() {
    process = Memory.NULL;
    vm.closing().remove(this);
    free();
  }

  private void free() {
    writer.close();
    context.close();
    ownership.close();
  }

  /** The VM closes; it frees all processes, this one too. Waits for whoever owns the mailbox. */
  void closeWithVm() {
    if (ownership.awaitAndClaim()) {
      free();
    }
  }

  /** Whether the calling thread owns it. */
  boolean isOwned() {
    return ownership.isOwned();
  }

  void checkOwned() {
    ownership.check();
  }

  private void checkAlive() {
    if (process == Memory.NULL) {
      throw new IllegalStateException("The mailbox is over: it was killed.");
    }
  }

  private void claim() {
    ownership.claim();
  }

  private void release() {
    if (ownership.release()) {
      vm.closing().closeIfAsked();
    }
  }
}
