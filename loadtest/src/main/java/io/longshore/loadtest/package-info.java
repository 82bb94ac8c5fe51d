/** Drives a cluster from outside: scenarios, benchmarks, faults and reports. */
@NullMarked
package io.longshore.loadtest;

import org.jspecify.annotations.NullMarked;
