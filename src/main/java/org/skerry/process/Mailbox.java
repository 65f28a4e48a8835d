package org.skerry.process;

import static org.skerry.process.ProcessLayout.HELD_WORD;
import static org.skerry.process.ProcessLayout.MAILBOX_ACCEPTED;
import static org.skerry.process.ProcessLayout.MAILBOX_LIMITS;
import static org.skerry.process.ProcessLayout.MAILBOX_TAKEN;
import static org.skerry.process.ProcessLayout.OVERFLOW_HEAD;
import static org.skerry.process.ProcessLayout.RING;
import static org.skerry.process.ProcessLayout.SPACE_ENTRY;
import static org.skerry.process.ProcessLayout.SPACE_QUEUE;
import static org.skerry.process.ProcessLayout.SPACE_WAITERS;

import org.skerry.event.Recording;
import org.skerry.heap.Heap;
import org.skerry.heap.HeapLayout;
import org.skerry.memory.BlockCache;
import org.skerry.memory.Memory;
import org.skerry.term.HeapWriter;
import org.skerry.term.Term;
import org.skerry.term.TermImage;

/**
 * The messages of a process: a small ring, made when the first comes, an overflow list for what
 * does not fit into it, and exact limits over both. Messages of one sender arrive in order, each
 * once. See {@code native-notes/mailbox.md}.
 *
 * <p>A message is one word: an immediate term, or the address of a {@link TermImage}, which has 000
 * in its low bits as no immediate has. An image is the mailbox's from the moment it is accepted.
 */
public final class Mailbox {
  /** The message is in the mailbox, and its receiver notified. */
  public static final int OK = 0;

  /** Full, and its policy is to wait: {@link #awaitRoom}. The message is still the caller's. */
  public static final int FULL = -1;

  /** It is full and its policy is to fail, or the message is larger than a mailbox may be. */
  public static final int FAILED = -2;

  /** It is full and its policy is to lose the message, which is freed. */
  public static final int DROPPED = -3;

  /** It is full and its policy is to kill the receiver; the message is freed. */
  public static final int KILLED = -4;

  /** The VM has no memory for it. The message is still the caller's. */
  public static final int NO_MEMORY = -5;

  /** {@link #awaitRoom}: the sender must suspend, and then send again. */
  public static final int SUSPEND = -6;

  /**
   * What {@link #receive} and {@link #selectNext} return where the receiver's or the VM's limit
   * leaves no room for the next message, which stays in the mailbox. No term.
   */
  public static final long NO_ROOM = 10L << 4 | Term.SPECIAL_TAG;

  /** {@link #awaitRoom}: the receiver is over, and whatever is sent to it is lost. */
  public static final int OVER = -7;

  static final long IMMEDIATE_CHARGE = MailboxUse.of(1, MailboxRing.RECORD_BYTES);

  private Mailbox() {}

  /**
   * Sends a message. Any thread that is online.
   *
   * @param process the receiver's block
   * @param message an immediate, or the address of an image
   * @return {@link #OK}, {@link #FULL}, {@link #FAILED}, {@link #DROPPED}, {@link #KILLED} or
   *     {@link #NO_MEMORY}
   */
  public static int offer(WorkerContext context, long process, long message) {
    long charge = chargeOf(message);
    if (!reserve(process, charge)) {
      return refuse(context, process, message, charge);
    }
    return deliver(context, process, message, charge);
  }

  /**
   * Sends a message of a process, which may have waited for room: then it has its place now. What
   * may wait sends with this.
   *
   * @param sender the sending process, which the caller owns
   * @return as {@link #offer}; where it is not {@link #FULL} the sender waits for nothing any more
   */
  public static int offerFrom(WorkerContext context, long sender, long process, long message) {
    if (Memory.getLong(sender + SPACE_ENTRY) == Memory.NULL) {
      return offer(context, process, message);
    }
    int result =
        isAdmitted(sender, process)
            ? offerAdmitted(context, sender, process, message)
            : offer(context, process, message);
    if (result != FULL) {
      stopAwaitingRoom(context, sender);
    }
    return result;
  }

