/**
 * The command line: small clients of the HTTP API, and the worker that makes any program an agent.
 */
@NullMarked
package io.longshore.node.cli;

import org.jspecify.annotations.NullMarked;
