package org.skerry.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BackgroundThreadTest {
  @Test
  void shouldRunTheNextTaskWhenOneFails() throws InterruptedException {
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    CountDownLatch ran = new CountDownLatch(1);
    IllegalStateException failure = new IllegalStateException("of a task");
    try (BackgroundThread thread = new BackgroundThread("test", failures::add)) {
      thread.execute(() -> {
        throw failure;
      });
      thread.execute(ran::countDown);
      ran.await();
    }

    assertThat(failures).containsExactly(failure);
  }

  @Test
  void shouldRunNothingOnceItIsClosed() {
    List<String> ran = new CopyOnWriteArrayList<>();
    BackgroundThread thread = new BackgroundThread("test", cause -> {});
    thread.close();
    thread.execute(() -> ran.add("late"));
    thread.close();

    assertThat(ran).isEmpty();
  }
}
