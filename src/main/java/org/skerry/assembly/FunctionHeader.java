package org.skerry.assembly;

import java.util.List;
import org.skerry.module.Signature;

/**
 * The line that begins a function.
 *
 * @param names a name for each parameter; empty where it has none
 * @param nameStart offset of the name, for errors
 */
record FunctionHeader(
    String name,
    boolean exported,
    Signature signature,
    List<String> names,
    List<Integer> nameStarts,
    int nameStart,
    int nameEnd) {}
