package org.skerry.isa;

import static org.skerry.isa.Effect.*;
import static org.skerry.isa.OperandKind.*;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Every instruction, one row each: what it does in register algebra, its effects, its operands. This
 * is the single source: decoder, assembler, disassembler, verifier, safepoints and the page
 * {@code native-notes/isa.md} derive from it, and the code that executes switches over it without a
 * default.
 *
 * <p>In the algebra {@code [n]} is operand {@code n}, and {@code r[n] i[n] f[n]} the register that it
 * names. A row's position is its code in the module format: new rows go to the end of the format,
 * and a row that goes away needs a new format version.
 *
 * <p>A branch to itself or backwards, and every call, costs a reduction and may be where a process is
 * preempted. The mnemonic is the name in lower case with dots for underscores: {@code I_ADD_CHECKED}
 * is {@code i.add.checked}.
 */
public enum Opcode {

  // Moves and constants.

  R_MOVE("r[0] := r[1]", Set.of(), R_DST, R_SRC),
  I_MOVE("i[0] := i[1]", Set.of(), I_DST, I_SRC),
  F_MOVE("f[0] := f[1]", Set.of(), F_DST, F_SRC),
  R_CONST("r[0] := literal [1]; used in place, never copied", Set.of(), R_DST, LITERAL),
  I_CONST("i[0] := [1]", Set.of(), I_DST, I_LITERAL),
  F_CONST("f[0] := [1]", Set.of(), F_DST, F_LITERAL),

  // Between banks.

  R_FROM_I("r[0] := the integer i[1]", Set.of(MAY_COLLECT), R_DST, I_SRC),
  R_FROM_F("r[0] := the float f[1]", Set.of(MAY_COLLECT), R_DST, F_SRC),
  R_FROM_BOOL("r[0] := false if i[1] = 0, else true", Set.of(), R_DST, I_SRC),
  I_FROM_R("i[0] := the integer r[1]; type_error if it is none", Set.of(MAY_THROW), I_DST, R_SRC),
  F_FROM_R("f[0] := the float r[1]; type_error if it is none", Set.of(MAY_THROW), F_DST, R_SRC),
  I_FROM_BOOL("i[0] := 1 if r[1] is true, 0 if it is false; else type_error", Set.of(MAY_THROW), I_DST, R_SRC),
  F_FROM_I("f[0] := i[1] rounded to nearest", Set.of(), F_DST, I_SRC),
  I_FROM_F("i[0] := f[1] towards zero; NaN gives 0, beyond the range the nearest i64", Set.of(), I_DST, F_SRC),
  I_FROM_F_CHECKED("i[0] := f[1] towards zero; overflow if NaN or beyond the range", Set.of(MAY_THROW), I_DST, F_SRC),
  I_BITS_FROM_F("i[0] := the bits of f[1]", Set.of(), I_DST, F_SRC),
  F_BITS_FROM_I("f[0] := the double with the bits i[1]", Set.of(), F_DST, I_SRC),

  // Integers: two's complement, wrapping unless checked.

