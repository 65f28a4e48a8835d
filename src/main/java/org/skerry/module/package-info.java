/**
 * Modules: the in-memory form of a module file, and what the linker makes of it once it is verified
 * (function records, frames, liveness and handler tables).
 */
package org.skerry.module;
