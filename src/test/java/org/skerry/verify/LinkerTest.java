package org.skerry.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.skerry.isa.Opcode.*;
import static org.skerry.module.FunctionBuilder.registers;
import static org.skerry.module.FunctionBuilder.sparse;
import static org.skerry.term.ObjectLayout.TUPLE;
import static org.skerry.term.ObjectLayout.header;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.skerry.isa.Opcode;
import org.skerry.memory.Memory;
import org.skerry.memory.MemoryPool;
import org.skerry.module.CodeSpace;
import org.skerry.module.FrameLayout;
import org.skerry.module.FunctionBuilder;
import org.skerry.module.FunctionDefinition;
import org.skerry.module.FunctionLayout;
import org.skerry.module.HandlerTable;
import org.skerry.module.LinkException;
import org.skerry.module.LinkedModule;
import org.skerry.module.Linker;
import org.skerry.module.Liveness;
import org.skerry.module.ModuleBuilder;
import org.skerry.module.ModuleFile;
import org.skerry.module.VerifiedModule;
import org.skerry.term.Atoms;
import org.skerry.term.Term;

/** Modules through the verifier and the linker, looked at as the interpreter will find them. */
class LinkerTest {
  private final MemoryPool pool = new MemoryPool(256 << 20);
  private final Atoms atoms = new Atoms(pool, Atoms.DEFAULT_MAX_COUNT);
  private final CodeSpace space = new CodeSpace(pool);

  @AfterEach
  void close() {
    space.close();
    atoms.close();
    pool.close(); // fails where something was not freed
  }

  @Test
  void shouldWriteTheFunctionRecord() throws Exception {
    LinkedModule module =
        link(
            new ModuleBuilder("m")
                .function(new FunctionBuilder("first").counts(1, 0, 0).op(R_SELF, 0).op(EXIT, 0))
                .function(
                    new FunctionBuilder("f")
                        .signature("rfr", 'i')
                        .counts(70, 2, 3)
                        .hidden()
                        .label("a")
                        .op(R_HEAD, 5, 0)
                        .label("b")
                        .op(I_CONST, 0, 1)
                        .label("h")
                        .op(I_CONST, 1, 2)
                        .op(I_RETURN, 1)
                        .handler("a", "b", "h", 69)));

    long record = space.functionAddress(module.functionIndex("f"));

    assertThat(module.functionIndex("f")).isEqualTo(1);
    assertThat(CodeSpace.functionAddress(space.directoryAddress(), 1)).isEqualTo(record);
    assertThat(Memory.getInt(record + FunctionLayout.FRAME_BYTES_OFFSET)).isEqualTo(16 + 8 * 75);
    assertThat(Memory.getInt(record + FunctionLayout.CODE_WORDS_OFFSET)).isEqualTo(6);
    assertThat(Memory.getInt(record + FunctionLayout.FUNCTION_INDEX_OFFSET)).isEqualTo(1);
    assertThat(Memory.getInt(record + FunctionLayout.MODULE_INDEX_OFFSET)).isZero();
    assertThat(Memory.getByte(record + FunctionLayout.RESULT_BANK_OFFSET)).isEqualTo((byte) 1);
    assertThat(Memory.getByte(record + FunctionLayout.FLAGS_OFFSET)).isZero();
    assertThat(Memory.getShort(record + FunctionLayout.R_COUNT_OFFSET)).isEqualTo((short) 70);
    assertThat(Memory.getShort(record + FunctionLayout.I_COUNT_OFFSET)).isEqualTo((short) 2);
    assertThat(Memory.getShort(record + FunctionLayout.F_COUNT_OFFSET)).isEqualTo((short) 3);
    assertThat(Memory.getShort(record + FunctionLayout.R_PARAMETERS_OFFSET)).isEqualTo((short) 2);
    assertThat(Memory.getShort(record + FunctionLayout.I_PARAMETERS_OFFSET)).isEqualTo((short) 0);
    assertThat(Memory.getShort(record + FunctionLayout.F_PARAMETERS_OFFSET)).isEqualTo((short) 1);
    assertThat(Liveness.setWords(record)).isEqualTo(2);
    long segment = HandlerTable.find(record, 0);
    assertThat(HandlerTable.target(segment)).isEqualTo(3);
    assertThat(HandlerTable.registerOffset(segment)).isEqualTo(16 + 8 * 70);
    assertThat(HandlerTable.find(record, 1)).isZero();
    assertThat(HandlerTable.find(record, 5)).isZero();
    int flags = Memory.getByte(space.functionAddress(0) + FunctionLayout.FLAGS_OFFSET);
    assertThat(flags).isEqualTo(FunctionLayout.EXPORTED | FunctionLayout.TERMS_ONLY);
    assertThat(HandlerTable.find(space.functionAddress(0), 0)).isZero();
  }

