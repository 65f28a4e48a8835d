/** Programs of the system: which may be run, their pipes, and how they are ended. */
package org.skerry.commands;
