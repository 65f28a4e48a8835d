package org.skerry.net;

import org.skerry.net.NetFailure.Kind;

/** The parts of which every connection has a method. */
final class Parts {
  private Parts() {}

  /** What is there. */
  record Some(int most) implements Part<byte[]> {
    @Override
    public Object take(InputBuffer input, boolean isEnded) {
      if (input.length() == 0) {
        return isEnded ? END : null;
      }
      return input.take(Math.min(input.length(), most));
    }
  }

  /** So many bytes. */
  record Exact(int count, String name) implements Part<byte[]> {
    @Override
    public Object take(InputBuffer input, boolean isEnded) {
      int length = input.length();
      if (length >= count) {
        return input.take(count);
      } else if (!isEnded) {
        return null;
      }
      return length == 0
          ? END
          : new NetFailure(Kind.END, name + ": " + length + " bytes of " + count + ", and the end");
    }

    @Override
    public int wanted(InputBuffer input) {
      return count - input.length();
    }
  }

  /** Up to a line feed, without that and a carriage return before. */
  record Line(int most, String name) implements Part<byte[]> {
    @Override
    public Object take(InputBuffer input, boolean isEnded) {
      int line = input.lineLength();
      if (line > most || line < 0 && input.length() > most) {
        return new NetFailure(Kind.TOO_LARGE, name + ": a line of more than " + most + " bytes");
      } else if (line >= 0) {
        return input.takeLine(line);
      } else if (!isEnded) {
        return null;
      }
      return input.length() == 0 ? END : input.take(input.length());
    }
  }
}
