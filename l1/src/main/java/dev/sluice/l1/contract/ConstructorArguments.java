package dev.sluice.l1.contract;

import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.math.BigInteger;
import java.util.List;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;

/**
 * ABI-encoded constructor arguments of the contracts. {@code Genesis} is all static, so it is its
 * {@link Genesis#encode} in place: 24 words before the other arguments.
 */
public final class ConstructorArguments {
  private ConstructorArguments() {}

  /** {@code Inbox(Genesis, address bridge, uint256 forcedFee)}. */
  public static byte[] inbox(Genesis genesis, Address bridge, BigInteger forcedFeeWei) {
    return encode(genesis, AbiEncoding.address(bridge), new Uint256(forcedFeeWei));
  }

  /**
   * {@code Rollup(Genesis, bytes32 genesisRoot, IInbox inbox, address[] posters, address[]
   * provers)}.
   */
  public static byte[] rollup(
      Genesis genesis,
      Hash32 genesisRoot,
      Address inbox,
      List<Address> posters,
      List<Address> provers) {
    return encode(
        genesis,
        AbiEncoding.hash(genesisRoot),
        AbiEncoding.address(inbox),
        addresses(posters),
        addresses(provers));
  }

  /** {@code Bridge(Genesis, IInbox, IRollup)}. */
  public static byte[] bridge(Genesis genesis, Address inbox, Address rollup) {
    return encode(genesis, AbiEncoding.address(inbox), AbiEncoding.address(rollup));
  }

  /** {@code ChannelKinds(Genesis, IRollup)}, and those of the other modules. */
  public static byte[] kindModule(Genesis genesis, Address rollup) {
    return encode(genesis, AbiEncoding.address(rollup));
  }

  /** {@code ChunkProver(Genesis, IRollup, IInbox, IKindModule, IKindModule, IKindModule)}. */
  public static byte[] chunkProver(
      Genesis genesis,
      Address rollup,
      Address inbox,
      Address channelKinds,
      Address jobKinds,
      Address deviceKinds) {
    return encode(
        genesis,
        AbiEncoding.address(rollup),
        AbiEncoding.address(inbox),
        AbiEncoding.address(channelKinds),
        AbiEncoding.address(jobKinds),
        AbiEncoding.address(deviceKinds));
  }

  /** The genesis as 24 static words, so that web3j computes the offsets of what follows. */
  private static byte[] encode(Genesis genesis, Type<?>... others) {
    byte[] fields = genesis.encode();
    Type<?>[] all = new Type<?>[fields.length / Hash32.BYTES + others.length];
    int at = 0;
    for (int offset = 0; offset < fields.length; offset += Hash32.BYTES) {
      all[at++] = new Bytes32(Hash32.of(fields, offset).toBytes());
    }
    for (Type<?> other : others) {
      all[at++] = other;
    }
    return AbiEncoding.arguments(all);
  }

  private static DynamicArray<org.web3j.abi.datatypes.Address> addresses(List<Address> values) {
    return new DynamicArray<>(
        org.web3j.abi.datatypes.Address.class, values.stream().map(AbiEncoding::address).toList());
  }
}
