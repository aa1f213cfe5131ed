/** Tests of the mapping between messages and values. */
@NullMarked
package dev.sluice.proto;

import org.jspecify.annotations.NullMarked;
