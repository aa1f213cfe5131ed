/**
 * The Quarkus application: configuration, construction and lifecycle of the plain classes of the
 * other packages, health, metrics.
 */
@NullMarked
package dev.sluice.sequencer.app;

import org.jspecify.annotations.NullMarked;
