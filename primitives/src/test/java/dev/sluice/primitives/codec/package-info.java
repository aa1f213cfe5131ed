@NullMarked
package dev.sluice.primitives.codec;

import org.jspecify.annotations.NullMarked;