  I_ADD("i[0] := i[1] + i[2], wrapping", Set.of(), I_DST, I_SRC, I_SRC),
  I_SUB("i[0] := i[1] - i[2], wrapping", Set.of(), I_DST, I_SRC, I_SRC),
  I_MUL("i[0] := i[1] * i[2], wrapping", Set.of(), I_DST, I_SRC, I_SRC),
  I_ADD_CHECKED("i[0] := i[1] + i[2]; overflow if it does not fit", Set.of(MAY_THROW), I_DST, I_SRC, I_SRC),
  I_SUB_CHECKED("i[0] := i[1] - i[2]; overflow if it does not fit", Set.of(MAY_THROW), I_DST, I_SRC, I_SRC),
  I_MUL_CHECKED("i[0] := i[1] * i[2]; overflow if it does not fit", Set.of(MAY_THROW), I_DST, I_SRC, I_SRC),
  I_DIV("i[0] := i[1] / i[2] towards zero; division_by_zero; the smallest / -1 wraps", Set.of(MAY_THROW), I_DST, I_SRC, I_SRC),
  I_REM("i[0] := i[1] - i[2] * (i[1] / i[2]); division_by_zero", Set.of(MAY_THROW), I_DST, I_SRC, I_SRC),
  I_NEG("i[0] := -i[1], wrapping", Set.of(), I_DST, I_SRC),
  I_ABS("i[0] := |i[1]|, wrapping", Set.of(), I_DST, I_SRC),
  I_MIN("i[0] := the smaller of i[1], i[2]", Set.of(), I_DST, I_SRC, I_SRC),
  I_MAX("i[0] := the larger of i[1], i[2]", Set.of(), I_DST, I_SRC, I_SRC),
  I_AND("i[0] := i[1] and i[2], bitwise", Set.of(), I_DST, I_SRC, I_SRC),
  I_OR("i[0] := i[1] or i[2], bitwise", Set.of(), I_DST, I_SRC, I_SRC),
  I_XOR("i[0] := i[1] xor i[2], bitwise", Set.of(), I_DST, I_SRC, I_SRC),
  I_NOT("i[0] := not i[1], bitwise", Set.of(), I_DST, I_SRC),
  I_SHL("i[0] := i[1] << (i[2] mod 64)", Set.of(), I_DST, I_SRC, I_SRC),
  I_SHR("i[0] := i[1] >> (i[2] mod 64), keeping the sign", Set.of(), I_DST, I_SRC, I_SRC),
  I_USHR("i[0] := i[1] >>> (i[2] mod 64), filling with zeros", Set.of(), I_DST, I_SRC, I_SRC),
  I_ADD_IMM("i[0] := i[1] + [2], wrapping", Set.of(), I_DST, I_SRC, IMM16),
  I_MUL_IMM("i[0] := i[1] * [2], wrapping", Set.of(), I_DST, I_SRC, IMM16),
  I_AND_IMM("i[0] := i[1] and [2], bitwise, [2] sign-extended", Set.of(), I_DST, I_SRC, IMM16),
  I_SHL_IMM("i[0] := i[1] << ([2] mod 64)", Set.of(), I_DST, I_SRC, IMM16),
  I_SHR_IMM("i[0] := i[1] >> ([2] mod 64), keeping the sign", Set.of(), I_DST, I_SRC, IMM16),
  I_USHR_IMM("i[0] := i[1] >>> ([2] mod 64), filling with zeros", Set.of(), I_DST, I_SRC, IMM16),
  I_BIT_COUNT("i[0] := the number of one bits in i[1]", Set.of(), I_DST, I_SRC),
  I_LEADING_ZEROS("i[0] := zero bits above the highest one bit of i[1]; 64 for 0", Set.of(), I_DST, I_SRC),
  I_TRAILING_ZEROS("i[0] := zero bits below the lowest one bit of i[1]; 64 for 0", Set.of(), I_DST, I_SRC),
  I_EQ("i[0] := 1 if i[1] = i[2], else 0", Set.of(), I_DST, I_SRC, I_SRC),
  I_NE("i[0] := 1 if i[1] <> i[2], else 0", Set.of(), I_DST, I_SRC, I_SRC),
  I_LT("i[0] := 1 if i[1] < i[2], else 0", Set.of(), I_DST, I_SRC, I_SRC),
  I_LE("i[0] := 1 if i[1] <= i[2], else 0", Set.of(), I_DST, I_SRC, I_SRC),
  I_GT("i[0] := 1 if i[1] > i[2], else 0", Set.of(), I_DST, I_SRC, I_SRC),
  I_GE("i[0] := 1 if i[1] >= i[2], else 0", Set.of(), I_DST, I_SRC, I_SRC),
  I_JUMP_EQ("jump to [2] if i[0] = i[1]", Set.of(BRANCHES), I_SRC, I_SRC, LABEL16),
  I_JUMP_NE("jump to [2] if i[0] <> i[1]", Set.of(BRANCHES), I_SRC, I_SRC, LABEL16),
  I_JUMP_LT("jump to [2] if i[0] < i[1]", Set.of(BRANCHES), I_SRC, I_SRC, LABEL16),
  I_JUMP_LE("jump to [2] if i[0] <= i[1]", Set.of(BRANCHES), I_SRC, I_SRC, LABEL16),
  I_JUMP_GT("jump to [2] if i[0] > i[1]", Set.of(BRANCHES), I_SRC, I_SRC, LABEL16),
  I_JUMP_GE("jump to [2] if i[0] >= i[1]", Set.of(BRANCHES), I_SRC, I_SRC, LABEL16),
  I_JUMP_EQ_IMM("jump to [2] if i[0] = [1]", Set.of(BRANCHES), I_SRC, IMM16, LABEL16),
  I_JUMP_NE_IMM("jump to [2] if i[0] <> [1]", Set.of(BRANCHES), I_SRC, IMM16, LABEL16),
  I_JUMP_LT_IMM("jump to [2] if i[0] < [1]", Set.of(BRANCHES), I_SRC, IMM16, LABEL16),
  I_JUMP_LE_IMM("jump to [2] if i[0] <= [1]", Set.of(BRANCHES), I_SRC, IMM16, LABEL16),
  I_JUMP_GT_IMM("jump to [2] if i[0] > [1]", Set.of(BRANCHES), I_SRC, IMM16, LABEL16),
  I_JUMP_GE_IMM("jump to [2] if i[0] >= [1]", Set.of(BRANCHES), I_SRC, IMM16, LABEL16),

  // Floats: IEEE 754 doubles; a comparison with NaN is false, but NE is true.

  F_ADD("f[0] := f[1] + f[2]", Set.of(), F_DST, F_SRC, F_SRC),
  F_SUB("f[0] := f[1] - f[2]", Set.of(), F_DST, F_SRC, F_SRC),
  F_MUL("f[0] := f[1] * f[2]", Set.of(), F_DST, F_SRC, F_SRC),
  F_DIV("f[0] := f[1] / f[2]", Set.of(), F_DST, F_SRC, F_SRC),
  F_REM("f[0] := f[1] - f[2] * trunc(f[1] / f[2]), exactly", Set.of(), F_DST, F_SRC, F_SRC),
  F_NEG("f[0] := -f[1]", Set.of(), F_DST, F_SRC),
  F_ABS("f[0] := |f[1]|", Set.of(), F_DST, F_SRC),
  F_MIN("f[0] := the smaller of f[1], f[2]; NaN if either is", Set.of(), F_DST, F_SRC, F_SRC),
  F_MAX("f[0] := the larger of f[1], f[2]; NaN if either is", Set.of(), F_DST, F_SRC, F_SRC),
  F_SQRT("f[0] := the square root of f[1]", Set.of(), F_DST, F_SRC),
  F_FLOOR("f[0] := f[1] rounded down to an integer", Set.of(), F_DST, F_SRC),
  F_CEIL("f[0] := f[1] rounded up to an integer", Set.of(), F_DST, F_SRC),
  F_ROUND("f[0] := f[1] rounded to the nearest integer, ties to even", Set.of(), F_DST, F_SRC),
  F_TRUNC("f[0] := f[1] rounded towards zero to an integer", Set.of(), F_DST, F_SRC),
  F_SIN("f[0] := sin f[1], in radians", Set.of(), F_DST, F_SRC),
  F_COS("f[0] := cos f[1], in radians", Set.of(), F_DST, F_SRC),
  F_TAN("f[0] := tan f[1], in radians", Set.of(), F_DST, F_SRC),
  F_ASIN("f[0] := asin f[1]", Set.of(), F_DST, F_SRC),
  F_ACOS("f[0] := acos f[1]", Set.of(), F_DST, F_SRC),
  F_ATAN("f[0] := atan f[1]", Set.of(), F_DST, F_SRC),
  F_EXP("f[0] := e to the power f[1]", Set.of(), F_DST, F_SRC),
  F_LOG("f[0] := natural logarithm of f[1]", Set.of(), F_DST, F_SRC),
  F_LOG10("f[0] := decimal logarithm of f[1]", Set.of(), F_DST, F_SRC),
  F_ATAN2("f[0] := the angle of the point (x = f[2], y = f[1])", Set.of(), F_DST, F_SRC, F_SRC),
  F_POW("f[0] := f[1] to the power f[2]", Set.of(), F_DST, F_SRC, F_SRC),
  F_EQ("i[0] := 1 if f[1] = f[2], else 0", Set.of(), I_DST, F_SRC, F_SRC),
  F_NE("i[0] := 1 if f[1] <> f[2], else 0", Set.of(), I_DST, F_SRC, F_SRC),
  F_LT("i[0] := 1 if f[1] < f[2], else 0", Set.of(), I_DST, F_SRC, F_SRC),
  F_LE("i[0] := 1 if f[1] <= f[2], else 0", Set.of(), I_DST, F_SRC, F_SRC),
  F_GT("i[0] := 1 if f[1] > f[2], else 0", Set.of(), I_DST, F_SRC, F_SRC),
  F_GE("i[0] := 1 if f[1] >= f[2], else 0", Set.of(), I_DST, F_SRC, F_SRC),
  F_JUMP_EQ("jump to [2] if f[0] = f[1]", Set.of(BRANCHES), F_SRC, F_SRC, LABEL16),
  F_JUMP_NE("jump to [2] if f[0] <> f[1]", Set.of(BRANCHES), F_SRC, F_SRC, LABEL16),
  F_JUMP_LT("jump to [2] if f[0] < f[1]", Set.of(BRANCHES), F_SRC, F_SRC, LABEL16),
  F_JUMP_LE("jump to [2] if f[0] <= f[1]", Set.of(BRANCHES), F_SRC, F_SRC, LABEL16),
  F_JUMP_GT("jump to [2] if f[0] > f[1]", Set.of(BRANCHES), F_SRC, F_SRC, LABEL16),
  F_JUMP_GE("jump to [2] if f[0] >= f[1]", Set.of(BRANCHES), F_SRC, F_SRC, LABEL16),