  @Test
  void shouldTurnRegistersIntoOffsetsInTheFramesOfCallerAndCallee() throws Exception {
    LinkedModule module =
        link(
            new ModuleBuilder("m")
                .reference(null, "callee", "irf", 'f')
                .function(
                    new FunctionBuilder("f")
                        .signature("irf", 'f')
                        .counts(3, 2, 1)
                        .op(F_CALL, 0, 0, FunctionBuilder.arguments("i0", "r0", "f0"))
                        .op(F_RETURN, 0))
                .function(
                    new FunctionBuilder("callee")
                        .signature("irf", 'f')
                        .counts(5, 7, 1)
                        .op(F_RETURN, 0)));

    long[] code = linked(module, "f");

    assertThat(slots(code[0])).containsExactly(F_CALL.code(), 16 + 8, 1, 0);
    assertThat(slots(code[1])).containsExactly(3, 0, 0, 0);
    assertThat(slots(code[2])).containsExactly(16, 16, 32, 32);
    assertThat(slots(code[3])).containsExactly(16 + 8, 16 + 8, 0, 0);
  }

  @Test
  void shouldGiveAtomsOfAllModulesTheSameIndices() throws Exception {
    LinkedModule a = link(constant("a", "x", "shared"));
    LinkedModule b = link(constant("b", "y", "z", "shared"));

    assertThat(linked(a, "f")[1]).isEqualTo(linked(b, "f")[1]).isEqualTo(atoms.intern("shared"));
  }

  @Test
  void shouldPutImagesInPlaceOutsideEveryHeap() throws Exception {
    byte[] image = ModuleBuilder.imageOf(header(TUPLE, 2), Term.atom(0), 56, header(TUPLE, 0));
    LinkedModule module =
        link(
            new ModuleBuilder("m")
                .atom("somebody")
                .image(image)
                .function(
                    new FunctionBuilder("f").counts(1, 0, 0).op(R_CONST, 0, 0).op(R_RETURN, 0)));

    long tuple = linked(module, "f")[1];

    assertThat(Term.isTuple(tuple)).isTrue();
    assertThat(Memory.getLong(tuple + 8)).isEqualTo(atoms.intern("somebody"));
    assertThat(Memory.getLong(tuple + 16)).isEqualTo(tuple + 24);
    assertThat(Memory.getLong(tuple + 24)).isEqualTo(header(TUPLE, 0));
  }

  @Test
  void shouldSortTheKeysOfATermSwitchAgain() throws Exception {
    atoms.intern("later");
    atoms.intern("earlier");
    LinkedModule module =
        link(
            new ModuleBuilder("m")
                .atomLiteral("earlier")
                .atomLiteral("later")
                .literal(Term.smallInt(-5))
                .function(
                    new FunctionBuilder("f")
                        .signature("r", 'r')
                        .counts(1, 0, 0)
                        .op(R_SWITCH, 0, "none", sparse(0, "early", 1, "late", 2, "five"))
                        .label("none")
                        .op(EXIT, 0)
                        .label("early")
                        .op(EXIT, 0)
                        .label("late")
                        .op(EXIT, 0)
                        .label("five")
                        .op(EXIT, 0)));

    long[] code = linked(module, "f");

    int table = R_SWITCH.format().fixedWords();
    int none = table + 6;
    assertThat(code[table]).isEqualTo(Term.smallInt(-5));
    assertThat(code[table + 1]).isEqualTo(none + 3);
    assertThat(code[table + 2]).isEqualTo(atoms.intern("later"));
    assertThat(code[table + 3]).isEqualTo(none + 2);
    assertThat(code[table + 4]).isEqualTo(atoms.intern("earlier"));
    assertThat(code[table + 5]).isEqualTo(none + 1);
  }

  @Test
  void shouldLoadModulesThatNameEachOther() throws Exception {
    List<LinkedModule> modules =
        Linker.link(space, atoms, List.of(verify(calling("a", "b")), verify(calling("b", "a"))));

    assertThat(modules).extracting(LinkedModule::name).containsExactly("a", "b");
    assertThat(slots(linked(modules.get(0), "f")[0])[2]).isEqualTo(1);
    assertThat(slots(linked(modules.get(1), "f")[0])[2]).isEqualTo(0);
    assertThat(modules.get(1).target(0)).isZero();
    assertThat(space.module("b")).isSameAs(modules.get(1));
    assertThat(space.moduleOf(1)).isSameAs(modules.get(1));
  }

