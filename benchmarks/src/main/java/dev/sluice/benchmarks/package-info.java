/**
 * JMH kernels: the inner loops whose rates bound the chain, each beside the bound it is held
 * against.
 *
 * <p>In come the kernels of {@code primitives}; out come rates on the machine at hand. Nothing
 * imports this room, and no figure is checked in: a rate without its machine says nothing. The
 * end-to-end figure (acknowledged payments per second) is {@code ./sluice bench}, in the client.
 */
@NullMarked
package dev.sluice.benchmarks;

import org.jspecify.annotations.NullMarked;
