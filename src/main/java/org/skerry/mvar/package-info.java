/**
 * MVars: named values that all processes of a virtual machine share, each with a fair lock for
 * reading and writing, and the graph of who waits for whom. See {@code native-notes/mvars.md}.
 */
package org.skerry.mvar;