  @Test
  void shouldListAllThatIsMissingAndLoadNothing() throws Exception {
    link(
        new ModuleBuilder("lib")
            .function(new FunctionBuilder("f").counts(1, 0, 0).op(R_SELF, 0).op(R_RETURN, 0))
            .function(
                new FunctionBuilder("g").hidden().counts(1, 0, 0).op(R_SELF, 0).op(R_RETURN, 0)));
    long used = pool.usedBytes();
    ModuleBuilder user =
        new ModuleBuilder("user")
            .reference("nowhere", "f", "", 'r')
            .reference("lib", "h", "", 'r')
            .reference("lib", "g", "", 'r')
            .reference("lib", "f", "r", 'i')
            .reference("lib", "f", "", 'r');

    LinkException e = catchThrowableOfType(LinkException.class, () -> link(user));

    assertThat(e)
        .hasMessage(
            """
            user: a module is missing: module=nowhere function=f
            user: a function is missing: module=lib function=h
            user: a function is not exported: module=lib function=g
            user: a function has another signature than expected: module=lib function=f \
            signature=() -> r expected=(r) -> i\
            """);
    assertThat(e.problems()).hasSize(4);
    assertThat(space.module("user")).isNull();
    assertThat(space.functionCount()).isEqualTo(2);
    assertThat(pool.usedBytes()).isEqualTo(used);
  }

  @Test
  void shouldMakeAModuleCurrentThatIsLoadedAgain() throws Exception {
    LinkedModule first = link(constant("m", "x"));
    LinkedModule second = link(constant("m", "x"));

    assertThat(space.module("m")).isSameAs(second);
    assertThat(first.version()).isEqualTo(1);
    assertThat(second.version()).isEqualTo(2);
    assertThat(first.isOld()).isTrue();
    assertThat(second.isOld()).isFalse();
    assertThat(second.functionIndex("f")).isNotEqualTo(first.functionIndex("f"));
  }

  @Test
  void shouldNotLoadTwoModulesOfANameTogether() throws Exception {
    VerifiedModule twin = verify(constant("m", "y").build());

    assertThatThrownBy(() -> Linker.link(space, atoms, List.of(twin, twin)))
        .isInstanceOf(LinkException.class)
        .hasMessageContaining("m: two modules of that name are loaded together");
    assertThat(space.module("m")).isNull();
  }

  @Test
  void shouldFailWithoutTraceWhereverMemoryEnds() throws Exception {
    byte[] image = ModuleBuilder.imageOf(header(TUPLE, 0));
    VerifiedModule module =
        verify(
            new ModuleBuilder("m")
                .image(image)
                .function(simple("f"))
                .function(simple("g"))
                .build());
    long used = pool.usedBytes();
    for (int failing : new int[] {1, 2, 2, 3}) { // the page of records is there from the second on
      pool.failures().failFrom(failing);
      assertThatThrownBy(() -> Linker.link(space, atoms, List.of(module)))
          .as("allocation %s", failing)
          .isInstanceOf(LinkException.class)
          .hasMessageStartingWith("m: the VM's memory cap leaves no room for");
      pool.failures().none();
      assertThat(space.functionCount()).isZero();
      assertThat(space.module("m")).isNull();
      if (failing > 1) {
        // The page of function records stays; nothing else does.
        assertThat(pool.usedBytes()).isEqualTo(used + 512 * 64);
      }
    }
    assertThat(Linker.link(space, atoms, List.of(module))).hasSize(1);
  }

  @Test
  void shouldHoldMoreFunctionsThanAPageOfRecords() throws Exception {
    ModuleBuilder module = new ModuleBuilder("m");
    for (int i = 0; i < 1100; i++) {
      module.function(simple("f" + i));
    }

    LinkedModule linked = link(module);

    for (int i = 0; i < 1100; i++) {
      assertThat(linked.functionIndex("f" + i)).isEqualTo(i);
      long record = space.functionAddress(i);
      assertThat(Memory.getInt(record + FunctionLayout.FUNCTION_INDEX_OFFSET)).isEqualTo(i);
    }
  }

  @Test
  void shouldNameFunctionsAndLines() throws Exception {
    link(constant("other", "x"));
    LinkedModule module =
        link(
            new ModuleBuilder("m")
                .function(simple("f"))
                .function(
                    new FunctionBuilder("g")
                        .signature("rr", 'r')
                        .counts(2, 0, 0)
                        .op(R_MOVE, 0, 1)
                        .line(12)
                        .op(R_TUPLE, 0, registers(0, 1))
                        .line(15)
                        .op(R_RETURN, 0)));

    int g = module.functionIndex("g");

    assertThat(space.location(g, 0)).hasToString("m.g/2 (m.ska)");
    assertThat(space.location(g, 1)).hasToString("m.g/2 (m.ska:12)");
    assertThat(space.location(g, 2)).hasToString("m.g/2 (m.ska:12)");
    assertThat(space.location(g, 3)).hasToString("m.g/2 (m.ska:15)");
    assertThat(space.location(g, 3).line()).isEqualTo(15);
  }

