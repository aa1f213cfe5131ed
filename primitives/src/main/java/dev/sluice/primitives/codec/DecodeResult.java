package dev.sluice.primitives.codec;

import java.util.NoSuchElementException;
import java.util.Optional;

/** The answer of a decoder: the value, or why the bytes are none. */
public sealed interface DecodeResult<T> {
  /** The bytes are the encoding of {@code value}. */
  record Decoded<T>(T value) implements DecodeResult<T> {}

  /** The bytes are no encoding. */
  record Malformed<T>(Malformation reason) implements DecodeResult<T> {}

  /** The value, or empty. */
  default Optional<T> toOptional() {
    return switch (this) {
      case Decoded<T> decoded -> Optional.of(decoded.value());
      case Malformed<T> _ -> Optional.empty();
    };
  }

  /**
   * The value; throws {@link NoSuchElementException} with the reason where a caller knows the bytes
   * to be its own.
   */
  default T orElseThrow() {
    return switch (this) {
      case Decoded<T> decoded -> decoded.value();
      case Malformed<T> malformed ->
          throw new NoSuchElementException("malformed: " + malformed.reason());
    };
  }
}