  // Terms: arithmetic on ints and floats, order and equality on everything.

  R_ADD("r[0] := r[1] + r[2]; two ints give an int or overflow, otherwise a float", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, R_SRC),
  R_SUB("r[0] := r[1] - r[2]; two ints give an int or overflow, otherwise a float", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, R_SRC),
  R_MUL("r[0] := r[1] * r[2]; two ints give an int or overflow, otherwise a float", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, R_SRC),
  R_DIV("r[0] := r[1] / r[2]; two ints: towards zero, division_by_zero; otherwise a float", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, R_SRC),
  R_REM("r[0] := the remainder of R_DIV", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, R_SRC),
  R_NEG("r[0] := -r[1]", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),
  R_EQ("i[0] := 1 if r[1] equals r[2], else 0; exact: 1 differs from 1.0", Set.of(MAY_THROW), I_DST, R_SRC, R_SRC),
  R_NE("i[0] := 1 if r[1] differs from r[2], else 0; exact: 1 differs from 1.0", Set.of(MAY_THROW), I_DST, R_SRC, R_SRC),
  R_LT("i[0] := 1 if r[1] < r[2], else 0; numbers by value, otherwise the total order", Set.of(MAY_THROW), I_DST, R_SRC, R_SRC),
  R_LE("i[0] := 1 if r[1] <= r[2], else 0; numbers by value, otherwise the total order", Set.of(MAY_THROW), I_DST, R_SRC, R_SRC),
  R_GT("i[0] := 1 if r[1] > r[2], else 0; numbers by value, otherwise the total order", Set.of(MAY_THROW), I_DST, R_SRC, R_SRC),
  R_GE("i[0] := 1 if r[1] >= r[2], else 0; numbers by value, otherwise the total order", Set.of(MAY_THROW), I_DST, R_SRC, R_SRC),
  R_COMPARE("i[0] := -1, 0 or 1 as r[1] is before, equal to or after r[2] in the total order", Set.of(MAY_THROW), I_DST, R_SRC, R_SRC),
  R_HASH("i[0] := the hash of r[1], the same in every run; equal terms have equal hashes", Set.of(MAY_THROW), I_DST, R_SRC),
  R_TYPE("i[0] := 1 if r[1] is of type [2], else 0", Set.of(), I_DST, R_SRC, TYPE),
  R_JUMP_EQ("jump to [2] if R_EQ gives 1 for r[0], r[1]", Set.of(BRANCHES, MAY_THROW), R_SRC, R_SRC, LABEL16),
  R_JUMP_NE("jump to [2] if R_NE gives 1 for r[0], r[1]", Set.of(BRANCHES, MAY_THROW), R_SRC, R_SRC, LABEL16),
  R_JUMP_LT("jump to [2] if R_LT gives 1 for r[0], r[1]", Set.of(BRANCHES, MAY_THROW), R_SRC, R_SRC, LABEL16),
  R_JUMP_LE("jump to [2] if R_LE gives 1 for r[0], r[1]", Set.of(BRANCHES, MAY_THROW), R_SRC, R_SRC, LABEL16),
  R_JUMP_GT("jump to [2] if R_GT gives 1 for r[0], r[1]", Set.of(BRANCHES, MAY_THROW), R_SRC, R_SRC, LABEL16),
  R_JUMP_GE("jump to [2] if R_GE gives 1 for r[0], r[1]", Set.of(BRANCHES, MAY_THROW), R_SRC, R_SRC, LABEL16),
  R_JUMP_TRUE("jump to [1] unless r[0] is false or nil", Set.of(BRANCHES), R_SRC, LABEL32),
  R_JUMP_FALSE("jump to [1] if r[0] is false or nil", Set.of(BRANCHES), R_SRC, LABEL32),
  R_JUMP_TYPE("jump to [2] if r[0] is of type [1]", Set.of(BRANCHES), R_SRC, TYPE, LABEL16),
  R_JUMP_NOT_TYPE("jump to [2] unless r[0] is of type [1]", Set.of(BRANCHES), R_SRC, TYPE, LABEL16),
  R_JUMP_IS("jump to [2] if r[0] equals the literal [1]", Set.of(BRANCHES, MAY_THROW), R_SRC, LITERAL, LABEL16),
  R_JUMP_IS_NOT("jump to [2] unless r[0] equals the literal [1]", Set.of(BRANCHES, MAY_THROW), R_SRC, LITERAL, LABEL16),
  R_JUMP_TUPLE("jump to [2] if r[0] is a tuple of [1] elements", Set.of(BRANCHES), R_SRC, COUNT16, LABEL16),
  R_JUMP_NOT_TUPLE("jump to [2] unless r[0] is a tuple of [1] elements", Set.of(BRANCHES), R_SRC, COUNT16, LABEL16),

