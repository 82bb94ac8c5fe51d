/** Who exists and what they can do: the partitioned records of agents, and the directory. */
@NullMarked
package io.longshore.registry;

import org.jspecify.annotations.NullMarked;
