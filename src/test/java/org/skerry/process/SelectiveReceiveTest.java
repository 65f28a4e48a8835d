package org.skerry.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.heap.HeapOptions;
import org.skerry.memory.Memory;
import org.skerry.term.Term;
import org.skerry.term.Tuples;

class SelectiveReceiveTest {
  @Test
  void shouldLookAtEachMessageOnceAndKeepWhatItRejects() {
    try (ProcessFixture fixture = new ProcessFixture()) {
      WorkerContext context = fixture.context;
      long process = fixture.idle();
      for (int i = 0; i < 3; i++) {
        Mailbox.offer(context, process, Term.smallInt(i));
      }
      Mailbox.selectBegin(process);
      assertThat(Mailbox.selectNext(context, process)).isEqualTo(Term.smallInt(0));
      assertThat(Mailbox.selectNext(context, process)).isEqualTo(Term.smallInt(1));
      assertThat(Mailbox.selectNext(context, process)).isEqualTo(Term.smallInt(2));
      assertThat(Mailbox.selectNext(context, process)).isEqualTo(Term.NONE);
      Mailbox.offer(context, process, Term.smallInt(3));
      assertThat(Mailbox.selectNext(context, process)).isEqualTo(Term.smallInt(3));
      assertThat(Mailbox.selectTake(context, process)).isTrue();
      assertThat(Mailbox.selectTake(context, process)).isFalse();

      assertThat(Mailbox.receive(context, process)).isEqualTo(Term.smallInt(0));
      assertThat(Mailbox.receive(context, process)).isEqualTo(Term.smallInt(1));
      assertThat(Mailbox.receive(context, process)).isEqualTo(Term.smallInt(2));
      assertThat(Mailbox.receive(context, process)).isEqualTo(Term.NONE);
    }
  }

  @Test
  void shouldTakeNothingBeforeAnythingWasLookedAt() {
    try (ProcessFixture fixture = new ProcessFixture()) {
      long process = fixture.idle();
      Mailbox.selectBegin(process);
      assertThat(Mailbox.selectTake(fixture.context, process)).isFalse();
      Mailbox.offer(fixture.context, process, Term.NIL);
      Mailbox.selectBegin(process);
      assertThat(Mailbox.selectTake(fixture.context, process)).isFalse();
      Mailbox.selectNext(fixture.context, process);
      Mailbox.selectBegin(process);
      assertThat(Mailbox.selectTake(fixture.context, process)).isFalse();
    }
  }

  @Test
  void shouldChargeTheSavedMessagesToTheProcess() {
    try (ProcessFixture fixture = new ProcessFixture()) {
      long process = fixture.idle(new SpawnOptions().maxMemoryBytes(1500));
      for (int i = 0; i < 100; i++) {
        Mailbox.offer(fixture.context, process, Term.NIL);
      }
      Mailbox.selectBegin(process);
      long term = Term.NIL;
      int looked = 0;
      while (term == Term.NIL) {
        looked++;
        term = Mailbox.selectNext(fixture.context, process);
      }
      assertThat(term).isEqualTo(Mailbox.NO_ROOM);
      assertThat(looked).isBetween(8, 64);
      int rest = 0;
      while (Mailbox.receive(fixture.context, process) == Term.NIL) {
        rest++;
      }
      assertThat(rest).isEqualTo(100);
    }
  }

  /** Against a list, with collections everywhere: odd numbers come as tuples of that size. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldDoAsAListDoes(long seed) {
    Random random = new Random(seed);
    HeapOptions options = seed % 2 == 0 ? HeapOptions.STRESS : HeapOptions.DEFAULT;
    try (ProcessFixture fixture = new ProcessFixture(1L << 30, 10, options)) {
      long process = fixture.idle();
      List<Integer> model = new ArrayList<>();
      int cursor = 0;
      int looked = -1;
      int sent = 0;
      int bias = 3;
      for (int step = 0; step < 4000; step++) {
        if (step % 500 == 0) {
          bias = 1 + random.nextInt(6);
        }
        switch (random.nextInt(4 + bias)) {
          case 0 -> {
            Mailbox.selectBegin(process);
            cursor = 0;
            looked = -1;
          }
          case 1 -> {
            assertThat(Mailbox.selectTake(fixture.context, process)).isEqualTo(looked >= 0);
            if (looked >= 0) {
              model.remove(looked);
              cursor--;
              looked = -1;
            }
          }
          case 2 -> {
            long term = Mailbox.receive(fixture.context, process);
            if (model.isEmpty()) {
              assertThat(term).isEqualTo(Term.NONE);
            } else {
              assertThat(number(term)).isEqualTo(model.removeFirst());
              cursor = Math.max(0, cursor - 1);
              looked = -1;
            }
          }
          case 3 -> {
            if (model.size() < 900) {
              model.add(sent % 2 == 0 ? sent : sent % 501);
              assertThat(Mailbox.offer(fixture.context, process, message(fixture, sent++)))
                  .isEqualTo(Mailbox.OK);
            }
          }
          default -> {
            long term = Mailbox.selectNext(fixture.context, process);
            if (cursor == model.size()) {
              assertThat(term).isEqualTo(Term.NONE);
            } else {
              assertThat(number(term)).isEqualTo(model.get(cursor));
              looked = cursor++;
            }
          }
        }
        assertThat(Mailbox.messageCount(process)).isEqualTo(model.size());
      }
      for (int expected : model) {
        assertThat(number(Mailbox.receive(fixture.context, process))).isEqualTo(expected);
      }
      assertThat(Mailbox.use(process)).isZero();
    }
  }

  /** What is taken from the front of a long backlog must not be looked through again. */
  @Test
  void shouldNotGrowWithMessagesThatAreGone() {
    try (ProcessFixture fixture = new ProcessFixture()) {
      long process = fixture.idle();
      long kept = 0;
      for (int i = 0; i < 10_000; i++) {
        Mailbox.offer(fixture.context, process, Term.smallInt(i));
        Mailbox.selectBegin(process);
        long term = Mailbox.selectNext(fixture.context, process);
        while (term != Term.smallInt(i)) {
          term = Mailbox.selectNext(fixture.context, process);
        }
        if (i < 5) {
          kept++;
        } else {
          assertThat(Mailbox.selectTake(fixture.context, process)).isTrue();
        }
      }
      assertThat(Mailbox.messageCount(process)).isEqualTo(kept);
      long array = Memory.getLong(process + org.skerry.heap.HeapLayout.ROOTS_ADDRESS);
      assertThat(
              Memory.getInt(
                  array - MailboxLayout.SAVED_HEADER_BYTES + MailboxLayout.SAVED_CAPACITY))
          .isLessThanOrEqualTo(16);
    }
  }

  private static long message(ProcessFixture fixture, int number) {
    return number % 2 == 0 ? Term.smallInt(number) : fixture.image(number % 501);
  }

  private static int number(long term) {
    return Term.isSmallInt(term) ? (int) Term.smallIntValue(term) : odd(term);
  }

  private static int odd(long tuple) {
    return (int) Tuples.size(tuple);
  }
}
