package org.skerry.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.skerry.isa.Opcode.*;
import static org.skerry.module.FunctionBuilder.registers;
import static org.skerry.module.FunctionBuilder.sparse;
import static org.skerry.module.FunctionBuilder.table;
import static org.skerry.term.ObjectLayout.U8_ARRAY;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.skerry.isa.InstructionWord;
import org.skerry.isa.Opcode;
import org.skerry.module.FunctionBuilder;
import org.skerry.module.ModuleBuilder;
import org.skerry.module.ModuleFile;
import org.skerry.module.VerifiedModule;
import org.skerry.term.ObjectLayout;
import org.skerry.term.Term;

/** Every rule of the verifier: a module that breaks it, and what is said about it. */
class VerifierTest {

  @ParameterizedTest(name = "{1}")
  @MethodSource({"badForms", "badOperands", "badCalls", "badHandlers", "badFlow", "badModules"})
  void shouldReject(ModuleFile module, String message) {
    VerificationException e =
        catchThrowableOfType(VerificationException.class, () -> Verifier.verify(module));

    assertThat(e).isNotNull().hasMessage(message);
  }

  static Stream<Arguments> badForms() {
    return Stream.of(
        bad(
            new FunctionBuilder("x").signature("rri", 'r').counts(1, 0, 0).op(R_RETURN, 0),
            "m.x: a function has fewer registers than parameters: bank=r registers=1 parameters=2\n"
                + "m.x: a function has fewer registers than parameters: bank=i registers=0"
                + " parameters=1"),
        bad(
            f().counts(8000, 189, 1).op(R_RETURN, 0),
            "m.f: a function has too many registers: registers=8190 limit=8189"),
        bad(
            f().counts(Integer.MAX_VALUE, Integer.MAX_VALUE, 2).op(R_RETURN, 0),
            "m.f: a function has too many registers: registers=4294967296 limit=8189"),
        bad(f(), "m.f: a function's code is empty or too long: words=0 limit=1048576"),
        bad(
            f().line(7).op(R_SELF, 0).line(8).word(0xFFFF),
            "m.f pc=1 line=8: an opcode is unknown: code=65535"),
        bad(f().word(R_CONST.code()), "m.f pc=0: an instruction is cut off: opcode=r.const"),
        bad(
            f().word(InstructionWord.withSlot(R_TUPLE.code(), 2, 5)).word(0),
            "m.f pc=0: an instruction is cut off: opcode=r.tuple"),
        bad(f().op(R_SELF, 0), "m.f pc=0: control runs off the end of the code: opcode=r.self"),
        bad(
            f().op(R_SELF, 0).word(InstructionWord.withSlot(R_RETURN.code(), 3, 1)),
            "m.f pc=1: unused bits of an instruction are not zero: opcode=r.return"),
        bad(
            with(f().op(R_SELF, 0).op(R_TUPLE, 1, registers(0, 0)).op(R_RETURN, 1), 2, 1L << 40),
            "m.f pc=1: unused bits of an instruction are not zero: opcode=r.tuple"),
        bad(
            with(
                f().counts(1, 1, 0)
                    .op(I_CONST, 0, 1)
                    .label("a")
                    .op(I_SWITCH, 0, 0, "a", table("a")),
                5,
                1L << 32),
            "m.f pc=2: unused bits of an instruction are not zero: opcode=i.switch"),
        bad(
            with(
                f().counts(1, 1, 0)
                    .op(I_CONST, 0, 1)
                    .label("a")
                    .op(I_SWITCH_SPARSE, 0, "a", sparse(5, "a")),
                5,
                1L << 32),
            "m.f pc=2: unused bits of an instruction are not zero: opcode=i.switch.sparse"),
        bad(
            f().op(R_SELF, 0).op(R_RETURN, 0).line(1, 3).line(1, 4),
            "m.f: the line table does not ascend from instruction to instruction: pc=1"),
        bad(
            f().op(R_SELF, 0).op(R_RETURN, 0).line(2, 3),
            "m.f: the line table does not ascend from instruction to instruction: pc=2"),
        bad(
            f().op(R_SELF, 0).op(R_RETURN, 0).line(1, 0),
            "m.f pc=1: a line number is not positive: line=0"),
        bad(
            f().op(R_SELF, 0).op(R_RETURN, 0).registerName(1, 0, "x"),
            "m.f: a name belongs to no register of the function: name=x bank=1 register=0"),
        bad(
            f().op(R_SELF, 0).op(R_RETURN, 0).registerName(3, 0, "x"),
            "m.f: a name belongs to no register of the function: name=x bank=3 register=0"));
  }

