/** How anything is kept: partitioned entities with group commit, the schema and the journal. */
@NullMarked
package io.longshore.persistence;

import org.jspecify.annotations.NullMarked;
