package org.skerry.programs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.skerry.isa.Opcode;
import org.skerry.isa.OperandKind;
import org.skerry.programs.CaseTable.Case;

/** Instructions on integers and floats compute what Java computes, for every pair of odd values. */
class NumbersTest {
  private static final long[] INTS = {
    0,
    1,
    -1,
    2,
    -2,
    7,
    63,
    64,
    65,
    -64,
    1000,
    32767,
    -32768,
    65536,
    0x7fff_ffffL,
    -0x8000_0000L,
    1L << 32,
    (1L << 53) + 1,
    1L << 62,
    -(1L << 62) - 1,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1,
    0x5555_5555_5555_5555L
  };

  private static final short[] IMMEDIATES = {0, 1, -1, 2, 7, 63, 64, 65, Short.MAX_VALUE, -32768};

  private static final double[] FLOATS = {
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    3.7,
    -3.2,
    1e-300,
    1e300,
    -1e300,
    4.9e-324,
    Double.MAX_VALUE,
    0x1p53,
    0x1p63,
    -0x1p63,
    0x1p64,
    1e15 + 0.3,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN
  };

  private static final Map<Opcode, LongBinaryOperator> INT_PAIRS =
      Map.ofEntries(
          Map.entry(Opcode.I_ADD, (a, b) -> a + b),
          Map.entry(Opcode.I_SUB, (a, b) -> a - b),
          Map.entry(Opcode.I_MUL, (a, b) -> a * b),
          Map.entry(Opcode.I_MIN, Math::min),
          Map.entry(Opcode.I_MAX, Math::max),
          Map.entry(Opcode.I_AND, (a, b) -> a & b),
          Map.entry(Opcode.I_OR, (a, b) -> a | b),
          Map.entry(Opcode.I_XOR, (a, b) -> a ^ b),
          Map.entry(Opcode.I_SHL, (a, b) -> a << b),
          Map.entry(Opcode.I_SHR, (a, b) -> a >> b),
          Map.entry(Opcode.I_USHR, (a, b) -> a >>> b),
          Map.entry(Opcode.I_EQ, (a, b) -> a == b ? 1 : 0),
          Map.entry(Opcode.I_NE, (a, b) -> a != b ? 1 : 0),
          Map.entry(Opcode.I_LT, (a, b) -> a < b ? 1 : 0),
          Map.entry(Opcode.I_LE, (a, b) -> a <= b ? 1 : 0),
          Map.entry(Opcode.I_GT, (a, b) -> a > b ? 1 : 0),
          Map.entry(Opcode.I_GE, (a, b) -> a >= b ? 1 : 0));

  private static final Map<Opcode, LongBinaryOperator> INT_IMMEDIATES =
      Map.of(
          Opcode.I_ADD_IMM, (a, b) -> a + b,
          Opcode.I_MUL_IMM, (a, b) -> a * b,
          Opcode.I_AND_IMM, (a, b) -> a & b,
          Opcode.I_SHL_IMM, (a, b) -> a << b,
          Opcode.I_SHR_IMM, (a, b) -> a >> b,
          Opcode.I_USHR_IMM, (a, b) -> a >>> b);

  private static final Map<Opcode, LongUnaryOperator> INT_ONES =
      Map.of(
          Opcode.I_MOVE, a -> a,
          Opcode.I_NEG, a -> -a,
          Opcode.I_ABS, Math::abs,
          Opcode.I_NOT, a -> ~a,
          Opcode.I_BIT_COUNT, Long::bitCount,
          Opcode.I_LEADING_ZEROS, Long::numberOfLeadingZeros,
          Opcode.I_TRAILING_ZEROS, Long::numberOfTrailingZeros);

