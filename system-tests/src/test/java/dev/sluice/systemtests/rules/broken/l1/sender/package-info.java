/** The other half of a cycle. */
@NullMarked
package dev.sluice.systemtests.rules.broken.l1.sender;

import org.jspecify.annotations.NullMarked;
