package org.skerry.process;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.skerry.event.ProcessSpawn;
import org.skerry.event.Recording;

/** What an event costs that nobody records, where nobody ever did and where somebody has. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RecordingOff {
  /** Whether something was recorded in this JVM. */
  @Param({"false", "true"})
  public boolean hasRecorded;

  private long spawned;

  /** Records, and stops. */
  @Setup(Level.Trial)
  public void record() {
    if (hasRecorded) {
      try (jdk.jfr.Recording recording = new jdk.jfr.Recording()) {
        recording.start();
      }
    }
  }

  /** Nothing but what goes on. */
  @Benchmark
  public long nothing() {
    return ++spawned;
  }

  /** With the question, and behind it the event. */
  @Benchmark
  public long event() {
    if (Recording.isOn()) {
      ProcessSpawn event = new ProcessSpawn();
      if (event.shouldCommit()) {
        event.process = "never";
        event.commit();
      }
    }
    return ++spawned;
  }
}