  /** 1 where the branch is taken. */
  private static final Map<Opcode, LongBinaryOperator> INT_BRANCHES =
      Map.ofEntries(
          Map.entry(Opcode.I_JUMP_EQ, (a, b) -> a == b ? 1 : 0),
          Map.entry(Opcode.I_JUMP_NE, (a, b) -> a != b ? 1 : 0),
          Map.entry(Opcode.I_JUMP_LT, (a, b) -> a < b ? 1 : 0),
          Map.entry(Opcode.I_JUMP_LE, (a, b) -> a <= b ? 1 : 0),
          Map.entry(Opcode.I_JUMP_GT, (a, b) -> a > b ? 1 : 0),
          Map.entry(Opcode.I_JUMP_GE, (a, b) -> a >= b ? 1 : 0),
          Map.entry(Opcode.I_JUMP_EQ_IMM, (a, b) -> a == b ? 1 : 0),
          Map.entry(Opcode.I_JUMP_NE_IMM, (a, b) -> a != b ? 1 : 0),
          Map.entry(Opcode.I_JUMP_LT_IMM, (a, b) -> a < b ? 1 : 0),
          Map.entry(Opcode.I_JUMP_LE_IMM, (a, b) -> a <= b ? 1 : 0),
          Map.entry(Opcode.I_JUMP_GT_IMM, (a, b) -> a > b ? 1 : 0),
          Map.entry(Opcode.I_JUMP_GE_IMM, (a, b) -> a >= b ? 1 : 0));

  private static final Map<Opcode, DoubleBinaryOperator> FLOAT_PAIRS =
      Map.of(
          Opcode.F_ADD, (a, b) -> a + b,
          Opcode.F_SUB, (a, b) -> a - b,
          Opcode.F_MUL, (a, b) -> a * b,
          Opcode.F_DIV, (a, b) -> a / b,
          Opcode.F_REM, (a, b) -> a % b,
          Opcode.F_MIN, Math::min,
          Opcode.F_MAX, Math::max,
          Opcode.F_ATAN2, Math::atan2,
          Opcode.F_POW, Math::pow);

  private static final Map<Opcode, DoubleUnaryOperator> FLOAT_ONES =
      Map.ofEntries(
          Map.entry(Opcode.F_MOVE, a -> a),
          Map.entry(Opcode.F_NEG, a -> -a),
          Map.entry(Opcode.F_ABS, Math::abs),
          Map.entry(Opcode.F_SQRT, Math::sqrt),
          Map.entry(Opcode.F_FLOOR, Math::floor),
          Map.entry(Opcode.F_CEIL, Math::ceil),
          Map.entry(Opcode.F_ROUND, Math::rint),
          Map.entry(Opcode.F_TRUNC, a -> a < 0 ? Math.ceil(a) : Math.floor(a)),
          Map.entry(Opcode.F_SIN, Math::sin),
          Map.entry(Opcode.F_COS, Math::cos),
          Map.entry(Opcode.F_TAN, Math::tan),
          Map.entry(Opcode.F_ASIN, Math::asin),
          Map.entry(Opcode.F_ACOS, Math::acos),
          Map.entry(Opcode.F_ATAN, Math::atan),
          Map.entry(Opcode.F_EXP, Math::exp),
          Map.entry(Opcode.F_LOG, Math::log),
          Map.entry(Opcode.F_LOG10, Math::log10));

  /** A relation of two floats. */
  private interface Relation {
    boolean holds(double a, double b);
  }

  private static final Map<Opcode, Relation> FLOAT_RELATIONS =
      Map.ofEntries(
          Map.entry(Opcode.F_EQ, (a, b) -> a == b),
          Map.entry(Opcode.F_NE, (a, b) -> a != b),
          Map.entry(Opcode.F_LT, (a, b) -> a < b),
          Map.entry(Opcode.F_LE, (a, b) -> a <= b),
          Map.entry(Opcode.F_GT, (a, b) -> a > b),
          Map.entry(Opcode.F_GE, (a, b) -> a >= b),
          Map.entry(Opcode.F_JUMP_EQ, (a, b) -> a == b),
          Map.entry(Opcode.F_JUMP_NE, (a, b) -> a != b),
          Map.entry(Opcode.F_JUMP_LT, (a, b) -> a < b),
          Map.entry(Opcode.F_JUMP_LE, (a, b) -> a <= b),
          Map.entry(Opcode.F_JUMP_GT, (a, b) -> a > b),
          Map.entry(Opcode.F_JUMP_GE, (a, b) -> a >= b));

