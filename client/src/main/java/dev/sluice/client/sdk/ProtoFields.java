package dev.sluice.client.sdk;

import com.google.protobuf.ByteString;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.ProtoValues;
import java.util.List;

/**
 * Fixed-length fields of protobuf messages as values; a wrong length is the sender's fault and says
 * so.
 */
final class ProtoFields {
  private ProtoFields() {}

  static Hash32 hash(ByteString bytes) {
    return ProtoValues.hash32(bytes).orElseThrow(() -> wrongLength(bytes, Hash32.BYTES));
  }

  static Address address(ByteString bytes) {
    return ProtoValues.address(bytes).orElseThrow(() -> wrongLength(bytes, Address.BYTES));
  }

  static Uint128 amount(ByteString bytes) {
    return ProtoValues.uint128(bytes).orElseThrow(() -> wrongLength(bytes, Uint128.BYTES));
  }

  static WalletSignature signature(ByteString bytes) {
    return ProtoValues.signature(bytes)
        .orElseThrow(() -> wrongLength(bytes, WalletSignature.BYTES));
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
      throw wrongLength(bytes, length);
    }
    return bytes.toByteArray();
  }

  private static DishonestSequencerException wrongLength(ByteString bytes, int length) {
    return new DishonestSequencerException("a field of " + length + " bytes has " + bytes.size());
  }
}
