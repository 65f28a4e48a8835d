package org.skerry.json;

/** Finds what is not UTF-8; the library takes some of that for characters. */
final class Utf8 {
  private Utf8() {}

  /** The index of the first byte that begins no character, or -1. */
  static int firstInvalid(byte[] bytes) {
    for (int at = 0; at < bytes.length; ) {
      int length = length(bytes, at);
      if (length == 0) {
        return at;
      }
      at += length;
    }
    return -1;
  }

  /** Bytes of the character at an index; 0 where there is none. */
  private static int length(byte[] bytes, int at) {
    int first = bytes[at] & 0xff;
    if (first < 0x80) {
      return 1;
    }
    int length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length == 0 || at + length > bytes.length) {
      return 0;
    }
    int second = bytes[at + 1] & 0xff;
    // Longer than it need be, half of a pair, beyond the last.
    boolean isWrong =
        first == 0xe0 && second < 0xa0
            || first == 0xed && second > 0x9f
            || first == 0xf0 && second < 0x90
            || first == 0xf4 && second > 0x8f;
    for (int i = 1; i < length; i++) {
      isWrong |= (bytes[at + i] & 0xc0) != 0x80;
    }
    return isWrong ? 0 : length;
  }
}
