package org.skerry.verify;

import org.skerry.module.FunctionDefinition;
import org.skerry.module.ModuleFile;

/**
 * Bounds the work and memory that a module may cause beyond reading it once, so that both stay
 * proportional to its size whatever its control flow. A step is about one 64-bit word of registers
 * moved along one edge of a control flow graph. What compilers make needs a few steps, and less
 * than one word of live sets, a code word; the allowance is far above that.
 */
final class StepBudget {
  /** So that a small module may be as intricate as it likes. */
  static final long BASE_STEPS = 1L << 25;

  static final long STEPS_PER_CODE_WORD = 512;

  static final long BASE_SET_WORDS = 1L << 20;

  static final long SET_WORDS_PER_CODE_WORD = 8;

  static final long BASE_HOLD_LISTS = 1L << 18;

  /** One that takes an instruction and, where locks are not undone in turn, some that undo it. */
  static final long HOLD_LISTS_PER_CODE_WORD = 1;

  private long steps;
  private long setWords;
  private long holdLists;

  StepBudget(ModuleFile file) {
    long words = 0;
    for (FunctionDefinition function : file.functions()) {
      words += function.code().length;
    }
    steps = BASE_STEPS + STEPS_PER_CODE_WORD * words;
    holdLists = BASE_HOLD_LISTS + HOLD_LISTS_PER_CODE_WORD * words;
    setWords = BASE_SET_WORDS + SET_WORDS_PER_CODE_WORD * words;
  }

  private StepBudget() {
    steps = Long.MAX_VALUE;
    setWords = Long.MAX_VALUE;
    holdLists = Long.MAX_VALUE;
  }

  /** For code that was found to be within the bounds before. */
  static StepBudget unlimited() {
    return new StepBudget();
  }

  /**
   * Takes some steps.
   *
   * @throws Exceeded if there are not as many left
   */
  void take(long count) throws Exceeded {
    steps -= count;
    if (steps < 0) {
      throw new Exceeded("control flow is too complex for the module's size");
    }
  }

  /**
   * Takes some words of the module's live sets.
   *
   * @throws Exceeded if there are not as many left
   */
  void takeSetWords(long count) throws Exceeded {
    setWords -= count;
    if (setWords < 0) {
      throw new Exceeded("the sets of live registers are too large for the module's size");
    }
  }

  /**
   * Takes one list of held MVars.
   *
   * @throws Exceeded if there is none left
   */
  void takeHoldList() throws Exceeded {
    if (--holdLists < 0) {
      throw new Exceeded("the lists of held MVars are too many for the module's size");
    }
  }

  /** The module asks for more than its size justifies; the message is a problem's sentence. */
  static final class Exceeded extends Exception {
    private static final long serialVersionUID = 1L;

    Exceeded(String sentence) {
      super(sentence, null, false, false);
    }
  }
}
