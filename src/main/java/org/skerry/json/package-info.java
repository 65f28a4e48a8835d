/** JSON to and from terms. */
package org.skerry.json;
