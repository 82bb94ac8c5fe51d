/** The node: its main class, wiring, configuration and health. */
@NullMarked
package io.longshore.node;

import org.jspecify.annotations.NullMarked;
