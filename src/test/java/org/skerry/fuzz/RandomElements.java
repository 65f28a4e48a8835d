package org.skerry.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Writes accesses to elements of an array with indices that differ by constants, which the compiler
 * has checked by the first of them; in between something may change the array or an index.
 */
final class RandomElements {
  private static final String[] ARRAYS = {"i64 r5", "f64 r6", "u8 r7", "term r8"};
  private static final int INDICES = 4;

  private final Random random;
  private final RandomOperands operands;
  private final List<String> lines = new ArrayList<>();

  RandomElements(Random random, RandomOperands operands) {
    this.random = random;
    this.operands = operands;
  }

  List<String> write() {
    String array = ARRAYS[random.nextInt(ARRAYS.length)];
    line("i.const " + index() + ", " + first());
    for (int k = 2 + random.nextInt(8); k > 0; k--) {
      switch (random.nextInt(10)) {
        case 0 -> line("i.move " + index() + ", " + index());
        case 1, 2, 3 -> line("i.add " + index() + ", " + index() + ", " + distance());
        case 4 -> {
          line("i.const i1, " + distance());
          line("i.%s %s, %s, i1".formatted(random.nextBoolean() ? "add" : "sub", index(), index()));
        }
        default -> access(random.nextInt(6) == 0 ? ARRAYS[random.nextInt(ARRAYS.length)] : array);
      }
      if (random.nextInt(12) == 0) {
        line("r.move " + array.substring(array.indexOf(' ') + 1) + ", " + operands.rRegister());
      }
    }
    return lines;
  }

  private void access(String array) {
    String kind = array.substring(0, array.indexOf(' '));
    String register = array.substring(array.indexOf(' ') + 1);
    String value =
        switch (kind) {
          case "f64" -> operands.fRegister();
          case "term" -> operands.rRegister();
          default -> index();
        };
    line(
        random.nextBoolean()
            ? kind + ".get " + value + ", " + register + ", " + index()
            : kind + ".set " + register + ", " + index() + ", " + value);
  }

  private void line(String line) {
    lines.add(line);
  }

  private String index() {
    return "i" + (1 + random.nextInt(INDICES));
  }

  private long distance() {
    return random.nextInt(5) - 2;
  }

  private String first() {
    return random.nextInt(8) == 0 ? operands.integer() : "" + random.nextInt(3);
  }
}
