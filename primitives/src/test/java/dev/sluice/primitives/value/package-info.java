@NullMarked
package dev.sluice.primitives.value;

import org.jspecify.annotations.NullMarked;
