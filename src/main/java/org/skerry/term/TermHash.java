package org.skerry.term;

import static org.skerry.term.ObjectLayout.*;

import org.skerry.memory.Memory;

/**
 * The hash of terms: 64 bits that depend on contents alone, so that equal terms have equal hashes
 * in every VM and every run. Atoms count by name. Functions count by the VM's index, which is the
 * same only where the same modules are loaded in the same order.
 *
 * <p>A term that holds a mutable array has no hash: {@link TermError#BAD_ARGUMENT}. So there are no
 * cycles; a graph with so much sharing that its paths pass the step limit is {@link
 * TermError#LIMIT_EXCEEDED}. Nothing recurses.
 */
public final class TermHash {
  private static final int FRAME_BYTES = 16;
  private static final long FLOAT_SEED = 0x51ED_270B_7A3F_14C9L;
  private static final long STRING_SEED = 0x2545_F491_4F6C_DD1DL;
  private static final long BYTES_SEED = 0x7FB5_D329_728E_A185L;
  private static final long ATOM_SEED = 0x1B87_3593_CC9E_2D51L;

  private TermHash() {}

  /** The hash of a term. */
  public static long hash(long term, TermScratch scratch) {
    if ((term & 1) != 0) {
      return Hashing.mix(term >> 1);
    }
    if ((term & 7) != 0) {
      return ofImmediate(term, scratch);
    }
    return ofObject(term, scratch);
  }

  private static long ofImmediate(long term, TermScratch scratch) {
    return Term.isAtom(term)
        ? Hashing.mix(scratch.atoms().nameHash(term) ^ ATOM_SEED)
        : Hashing.mix(~term);
  }

  private static long ofObject(long term, TermScratch scratch) {
    long header = Memory.getLong(term);
    int kind = kind(header);
    if (!hasTerms(kind)) {
      return ofLeaf(term, header, kind, scratch);
    }
    long bottom = scratch.depth();
    long steps = 0;
    long nextLook = scratch.stepsToLook();
    long hash = enter(term, header, 0, scratch);
    while (scratch.depth() > bottom) {
      long frame = scratch.stackAt(scratch.depth() - FRAME_BYTES);
      long at = Memory.getLong(frame);
      long left = Memory.getLong(frame + 8);
      if (left == 1) {
        scratch.unwind(scratch.depth() - FRAME_BYTES);
      } else {
        Memory.putLong(frame, at + 8);
        Memory.putLong(frame + 8, left - 1);
      }
      if (++steps > nextLook) {
        nextLook = scratch.look(steps);
      }
      hash = step(Memory.getLong(at), hash, scratch);
    }
    scratch.charge(steps);
    return hash;
  }

  private static long step(long word, long hash, TermScratch scratch) {
    if ((word & 1) != 0) {
      return Hashing.combine(hash, Hashing.mix(word >> 1));
    }
    if ((word & 7) != 0) {
      return Hashing.combine(hash, ofImmediate(word, scratch));
    }
    long header = Memory.getLong(word);
    int kind = kind(header);
    return hasTerms(kind)
        ? enter(word, header, hash, scratch)
        : Hashing.combine(hash, ofLeaf(word, header, kind, scratch));
  }

  /** Pushes the contents of an object; the order of a map's contents follows from its contents. */
  private static long enter(long object, long header, long hash, TermScratch scratch) {
    int kind = kind(header);
    if (kind == TERM_ARRAY) {
      throw scratch.fail(TermError.BAD_ARGUMENT);
    }
    long count = termCount(header);
    if (count > 0) {
      scratch.push(object + firstTermOffset(header));
      scratch.push(count);
    }
    // A cell's kind tells where the list ends, so that [[1], 2] and [[1, 2]] differ.
    long mixed = Hashing.combine(hash, (long) kind << 56 ^ size(header));
    return kind == CLOSURE
        ? Hashing.combine(mixed, Memory.getLong(object + CLOSURE_FUNCTION))
        : mixed;
  }

  private static long ofLeaf(long object, long header, int kind, TermScratch scratch) {
    switch (kind) {
      case BOXED_I64 -> {
        return Hashing.mix(Memory.getLong(object + RAW_OFFSET));
      }
      case BOXED_F64 -> {
        return ofFloat(Memory.getDouble(object + RAW_OFFSET));
      }
      case STRING -> {
        long length = size(header);
        scratch.chargeBytes(length);
        return Hashing.bytes(object + RAW_OFFSET, length) ^ STRING_SEED;
      }
      case BYTES, SHARED_BYTES -> {
        long length = Bytes.rawLength(object);
        scratch.chargeBytes(length);
        return Hashing.bytes(Bytes.rawAddress(object), length) ^ BYTES_SEED;
      }
      default -> throw scratch.fail(TermError.BAD_ARGUMENT);
    }
  }

  private static long ofFloat(double value) {
    // 0.0 and -0.0 are equal, and doubleToLongBits gives all NaNs the same bits.
    return Hashing.mix(Double.doubleToLongBits(value == 0.0 ? 0.0 : value) ^ FLOAT_SEED);
  }
}
