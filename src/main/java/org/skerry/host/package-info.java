/** What threads of the host need to work with a VM. */
package org.skerry.host;
