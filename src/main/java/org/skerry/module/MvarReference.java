package org.skerry.module;

/**
 * An MVar that code of a module names: its own, or one of another module.
 *
 * @param module the other module's name, or null for this module
 * @param name the MVar's name
 */
public record MvarReference(String module, String name) {}
