@NullMarked
package dev.sluice.primitives.batch;

import org.jspecify.annotations.NullMarked;
