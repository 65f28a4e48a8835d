package org.skerry.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HostStateTest {
  /** A server opens and releases something for each request, all its life. */
  @Test
  void shouldForgetObjectsThatAreReleased() {
    HostState state = new HostState();
    AtomicInteger releases = new AtomicInteger();
    for (int ref = 0; ref < 10_000; ref++) {
      HeldObject object = new HeldObject("object " + ref, releases::incrementAndGet);
      state.put(ref, object);
      if (ref % 100 > 0) {
        object.release();
      }
    }

    assertThat(state.size()).isLessThan(250);
    for (int ref = 0; ref < 10_000; ref++) {
      HeldObject held = state.get(ref);
      assertThat(held == null ? null : held.get())
          .isEqualTo(ref % 100 > 0 ? null : "object " + ref);
    }
    state.drop(Runnable::run);
    assertThat(releases).hasValue(10_000);
  }
}
