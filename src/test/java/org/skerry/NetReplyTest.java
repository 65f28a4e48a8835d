package org.skerry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class NetReplyTest {
  @Test
  void shouldSayThatAValueHasFoundNobody() {
    NetReply<String> reply =
        new NetReply<>(value -> {
          throw new CancellationException("The process was over before it had " + value);
        });
    assertThat(reply.succeed("a connection")).isFalse();
    assertThat(reply.isDone()).isTrue();
    assertThat(reply.succeed("another")).isFalse();
  }

  @Test
  void shouldTellWhatIsWrongWithAValue() {
    NetReply<String> reply =
        new NetReply<>(value -> {
          throw new IllegalArgumentException(value);
        });
    assertThat(reply.succeed("odd")).isTrue();
    assertThat(reply.stage().toCompletableFuture()).isCompletedExceptionally();
  }
}
