@NullMarked
package dev.sluice.primitives.vectors;

import org.jspecify.annotations.NullMarked;
