/** Imports two things that it must not. */
@NullMarked
package dev.sluice.systemtests.rules.broken.client;

import org.jspecify.annotations.NullMarked;
