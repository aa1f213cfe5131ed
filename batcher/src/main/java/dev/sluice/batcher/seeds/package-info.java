/**
 * Beacon seeds: {@code Inbox.takeSeed} once per seed period ({@code docs/protocol.md} §7), from an
 * account of its own, so that it never waits for a post or holds one up. Anybody may do it; without
 * it the epochs of the next period are void. Repeating it does no harm: the Inbox refuses a second
 * seed, so nothing is journaled.
 */
@NullMarked
package dev.sluice.batcher.seeds;

import org.jspecify.annotations.NullMarked;
