/** The Java SDK and the command line. */
@NullMarked
package dev.sluice.client;

import org.jspecify.annotations.NullMarked;
