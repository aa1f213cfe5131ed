package dev.sluice.proto;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.v1.Genesis;
import java.util.List;
import java.util.Optional;

/** The parameters of a chain. */
public final class ProtoGenesis {
  private ProtoGenesis() {}

  public static Genesis message(dev.sluice.primitives.genesis.Genesis genesis) {
    Genesis.Builder message =
        Genesis.newBuilder()
            .setChainName(genesis.chainName())
            .setStfVersion(genesis.stfVersion())
            .setGenesisTime(genesis.genesisTime())
            .setEpochSeconds((int) genesis.epochSeconds())
            .setEpochsPerMonth((int) genesis.epochsPerMonth())
            .setEpochsPerSeed((int) genesis.epochsPerSeed())
            .setGraceSeconds((int) genesis.graceSeconds())
            .setCommitteeSizeLog2(genesis.committeeSizeLog2())
            .setProtectiveDelay((int) genesis.protectiveDelay())
            .setChallengeWindow((int) genesis.challengeWindow())
            .setForcedDeadline((int) genesis.forcedDeadline())
            .setClockLag((int) genesis.clockLag())
            .setFreezeDelay((int) genesis.freezeDelay())
            .setBond(ProtoValues.bytes(genesis.bond()))
            .setOperator(ProtoValues.bytes(genesis.operator()))
            .setFeeRecipient(ProtoValues.bytes(genesis.feeRecipient()));
    genesis.tokens().forEach(token -> message.addTokens(ProtoValues.bytes(token)));
    genesis.feeUnits().forEach(unit -> message.addFeeUnits(ProtoValues.bytes(unit)));
    return message.build();
  }

  /** Empty for what is no genesis: a byte field of the wrong length, a value out of its range. */
  public static Optional<dev.sluice.primitives.genesis.Genesis> genesis(Genesis message) {
    List<Address> tokens =
        message.getTokensList().stream().flatMap(t -> ProtoValues.address(t).stream()).toList();
    List<Uint128> feeUnits =
        message.getFeeUnitsList().stream().flatMap(u -> ProtoValues.uint128(u).stream()).toList();
    Optional<Uint128> bond = ProtoValues.uint128(message.getBond());
    Optional<Address> operator = ProtoValues.address(message.getOperator());
    Optional<Address> feeRecipient = ProtoValues.address(message.getFeeRecipient());
    if (bond.isEmpty() || operator.isEmpty() || feeRecipient.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new dev.sluice.primitives.genesis.Genesis(
              message.getChainName(),
              message.getStfVersion(),
              tokens,
              feeUnits,
              message.getGenesisTime(),
              Integer.toUnsignedLong(message.getEpochSeconds()),
              Integer.toUnsignedLong(message.getEpochsPerMonth()),
              Integer.toUnsignedLong(message.getEpochsPerSeed()),
              Integer.toUnsignedLong(message.getGraceSeconds()),
              message.getCommitteeSizeLog2(),
              Integer.toUnsignedLong(message.getProtectiveDelay()),
              Integer.toUnsignedLong(message.getChallengeWindow()),
              Integer.toUnsignedLong(message.getForcedDeadline()),
              Integer.toUnsignedLong(message.getClockLag()),
              Integer.toUnsignedLong(message.getFreezeDelay()),
              bond.get(),
              operator.get(),
              feeRecipient.get()));
    } catch (IllegalArgumentException outOfRange) {
      return Optional.empty();
    }
  }
}
