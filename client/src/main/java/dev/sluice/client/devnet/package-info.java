/**
 * {@code sluice devnet}: the real applications on one machine, as child processes of this one.
 *
 * <pre>
 *   DevnetCommand -> Devnet -> ChildProcess  l1 node  (dev.sluice.l1)
 *                           -> ChildProcess  sequencer (its fast-jar)
 *                           -> ChildProcess  batcher   (its fast-jar)
 * </pre>
 *
 * <p>Everything that it writes lies under the repository's {@code .sluice}: {@link
 * dev.sluice.client.devnet.DevnetFiles} names each file. Invariants: at most one devnet per
 * directory ({@link dev.sluice.client.devnet.DevnetLock}); children are started in the order above,
 * each only when the one before is healthy, and stopped in the reverse; a child that dies takes the
 * others with it and the exit code is not 0. This package knows no transaction and no block: it
 * starts, watches and stops.
 */
@NullMarked
package dev.sluice.client.devnet;

import org.jspecify.annotations.NullMarked;
