package dev.sluice.client.sdk;

import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.v1.ChainInfoAnswer;
import dev.sluice.proto.v1.Genesis;
import java.util.List;

/**
 * What a client must know of a chain before it signs anything; constant for the life of the
 * deployment.
 *
 * @param chainId of L1
 * @param domain D, computed here from chain id and rollup, never taken from the sequencer
 * @param sequencer the address that signs confirmations and receipts
 * @param tokens addresses of the four token slots; zero for ETH and for slots that are not listed
 * @param feeUnits per token, in its base unit
 * @param genesisTime seconds
 * @param protectiveDelaySeconds the least close delay and job window
 * @param challengeWindowSeconds from a batch's post to its finality
 * @param committeeSizeLog2 of the number of devices per committee
 */
public record Chain(
    String name,
    long chainId,
    Address rollup,
    Address inbox,
    Address bridge,
    Hash32 domain,
    Address sequencer,
    List<Address> tokens,
    List<Uint128> feeUnits,
    long genesisTime,
    long epochSeconds,
    long epochsPerMonth,
    long protectiveDelaySeconds,
    long challengeWindowSeconds,
    int committeeSizeLog2) {

  static Chain of(ChainInfoAnswer answer) {
    Address rollup = ProtoFields.address(answer.getRollup());
    Hash32 domain = new TypedData(answer.getChainId(), rollup).domainSeparator();
    if (!domain.equals(ProtoFields.hash(answer.getDomain()))) {
      throw new ChainMismatchException(
          "the sequencer's domain is not that of chain "
              + answer.getChainId()
              + " and rollup "
              + rollup);
    }
    Genesis genesis = answer.getGenesis();
    return new Chain(
        genesis.getChainName(),
        answer.getChainId(),
        rollup,
        ProtoFields.address(answer.getInbox()),
        ProtoFields.address(answer.getBridge()),
        domain,
        ProtoFields.address(answer.getSequencer()),
        genesis.getTokensList().stream().map(ProtoFields::address).toList(),
        ProtoFields.amounts(genesis.getFeeUnitsList()),
        genesis.getGenesisTime(),
        ProtoFields.u32(genesis.getEpochSeconds()),
        ProtoFields.u32(genesis.getEpochsPerMonth()),
        ProtoFields.u32(genesis.getProtectiveDelay()),
        ProtoFields.u32(genesis.getChallengeWindow()),
        genesis.getCommitteeSizeLog2());
  }

  /** Refuses a chain other than the one that the caller means. */
  void require(long expectedChainId, Address expectedRollup) {
    if (chainId != expectedChainId || !rollup.equals(expectedRollup)) {
      throw new ChainMismatchException(
          "the sequencer serves chain "
              + chainId
              + ", rollup "
              + rollup
              + ", and not chain "
              + expectedChainId
              + ", rollup "
              + expectedRollup);
    }
  }

  /** Digests of everything that is signed for this chain. */
  public TypedData typedData() {
    return new TypedData(domain);
  }

  /** The price of a transaction in base units of its token ({@code docs/protocol.md} §2). */
  public Uint128 price(TransactionKind kind, int token) {
    return feeUnits.get(token).tryTimes(kind.feeMultiplier()).orElseThrow();
  }

  /** Whether a token index can be used: ETH, or a slot that genesis filled. */
  public boolean isListed(int token) {
    return token == 0 || (token > 0 && token < tokens.size() && !tokens.get(token).isZero());
  }

  /** The heartbeat epoch that holds this second ({@code docs/protocol.md} §2). */
  public long epochAt(long seconds) {
    return (seconds - genesisTime) / epochSeconds;
  }
}
