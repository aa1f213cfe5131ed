/** The command line on top of the SDK. */
@NullMarked
package dev.sluice.client.cli;

import org.jspecify.annotations.NullMarked;
