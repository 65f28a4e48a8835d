package org.skerry.assembly;

/**
 * The line that declares an MVar, up to its first value.
 *
 * @param valueStart offset behind the equals sign
 */
record MvarHeader(String name, boolean exported, int valueStart) {}