  private static int offerAdmitted(WorkerContext context, long sender, long process, long message) {
    long charge = chargeOf(message);
    long missing = charge - SpaceWaiters.useAdmission(context, sender);
    if (missing != 0) {
      // It waited before it had made its message, and so for less than it needs.
      release(context, process, charge - missing);
      return offer(context, process, message);
    }
    return deliver(context, process, message, charge);
  }

  /** Whether a place is kept for a sender that waited for one, and which the caller owns. */
  public static boolean isAdmitted(long sender, long process) {
    return SpaceWaiters.isAdmitted(sender, process);
  }

  /**
   * Whether {@link #offer} would find the mailbox full just now, whatever the message: worth asking
   * before an image is made. Any thread that is online.
   */
  public static boolean isFull(long process) {
    return !fits(process, MailboxUse.of(1, 0));
  }

  /** Whether senders wait where the mailbox is full. Any thread that is online. */
  public static boolean awaits(long process) {
    return Memory.getByte(process + ProcessLayout.MAILBOX_POLICY) == MailboxPolicy.AWAIT.ordinal();
  }

  /**
   * How many messages of how many bytes there are that are not taken, as {@link MailboxUse}, and
   * places that are kept for senders. Any thread that is online; exact where nobody sends or takes
   * meanwhile.
   */
  public static long use(long process) {
    for (; ; ) {
      long accepted = Memory.getLongAcquire(process + MAILBOX_ACCEPTED);
      long taken = Memory.getLongAcquire(process + MAILBOX_TAKEN);
      if (Memory.getLongAcquire(process + MAILBOX_ACCEPTED) == accepted) {
        return accepted - taken;
      }
    }
  }

  /** The count of {@link #use}. */
  public static int messageCount(long process) {
    return MailboxUse.count(use(process));
  }

  /**
   * Registers a sender for room in a mailbox, and looks again.
   *
   * @param sender the sending process, which the caller owns
   * @param process the receiver, where {@link #offer} returned {@link #FULL}
   * @param message what was offered
   * @return {@link #SUSPEND}; {@link #OK} where there is room now and the sender sends again at
   *     once; {@link #OVER}; {@link #NO_MEMORY}
   */
  public static int awaitRoom(WorkerContext context, long sender, long process, long message) {
    long charge = chargeOf(message);
    if (!SpaceWaiters.register(context, sender, process, charge)) {
      return NO_MEMORY;
    }
    if (Wake.isExited(process)) {
      return OVER;
    }
    return fits(process, charge) || isAdmitted(sender, process) ? OK : SUSPEND;
  }

  /** A sender that was to wait for room does not any more. Does nothing where there is nothing. */
  public static void stopAwaitingRoom(WorkerContext context, long sender) {
    SpaceWaiters.giveUp(context, sender);
  }

  /**
   * Takes the oldest message out, into the receiver's heap. May collect. For the process's owner.
   *
   * @return the message; {@link Term#NONE} where there is none; {@link #NO_ROOM}
   */
  public static long receive(WorkerContext context, long process) {
    if (!SavedMessages.isEmpty(process)) {
      long term = SavedMessages.oldest(process);
      taken(context, process, SavedMessages.takeOldest(context.cache(), process));
      return term;
    }
    long message = nextMessage(context, process);
    if (message == 0) {
      return Term.NONE;
    }
    if ((message & 7) != 0 && !SignalMail.isSignal(message)) {
      taken(context, process, IMMEDIATE_CHARGE);
      return message;
    }
    long charge = chargeOf(message);
    long term = toTerm(context, process, message);
    if (term == NO_ROOM) {
      Memory.putLong(process + HELD_WORD, message);
      return NO_ROOM;
    }
    taken(context, process, charge);
    return term;
  }

  /** Begins to look through the mailbox from its oldest message. For the process's owner. */
  public static void selectBegin(long process) {
    SavedMessages.begin(process);
  }

  /**
   * The next message not looked at since {@link #selectBegin}; it stays in the mailbox. May
   * collect. For the process's owner.
   *
   * @return the message; {@link Term#NONE} where there is none; {@link #NO_ROOM}
   */
  public static long selectNext(WorkerContext context, long process) {
    long saved = SavedMessages.next(process);
    if (saved != Term.NONE) {
      return saved;
    }
    long message = nextMessage(context, process);
    if (message == 0) {
      return Term.NONE;
    }
    if (!SavedMessages.ensure(context.cache(), process)) {
      Memory.putLong(process + HELD_WORD, message);
      return NO_ROOM;
    }
    long charge = chargeOf(message);
    long term = toTerm(context, process, message);
    if (term == NO_ROOM) {
      Memory.putLong(process + HELD_WORD, message);
      return NO_ROOM;
    }
    SavedMessages.add(process, term, charge);
    return term;
  }

