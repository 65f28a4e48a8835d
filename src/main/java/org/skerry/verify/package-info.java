/**
 * The verifier: a module file in, a module that runs safely out, or a list of what is wrong with
 * it. See {@code native-notes/verifier.md}.
 */
package org.skerry.verify;