  static Stream<Arguments> badOperands() {
    return Stream.of(
        bad(
            f().op(R_SELF, 2).op(R_RETURN, 0),
            "m.f pc=0: a register does not exist: opcode=r.self register=r2 count=2"),
        bad(
            f().op(R_SELF, 0).op(I_FROM_R, 0, 0).op(R_RETURN, 0),
            "m.f pc=1: a register does not exist: opcode=i.from.r register=i0 count=0"),
        bad(
            f().op(R_SELF, 0).op(R_LIST, 0, registers(0, 65535)).op(R_RETURN, 0),
            "m.f pc=1: a register does not exist: opcode=r.list register=r65535 count=2"),
        bad(
            f().counts(1, 1, 0).op(R_SELF, 0).op(R_TYPE, 0, 0, 21).op(R_RETURN, 0),
            "m.f pc=1: a type test is unknown: opcode=r.type ordinal=21"),
        bad(
            f().counts(1, 1, 0)
                .op(R_SELF, 0)
                .op(I_CONST, 0, 1)
                .op(I_BYTES_GET, 0, 0, 0, 12)
                .op(R_RETURN, 0),
            "m.f pc=3: a byte format is unknown or of the other bank: opcode=i.bytes.get"
                + " ordinal=12"),
        bad(
            f().counts(1, 1, 1)
                .op(R_SELF, 0)
                .op(I_CONST, 0, 1)
                .op(F_BYTES_GET, 0, 0, 0, 16)
                .op(R_RETURN, 0),
            "m.f pc=3: a byte format is unknown or of the other bank: opcode=f.bytes.get"
                + " ordinal=16"),
        bad(
            f().op(R_CONST, 0, 1).op(R_RETURN, 0),
            "m.f pc=0: a literal does not exist: opcode=r.const index=1 count=1"),
        bad(
            f().op(R_CONST, 0, 1L << 32).op(R_RETURN, 0),
            "m.f pc=0: a literal does not exist: opcode=r.const index=4294967296 count=1"),
        bad(
            f().op(R_CONST, 0, -1L).op(R_RETURN, 0),
            "m.f pc=0: a literal does not exist: opcode=r.const index=-1 count=1"),
        bad(
            f().op(R_CALL, 0, 3, FunctionBuilder.arguments()).op(R_RETURN, 0),
            "m.f pc=0: a function reference does not exist: opcode=r.call index=3 count=3"),
        bad(
            f().op(R_CALL, 0, -1, FunctionBuilder.arguments()).op(R_RETURN, 0),
            "m.f pc=0: a function reference does not exist: opcode=r.call index=-1 count=3"),
        bad(
            f().op(JUMP, 1).op(R_CONST, 0, 0).op(R_RETURN, 0).op(JUMP, -2),
            "m.f pc=4: a label leads to no instruction of the function: opcode=jump target=2"),
        bad(
            f().op(JUMP, -1),
            "m.f pc=0: a label leads to no instruction of the function: opcode=jump target=-1"),
        bad(
            f().op(JUMP, Integer.MAX_VALUE).op(JUMP, Integer.MAX_VALUE),
            "m.f pc=0: a label leads to no instruction of the function: opcode=jump"
                + " target=2147483647\n"
                + "m.f pc=1: a label leads to no instruction of the function: opcode=jump"
                + " target=2147483648"),
        bad(
            f().op(R_SELF, 0).op(R_JUMP_EQ, 0, 0, 2).op(R_RETURN, 0),
            "m.f pc=1: a label leads to no instruction of the function: opcode=r.jump.eq target=3"),
        bad(
            with(
                f().counts(1, 1, 0)
                    .op(I_CONST, 0, 1)
                    .label("a")
                    .op(I_SWITCH, 0, 0, "a", table("a")),
                5,
                7),
            "m.f pc=2: a label leads to no instruction of the function: opcode=i.switch target=9"),
        bad(
            f().counts(1, 1, 0)
                .op(I_CONST, 0, 1)
                .label("a")
                .op(I_SWITCH_SPARSE, 0, "a", sparse(5, "a", 5, "a")),
            "m.f pc=2: the keys of a table do not ascend: opcode=i.switch.sparse entry=1 key=5"),
        bad(
            f().op(R_SELF, 0).label("a").op(R_SWITCH, 0, "a", sparse(0, "a", 1, "a")),
            "m.f pc=1: a literal does not exist: opcode=r.switch index=1 count=1"),
        Arguments.arguments(
            module(f().op(R_SELF, 0).label("a").op(R_SWITCH, 0, "a", sparse(0, "a", 1, "a")))
                .literal(Term.NIL)
                .build(),
            "m.f pc=1: two keys of a table are the same term: opcode=r.switch entries=2"));
  }

