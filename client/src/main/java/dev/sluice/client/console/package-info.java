/**
 * What a person sees while a long command runs: progress bars and aligned tables.
 *
 * <p>Text in, text out; knows nothing of Sluice. A terminal gets a bar that redraws its line,
 * anything else (a pipe, a CI log) gets one line when a bar starts and one when it ends. Everything
 * goes to the stream given by the caller, so that {@code --json} can keep standard output to
 * itself.
 */
@NullMarked
package dev.sluice.client.console;

import org.jspecify.annotations.NullMarked;
