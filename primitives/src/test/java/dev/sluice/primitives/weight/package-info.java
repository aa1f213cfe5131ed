@NullMarked
package dev.sluice.primitives.weight;

import org.jspecify.annotations.NullMarked;