  static Stream<Arguments> badCalls() {
    return Stream.of(
        bad(
            f().op(R_SELF, 0).op(R_CALL, 0, 0, FunctionBuilder.arguments("r0")).op(R_RETURN, 0),
            "m.f pc=1: the arguments do not fit the signature: opcode=r.call function=f"
                + " signature=() -> r arguments=(r)"),
        bad(
            f().counts(2, 1, 0)
                .op(R_SELF, 0)
                .op(I_CONST, 0, 3)
                .op(I_CALL, 0, 1, FunctionBuilder.arguments("i0", "r0"))
                .op(R_RETURN, 0),
            "m.f pc=3: the arguments do not fit the signature: opcode=i.call function=g"
                + " signature=(r, i) -> i arguments=(i, r)"),
        bad(
            f().counts(2, 1, 0)
                .op(R_SELF, 0)
                .op(I_CONST, 0, 3)
                .op(R_CALL, 0, 1, FunctionBuilder.arguments("r0", "i0"))
                .op(R_RETURN, 0),
            "m.f pc=3: a call's destination is not of the result's bank: opcode=r.call function=g"
                + " signature=(r, i) -> i"),
        bad(
            f().counts(2, 1, 0)
                .op(R_SELF, 0)
                .op(I_CONST, 0, 3)
                .op(TAIL_CALL, 1, FunctionBuilder.arguments("r0", "i0")),
            "m.f pc=3: a tail call gives what the function does not: opcode=tail.call function=g"
                + " signature=(r, i) -> i"),
        bad(
            f().op(R_SELF, 0)
                .op(R_SPAWN, 0, 2, new FunctionBuilder.Entries(java.util.List.of(0, 3), 2))
                .op(R_RETURN, 0),
            "m.f pc=1: an argument's bank is unknown: opcode=r.spawn argument=0 bank=3"),
        bad(
            f().op(R_SELF, 0).op(R_SPAWN, 0, 2, FunctionBuilder.arguments("f0")).op(R_RETURN, 0),
            "m.f pc=1: a register does not exist: opcode=r.spawn register=f0 count=0"),
        bad(
            f().op(R_SELF, 0).op(R_CLOSURE, 0, 1, registers(0)).op(R_RETURN, 0),
            "m.f pc=1: the function of a closure must take and give terms: opcode=r.closure"
                + " function=g signature=(r, i) -> i"),
        bad(
            f().op(R_SELF, 0).op(R_CLOSURE, 0, 2, registers(0, 0)).op(R_RETURN, 0),
            "m.f pc=1: a closure has more captures than its function has parameters:"
                + " opcode=r.closure function=h signature=(r) -> r captures=2"),
        bad(
            f().signature("", 'i').op(R_SELF, 0).op(R_RETURN, 0),
            "m: a function has another signature than a reference to it says: reference=0 name=f"
                + " signature=() -> i reference=() -> r"),
        bad(
            g().signature("ri", 'i').counts(1, 1, 0).op(R_RETURN, 0),
            "m.g pc=0: the result is not of the bank that the function gives: opcode=r.return"
                + " bank=r signature=(r, i) -> i"),
        bad(
            g().signature("ri", 'i').counts(1, 1, 0).op(TAIL_CALL_CLOSURE, 0, registers()),
            "m.g pc=0: the result is not of the bank that the function gives:"
                + " opcode=tail.call.closure bank=r signature=(r, i) -> i"),
        bad(
            f().counts(1, 1, 0).op(I_CONST, 0, 0).op(I_RETURN, 0),
            "m.f pc=2: the result is not of the bank that the function gives: opcode=i.return"
                + " bank=i signature=() -> r"),
        bad(
            f().counts(1, 0, 1).op(F_CONST, 0, 0).op(F_RETURN, 0),
            "m.f pc=2: the result is not of the bank that the function gives: opcode=f.return"
                + " bank=f signature=() -> r"));
  }