  private static final List<CaseTable> TABLES =
      List.of(
          new CaseTable("ints", Map.of(), ints()),
          new CaseTable("int_branches", Map.of(), intBranches()),
          new CaseTable("floats", Map.of(), floats()),
          new CaseTable("float_relations", Map.of(), floatRelations()),
          new CaseTable("conversions", Map.of(), conversions()));

  @ParameterizedTest
  @MethodSource("tables")
  void shouldComputeWhatJavaComputes(CaseTable table) {
    table.check(Mode.ONE_WORKER);
    table.check(Mode.BOTH_ALWAYS);
  }

  static List<CaseTable> tables() {
    return TABLES;
  }

  private static List<Case> ints() {
    List<Case> cases = new ArrayList<>();
    for (long a : INTS) {
      INT_ONES.forEach((opcode, java) -> cases.add(row(opcode, java.applyAsLong(a), literal(a))));
      for (long b : INTS) {
        INT_PAIRS.forEach((opcode, java) ->
            cases.add(row(opcode, java.applyAsLong(a, b), literal(a), literal(b))));
      }
      for (short b : IMMEDIATES) {
        INT_IMMEDIATES.forEach((opcode, java) ->
            cases.add(row(opcode, java.applyAsLong(a, b), literal(a), literal(b))));
      }
    }
    return cases;
  }

  private static List<Case> intBranches() {
    List<Case> cases = new ArrayList<>();
    INT_BRANCHES.forEach((opcode, java) -> {
      boolean immediate = opcode.operands().get(1) == OperandKind.IMM16;
      for (long a : INTS) {
        for (long b : INTS) {
          if (!immediate || b == (short) b) {
            String expected = java.applyAsLong(a, b) == 1 ? "jump" : "next";
            cases.add(new Case(opcode, List.of(literal(a), literal(b)), expected));
          }
        }
      }
    });
    return cases;
  }

  private static List<Case> floats() {
    List<Case> cases = new ArrayList<>();
    for (double a : FLOATS) {
      FLOAT_ONES.forEach(
          (opcode, java) -> cases.add(row(opcode, java.applyAsDouble(a), literal(a))));
      for (double b : FLOATS) {
        FLOAT_PAIRS.forEach((opcode, java) ->
            cases.add(row(opcode, java.applyAsDouble(a, b), literal(a), literal(b))));
      }
    }
    return cases;
  }

  private static List<Case> floatRelations() {
    List<Case> cases = new ArrayList<>();
    for (double a : FLOATS) {
      for (double b : FLOATS) {
        FLOAT_RELATIONS.forEach((opcode, java) -> {
          boolean holds = java.holds(a, b);
          boolean branches = opcode.operands().getLast().isLabel();
          String expected = branches ? holds ? "jump" : "next" : holds ? "1" : "0";
          cases.add(new Case(opcode, List.of(literal(a), literal(b)), expected));
        });
      }
    }
    return cases;
  }

  private static List<Case> conversions() {
    List<Case> cases = new ArrayList<>();
    for (double a : FLOATS) {
      cases.add(row(Opcode.I_FROM_F, (long) a, literal(a)));
      cases.add(row(Opcode.I_BITS_FROM_F, Double.doubleToRawLongBits(a), literal(a)));
    }
    for (long a : INTS) {
      cases.add(row(Opcode.F_FROM_I, (double) a, literal(a)));
      cases.add(row(Opcode.F_BITS_FROM_I, Double.longBitsToDouble(a), literal(a)));
    }
    return cases;
  }

  private static Case row(Opcode opcode, long result, String... operands) {
    return new Case(opcode, List.of(operands), Long.toString(result));
  }

  private static Case row(Opcode opcode, double result, String... operands) {
    return new Case(opcode, List.of(operands), literal(result));
  }

  private static String literal(long value) {
    return Long.toString(value);
  }

  private static String literal(double value) {
    return Double.isNaN(value)
        ? "nan"
        : Double.isInfinite(value) ? value > 0 ? "inf" : "-inf" : Double.toString(value);
  }
}
