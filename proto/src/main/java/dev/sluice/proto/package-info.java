/** The gRPC schema, its stubs, and the only mapping between wire and domain. */
@NullMarked
package dev.sluice.proto;

import org.jspecify.annotations.NullMarked;
