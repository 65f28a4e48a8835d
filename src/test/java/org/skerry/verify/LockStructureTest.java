package org.skerry.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.skerry.isa.Opcode.MVAR_LOCK_WRITE;
import static org.skerry.isa.Opcode.MVAR_UNLOCK;
import static org.skerry.isa.Opcode.R_RETURN;
import static org.skerry.isa.Opcode.R_SELF;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.skerry.assembly.Assembler;
import org.skerry.module.FunctionBuilder;
import org.skerry.module.ModuleBuilder;
import org.skerry.module.ModuleFile;
import org.skerry.module.VerifiedFunction;
import org.skerry.term.Term;

/** Who takes a lock undoes it: each rule, what breaks it, and what is said about that. */
class LockStructureTest {
  private static final String MVARS = "module m\nmvar a = 0\nmvar b = 0\n";

  /** The body's first line is line 5. */
  private static ModuleFile module(String body) throws Exception {
    return Assembler.assemble("m.ska", MVARS + "function f(r x) -> r\n" + body + "end\n");
  }

  private static void accept(String body) throws Exception {
    ModuleFile module = module(body);
    assertThatCode(() -> Verifier.verify(module)).doesNotThrowAnyException();
  }

  private static void reject(String body, String... messages) throws Exception {
    ModuleFile module = module(body);
    VerificationException e =
        catchThrowableOfType(VerificationException.class, () -> Verifier.verify(module));
    assertThat(e).isNotNull();
    assertThat(e.getMessage().lines()).containsExactly(messages);
  }