  static Stream<Arguments> badHandlers() {
    return Stream.of(
        bad(
            two().handler(1, 3, 3, 0),
            "m.f pc=1: the range of a handler does not begin and end between instructions:"
                + " handler=0 start=1 end=3"),
        bad(
            two().handler(0, 1, 3, 0),
            "m.f pc=0: the range of a handler does not begin and end between instructions:"
                + " handler=0 start=0 end=1"),
        bad(
            two().handler(3, 3, 3, 0),
            "m.f pc=3: the range of a handler does not begin and end between instructions:"
                + " handler=0 start=3 end=3"),
        bad(
            two().handler(-1, 3, 3, 0),
            "m.f: the range of a handler does not begin and end between instructions:"
                + " handler=0 start=-1 end=3"),
        bad(
            two().handler(0, 9, 3, 0),
            "m.f pc=0: the range of a handler does not begin and end between instructions:"
                + " handler=0 start=0 end=9"),
        bad(
            two().handler(0, 2, 4, 0),
            "m.f pc=0: the target of a handler is not an instruction: handler=0 target=4"),
        bad(
            two().handler(0, 2, -1, 0),
            "m.f pc=0: the target of a handler is not an instruction: handler=0 target=-1"),
        bad(
            two().handler(0, 2, 3, 2),
            "m.f pc=0: the register of a handler does not exist: handler=0 register=r2 count=2"),
        bad(
            two().handler(0, 3, 3, 0).handler(2, 4, 3, 0),
            "m.f pc=2: handlers overlap and do not nest: handler=1 other=0"),
        bad(
            two().handler(0, 3, 3, 0).handler(0, 3, 3, 1),
            "m.f pc=0: handlers have the same range: handler=1 other=0"),
        bad(
            two().handler(0, 4, 3, 0).handler(2, 3, 3, 0),
            "m.f pc=2: a handler stands behind one whose range is around its own: handler=1"
                + " other=0"));
  }

  static Stream<Arguments> badFlow() {
    return Stream.of(
        bad(f().line(3).op(R_RETURN, 1), unassigned(0, 3, "r.return", "r1")),
        bad(
            f().op(R_SELF, 1).op(R_JUMP_TRUE, 1, "end").op(R_SELF, 0).label("end").op(R_RETURN, 0),
            unassigned(3, 0, "r.return", "r0")),
        bad(
            f().counts(1, 1, 1).op(F_FROM_I, 0, 0).op(R_FROM_F, 0, 0).op(R_RETURN, 0),
            unassigned(0, 0, "f.from.i", "i0")),
        bad(
            f().counts(1, 0, 1).op(R_FROM_F, 0, 0).op(R_RETURN, 0),
            unassigned(0, 0, "r.from.f", "f0")),
        bad(
            f().op(R_SELF, 1).op(R_CALL, 0, 2, FunctionBuilder.arguments("r0")).op(R_RETURN, 0),
            unassigned(1, 0, "r.call", "r0")),
        bad(
            f().op(R_SELF, 1).op(R_TUPLE, 1, registers(1, 0)).op(R_RETURN, 1),
            unassigned(1, 0, "r.tuple", "r0")),
        // The error may come before r0 is written.
        bad(
            f().label("a")
                .op(COLLECT)
                .op(R_SELF, 0)
                .op(COLLECT)
                .label("b")
                .op(R_RETURN, 0)
                .label("h")
                .op(R_RETURN, 0)
                .handler("a", "b", "h", 1),
            unassigned(4, 0, "r.return", "r0")),
        // An instruction that raises has not written its destination.
        bad(
            f().op(R_SELF, 1)
                .label("a")
                .op(R_HEAD, 0, 1)
                .label("b")
                .op(R_RETURN, 0)
                .label("h")
                .op(R_RETURN, 0)
                .handler("a", "b", "h", 1),
            unassigned(3, 0, "r.return", "r0")),
        // Nor has one that branches.
        bad(
            f().counts(2, 1, 0)
                .op(I_CONST, 0, 9)
                .op(R_RECEIVE_TIMEOUT, 0, 0, "late")
                .op(R_RETURN, 0)
                .label("late")
                .op(R_RETURN, 0),
            unassigned(5, 0, "r.return", "r0")));
  }