  /**
   * Takes the message looked at last out of the mailbox. For the process's owner.
   *
   * @return false where none was looked at since {@link #selectBegin}, or it is taken already
   */
  public static boolean selectTake(WorkerContext context, long process) {
    long charge = SavedMessages.takeLooked(context.cache(), process);
    if (charge == 0) {
      return false;
    }
    taken(context, process, charge);
    return true;
  }

  /**
   * Whether {@link #receive} would find a message. For the process's owner; a message that is being
   * written does not count yet.
   */
  public static boolean hasMessage(WorkerContext context, long process) {
    if (!SavedMessages.isEmpty(process)) {
      return true;
    }
    long message = nextMessage(context, process);
    if (message != 0) {
      Memory.putLong(process + HELD_WORD, message);
    }
    return message != 0;
  }

  /** The owner, at the start of a slice: who registered before it began is seen here. */
  static void beginSlice(WorkerContext context, long process) {
    // Volatile: not before the exchange that began the slice.
    if (Memory.getLongVolatile(process + SPACE_WAITERS) != Memory.NULL) {
      admitAtHalf(context, process);
    }
  }

  /**
   * The owner, before it suspends: it takes no message for a while, so all room is given away.
   *
   * @return false where somebody waits still, for whom there is no room
   */
  public static boolean admitWaiters(WorkerContext context, long process) {
    return !hasWaiters(process) || SpaceWaiters.admit(context, process);
  }

  /**
   * Whoever owned the process until just now, when it suspended: if somebody registered meanwhile
   * who may not have seen the room that there is, it has to run once more.
   */
  static void suspended(WorkerContext context, long process) {
    if (Memory.getLongVolatile(process + SPACE_WAITERS) != Memory.NULL
        && fits(process, IMMEDIATE_CHARGE)) {
      Wake.notify(context.scheduling(), process);
    }
  }

  /** Frees a message that nobody will take. */
  static void releaseMessage(long message, BlockCache cache) {
    if ((message & 7) == 0) {
      TermImage.release(message, cache);
    } else if (SignalMail.isSignal(message)) {
      Signals.free(cache, SignalMail.node(message));
    }
  }

  /** Whether the mailbox would not take a message of this size if it were empty. Any thread. */
  public static boolean isTooLarge(long process, long message) {
    return !MailboxUse.fits(0, chargeOf(message), Memory.getLong(process + MAILBOX_LIMITS));
  }

  /** What a message counts for: one, and the bytes it occupies outside its receiver's heap. */
  static long chargeOf(long message) {
    if ((message & 7) == 0) {
      return IMMEDIATE_CHARGE + TermImage.chargedBytes(message);
    }
    return SignalMail.isSignal(message)
        ? SignalMail.charge(SignalMail.node(message))
        : IMMEDIATE_CHARGE;
  }

  /**
   * Puts a signal at its place among its sender's messages; it counts for nothing there until its
   * receiver makes it a message. Any sender; needs no memory and cannot be refused.
   */
  static void enqueueSignal(long process, long node) {
    // As in enqueue, but that the node brings its own entry for the overflow list.
    if (Memory.getLongAcquire(process + OVERFLOW_HEAD) == Memory.NULL) {
      long ring = Memory.getLongAcquire(process + RING);
      if (ring != Memory.NULL
          && MailboxRing.write(ring, ringShift(process), SignalMail.word(node))) {
        return;
      }
    }
    Overflow.pushEntry(process, node + SignalLayout.MAIL, SignalMail.word(node));
  }

  /** The owner: a signal that has its place is a message from now on, whatever the limits say. */
  static void countSignal(long process, long node) {
    Memory.getAndAddLong(process + MAILBOX_ACCEPTED, SignalMail.charge(node));
  }

  /** The owner: it is none any more, though nobody took it. */
  static void uncountSignal(WorkerContext context, long process, long node) {
    taken(context, process, SignalMail.charge(node));
  }