  // Control.

  JUMP("jump to [0]", Set.of(BRANCHES, ENDS_BLOCK), LABEL32),
  I_SWITCH("jump to the table's entry i[0] - [1]; to [2] where there is none", Set.of(BRANCHES, ENDS_BLOCK), I_SRC, I_LITERAL, LABEL32, DENSE_TABLE),
  I_SWITCH_SPARSE("jump to the label of the key i[0]; to [1] where there is none", Set.of(BRANCHES, ENDS_BLOCK), I_SRC, LABEL32, I_SPARSE_TABLE),
  R_SWITCH("jump to the label of the immediate term r[0]; to [1] where there is none", Set.of(BRANCHES, ENDS_BLOCK), R_SRC, LABEL32, R_SPARSE_TABLE),
  R_CALL("r[0] := function [1] of the arguments [2]", Set.of(CALLS, MAY_THROW, MAY_COLLECT), R_DST, FUNCTION, ARGUMENTS),
  I_CALL("i[0] := function [1] of the arguments [2]", Set.of(CALLS, MAY_THROW, MAY_COLLECT), I_DST, FUNCTION, ARGUMENTS),
  F_CALL("f[0] := function [1] of the arguments [2]", Set.of(CALLS, MAY_THROW, MAY_COLLECT), F_DST, FUNCTION, ARGUMENTS),
  TAIL_CALL("return function [0] of the arguments [1], in this frame's place", Set.of(CALLS, MAY_THROW, MAY_COLLECT, ENDS_BLOCK), FUNCTION, ARGUMENTS),
  R_CALL_CLOSURE("r[0] := closure r[1] of the arguments [2]; type_error, bad_arity", Set.of(CALLS, MAY_THROW, MAY_COLLECT), R_DST, R_SRC, R_REGISTERS),
  TAIL_CALL_CLOSURE("return closure r[0] of the arguments [1], in this frame's place", Set.of(CALLS, MAY_THROW, MAY_COLLECT, ENDS_BLOCK), R_SRC, R_REGISTERS),
  R_RETURN("return r[0] to the caller", Set.of(ENDS_BLOCK), R_SRC),
  I_RETURN("return i[0] to the caller", Set.of(ENDS_BLOCK), I_SRC),
  F_RETURN("return f[0] to the caller", Set.of(ENDS_BLOCK), F_SRC),
  R_CLOSURE("r[0] := a closure of function [1]; the captures [2] become its last parameters", Set.of(MAY_COLLECT), R_DST, FUNCTION, R_REGISTERS),

  // Errors.

  THROW("raise r[0]", Set.of(MAY_THROW, ENDS_BLOCK), R_SRC),
  RETHROW("raise r[0] with the stack trace of the error that was caught last", Set.of(MAY_THROW, ENDS_BLOCK), R_SRC),

  // Tuples and lists.

  R_TUPLE("r[0] := the tuple of [1]", Set.of(MAY_COLLECT), R_DST, R_REGISTERS),
  R_TUPLE_GET("r[0] := element [2], from 0, of the tuple r[1]; index_out_of_bounds", Set.of(MAY_THROW), R_DST, R_SRC, COUNT16),
  R_TUPLE_GET_AT("r[0] := element i[2], from 0, of the tuple r[1]; index_out_of_bounds", Set.of(MAY_THROW), R_DST, R_SRC, I_SRC),
  R_TUPLE_PUT("r[0] := a copy of the tuple r[1] with r[3] as element i[2]", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, I_SRC, R_SRC),
  I_TUPLE_SIZE("i[0] := the number of elements of the tuple r[1]", Set.of(MAY_THROW), I_DST, R_SRC),
  R_CONS("r[0] := [r[1] | r[2]]", Set.of(MAY_COLLECT), R_DST, R_SRC, R_SRC),
  R_LIST("r[0] := the list of [1]", Set.of(MAY_COLLECT), R_DST, R_REGISTERS),
  R_HEAD("r[0] := the head of the cell r[1]", Set.of(MAY_THROW), R_DST, R_SRC),
  R_TAIL("r[0] := the tail of the cell r[1]", Set.of(MAY_THROW), R_DST, R_SRC),
  I_LIST_LENGTH("i[0] := the number of elements of the proper list r[1]", Set.of(MAY_THROW), I_DST, R_SRC),
  R_LIST_REVERSE("r[0] := the proper list r[1] backwards", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),
  R_LIST_APPEND("r[0] := the proper list r[1] followed by r[2]", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, R_SRC),
  R_LIST_FROM_TUPLE("r[0] := the elements of the tuple r[1] as a list", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),
  R_TUPLE_FROM_LIST("r[0] := the elements of the proper list r[1] as a tuple", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),

  // Strings: immutable UTF-8; positions and lengths count code points.

