package dev.sluice.systemtests.differential;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.transaction.SignedTransaction;

/**
 * One drawn transaction in both of its ways into a chain.
 *
 * @param posted as a block holds it
 * @param submitted as it would be forced
 * @param hint the index that a forced one needs beside its wire form
 */
record Draft(PostedTransaction posted, SignedTransaction submitted, long hint) {}
