/** Sockets that no thread waits for: TCP and UDP. See {@code native-notes/sockets.md}. */
package org.skerry.net;
