/** Tasks: the ledger that remembers them and the coordinator that decides who does them. */
@NullMarked
package io.longshore.coordinator;

import org.jspecify.annotations.NullMarked;