  I_STRING_LENGTH("i[0] := the code points of the string r[1]", Set.of(MAY_THROW), I_DST, R_SRC),
  I_STRING_BYTES("i[0] := the bytes of the string r[1]", Set.of(MAY_THROW), I_DST, R_SRC),
  I_STRING_AT("i[0] := code point number i[2] of the string r[1]; index_out_of_bounds", Set.of(MAY_THROW), I_DST, R_SRC, I_SRC),
  R_STRING_SLICE("r[0] := i[3] code points of the string r[1] from i[2] on; index_out_of_bounds", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, I_SRC, I_SRC),
  R_STRING_CONCAT("r[0] := the string r[1] followed by the string r[2]", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, R_SRC),
  I_STRING_FIND("i[0] := where the string r[2] first lies in r[1] from i[3] on; -1 if nowhere", Set.of(MAY_THROW), I_DST, R_SRC, R_SRC, I_SRC),
  R_STRING_SPLIT("r[0] := the list of the parts of the string r[1] between occurrences of r[2]; bad_argument if r[2] is empty", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, R_SRC),
  R_STRING_JOIN("r[0] := the strings of the list r[1] with r[2] in between", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, R_SRC),
  R_STRING_TRIM("r[0] := the string r[1] without white space at its ends", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),
  R_STRING_UPPER("r[0] := the string r[1] with a to z as A to Z", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),
  R_STRING_LOWER("r[0] := the string r[1] with A to Z as a to z", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),
  I_STRING_STARTS("i[0] := 1 if the string r[1] starts with r[2], else 0", Set.of(MAY_THROW), I_DST, R_SRC, R_SRC),
  I_STRING_ENDS("i[0] := 1 if the string r[1] ends with r[2], else 0", Set.of(MAY_THROW), I_DST, R_SRC, R_SRC),
  R_STRING_FROM_CODE("r[0] := the string of the one code point i[1]; bad_argument", Set.of(MAY_COLLECT, MAY_THROW), R_DST, I_SRC),
  R_STRING_FROM_CODES("r[0] := the string of the code points in the list r[1]; bad_argument", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),
  R_STRING_FROM_I("r[0] := i[1] in decimal", Set.of(MAY_COLLECT), R_DST, I_SRC),
  R_STRING_FROM_F("r[0] := the shortest decimal that gives f[1] back", Set.of(MAY_COLLECT), R_DST, F_SRC),
  R_STRING_FROM_F_FIXED("r[0] := f[1] with i[2] digits (0 to 100) behind the point, half up; bad_argument", Set.of(MAY_COLLECT, MAY_THROW), R_DST, F_SRC, I_SRC),
  I_FROM_STRING("i[0] := the decimal integer in the string r[1]; bad_argument, overflow", Set.of(MAY_THROW), I_DST, R_SRC),
  F_FROM_STRING("f[0] := the float in the string r[1]; bad_argument", Set.of(MAY_THROW), F_DST, R_SRC),
  R_STRING_FROM_TERM("r[0] := r[1] as it is written in assembly", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),
  R_STRING_FROM_ATOM("r[0] := the name of the atom r[1]", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),
  R_ATOM_FROM_STRING("r[0] := the atom named by the string r[1]; limit_exceeded", Set.of(MAY_THROW), R_DST, R_SRC),
  R_STRING_FROM_BYTES("r[0] := the bytes r[1] as a string; bad_argument if they are not UTF-8", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),
  R_BYTES_FROM_STRING("r[0] := the UTF-8 bytes of the string r[1]", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),

  // Bytes: immutable, large ones shared between processes.

  I_BYTES_LENGTH("i[0] := the length of the bytes r[1]", Set.of(MAY_THROW), I_DST, R_SRC),
  R_BYTES_SLICE("r[0] := i[3] bytes of r[1] from i[2] on; index_out_of_bounds", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, I_SRC, I_SRC),
  R_BYTES_CONCAT("r[0] := the bytes r[1] followed by the bytes r[2]", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, R_SRC),
  I_BYTES_FIND("i[0] := where the bytes r[2] first lie in r[1] from i[3] on; -1 if nowhere", Set.of(MAY_THROW), I_DST, R_SRC, R_SRC, I_SRC),
  I_BYTES_GET("i[0] := the number in format [3] at i[2] of r[1], which is bytes or u8[]", Set.of(MAY_THROW), I_DST, R_SRC, I_SRC, I_FORMAT),
  F_BYTES_GET("f[0] := the number in format [3] at i[2] of r[1], which is bytes or u8[]", Set.of(MAY_THROW), F_DST, R_SRC, I_SRC, F_FORMAT),
  I_BYTES_PUT("the u8[] r[0] from i[1] on := i[2] in format [3]", Set.of(MAY_THROW), R_SRC, I_SRC, I_SRC, I_FORMAT),
  F_BYTES_PUT("the u8[] r[0] from i[1] on := f[2] in format [3]", Set.of(MAY_THROW), R_SRC, I_SRC, F_SRC, F_FORMAT),
  R_BYTES_FROM_U8("r[0] := i[3] bytes, copied, of the u8[] r[1] from i[2] on", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, I_SRC, I_SRC),
  R_U8_FROM_BYTES("r[0] := a u8[] with a copy of the bytes r[1]", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),

  // Maps: persistent.

  R_MAP_PUT("r[0] := the map r[1] with r[3] under the key r[2]; bad_argument for a mutable key", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, R_SRC, R_SRC),
  R_MAP_GET("r[0] := what the map r[1] has under r[2]; undefined where it has nothing", Set.of(MAY_THROW), R_DST, R_SRC, R_SRC),
  R_MAP_GET_OR("r[0] := what the map r[1] has under r[2]; r[3] where it has nothing", Set.of(MAY_THROW), R_DST, R_SRC, R_SRC, R_SRC),
  I_MAP_HAS("i[0] := 1 if the map r[1] has the key r[2], else 0", Set.of(MAY_THROW), I_DST, R_SRC, R_SRC),
  R_MAP_REMOVE("r[0] := the map r[1] without the key r[2]", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, R_SRC),
  I_MAP_SIZE("i[0] := the entries of the map r[1]", Set.of(MAY_THROW), I_DST, R_SRC),
  R_MAP_KEYS("r[0] := the list of the keys of the map r[1], in the map's order", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),
  R_MAP_VALUES("r[0] := the list of the values of the map r[1], in the map's order", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),
  R_MAP_TO_LIST("r[0] := the list of {key, value} of the map r[1], in the map's order", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),
  R_MAP_FROM_LIST("r[0] := the map of the list r[1] of {key, value}; the last of equal keys counts", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),

