package dev.sluice.primitives.block;

import dev.sluice.primitives.value.Address;

/** R of {@code docs/protocol.md} §5: who is paid. */
public sealed interface Recipient {
  /** An account that exists, by index, a {@code u32}; the address that was signed is its owner. */
  record Existing(long account) implements Recipient {}

  /** A new account is opened for this address. */
  record Opened(Address owner) implements Recipient {}
}
