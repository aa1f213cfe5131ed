/**
 * The {@code sluice} command line: a thin layer of picocli over {@code dev.sluice.client.sdk}.
 *
 * <p>Comes in: arguments, {@code .sluice/devnet.json}, key files. Goes out: a report on stdout, for
 * people or as one JSON object ({@code --json}); errors on stderr with what to do, and a non-zero
 * exit. Invariants: secret keys live in files that only their owner can read and are never printed
 * unless {@code wallet show --secret} asks; {@code --dry-run} sends nothing.
 */
@NullMarked
package dev.sluice.client.cli;

import org.jspecify.annotations.NullMarked;