  /** The owner: takes a message {@code {down, ref, …}} out that was looked at and not taken. */
  static void removeSavedDown(WorkerContext context, long process, long ref) {
    long charge = SavedMessages.takeDown(context.cache(), process, ref);
    if (charge != 0) {
      taken(context, process, charge);
    }
  }

  /** Counts a message in if the limits allow: with the limits exact whoever else sends. */
  static boolean reserve(long process, long charge) {
    for (; ; ) {
      long accepted = Memory.getLongAcquire(process + MAILBOX_ACCEPTED);
      // Behind the load of `accepted`, so that a refusal is right for the time of this load.
      long taken = Memory.getLongAcquire(process + MAILBOX_TAKEN);
      if (MailboxUse.fits(accepted - taken, charge, Memory.getLong(process + MAILBOX_LIMITS))) {
        if (Memory.compareAndSetLong(process + MAILBOX_ACCEPTED, accepted, accepted + charge)) {
          return true;
        }
      } else if (Memory.getLongAcquire(process + MAILBOX_ACCEPTED) == accepted) {
        return false;
      }
    }
  }

  /**
   * Takes back what was counted in. Whoever was refused because of it may wait while the receiver
   * does, so the receiver has to look.
   */
  static void release(WorkerContext context, long process, long charge) {
    Memory.getAndAddLong(process + MAILBOX_ACCEPTED, -charge);
    Wake.notify(context.scheduling(), process);
  }

  static boolean fits(long process, long charge) {
    return MailboxUse.fits(use(process), charge, Memory.getLong(process + MAILBOX_LIMITS));
  }

  /** Puts a message that is counted in where its receiver finds it. */
  static int deliver(WorkerContext context, long process, long message, long charge) {
    if (!enqueue(context, process, message)) {
      release(context, process, charge);
      return NO_MEMORY;
    }
    context.counters().messagesSent++;
    Wake.notify(context.scheduling(), process);
    return OK;
  }

  /** Whether senders may wait for room in the mailbox. For the process's owner; volatile. */
  public static boolean hasWaiters(long process) {
    return (Memory.getLongVolatile(process + SPACE_WAITERS) | Memory.getLong(process + SPACE_QUEUE))
        != Memory.NULL;
  }

  /** Only in batches: who is admitted one by one is woken for each message. */
  private static void admitAtHalf(WorkerContext context, long process) {
    if (MailboxUse.isHalf(use(process), Memory.getLong(process + MAILBOX_LIMITS))) {
      SpaceWaiters.admit(context, process);
    }
  }

  private static int refuse(WorkerContext context, long process, long message, long charge) {
    long limits = Memory.getLong(process + MAILBOX_LIMITS);
    MailboxPolicy policy = MailboxPolicy.of(Memory.getByte(process + ProcessLayout.MAILBOX_POLICY));
    if (Recording.isOn()) {
      Recorded.full(context, process, policy);
    }
    switch (policy) {
      case AWAIT -> {
        return MailboxUse.fits(0, charge, limits) ? FULL : FAILED;
      }
      case FAIL -> {
        return FAILED;
      }
      case DROP -> {
        releaseMessage(message, context.cache());
        context.counters().drops++;
        return DROPPED;
      }
      case KILL -> {
        Signals.kill(context, process, Signals.MAILBOX_FULL);
        releaseMessage(message, context.cache());
        return KILLED;
      }
    }
    throw new AssertionError();
  }

  private static boolean enqueue(WorkerContext context, long process, long message) {
    // Acquire: behind a 0 that this sender's own last message caused, its receiver has detached it.
    if (Memory.getLongAcquire(process + OVERFLOW_HEAD) == Memory.NULL) {
      long ring = Memory.getLongAcquire(process + RING);
      if (ring == Memory.NULL) {
        ring = createRing(context.cache(), process);
      }
      if (ring != Memory.NULL && MailboxRing.write(ring, ringShift(process), message)) {
        return true;
      }
    }
    context.counters().overflows++;
    return Overflow.push(context.cache(), process, message);
  }

