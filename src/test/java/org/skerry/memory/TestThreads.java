package org.skerry.memory;

import java.util.ArrayList;
import java.util.List;

/** Threads whose failures fail the test that joins them. */
public final class TestThreads {
  /** What one thread does. */
  @FunctionalInterface
  public interface Body {
    void run(int index) throws Exception;
  }

  private static final long FAILURE_CHECK_MS = 50;

  private final List<Thread> threads = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();

  private TestThreads() {}

  public static TestThreads start(int count, Body body) {
    TestThreads all = new TestThreads();
    for (int i = 0; i < count; i++) {
      int index = i;
      all.threads.add(Thread.ofPlatform().daemon().start(() -> all.run(index, body)));
    }
    return all;
  }

  private void run(int index, Body body) {
    try {
      body.run(index);
    } catch (Throwable e) {
      synchronized (failures) {
        failures.add(e);
      }
    }
  }

  public void join() throws InterruptedException {
    for (Thread thread : threads) {
      do {
        thread.join(FAILURE_CHECK_MS);
        throwFailure();
      } while (thread.isAlive());
    }
    throwFailure();
  }

  /** At once: the others may wait for ever for the one that failed. */
  private void throwFailure() {
    synchronized (failures) {
      if (!failures.isEmpty()) {
        throw new AssertionError(failures.size() + " threads failed", failures.getFirst());
      }
    }
  }
}
