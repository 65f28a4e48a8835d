package org.skerry.mvar;

import static org.skerry.memory.Memory.getByte;
import static org.skerry.memory.Memory.getLong;
import static org.skerry.mvar.MvarLayout.ACCESS;
import static org.skerry.mvar.MvarLayout.BELOW;
import static org.skerry.mvar.MvarLayout.HOLDERS;
import static org.skerry.mvar.MvarLayout.HOLDS;
import static org.skerry.mvar.MvarLayout.MVAR;
import static org.skerry.mvar.MvarLayout.NEXT;
import static org.skerry.mvar.MvarLayout.PROCESS;
import static org.skerry.mvar.MvarLayout.WAIT_MVAR;
import static org.skerry.mvar.MvarLayout.WHERE;

import org.agrona.collections.LongArrayList;
import org.skerry.memory.Memory;
import org.skerry.module.FrameLayout;
import org.skerry.process.ProcessLayout;
import org.skerry.process.WorkerContext;
import org.skerry.term.TermBuilder;

/** What a process holds and awaits of MVars, as terms for people. For the process's owner. */
final class HoldFacts {
  private HoldFacts() {}

  /** Pushes the list of {@code {read or write, name, where}}, the newest first. */
  static void pushHolds(WorkerContext context, long process, TermBuilder builder) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    int count = 0;
    long hold = locks == Memory.NULL ? Memory.NULL : getLong(locks + HOLDS);
    for (; hold != Memory.NULL; hold = getLong(hold + BELOW)) {
      long header = getLong(hold + WHERE);
      pushMode(builder, getByte(hold + ACCESS));
      builder.pushString(name(context, getLong(hold + MVAR)));
      builder.pushString(
          context
              .code()
              .location(FrameLayout.functionIndex(header), FrameLayout.pc(header))
              .toString());
      builder.makeTuple(3);
      count++;
    }
    builder.makeList(count);
  }

  /** Pushes {@code {name, [{pid, read or write}, …]}} of the MVar that it waits for. */
  static boolean pushAwaited(WorkerContext context, long process, TermBuilder builder) {
    long locks = getLong(process + ProcessLayout.LOCKS);
    long mvar = locks == Memory.NULL ? Memory.NULL : getLong(locks + WAIT_MVAR);
    if (mvar == Memory.NULL) {
      return false;
    }
    LongArrayList holders = new LongArrayList();
    long word = LockWord.latch(context, mvar);
    for (long hold = getLong(mvar + HOLDERS); hold != Memory.NULL; hold = getLong(hold + NEXT)) {
      holders.addLong(getLong(getLong(hold + PROCESS) + ProcessLayout.PID));
      holders.addLong(getByte(hold + ACCESS));
    }
    LockWord.unlatch(mvar, word);
    builder.pushString(name(context, mvar));
    for (int i = 0; i < holders.size(); i += 2) {
      builder.pushImmediate(holders.getLong(i));
      pushMode(builder, (int) holders.getLong(i + 1));
      builder.makeTuple(2);
    }
    builder.makeList(holders.size() / 2);
    builder.makeTuple(2);
    return true;
  }

  private static void pushMode(TermBuilder builder, int access) {
    builder.pushAtom(access == HoldQueue.WRITE ? "write" : "read");
  }

  private static String name(WorkerContext context, long mvar) {
    return context.code().mvarName(Mvars.index(mvar));
  }
}