  static Stream<Arguments> badModules() {
    FunctionBuilder good = f().op(R_SELF, 0).op(R_RETURN, 0);
    return Stream.of(
        arguments(new ModuleBuilder("").build(), ": a module has no name"),
        arguments(
            module(good).atom("a").atom("a").build(),
            "m: two atoms have the same name: atom=1 name=a"),
        arguments(
            module(good).atom("x".repeat(256)).build(),
            "m: the name of an atom is too long or not Unicode: atom=0 name="
                + "x".repeat(100)
                + "…"),
        arguments(
            module(good).atom("\ud800").build(),
            "m: the name of an atom is too long or not Unicode: atom=0 name=\ud800"),
        arguments(
            module(good).literal(Term.atom(0)).build(),
            "m: a literal is no term that a module may hold: literal=1 word=0x2 atoms=0"),
        arguments(
            module(good).literal(Term.pid(1, 2, 0)).build(),
            "m: a literal is no term that a module may hold: literal=1 word=0x"
                + Long.toHexString(Term.pid(1, 2, 0))
                + " atoms=0"),
        arguments(
            module(good).literal(Term.ref(1)).build(),
            "m: a literal is no term that a module may hold: literal=1 word=0x1e atoms=0"),
        arguments(
            module(good).literal(Term.NONE).build(),
            "m: a literal is no term that a module may hold: literal=1 word=0x86 atoms=0"),
        arguments(
            module(good).literal(4096).build(),
            "m: a literal is no term that a module may hold: literal=1 word=0x1000 atoms=0"),
        arguments(
            module(good).image(new byte[8]).build(),
            "m: the image of a literal is malformed, its length is no header and whole words:"
                + " bytes=8: literal=1"),
        arguments(
            module(good).image(ModuleBuilder.imageOf(ObjectLayout.header(U8_ARRAY, 0))).build(),
            "m: the image of a literal is malformed, no object that a literal may hold begins:"
                + " offset=32: literal=1"),
        arguments(
            module(good).reference(null, "nowhere", "", 'r').build(),
            "m: a function that is referred to does not exist: reference=3 name=nowhere"),
        arguments(
            module(good).function(good).build(),
            "m: two functions have the same name: index=3 name=f"),
        arguments(
            module(good).function(new FunctionBuilder("")).build(),
            "m: a function has no name: index=3"),
        arguments(
            module(good).function(new FunctionBuilder("x\ny").counts(1, 0, 0).op(JUMP, 4)).build(),
            "m.x?y pc=0: a label leads to no instruction of the function: opcode=jump target=4"));
  }

  @Test
  void shouldListSomeProblemsAndCountTheRest() {
    FunctionBuilder function = f();
    for (int i = 0; i < 30; i++) {
      function.op(JUMP, 1000);
    }

    VerificationException e =
        catchThrowableOfType(
            VerificationException.class, () -> Verifier.verify(module(function).build()));

    assertThat(e.problems()).hasSize(Verifier.MAX_PROBLEMS);
    assertThat(e.getMessage()).hasLineCount(Verifier.MAX_PROBLEMS + 1).contains("… and ");
  }

  @Test
  void shouldTakeCodeThatCannotBeReachedToHaveEverythingAssigned() {
    accept(f().op(R_SELF, 0).op(R_RETURN, 0).op(R_RETURN, 1));
  }

  @Test
  void shouldAssignWhatEveryWayAssigns() {
    accept(
        f().op(R_SELF, 1)
            .op(R_JUMP_TRUE, 1, "other")
            .op(R_SELF, 0)
            .op(JUMP, "end")
            .label("other")
            .op(R_REF, 0)
            .label("end")
            .op(R_RETURN, 0));
  }