  @Test
  void shouldGiveTheOriginalWordsBackWhenUnlinked() throws Exception {
    for (Opcode opcode : Opcode.values()) {
      ModuleFile file = SimplestForms.of(opcode);
      try (CodeSpace own = new CodeSpace(pool)) {
        LinkedModule module = Linker.link(own, atoms, List.of(verify(file))).getFirst();
        FunctionDefinition function = module.function(0).definition();
        long[] code = code(own.functionAddress(0));

        assertThat(Unlinker.unlink(code, function, module))
            .as("%s", opcode)
            .isEqualTo(file.functions().getFirst().code());
      }
    }
  }

  @Test
  void shouldTellWhatIsLive() throws Exception {
    LinkedModule module =
        link(
            new ModuleBuilder("m")
                .reference(null, "f", "rr", 'r')
                .function(
                    new FunctionBuilder("f")
                        .signature("rr", 'r')
                        .counts(66, 0, 0)
                        .op(R_MOVE, 65, 0)
                        .label("call")
                        .op(R_CALL, 2, 0, FunctionBuilder.arguments("r65", "r65"))
                        .op(R_TUPLE, 0, registers(1, 2))
                        .op(R_RETURN, 0)));
    long record = space.functionAddress(module.functionIndex("f"));

    assertThat(live(Liveness.liveIn(record, 0))).containsExactly(0, 1);
    assertThat(live(Liveness.liveIn(record, 1))).containsExactly(1, 65);
    assertThat(live(Liveness.liveAcross(record, 1))).containsExactly(1);
    assertThat(live(Liveness.liveIn(record, 4))).containsExactly(1, 2);
    assertThat(live(Liveness.liveIn(record, 6))).containsExactly(0);
  }

  private static List<Integer> live(long set) {
    List<Integer> registers = new ArrayList<>();
    for (int register = 0; register < 128; register++) {
      if ((Memory.getLong(set + 8L * (register >> 6)) >>> register & 1) != 0) {
        registers.add(register);
      }
    }
    return registers;
  }

  private static FunctionBuilder simple(String name) {
    return new FunctionBuilder(name).counts(1, 0, 0).op(R_SELF, 0).op(R_RETURN, 0);
  }

  /** Its function gives the last atom. */
  private static ModuleBuilder constant(String name, String... atoms) {
    ModuleBuilder module = new ModuleBuilder(name);
    for (String atom : atoms) {
      module.atomLiteral(atom);
    }
    return module.function(
        new FunctionBuilder("f").counts(1, 0, 0).op(R_CONST, 0, atoms.length - 1).op(R_RETURN, 0));
  }

  private static ModuleFile calling(String name, String other) {
    return new ModuleBuilder(name)
        .reference(other, "f", "", 'r')
        .function(
            new FunctionBuilder("f").counts(1, 0, 0).op(TAIL_CALL, 0, FunctionBuilder.arguments()))
        .build();
  }

  private static VerifiedModule verify(ModuleFile file) throws VerificationException {
    return Verifier.verify(file);
  }

  private LinkedModule link(ModuleBuilder module) throws Exception {
    return Linker.link(space, atoms, List.of(verify(module.build()))).getFirst();
  }

  private long[] linked(LinkedModule module, String function) {
    return code(space.functionAddress(module.functionIndex(function)));
  }

  private static long[] code(long record) {
    long[] code = new long[Memory.getInt(record + FunctionLayout.CODE_WORDS_OFFSET)];
    long address = Memory.getLong(record + FunctionLayout.CODE_OFFSET);
    for (int i = 0; i < code.length; i++) {
      code[i] = Memory.getLong(address + 8L * i);
    }
    return code;
  }

  private static int[] slots(long word) {
    return new int[] {
      (int) word & 0xFFFF,
      (int) (word >>> 16) & 0xFFFF,
      (int) (word >>> 32) & 0xFFFF,
      (int) (word >>> 48)
    };
  }

  @Test
  void shouldKeepOffsetsOfTheLargestFrameWithinAnOperand() {
    int last = FrameLayout.registerOffset(FrameLayout.MAX_REGISTERS - 1);
    assertThat(last).isEqualTo(65_520);
    assertThat(FrameLayout.frameBytes(FrameLayout.MAX_REGISTERS)).isEqualTo(65_528);
    long header = FrameLayout.header(77, 0x8000_0001);
    assertThat(FrameLayout.functionIndex(header)).isEqualTo(77);
    assertThat(FrameLayout.pc(header)).isEqualTo(0x8000_0001);
  }
}
