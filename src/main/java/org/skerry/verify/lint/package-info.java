/** Finds what verified programs do wrong with MVars; see {@code native-notes/lint.md}. */
package org.skerry.verify.lint;
