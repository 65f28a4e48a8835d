package org.skerry.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.skerry.isa.Effect;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.ModuleFile;
import org.skerry.module.VerifiedFunction;

/** The liveness table against a search along every path, for random functions. */
class LivenessOracleTest {

  @Test
  void shouldFindLiveExactlyWhatSomePathReads() {
    Random random = new Random(20_261_122);
    int accepted = 0;
    int across = 0;
    for (int round = 0; round < 4_000; round++) {
      ModuleFile file = RandomFunctions.next(random);
      VerifiedFunction verified;
      try {
        verified = Verifier.verify(file).functions().getFirst();
      } catch (VerificationException e) {
        continue;
      }
      accepted++;
      across += compare(verified);
    }
    assertThat(accepted).isGreaterThan(500);
    assertThat(across).isGreaterThan(500);
  }

  /** Returns the number of calls that were looked at. */
  private static int compare(VerifiedFunction verified) {
    FunctionDefinition function = verified.definition();
    BitSet reachable = reachable(function);
    int calls = 0;
    for (int pc = 0; pc < function.code().length; ) {
      NaiveCode at = new NaiveCode(function, pc);
      Set<Integer> in = new TreeSet<>();
      Set<Integer> across = new TreeSet<>();
      for (int register = 0; reachable.get(pc) && register < function.rCount(); register++) {
        if (isLive(function, pc, "r" + register)) {
          in.add(register);
        }
        if (isLiveAcross(function, at, "r" + register)) {
          across.add(register);
        }
      }
      assertThat(set(verified, pc, 0)).as("live in, pc=%s", pc).isEqualTo(in);
      if (at.opcode.has(Effect.CALLS) && reachable.get(pc)) {
        assertThat(set(verified, pc, 2)).as("live across, pc=%s", pc).isEqualTo(across);
        calls++;
      }
      pc = at.next;
    }
    return calls;
  }

  private static Set<Integer> set(VerifiedFunction verified, int pc, int word) {
    int words = verified.definition().code().length;
    int first =
        (verified.livenessOffsets()[pc] - VerifiedFunction.livenessSetsOffset(words)) / 8 + word;
    Set<Integer> registers = new TreeSet<>();
    for (int register = 0; register < 128; register++) {
      if ((verified.livenessSets()[first + register / 64] >>> register & 1) != 0) {
        registers.add(register);
      }
    }
    return registers;
  }

  private static BitSet reachable(FunctionDefinition function) {
    BitSet seen = new BitSet();
    Deque<Integer> open = new ArrayDeque<>(Set.of(0));
    while (!open.isEmpty()) {
      int pc = open.pop();
      if (seen.get(pc)) {
        continue;
      }
      seen.set(pc);
      NaiveCode at = new NaiveCode(function, pc);
      open.addAll(at.jumps);
      if (at.falls) {
        open.add(at.next);
      }
      if (at.handler >= 0) {
        open.add(at.handler);
      }
    }
    return seen;
  }

  private static boolean isLive(FunctionDefinition function, int from, String register) {
    BitSet seen = new BitSet();
    Deque<Integer> open = new ArrayDeque<>(Set.of(from));
    while (!open.isEmpty()) {
      int pc = open.pop();
      if (seen.get(pc)) {
        continue;
      }
      seen.set(pc);
      NaiveCode at = new NaiveCode(function, pc);
      if (at.reads.contains(register)) {
        return true;
      }
      open.addAll(at.jumps);
      if (at.falls && !register.equals(at.writes)) {
        open.add(at.next);
      }
      if (at.handler >= 0 && !register.equals(at.handlerWrites)) {
        open.add(at.handler);
      }
    }
    return false;
  }

  private static boolean isLiveAcross(FunctionDefinition function, NaiveCode at, String register) {
    boolean live = false;
    if (at.falls && !register.equals(at.writes)) {
      live = isLive(function, at.next, register);
    }
    if (at.handler >= 0 && !register.equals(at.handlerWrites)) {
      live |= isLive(function, at.handler, register);
    }
    return live;
  }
}