  // Mutable arrays: one process's own, copied when sent.

  I64_NEW("r[0] := a new i64[] of i[1] elements, all 0; bad_argument", Set.of(MAY_COLLECT, MAY_THROW), R_DST, I_SRC),
  I64_GET("i[0] := element i[2] of the i64[] r[1]; index_out_of_bounds", Set.of(MAY_THROW), I_DST, R_SRC, I_SRC),
  I64_SET("element i[1] of the i64[] r[0] := i[2]; index_out_of_bounds", Set.of(MAY_THROW), R_SRC, I_SRC, I_SRC),
  I64_FILL("i[2] elements of the i64[] r[0] from i[1] on := i[3]; index_out_of_bounds", Set.of(MAY_THROW), R_SRC, I_SRC, I_SRC, I_SRC),
  F64_NEW("r[0] := a new f64[] of i[1] elements, all 0.0; bad_argument", Set.of(MAY_COLLECT, MAY_THROW), R_DST, I_SRC),
  F64_GET("f[0] := element i[2] of the f64[] r[1]; index_out_of_bounds", Set.of(MAY_THROW), F_DST, R_SRC, I_SRC),
  F64_SET("element i[1] of the f64[] r[0] := f[2]; index_out_of_bounds", Set.of(MAY_THROW), R_SRC, I_SRC, F_SRC),
  F64_FILL("i[2] elements of the f64[] r[0] from i[1] on := f[3]; index_out_of_bounds", Set.of(MAY_THROW), R_SRC, I_SRC, I_SRC, F_SRC),
  U8_NEW("r[0] := a new u8[] of i[1] elements, all 0; bad_argument", Set.of(MAY_COLLECT, MAY_THROW), R_DST, I_SRC),
  U8_GET("i[0] := element i[2] of the u8[] r[1]; index_out_of_bounds", Set.of(MAY_THROW), I_DST, R_SRC, I_SRC),
  U8_SET("element i[1] of the u8[] r[0] := i[2] mod 256; index_out_of_bounds", Set.of(MAY_THROW), R_SRC, I_SRC, I_SRC),
  U8_FILL("i[2] elements of the u8[] r[0] from i[1] on := i[3]; index_out_of_bounds", Set.of(MAY_THROW), R_SRC, I_SRC, I_SRC, I_SRC),
  TERM_NEW("r[0] := a new term[] of i[1] elements, all r[2]; bad_argument", Set.of(MAY_COLLECT, MAY_THROW), R_DST, I_SRC, R_SRC),
  TERM_GET("r[0] := element i[2] of the term[] r[1]; index_out_of_bounds", Set.of(MAY_THROW), R_DST, R_SRC, I_SRC),
  TERM_SET("element i[1] of the term[] r[0] := r[2]; index_out_of_bounds", Set.of(MAY_THROW), R_SRC, I_SRC, R_SRC),
  TERM_FILL("i[2] elements of the term[] r[0] from i[1] on := r[3]; index_out_of_bounds", Set.of(MAY_THROW), R_SRC, I_SRC, I_SRC, R_SRC),
  I_ARRAY_LENGTH("i[0] := the elements of the mutable array r[1]", Set.of(MAY_THROW), I_DST, R_SRC),
  ARRAY_COPY("i[4] elements of r[0] from i[1] on := those of r[2] from i[3] on; the same type; may overlap", Set.of(MAY_THROW), R_SRC, I_SRC, R_SRC, I_SRC, I_SRC),

  // Processes.

  R_SPAWN("r[0] := the pid of a new process that runs function [1] of copies of the arguments [2]; limit_exceeded", Set.of(MAY_COLLECT, MAY_THROW), R_DST, FUNCTION, ARGUMENTS),
  R_SPAWN_CLOSURE("r[0] := the pid of a new process that runs a copy of the closure r[1] of copies of the arguments [2]", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, R_REGISTERS),
  R_SPAWN_WITH("R_SPAWN with the map of options r[1]", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, FUNCTION, ARGUMENTS),
  R_SPAWN_CLOSURE_WITH("R_SPAWN_CLOSURE of r[2] with the map of options r[1]", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, R_SRC, R_REGISTERS),
  R_SELF("r[0] := this process's pid", Set.of(), R_DST),
  R_REF("r[0] := a ref that was never made before", Set.of(), R_DST),
  SEND("send a copy of r[1] to the pid r[0]; to a dead process it is lost; a full mailbox does as its policy says", Set.of(MAY_COLLECT, MAY_AWAIT, MAY_THROW), R_SRC, R_SRC),
  I_SEND_TRY("i[0] := 1 if r[2] went to the pid r[1] (or it is dead), 0 if its mailbox is full; never awaits", Set.of(MAY_COLLECT, MAY_THROW), I_DST, R_SRC, R_SRC),
  R_RECEIVE("r[0] := the oldest message, which is taken out; await one", Set.of(MAY_COLLECT, MAY_AWAIT), R_DST),
  R_RECEIVE_TIMEOUT("R_RECEIVE; jump to [2] if none came within i[1] ns (0 or less: at once)", Set.of(MAY_COLLECT, MAY_AWAIT, BRANCHES), R_DST, I_SRC, LABEL32),
  SELECT_BEGIN("begin to look through the mailbox from its oldest message", Set.of()),
  R_SELECT_NEXT("r[0] := the next message not looked at since SELECT_BEGIN; it stays; await one", Set.of(MAY_COLLECT, MAY_AWAIT), R_DST),
  R_SELECT_NEXT_TIMEOUT("R_SELECT_NEXT; jump to [2] when i[1] ns have passed since the first of this look-through", Set.of(MAY_COLLECT, MAY_AWAIT, BRANCHES), R_DST, I_SRC, LABEL32),
  SELECT_TAKE("take the message looked at last out of the mailbox and end the look-through; bad_argument if there is none", Set.of(MAY_THROW)),
  R_SEND_AFTER("in i[3] ns send a copy of r[2] to the pid r[1]; r[0] := a ref that cancels it", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC, R_SRC, I_SRC),
  I_CANCEL("i[0] := the ns that were left of the timer r[1], which never sends then; -1 if it has sent or there is none", Set.of(MAY_THROW), I_DST, R_SRC),
  SLEEP("await that i[0] ns have passed", Set.of(MAY_AWAIT), I_SRC),
  YIELD("let other processes run", Set.of(MAY_AWAIT)),
  EXIT("end this process with the reason r[0]; no handler sees it", Set.of(ENDS_BLOCK), R_SRC),
  I_ALIVE("i[0] := 1 if the process of the pid r[1] runs, else 0", Set.of(MAY_THROW), I_DST, R_SRC),
  R_PROCESS_INFO("r[0] := what the atom r[1] asks of this process; undefined", Set.of(MAY_COLLECT, MAY_THROW), R_DST, R_SRC),
  COLLECT("collect this process's heap now", Set.of(MAY_COLLECT)),

