/**
 * What users sign and submit: {@link dev.sluice.primitives.transaction.Transaction} with one record
 * per kind, its signature, the ids derived from it, the messages that devices sign, and the two
 * closed lists of refusals.
 *
 * <p>Comes in: field values. Goes out: validated records; nothing here reads or writes bytes of a
 * message ({@code codec} does) and nothing here knows a state. Fields named after a {@code u32} are
 * {@code long} in [0, 2^32); fields named after a {@code u64} are {@code long} read as unsigned.
 * Source: {@code docs/protocol.md} §1, §4, §6.
 *
 * <p>Neighbours: {@code typeddata} makes the digest of a transaction, {@code codec} its wire form,
 * {@code block} the form in which it is posted, where indices stand for addresses and ids.
 */
@NullMarked
package dev.sluice.primitives.transaction;

import org.jspecify.annotations.NullMarked;
