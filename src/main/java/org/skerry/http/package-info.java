/** HTTP/1.1 on connections of {@link org.skerry.net}, and requests to others. */
package org.skerry.http;
