package org.skerry.semantics;

import static org.skerry.memory.Memory.getLong;

import org.skerry.process.WorkerContext;
import org.skerry.term.Bytes;
import org.skerry.term.HeapWriter;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;

/**
 * Instructions that make bytes. A {@code …Slot} is the address of the register that holds an
 * operand; it is read again once there is room. Each gives the term for the destination.
 */
public final class ByteStrings {
  private ByteStrings() {}

  /** A part. */
  public static long slice(
      WorkerContext context, long process, long bytesSlot, long start, long count) {
    HeapWriter writer =
        Room.open(context, process, Bytes.sliceBytes(getLong(bytesSlot), start, count));
    long slice = Bytes.slice(getLong(bytesSlot), start, count, writer);
    if (!Term.isObjectOfKind(getLong(bytesSlot), ObjectLayout.SHARED_BYTES)) {
      Room.charge(process, count);
    }
    return Room.close(process, writer, slice);
  }

  /** One behind the other. */
  public static long concat(WorkerContext context, long process, long aSlot, long bSlot) {
    HeapWriter writer =
        Room.open(context, process, Bytes.concatBytes(getLong(aSlot), getLong(bSlot)));
    long bytes = Bytes.concat(getLong(aSlot), getLong(bSlot), writer);
    Room.charge(process, Bytes.length(bytes));
    return Room.close(process, writer, bytes);
  }

  /** A copy of a part of an array. */
  public static long fromU8(
      WorkerContext context, long process, long arraySlot, long start, long count) {
    HeapWriter writer =
        Room.open(context, process, Bytes.fromU8Bytes(getLong(arraySlot), start, count));
    Room.charge(process, count);
    return Room.close(process, writer, Bytes.fromU8(getLong(arraySlot), start, count, writer));
  }

  /** An array with a copy of bytes. */
  public static long toU8(WorkerContext context, long process, long bytesSlot) {
    HeapWriter writer = Room.open(context, process, Bytes.toU8Bytes(getLong(bytesSlot)));
    Room.charge(process, Bytes.length(getLong(bytesSlot)));
    return Room.close(process, writer, Bytes.toU8(getLong(bytesSlot), writer));
  }
}
