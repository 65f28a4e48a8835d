package org.skerry.schedule;

/**
 * What a worker without work does next: look again at once, let others have the core, or park.
 * Owner thread only.
 *
 * <p>Not one of Agrona's {@code IdleStrategy}s: those park for a time of their own choosing, while
 * a worker must know that it is about to park, so that it can announce it first and be unparked,
 * and parks until its next timer.
 */
final class IdleSteps {
  static final int SPIN = 0;
  static final int YIELD = 1;
  static final int PARK = 2;

  /** About as long as parking and being unparked again takes, each look costing some 30 ns. */
  private static final int HYBRID_SPINS = 400;

  private static final int HYBRID_YIELDS = 20;

  /** With no core to spare, spinning takes time from whoever would bring work. */
  private static final int EARLY_SPINS = 20;

  private static final int EARLY_YIELDS = 2;

  private final int spins;
  private final int yields;
  private int step;

  private IdleSteps(int spins, int yields) {
    this.spins = spins;
    this.yields = yields;
  }

  static IdleSteps of(IdleMode mode, int workers) {
    boolean isCrowded = workers >= Runtime.getRuntime().availableProcessors();
    return switch (mode) {
      case SPIN -> new IdleSteps(Integer.MAX_VALUE, 0);
      case PARK -> new IdleSteps(0, 0);
      case HYBRID ->
          isCrowded
              ? new IdleSteps(EARLY_SPINS, EARLY_YIELDS)
              : new IdleSteps(HYBRID_SPINS, HYBRID_YIELDS);
    };
  }

  void reset() {
    step = 0;
  }

  int next() {
    if (step < spins) {
      step += spins == Integer.MAX_VALUE ? 0 : 1;
      return SPIN;
    }
    if (step < spins + yields) {
      step++;
      return YIELD;
    }
    return PARK;
  }
}
