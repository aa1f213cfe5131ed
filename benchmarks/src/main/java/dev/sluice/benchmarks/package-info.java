/** JMH kernels and the end-to-end load bench. */
@NullMarked
package dev.sluice.benchmarks;

import org.jspecify.annotations.NullMarked;
