package dev.sluice.client.sdk;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.List;

/**
 * Fixed-length fields of protobuf messages as values; a wrong length is the sender's fault and says
 * so.
 */
final class ProtoFields {
  private ProtoFields() {}

  static Hash32 hash(ByteString bytes) {
    return Hash32.of(exactly(bytes, Hash32.BYTES));
  }

  static Address address(ByteString bytes) {
    return Address.of(exactly(bytes, Address.BYTES));
  }

  static Uint128 amount(ByteString bytes) {
    return Uint128.of(exactly(bytes, Uint128.BYTES), 0);
  }

  static List<Uint128> amounts(List<ByteString> list) {
    return list.stream().map(ProtoFields::amount).toList();
  }

  /** A protobuf {@code uint32}, which Java reads as signed. */
  static long u32(int value) {
    return Integer.toUnsignedLong(value);
  }

  static byte[] exactly(ByteString bytes, int length) {
    if (bytes.size() != length) {
      throw new DishonestSequencerException("a field of " + length + " bytes has " + bytes.size());
    }
    return bytes.toByteArray();
  }

  static ByteString bytes(Hash32 hash) {
    return UnsafeByteOperations.unsafeWrap(hash.toBytes());
  }

  static ByteString bytes(Address address) {
    return UnsafeByteOperations.unsafeWrap(address.toBytes());
  }

  static ByteString bytes(Uint128 amount) {
    return UnsafeByteOperations.unsafeWrap(amount.toBytes());
  }
}