  // World.

  I_TIME("i[0] := monotonic time in ns, from an arbitrary origin", Set.of(), I_DST),
  I_TIME_WALL("i[0] := ns since 1970-01-01T00:00:00Z", Set.of(), I_DST),
  I_RANDOM("i[0] := 64 random bits of this process's generator", Set.of(), I_DST),
  I_RANDOM_BELOW("i[0] := a random integer from 0 to i[1] - 1; bad_argument if i[1] < 1", Set.of(MAY_THROW), I_DST, I_SRC),
  F_RANDOM("f[0] := a random float from 0 to below 1", Set.of(), F_DST),
  I_RANDOM_SEED("seed this process's generator with i[1]; i[0] := i[1]", Set.of(), I_DST, I_SRC),
  PRINT("write r[0] and a line feed to stdout; a string as it is, bytes raw, else as in assembly", Set.of(MAY_AWAIT, MAY_THROW), R_SRC),
  WRITE("PRINT without the line feed", Set.of(MAY_AWAIT, MAY_THROW), R_SRC),
  PRINT_ERROR("PRINT to stderr", Set.of(MAY_AWAIT, MAY_THROW), R_SRC),
  WRITE_ERROR("WRITE to stderr", Set.of(MAY_AWAIT, MAY_THROW), R_SRC),
  R_ARGUMENTS("r[0] := the program's arguments, a list of strings", Set.of(MAY_COLLECT), R_DST),

  // MVars: values that all processes share. Who holds one for writing holds it alone.

  R_MVAR_READ("r[0] := a copy of the value of [1]; await that nobody else holds it for writing", Set.of(MAY_COLLECT, MAY_AWAIT, MAY_THROW), R_DST, MVAR),
  MVAR_WRITE("the value of [0] := a copy of r[1]; await that nobody else holds it", Set.of(MAY_COLLECT, MAY_AWAIT, MAY_THROW), MVAR, R_SRC),
  MVAR_LOCK_READ("hold [0] for reading until MVAR_UNLOCK; await that nobody else holds it for writing; deadlock", Set.of(MAY_AWAIT, MAY_THROW, HOLDS_READ), MVAR),
  MVAR_LOCK_WRITE("hold [0] for writing until MVAR_UNLOCK; await that nobody else holds it; deadlock", Set.of(MAY_AWAIT, MAY_THROW, HOLDS_WRITE), MVAR),
  MVAR_LOCK_READ_TIMEOUT("MVAR_LOCK_READ; jump to [2], holding no more than before, if i[1] ns pass first", Set.of(MAY_AWAIT, MAY_THROW, BRANCHES, HOLDS_READ), MVAR, I_SRC, LABEL32),
  MVAR_LOCK_WRITE_TIMEOUT("MVAR_LOCK_WRITE; jump to [2], holding no more than before, if i[1] ns pass first", Set.of(MAY_AWAIT, MAY_THROW, BRANCHES, HOLDS_WRITE), MVAR, I_SRC, LABEL32),
  MVAR_TRY_LOCK_READ("MVAR_LOCK_READ; jump to [1] instead of awaiting", Set.of(MAY_THROW, BRANCHES, HOLDS_READ), MVAR, LABEL32),
  MVAR_TRY_LOCK_WRITE("MVAR_LOCK_WRITE; jump to [1] instead of awaiting", Set.of(MAY_THROW, BRANCHES, HOLDS_WRITE), MVAR, LABEL32),
  MVAR_UNLOCK("hold [0] no more than before this function's last lock of it", Set.of(RELEASES), MVAR),
  R_MVAR_GET("r[0] := what the map in [1] has under r[2]; undefined where it has nothing; copies that alone", Set.of(MAY_COLLECT, MAY_AWAIT, MAY_THROW), R_DST, MVAR, R_SRC),
  R_MVAR_GET_OR("r[0] := what the map in [1] has under r[2]; r[3] where it has nothing; copies that alone", Set.of(MAY_COLLECT, MAY_AWAIT, MAY_THROW), R_DST, MVAR, R_SRC, R_SRC),
  I_MVAR_HAS("i[0] := 1 if the map in [1] has the key r[2], else 0", Set.of(MAY_AWAIT, MAY_THROW), I_DST, MVAR, R_SRC),
  MVAR_PUT("the map in [0] with a copy of r[2] under a copy of the key r[1]; bad_argument for a mutable key", Set.of(MAY_COLLECT, MAY_AWAIT, MAY_THROW), MVAR, R_SRC, R_SRC),
  I_MVAR_REMOVE("the map in [1] without the key r[2]; i[0] := 1 if it had it, else 0", Set.of(MAY_AWAIT, MAY_THROW), I_DST, MVAR, R_SRC),
  I_MVAR_SIZE("i[0] := the entries of the map in [1]", Set.of(MAY_AWAIT, MAY_THROW), I_DST, MVAR),
  R_MVAR_SNAPSHOT("r[0] := a snapshot of the map in [1], for R_SNAPSHOT_NEXT; this process's own until SNAPSHOT_CLOSE or its end", Set.of(MAY_AWAIT, MAY_THROW), R_DST, MVAR),
  R_SNAPSHOT_NEXT("r[0] := {key, value} of the snapshot's next entry; jump to [2] when there is none", Set.of(MAY_COLLECT, MAY_THROW, BRANCHES), R_DST, R_SRC, LABEL32),
  SNAPSHOT_CLOSE("end the snapshot r[0]; nothing if it has ended", Set.of(MAY_THROW), R_SRC),

