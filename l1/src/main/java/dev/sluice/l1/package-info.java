/** The only room with web3j: reader, transaction sender and contract façades. */
@NullMarked
package dev.sluice.l1;

import org.jspecify.annotations.NullMarked;
