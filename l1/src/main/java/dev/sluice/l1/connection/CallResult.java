package dev.sluice.l1.connection;

/** What a read-only contract call came to. */
public sealed interface CallResult {
  /** The ABI-encoded return value. */
  record Returned(byte[] bytes) implements CallResult {}

  /** The call reverted with these bytes (maybe none). */
  record Reverted(byte[] bytes, String message) implements CallResult {}
}
