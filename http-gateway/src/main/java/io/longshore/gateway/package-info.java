/** HTTP in and out: routes, JSON, limits and streams. */
@NullMarked
package io.longshore.gateway;

import org.jspecify.annotations.NullMarked;
