@NullMarked
package dev.sluice.primitives.merkle;

import org.jspecify.annotations.NullMarked;
