package dev.sluice.l1.contract;

import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.StaticStruct;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint32;
import org.web3j.abi.datatypes.generated.Uint40;
import org.web3j.abi.datatypes.generated.Uint64;
import org.web3j.abi.datatypes.generated.Uint8;

/** Our values as ABI types, and calls as bytes. */
final class AbiEncoding {
  /** The type of {@code BatchHeader} in signatures. */
  static final String HEADER_TYPE =
      "(bytes32,bytes32,bytes32,bytes32,uint64,uint64,uint64,uint64,uint64,uint32,uint8,address)";

  /** The type of {@code InboxLink} in signatures. */
  static final String LINK_TYPE = "(bytes32,uint64,uint64,uint64)";

  private AbiEncoding() {}

  static byte[] call(String function, Type<?>... arguments) {
    String hex = FunctionEncoder.encode(new Function(function, List.of(arguments), List.of()));
    return HexFormat.of().parseHex(hex.substring(2));
  }

  /** Constructor arguments, to be appended to creation code. */
  static byte[] arguments(Type<?>... arguments) {
    return HexFormat.of().parseHex(FunctionEncoder.encodeConstructor(List.of(arguments)));
  }

  static Hash32 eventTopic(String signature) {
    return Hash32.of(Keccak256.hash(signature.getBytes(StandardCharsets.US_ASCII)));
  }

  static Bytes32 hash(Hash32 value) {
    return new Bytes32(value.toBytes());
  }

  static org.web3j.abi.datatypes.Address address(Address value) {
    return new org.web3j.abi.datatypes.Address(value.toString());
  }

  static Uint64 u64(long value) {
    return new Uint64(new BigInteger(Long.toUnsignedString(value)));
  }

  static Uint40 u40(long value) {
    return new Uint40(BigInteger.valueOf(value));
  }

  static Uint32 u32(long value) {
    return new Uint32(BigInteger.valueOf(value));
  }

  static Uint8 u8(int value) {
    return new Uint8(BigInteger.valueOf(value));
  }

  static org.web3j.abi.datatypes.generated.Uint128 u128(Uint128 value) {
    return new org.web3j.abi.datatypes.generated.Uint128(value.toBigInteger());
  }

  /** {@code BatchHeader} of {@code docs/protocol.md} §8. */
  static StaticStruct header(BatchHeader header) {
    return new StaticStruct(
        hash(header.parent()),
        hash(header.dataHash()),
        hash(header.postRoot()),
        hash(header.blockAccumulator()),
        u64(header.number()),
        u64(header.blockNumber()),
        u64(header.inboxPosition()),
        u64(header.clock()),
        u64(header.l1Time()),
        u32(header.chunkCount()),
        u8(header.mode()),
        address(header.proposer()));
  }

  /** {@code InboxLink} of {@code docs/protocol.md} §10. */
  static StaticStruct link(InboxLink link) {
    return new StaticStruct(
        hash(link.messageHash()),
        u64(link.time()),
        u64(link.witnessWeight()),
        u64(link.gasWeight()));
  }

  static DynamicBytes bytes(byte[] value) {
    return new DynamicBytes(value);
  }

  static DynamicArray<Bytes32> hashes(List<Hash32> values) {
    return new DynamicArray<>(Bytes32.class, values.stream().map(AbiEncoding::hash).toList());
  }
}
