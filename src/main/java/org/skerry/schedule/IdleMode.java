package org.skerry.schedule;

/** What a worker does that finds nothing to do. */
public enum IdleMode {
  /** Keeps looking: lowest latency, a whole core each. */
  SPIN,

  /** Looks for a little while, then parks until a timer is due or somebody has work. */
  HYBRID,

  /** Parks at once. */
  PARK
}
