/** What a newcomer sees first: ten tasks, three agents, one of them swamped. */
@NullMarked
package io.longshore.node.demo;

import org.jspecify.annotations.NullMarked;
