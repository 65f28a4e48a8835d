/**
 * Workers, run queues, idling, timers, affinity and simulation: who runs which process, when, and
 * where. The only package that touches threads. See {@code native-notes/scheduler.md}.
 */
package org.skerry.schedule;