  /** What stays held on the way to each handler segment. */
  private static int[] kept(String body) throws Exception {
    int[] segments = Verifier.verify(module(body)).functions().getFirst().handlerSegments();
    int[] kept = new int[segments.length / VerifiedFunction.SEGMENT_NUMBERS];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = segments[i * VerifiedFunction.SEGMENT_NUMBERS + 4];
    }
    return kept;
  }

  @Test
  void shouldAcceptLocksThatAreUndoneInAnyOrder() throws Exception {
    accept(
        """
            mvar.lock.write a
            mvar.lock.read b
            mvar.lock.read a
            mvar.unlock b
            mvar.unlock a
            mvar.unlock a
            r.return x
        """);
  }

  @Test
  void shouldAcceptALoopThatLocksAndUnlocks() throws Exception {
    accept(
        """
        next:
            mvar.lock.write a
            mvar.unlock a
            r.jump.true x, @next
            r.return x
        """);
  }

  @Test
  void shouldAcceptEndsThatReleaseEverythingThemselves() throws Exception {
    accept("mvar.lock.write a\nr.jump.true x, @out\nthrow x\nout:\nexit x\n");
  }

  @Test
  void shouldNotHoldWhereATryOrATimedLockGaveUp() throws Exception {
    accept(
        """
            mvar.try.lock.write a, @busy
            i.const n, 1000
            mvar.lock.read.timeout b, n, @late
            mvar.unlock b
        late:
            mvar.unlock a
        busy:
            r.return x
        """);
  }

  @Test
  void shouldRejectAReturnThatHolds() throws Exception {
    reject(
        """
            mvar.lock.write a
            r.jump.true x, @out
            mvar.unlock a
            r.return x
        out:
            r.return x
        """,
        "m.f pc=4 line=10: the function may end here while it holds an MVar: opcode=r.return"
            + " held=write a (line 5) by=lines 5, 6, 10");
  }

  @Test
  void shouldRejectATailCallThatHolds() throws Exception {
    reject(
        """
            mvar.lock.read b
            mvar.lock.write a
            tail.call f(x)
        """,
        "m.f pc=2 line=7: the function may end here while it holds an MVar: opcode=tail.call"
            + " held=read b (line 5), write a (line 6) by=lines 5, 6, 7");
  }

  @Test
  void shouldRejectPathsThatMeetAndHoldDifferentMvars() throws Exception {
    reject(
        """
            print x
            r.jump.true x, @join
            mvar.lock.write a
        join:
            print x
            exit x
        """,
        "m.f pc=3 line=9: paths that meet here hold different MVars: held=nothing by=lines 6, 9"
            + " other=write a (line 7) by=lines 6, 7, 9");
  }

  @Test
  void shouldTellTheOrderAndTheModeOfHoldsApart() throws Exception {
    reject(
        """
            r.jump.true x, @other
            mvar.lock.write a
            mvar.lock.read b
            jump @join
        other:
            mvar.lock.read b
            mvar.lock.write a
        join:
            mvar.unlock a
            mvar.unlock b
            r.return x
        """,
        "m.f pc=6 line=13: paths that meet here hold different MVars:"
            + " held=read b (line 10), write a (line 11) by=lines 5, 10, 11, 13"
            + " other=write a (line 6), read b (line 7) by=lines 5, 6, 7, 13");
    reject(
        """
            r.jump.true x, @other
            mvar.lock.write a
            jump @join
        other:
            mvar.lock.read a
        join:
            mvar.unlock a
            r.return x
        """,
        "m.f pc=4 line=11: paths that meet here hold different MVars:"
            + " held=read a (line 9) by=lines 5, 9, 11"
            + " other=write a (line 6) by=lines 5, 6, 11");
  }

  @Test
  void shouldAcceptTheSameLocksTakenOnDifferentLines() throws Exception {
    accept(
        """
            r.jump.true x, @other
            mvar.lock.write a
            jump @join
        other:
            mvar.lock.write a
        join:
            mvar.unlock a
            r.return x
        """);
  }

  @Test
  void shouldRejectALoopThatTakesMoreEachTime() throws Exception {
    reject(
        """
        next:
            mvar.lock.read a
            r.jump.true x, @next
            mvar.unlock a
            r.return x
        """,
        "m.f pc=0 line=6: paths that meet here hold different MVars: held=nothing by=line 6"
            + " other=read a (line 6) by=lines 6, 7, 6");
  }

  @Test
  void shouldRejectAnUnlockOfWhatIsNotHeld() throws Exception {
    reject(
        """
            mvar.lock.write b
            mvar.unlock a
            mvar.unlock b
            r.return x
        """,
        "m.f pc=1 line=6: an MVar is unlocked that the function does not hold there: mvar=a"
            + " held=write b (line 5) by=lines 5, 6");
  }

  @Test
  void shouldKeepWhatWasHeldWhereTheRangeBegan() throws Exception {
    String body =
        """
            mvar.lock.write a
            try
              mvar.lock.write b
              r.head x, x
              mvar.unlock b
              try
                r.head x, x
                mvar.lock.read b
                print x
                mvar.unlock b
                jump @done
              catch e
              mvar.unlock a
              r.return e
            catch e
        done:
            mvar.unlock a
            r.return x
        """;

    assertThat(kept(body)).containsExactly(1, 1, 1);
    assertThat(
            kept(
                "try\n"
                    + "mvar.lock.write a\n"
                    + "print x\n"
                    + "mvar.unlock a\n"
                    + "r.return x\n"
                    + "catch e\n"
                    + "r.return e\n"))
        .containsExactly(0);
  }

  @Test
  void shouldLetARangeEndByUndoingWhatWasHeldBefore() throws Exception {
    accept(
        """
            mvar.lock.write a
            try
              r.head x, x
              mvar.unlock a
              r.return x
            catch e
            mvar.unlock a
            r.return e
        """);
  }

  @Test
  void shouldRejectARangeThatMayRaiseWithLessHeldThanWhereItBegan() throws Exception {
    reject(
        """
            mvar.lock.write a
            try
              r.head x, x
              mvar.unlock a
              print x
              r.return x
            catch e
            mvar.unlock a
            r.return e
        """,
        "m.f pc=3 line=9: an error here goes to a handler in whose range less is held than where it"
            + " began: opcode=print began=line 7 with=write a held=nothing by=lines 5, 8, 9");
  }

  @Test
  void shouldRejectAHandlerThatForgetsWhatIsKept() throws Exception {
    reject(
        """
            mvar.lock.write a
            try
              r.head x, x
              mvar.unlock a
              r.return x
            catch e
            r.return e
        """,
        "m.f pc=4 line=11: the function may end here while it holds an MVar: opcode=r.return"
            + " held=write a (line 5) by=lines 5, 7, 11");
  }

  @Test
  void shouldFindWhatIsKeptThoughTheRangeIsEnteredInItsMiddle() throws Exception {
    String body =
        """
            mvar.lock.write a
            jump @middle
            try
        again:
              print x
        middle:
              r.head x, x
              mvar.unlock a
              r.return x
            catch e
            jump @again
        """;

    assertThat(kept(body)).containsExactly(1);
  }

  @Test
  void shouldTakeTwoReferencesToAnMvarForOne() throws Exception {
    FunctionBuilder function =
        new FunctionBuilder("f")
            .counts(1, 0, 0)
            .op(MVAR_LOCK_WRITE, 0)
            .op(MVAR_UNLOCK, 1)
            .op(R_SELF, 0)
            .op(R_RETURN, 0);
    ModuleFile module =
        new ModuleBuilder("m")
            .literal(Term.NIL)
            .mvar("v", true, 0)
            .mvarReference(null, "v")
            .mvarReference("m", "v")
            .function(function)
            .build();

    assertThatCode(() -> Verifier.verify(module)).doesNotThrowAnyException();
  }

  @Test
  void shouldRejectMoreThan255Holds() throws Exception {
    String undo = "mvar.unlock a\n".repeat(255) + "r.return x\n";
    accept("mvar.lock.read a\n".repeat(255) + undo);

    reject(
        "mvar.lock.read a\n".repeat(256) + undo,
        "m.f pc=255 line=260: a function holds too many MVars: limit=255"
            + " by=lines 5, 6, 7, 8, …, 258, 259, 260");
  }

  @Test
  void shouldNotLookAtCodeThatNothingReaches() throws Exception {
    accept("r.return x\nmvar.unlock a\nr.return x\n");
  }

  @Test
  void shouldRejectMoreListsThanTheSizeJustifies() {
    FunctionBuilder function = new FunctionBuilder("f").counts(1, 0, 0).op(R_SELF, 0);
    for (int i = 0; i < 254; i++) {
      function.op(MVAR_LOCK_WRITE, 1 + i);
    }
    // Each round moves a hold to the list's end: all behind it get new lists.
    Random random = new Random(1);
    for (int i = 0; i < 4_000; i++) {
      int mvar = 1 + random.nextInt(254);
      function.op(MVAR_UNLOCK, mvar).op(MVAR_LOCK_WRITE, mvar);
    }
    ModuleBuilder module = new ModuleBuilder("m").literal(Term.NIL);
    for (int i = 0; i < 256; i++) {
      module.mvarReference("other", "v" + i);
    }
    ModuleFile file = module.function(function.op(org.skerry.isa.Opcode.EXIT, 0)).build();

    assertThatCode(() -> Verifier.verify(file))
        .hasMessage("m.f: the lists of held MVars are too many for the module's size");
  }
}
