package org.skerry.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.Handler;
import org.skerry.module.VerifiedFunction;

/**
 * The handlers of a function: checks that each is well placed and that they nest, and finds the
 * innermost one of every code word.
 */
final class HandlerRanges {
  private final List<Handler> handlers;

  /** Indices of handlers by start, an outer one before those that begin with it. */
  private final Integer[] sorted;

  /** For each segment, the index of the handler that it belongs to. */
  private int[] owners = {};

  private Map<Integer, List<Integer>> byStart;

  HandlerRanges(FunctionDefinition function) {
    handlers = function.handlers();
    sorted = new Integer[handlers.size()];
    Arrays.setAll(sorted, i -> i);
    Arrays.sort(
        sorted,
        Comparator.<Integer>comparingInt(i -> handlers.get(i).start())
            .thenComparingInt(i -> -handlers.get(i).end()));
  }

  /**
   * Adds what is wrong with the handlers.
   *
   * @param starts code words that begin an instruction
   */
  void check(FunctionDefinition function, BitSet starts, Problems problems) {
    int before = problems.count();
    for (int i = 0; i < handlers.size(); i++) {
      checkOne(i, function, starts, problems);
    }
    if (problems.count() == before) {
      checkNesting(problems);
    }
  }

  private void checkOne(int i, FunctionDefinition function, BitSet starts, Problems problems) {
    Handler handler = handlers.get(i);
    int words = function.code().length;
    boolean starting = handler.start() >= 0 && starts.get(handler.start());
    boolean ending = handler.end() == words || handler.end() > 0 && starts.get(handler.end());
    if (!starting || !ending || handler.start() >= handler.end()) {
      problems.addAt(
          handler.start(),
          "the range of a handler does not begin and end between instructions",
          "handler",
          i,
          "start",
          handler.start(),
          "end",
          handler.end());
    }
    if (handler.target() < 0 || !starts.get(handler.target())) {
      problems.addAt(
          handler.start(),
          "the target of a handler is not an instruction",
          "handler",
          i,
          "target",
          handler.target());
    }
    if (handler.register() < 0 || handler.register() >= function.rCount()) {
      problems.addAt(
          handler.start(),
          "the register of a handler does not exist",
          "handler",
          i,
          "register",
          "r" + handler.register(),
          "count",
          function.rCount());
    }
  }

  private void checkNesting(Problems problems) {
    int[] open = new int[sorted.length];
    int depth = 0;
    for (int i : sorted) {
      Handler handler = handlers.get(i);
      while (depth > 0 && handlers.get(open[depth - 1]).end() <= handler.start()) {
        depth--;
      }
      if (depth > 0) {
        checkPair(open[depth - 1], i, problems);
      }
      open[depth++] = i;
    }
  }

  private void checkPair(int outer, int inner, Problems problems) {
    Handler around = handlers.get(outer);
    Handler handler = handlers.get(inner);
    if (handler.end() > around.end()) {
      problems.addAt(
          handler.start(), "handlers overlap and do not nest", "handler", inner, "other", outer);
    } else if (handler.start() == around.start() && handler.end() == around.end()) {
      problems.addAt(
          handler.start(), "handlers have the same range", "handler", inner, "other", outer);
    } else if (inner > outer) {
      problems.addAt(
          handler.start(),
          "a handler stands behind one whose range is around its own",
          "handler",
          inner,
          "other",
          outer);
    }
  }

  /**
   * The innermost handlers: five numbers a segment (start, end, target, register, holds), ascending
   * and without overlap. The handlers must be well placed.
   */
  int[] segments() {
    int[] numbers = new int[2 * sorted.length * VerifiedFunction.SEGMENT_NUMBERS];
    owners = new int[2 * sorted.length];
    int used = 0;
    int[] open = new int[sorted.length];
    int depth = 0;
    int position = 0;
    for (int i : sorted) {
      Handler handler = handlers.get(i);
      while (depth > 0 && handlers.get(open[depth - 1]).end() <= handler.start()) {
        int end = handlers.get(open[--depth]).end();
        used = add(numbers, used, position, end, open[depth]);
        position = Math.max(position, end);
      }
      if (depth > 0) {
        used = add(numbers, used, position, handler.start(), open[depth - 1]);
      }
      position = handler.start();
      open[depth++] = i;
    }
    while (depth > 0) {
      int end = handlers.get(open[--depth]).end();
      used = add(numbers, used, position, end, open[depth]);
      position = Math.max(position, end);
    }
    owners = Arrays.copyOf(owners, used / VerifiedFunction.SEGMENT_NUMBERS);
    return Arrays.copyOf(numbers, used);
  }

  /** For each of {@link #segments}, which must have been asked for, the index of its handler. */
  int[] owners() {
    return owners;
  }

  /** Indices of the handlers whose ranges begin at a code word. */
  List<Integer> startingAt(int pc) {
    if (byStart == null) {
      byStart = new HashMap<>();
      for (int i = 0; i < handlers.size(); i++) {
        byStart.computeIfAbsent(handlers.get(i).start(), start -> new ArrayList<>()).add(i);
      }
    }
    return byStart.getOrDefault(pc, List.of());
  }

  private int add(int[] numbers, int used, int start, int end, int owner) {
    if (start >= end) {
      return used;
    }
    Handler handler = handlers.get(owner);
    owners[used / VerifiedFunction.SEGMENT_NUMBERS] = owner;
    numbers[used] = start;
    numbers[used + 1] = end;
    numbers[used + 2] = handler.target();
    numbers[used + 3] = handler.register();
    numbers[used + 4] = 0;
    return used + VerifiedFunction.SEGMENT_NUMBERS;
  }
}
