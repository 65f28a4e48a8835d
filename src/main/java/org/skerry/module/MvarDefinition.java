package org.skerry.module;

/**
 * An MVar that a module declares.
 *
 * @param name its name, unique in the module; functions have names of their own
 * @param exported whether other modules may name it
 * @param literal index of the literal that is its first value; -1 where a function computes it
 * @param function index of the reference to the function of this module, {@code () -> r}, that
 *     computes its first value before {@code main}; -1 where there is a literal
 */
public record MvarDefinition(String name, boolean exported, int literal, int function) {}