  /** The ring, made by this sender or by another; 0 where there is no memory. */
  private static long createRing(BlockCache cache, long process) {
    int shift = ringShift(process);
    int bytes = MailboxRing.blockBytes(shift);
    long ring = cache.allocate(bytes);
    if (ring == Memory.NULL) {
      return Memory.NULL;
    }
    MailboxRing.initialize(ring, shift);
    long other = Memory.compareAndExchangeLong(process + RING, Memory.NULL, ring);
    if (other != Memory.NULL) {
      cache.free(ring, bytes);
      return other;
    }
    return ring;
  }

  /**
   * The next message; 0 where there is none. One that is a signal still, which this slice has not
   * handled, hides what is behind it: {@link Signals#isPending} then, and the next slice handles
   * it.
   */
  private static long nextMessage(WorkerContext context, long process) {
    for (; ; ) {
      long word = nextWord(context, process);
      if (!SignalMail.isSignal(word)) {
        return word;
      }
      long node = SignalMail.node(word);
      switch (Memory.getInt(node + SignalLayout.STATE)) {
        case SignalLayout.STATE_MESSAGE -> {
          return word;
        }
        case SignalLayout.STATE_NOTHING -> Signals.free(context.cache(), node);
        default -> {
          Memory.putLong(process + HELD_WORD, word);
          return 0;
        }
      }
    }
  }

  /** Takes the next word out of where it came in; 0 where there is none. */
  static long nextWord(WorkerContext context, long process) {
    long held = Memory.getLong(process + HELD_WORD);
    if (held != 0) {
      Memory.putLong(process + HELD_WORD, 0);
      return held;
    }
    long pending = Overflow.poll(context.cache(), process);
    if (pending != 0) {
      return pending;
    }
    // Before the look into the ring: order per sender rests on it.
    long overflow = Memory.getLongAcquire(process + OVERFLOW_HEAD);
    long ring = Memory.getLongAcquire(process + RING);
    if (ring != Memory.NULL) {
      int shift = ringShift(process);
      long message = MailboxRing.read(ring, shift);
      if (message != 0) {
        return message;
      }
      if (overflow == Memory.NULL || !MailboxRing.isEmpty(ring, shift)) {
        return 0;
      }
    } else if (overflow == Memory.NULL) {
      return 0;
    }
    Overflow.detach(process, overflow);
    return Overflow.poll(context.cache(), process);
  }

  static int ringShift(long process) {
    return Memory.getByte(process + ProcessLayout.RING_SHIFT);
  }

  /**
   * Moves what another process answered into the heap of the process, or frees it.
   *
   * @param word an immediate, or the address of an image
   * @return the term, or {@link #NO_ROOM}
   */
  public static long adoptWord(WorkerContext context, long process, long word) {
    long term = (word & 7) != 0 ? word : adopt(context, process, word);
    if (term == NO_ROOM) {
      releaseMessage(word, context.cache());
    }
    return term;
  }

  /** Moves a message into the heap of the process, or returns {@link #NO_ROOM} and leaves it. */
  private static long toTerm(WorkerContext context, long process, long message) {
    if ((message & 7) == 0) {
      return adopt(context, process, message);
    }
    return SignalMail.isSignal(message)
        ? SignalMail.take(context, process, SignalMail.node(message))
        : message;
  }

  /** Moves an image into the heap of the process, or returns {@link #NO_ROOM} and leaves it. */
  static long adopt(WorkerContext context, long process, long image) {
    long bytes = TermImage.heapBytes(image);
    if (!context.ensureRoom(process, bytes)) {
      return NO_ROOM;
    }
    HeapWriter writer = context.writer();
    Heap.enter(process, writer);
    long term = TermImage.adopt(image, writer, context.cache());
    Heap.leave(process, writer);
    long debt = Memory.getLong(process + HeapLayout.WORK_DEBT);
    Memory.putLong(process + HeapLayout.WORK_DEBT, debt + bytes);
    return term;
  }

  /** Counts a message out. */
  static void taken(WorkerContext context, long process, long charge) {
    long taken = Memory.getLong(process + MAILBOX_TAKEN) + charge;
    // Release: the place in the ring, or the node, is free before the message is counted out.
    Memory.putLongRelease(process + MAILBOX_TAKEN, taken);
    context.counters().messagesTaken++;
    if (hasWaiters(process)) {
      admitAtHalf(context, process);
    }
  }
}
