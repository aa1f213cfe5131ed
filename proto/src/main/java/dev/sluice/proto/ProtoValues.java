package dev.sluice.proto;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Byte fields of messages and the values that they hold; a wrong length gives empty. */
public final class ProtoValues {
  private ProtoValues() {}

  /** 32 bytes. */
  public static ByteString bytes(Hash32 value) {
    return UnsafeByteOperations.unsafeWrap(value.toBytes());
  }

  /** 20 bytes. */
  public static ByteString bytes(Address value) {
    return UnsafeByteOperations.unsafeWrap(value.toBytes());
  }

  /** 16 bytes, big-endian. */
  public static ByteString bytes(Uint128 value) {
    return UnsafeByteOperations.unsafeWrap(value.toBytes());
  }

  /** 64 bytes. */
  public static ByteString bytes(WalletSignature value) {
    return UnsafeByteOperations.unsafeWrap(value.toBytes());
  }

  /** Bytes that nobody changes any more. */
  public static ByteString wrap(byte[] bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /** The value of exactly 32 bytes. */
  public static Optional<Hash32> hash32(ByteString bytes) {
    return bytes.size() == Hash32.BYTES
        ? Optional.of(Hash32.of(bytes.toByteArray()))
        : Optional.empty();
  }

  /** The value of exactly 20 bytes. */
  public static Optional<Address> address(ByteString bytes) {
    return bytes.size() == Address.BYTES
        ? Optional.of(Address.of(bytes.toByteArray()))
        : Optional.empty();
  }

  /** The value of exactly 16 bytes. */
  public static Optional<Uint128> uint128(ByteString bytes) {
    return bytes.size() == Uint128.BYTES
        ? Optional.of(Uint128.of(bytes.toByteArray(), 0))
        : Optional.empty();
  }

  /** The value of exactly 64 bytes. */
  public static Optional<WalletSignature> signature(ByteString bytes) {
    return bytes.size() == WalletSignature.BYTES
        ? Optional.of(WalletSignature.of(bytes.toByteArray()))
        : Optional.empty();
  }

  /** The values one after the other. */
  public static ByteString concatenated(List<Hash32> values) {
    byte[] bytes = new byte[Hash32.BYTES * values.size()];
    for (int i = 0; i < values.size(); i++) {
      values.get(i).writeTo(bytes, Hash32.BYTES * i);
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  /** The values that stand one after the other; empty unless the length is a multiple of 32. */
  public static Optional<List<Hash32>> hashes(ByteString bytes) {
    if (bytes.size() % Hash32.BYTES != 0) {
      return Optional.empty();
    }
    byte[] array = bytes.toByteArray();
    List<Hash32> values = new ArrayList<>(array.length / Hash32.BYTES);
    for (int at = 0; at < array.length; at += Hash32.BYTES) {
      values.add(Hash32.of(array, at));
    }
    return Optional.of(values);
  }
}