  @Test
  void shouldAssignTheRegisterOfAHandlerAndWhatCameBeforeItsRange() {
    accept(
        f().op(R_SELF, 0)
            .label("a")
            .op(R_HEAD, 1, 0)
            .label("b")
            .op(R_RETURN, 1)
            .label("h")
            .op(R_TUPLE, 0, registers(0, 1))
            .op(R_RETURN, 0)
            .handler("a", "b", "h", 1));
  }

  @Test
  void shouldCountWhatIsWrittenInARangeBeforeTheFirstInstructionThatRaises() {
    accept(
        f().label("a")
            .op(R_SELF, 0)
            .op(R_HEAD, 1, 0)
            .label("b")
            .op(R_RETURN, 1)
            .label("h")
            .op(R_RETURN, 0)
            .handler("a", "b", "h", 1));
  }

  @Test
  void shouldLeadErrorsToTheInnermostHandlerOnly() {
    accept(
        f().label("a")
            .op(COLLECT)
            .op(R_SELF, 1)
            .label("c")
            .op(R_RETURN, 1)
            .label("inner")
            .op(COLLECT)
            .op(R_RETURN, 0)
            .label("e")
            .label("outer")
            .op(R_RETURN, 0)
            .handler("a", "c", "inner", 0)
            .handler("a", "e", "outer", 1));
  }

  @Test
  void shouldAcceptAHandlerWithinItsOwnRange() {
    accept(
        f().counts(2, 0, 0)
            .op(R_SELF, 0)
            .label("a")
            .op(R_HEAD, 1, 0)
            .op(JUMP, "a")
            .label("b")
            .handler("a", "b", "a", 0));
  }

  @Test
  void shouldAcceptTheLargestFrame() {
    accept(f().counts(8000, 188, 1).op(R_SELF, 7999).op(R_RETURN, 7999));
  }

  @Test
  void shouldNotSeeWhatIsDoneToTheFileAfterwards() throws Exception {
    ModuleFile file = module(f().op(R_SELF, 0).op(R_RETURN, 0)).build();
    VerifiedModule verified = Verifier.verify(file);

    file.functions().getFirst().code()[0] = -1;

    assertThat(verified.file().functions().getFirst().code()[0] & 0xFFFF).isEqualTo(R_SELF.code());
  }

  @Test
  void shouldAcceptEveryOpcodeInItsSimplestForm() {
    for (Opcode opcode : Opcode.values()) {
      ModuleFile file = SimplestForms.of(opcode);
      assertThatCode(() -> Verifier.verify(file)).as("%s", opcode).doesNotThrowAnyException();
    }
  }

  private static void accept(FunctionBuilder function) {
    assertThatCode(() -> Verifier.verify(module(function).build())).doesNotThrowAnyException();
  }

  private static String unassigned(int pc, int line, String opcode, String register) {
    return "m.f pc="
        + pc
        + (line > 0 ? " line=" + line : "")
        + ": a register may be read before it is assigned: opcode="
        + opcode
        + " register="
        + register;
  }

  private static Arguments bad(FunctionBuilder function, String message) {
    return arguments(module(function).build(), message);
  }

  /** With the function that is in the test, and others that it may name. */
  private static ModuleBuilder module(FunctionBuilder function) {
    var built = function.build();
    ModuleBuilder module = new ModuleBuilder("m").literal(Term.NIL);
    module.reference(null, "f", "", 'r');
    module.reference(null, "g", "ri", 'i');
    module.reference(null, "h", "r", 'r');
    if (!built.name().equals("f")) {
      module.function(f().op(R_SELF, 0).op(R_RETURN, 0));
    }
    module.function(built);
    if (!built.name().equals("g")) {
      module.function(g().op(I_RETURN, 0));
    }
    return module.function(
        new FunctionBuilder("h").signature("r", 'r').counts(1, 0, 0).op(R_RETURN, 0));
  }

  private static FunctionBuilder f() {
    return new FunctionBuilder("f").counts(2, 0, 0);
  }

  private static FunctionBuilder g() {
    return new FunctionBuilder("g").signature("ri", 'i').counts(1, 1, 0);
  }

  /** Three instructions, at 0, 2 and 3. */
  private static FunctionBuilder two() {
    return f().op(R_CONST, 0, 0).op(R_SELF, 1).op(R_RETURN, 0);
  }

  private static FunctionBuilder with(FunctionBuilder function, int index, long bits) {
    return function.or(index, bits);
  }
}
