/** Files of the system, within the folders that a program may use. */
package org.skerry.files;
