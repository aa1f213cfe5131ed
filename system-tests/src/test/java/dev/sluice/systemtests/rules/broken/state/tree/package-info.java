/** Draws dice where none may be drawn. */
@NullMarked
package dev.sluice.systemtests.rules.broken.state.tree;

import org.jspecify.annotations.NullMarked;