  // Processes that care for each other.

  LINK("link this process and that of the pid r[0]: each gets an exit signal when the other ends; one that is dead sends noproc at once", Set.of(MAY_THROW), R_SRC),
  UNLINK("end the link to the process of the pid r[0]; no exit signal of it comes any more", Set.of(MAY_THROW), R_SRC),
  R_MONITOR("r[0] := a ref; when the process of r[1], a pid or a name, ends, {:down, ref, r[1], reason} comes; at once if it is dead", Set.of(MAY_THROW), R_DST, R_SRC),
  I_DEMONITOR("end the monitor with the ref r[1]: its message comes no more; i[0] := 1 if there was one, else 0", Set.of(MAY_THROW), I_DST, R_SRC),
  I_DEMONITOR_FLUSH("I_DEMONITOR; its message, if it has come, is taken out of the mailbox", Set.of(MAY_COLLECT, MAY_THROW), I_DST, R_SRC),
  EXIT_SIGNAL("send the process of the pid r[0] an exit signal with the reason r[1]; :kill cannot be trapped", Set.of(MAY_COLLECT, MAY_THROW), R_SRC, R_SRC),
  I_TRAP_EXIT("exit signals become messages {:exit, pid, reason} if i[1] is not 0; i[0] := 1 if they did before, else 0", Set.of(), I_DST, I_SRC),
  REGISTER("the name r[0], an atom, stands for the process of the pid r[1] until it ends; bad_argument if either has a name or process already, or it is dead", Set.of(MAY_THROW), R_SRC, R_SRC),
  UNREGISTER("the name r[0] stands for no process any more; bad_argument if it did not", Set.of(MAY_THROW), R_SRC),
  R_WHEREIS("r[0] := the pid that the name r[1] stands for, or nil", Set.of(MAY_THROW), R_DST, R_SRC),
  R_PROCESS_LIST("r[0] := the list of the pids of all processes", Set.of(MAY_COLLECT, MAY_THROW), R_DST),
  R_PROCESS_INFO_OF("r[0] := what the atom r[2] asks of the process of the pid r[1]; nil if it is dead; undefined", Set.of(MAY_COLLECT, MAY_AWAIT, MAY_THROW), R_DST, R_SRC, R_SRC),

  // Functions of the host.

  R_HOST("r[0] := what the host's function [1] gives for the arguments [2]; undefined if it is none of the host's; host_error", Set.of(MAY_COLLECT, MAY_AWAIT, MAY_THROW), R_DST, FUNCTION, ARGUMENTS),
  I_HOST("i[0] := what the host's function [1] gives for the arguments [2]; undefined if it is none of the host's; host_error", Set.of(MAY_COLLECT, MAY_AWAIT, MAY_THROW), I_DST, FUNCTION, ARGUMENTS),
  F_HOST("f[0] := what the host's function [1] gives for the arguments [2]; undefined if it is none of the host's; host_error", Set.of(MAY_COLLECT, MAY_AWAIT, MAY_THROW), F_DST, FUNCTION, ARGUMENTS);

  private static final Opcode[] VALUES = values();
  private static final Map<String, Opcode> BY_MNEMONIC = new HashMap<>();

  static {
    for (Opcode opcode : VALUES) {
      BY_MNEMONIC.put(opcode.mnemonic, opcode);
    }
  }

  private final String algebra;
  private final Set<Effect> effects;
  private final List<OperandKind> operands;
  private final InstructionFormat format;
  private final String mnemonic = name().toLowerCase(Locale.ROOT).replace('_', '.');

  Opcode(String algebra, Set<Effect> effects, OperandKind... operands) {
    this.algebra = algebra;
    this.effects = effects;
    this.operands = List.copyOf(Arrays.asList(operands));
    this.format = new InstructionFormat(this.operands);
  }

  /** The code in slot 0 of the instruction's first word. */
  public int code() {
    return ordinal();
  }

  /** Number of opcodes; every code is below it. */
  public static int count() {
    return VALUES.length;
  }

  /** The opcode with this code, or null where there is none. */
  public static Opcode ofCode(int code) {
    return code >= 0 && code < VALUES.length ? VALUES[code] : null;
  }

  /** The opcode with this mnemonic, or null where there is none. */
  public static Opcode ofMnemonic(String mnemonic) {
    return BY_MNEMONIC.get(mnemonic);
  }

  /** Its word in assembly. */
  public String mnemonic() {
    return mnemonic;
  }

  /** What it does, a sentence in register algebra. */
  public String algebra() {
    return algebra;
  }

  public Set<Effect> effects() {
    return effects;
  }

  public boolean has(Effect effect) {
    return effects.contains(effect);
  }

  public List<OperandKind> operands() {
    return operands;
  }

  public InstructionFormat format() {
    return format;
  }

  /**
   * Words of the instruction that begins with these fixed words.
   *
   * @param fixed gives the word at an index from the instruction's first word; asked only for fixed
   *     words
   */
  public int wordCount(java.util.function.IntToLongFunction fixed) {
    return format.wordCount(variableCount(fixed));
  }

  /** Entries of the variable part of the instruction that begins with these fixed words; 0 if none. */
  public int variableCount(java.util.function.IntToLongFunction fixed) {
    if (format.variableOperand() < 0) {
      return 0;
    }
    int slot = format.slotOf(format.variableOperand());
    return InstructionWord.slot(
        fixed.applyAsLong(slot / InstructionWord.SLOTS_PER_WORD),
        slot % InstructionWord.SLOTS_PER_WORD);
  }
}
