/**
 * The second reader with one check or one effect removed: sources with a switch at every place that
 * refuses, drops or writes something, compiled in memory, found by reading the sources themselves.
 * What a chain of cheating sequencers is made of.
 */
@NullMarked
package dev.sluice.systemtests.removal;

import org.jspecify.annotations.NullMarked;
