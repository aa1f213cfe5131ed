/** The state-transition function, the block executor, the tree and the stores. */
@NullMarked
package dev.sluice.state;

import org.jspecify.annotations.NullMarked;
