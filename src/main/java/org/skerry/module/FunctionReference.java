package org.skerry.module;

/**
 * A function that code of a module names: its own, or one of another module.
 *
 * @param module the other module's name, or null for this module
 * @param name the function's name
 * @param signature what the code that names it takes it to be; linking fails where it is not
 */
public record FunctionReference(String module, String name, Signature signature) {}
