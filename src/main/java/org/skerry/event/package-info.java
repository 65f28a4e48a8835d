/**
 * Events of the JDK's flight recorder, and whether one records: nothing else. See {@code
 * native-notes/events.md}.
 */
package org.skerry.event;
