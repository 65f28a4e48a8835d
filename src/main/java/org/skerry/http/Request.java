package org.skerry.http;

import java.util.Map;

/**
 * A request.
 *
 * @param method as it was sent, such as {@code GET}
 * @param target as it was sent, such as {@code /path?query}
 * @param headers by their names in lower case; several of a name as one, with commas
 * @param body all of it, not shared
 */
@SuppressWarnings("ArrayRecordComponent")
public record Request(String method, String target, Map<String, String> headers, byte[] body) {}
