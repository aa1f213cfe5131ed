/** One half of a cycle. */
@NullMarked
package dev.sluice.systemtests.rules.broken.l1.reader;

import org.jspecify.annotations.NullMarked;
