/**
 * The embedding API: a {@link org.skerry.Vm} runs modules of lightweight processes, and a Java
 * program loads modules into it, calls their functions, and talks to their processes.
 *
 * <p>In its public signatures nothing is null that is not marked {@link
 * org.jspecify.annotations.Nullable}.
 */
@NullMarked
package org.skerry;

import org.jspecify.annotations.NullMarked;
