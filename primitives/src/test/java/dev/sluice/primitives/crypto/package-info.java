@NullMarked
package dev.sluice.primitives.crypto;

import org.jspecify.annotations.NullMarked;
