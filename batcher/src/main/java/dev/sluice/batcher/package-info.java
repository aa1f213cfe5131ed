/** The batcher: from durable blocks to batches posted on L1. */
@NullMarked
package dev.sluice.batcher;

import org.jspecify.annotations.NullMarked;
