package org.skerry.module;

/**
 * Where an error raised in a range of a function goes. Handlers nest; the innermost stands first in
 * its function's list.
 *
 * @param start index of the first code word covered
 * @param end index of the first code word behind the range
 * @param target index of the code word that handles the error
 * @param register the {@code r} register that receives the error term
 */
public record Handler(int start, int end, int target, int register) {}
