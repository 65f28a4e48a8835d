package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skerry.memory.Memory;
import org.skerry.memory.VmBug;

class WakeTest {
  private final ProcessFixture fixture = new ProcessFixture();
  private long process;

  @BeforeEach
  void makeIdle() {
    process = fixture.idle();
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private int state() {
    return Memory.getInt(process + ProcessLayout.STATE);
  }

  private void notifyIt() {
    Wake.notify(fixture.ready, process);
  }

  @Test
  void shouldQueueAnIdleProcessOnce() {
    notifyIt();
    notifyIt();
    assertThat(state()).isEqualTo(Wake.QUEUED);
    assertThat(fixture.ready.size()).isEqualTo(1);
  }

  @Test
  void shouldNotSuspendAProcessThatWasNotifiedWhileItRan() {
    notifyIt();
    Wake.begin(process);
    notifyIt();
    notifyIt();
    assertThat(state()).isEqualTo(Wake.RUNNING_NOTIFIED);

    assertThat(Wake.suspend(process)).isFalse();
    assertThat(state()).isEqualTo(Wake.RUNNING);
    assertThat(Wake.suspend(process)).isTrue();
    assertThat(state()).isEqualTo(Wake.IDLE);
    assertThat(fixture.ready.size()).isEqualTo(1);
  }

  @Test
  void shouldForgetANotificationBeforeTheSliceItCaused() {
    notifyIt();
    notifyIt();
    Wake.begin(process);
    assertThat(Wake.suspend(process)).isTrue();
  }

  @Test
  void shouldRequeueWhetherNotifiedOrNot() {
    notifyIt();
    Wake.begin(process);
    Wake.requeue(process);
    assertThat(state()).isEqualTo(Wake.QUEUED);
    Wake.begin(process);
    notifyIt();
    Wake.requeue(process);
    assertThat(state()).isEqualTo(Wake.QUEUED);
    assertThat(fixture.ready.size()).isEqualTo(1);
  }

  @Test
  void shouldIgnoreNotificationsOfAProcessThatIsOver() {
    notifyIt();
    Wake.begin(process);
    notifyIt();
    Wake.exit(process);
    notifyIt();
    assertThat(Wake.isExited(process)).isTrue();
    assertThat(fixture.ready.size()).isEqualTo(1);
  }

  @Test
  void shouldRejectEdgesThatTheTableDoesNotHave() {
    assertThatThrownBy(() -> Wake.begin(process)).isInstanceOf(VmBug.class);
    Memory.putInt(process + ProcessLayout.STATE, Wake.QUEUED);
    assertThatThrownBy(() -> Wake.suspend(process)).isInstanceOf(VmBug.class);
    Memory.putInt(process + ProcessLayout.STATE, Wake.IDLE);
    assertThatThrownBy(() -> Wake.requeue(process)).isInstanceOf(VmBug.class);
    assertThatThrownBy(() -> Wake.exit(process)).isInstanceOf(VmBug.class);
    Memory.putInt(process + ProcessLayout.STATE, 17);
    assertThatThrownBy(this::notifyIt).isInstanceOf(VmBug.class);
  }
}
