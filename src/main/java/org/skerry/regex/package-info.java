/** Regular expressions whose work is bounded. */
package org.skerry.regex;
