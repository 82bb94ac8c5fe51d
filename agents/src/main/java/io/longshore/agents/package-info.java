/** The live side of an agent: its mailbox, its leases and the handlers that run inside a node. */
@NullMarked
package io.longshore.agents;

import org.jspecify.annotations.NullMarked;
