@NullMarked
package dev.sluice.primitives.block;

import org.jspecify.annotations.NullMarked;
