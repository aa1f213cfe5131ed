package dev.sluice.client.sdk;

import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.ProtoGenesis;
import dev.sluice.proto.v1.ChainInfoAnswer;
import java.util.List;

/**
 * What a client must know of a chain before it signs anything; constant for the life of the
 * deployment.
 *
 * @param chainId of L1
 * @param domain D, computed here from chain id and rollup, never taken from the sequencer
 * @param sequencer the address that signs confirmations and receipts
 */
public record Chain(
    Genesis genesis,
    long chainId,
    Address rollup,
    Address inbox,
    Address bridge,
    Hash32 domain,
    Address sequencer) {

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
    Genesis genesis =
        ProtoGenesis.genesis(answer.getGenesis())
            .filter(known -> known.hash().equals(ProtoFields.hash(answer.getGenesisHash())))
            .orElseThrow(
                () ->
                    new ChainMismatchException("the sequencer's genesis is not that of its hash"));
    if (genesis.stfVersion() != Genesis.STF_VERSION) {
      throw new ChainMismatchException(
          "the chain is of STF version "
              + genesis.stfVersion()
              + ", and this client speaks version "
              + Genesis.STF_VERSION);
    }
    return new Chain(
        genesis,
        answer.getChainId(),
        rollup,
        ProtoFields.address(answer.getInbox()),
        ProtoFields.address(answer.getBridge()),
        domain,
        ProtoFields.address(answer.getSequencer()));
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
    return genesis.price(kind, token);
  }

  /** Whether a token index can be used: ETH, or a slot that genesis filled. */
  public boolean isListed(int token) {
    return token >= 0 && token < genesis.tokens().size() && genesis.isListed(token);
  }

  /** What people call the chain. */
  public String name() {
    return genesis.chainName();
  }

  /** Addresses of the four token slots; zero for ETH and for slots that are not listed. */
  public List<Address> tokens() {
    return genesis.tokens();
  }

  /** Length of a heartbeat epoch. */
  public long epochSeconds() {
    return genesis.epochSeconds();
  }

  /** The heartbeat epoch that holds this second. */
  public long epochAt(long seconds) {
    return genesis.epoch(seconds);
  }

  /** The least close delay and job window. */
  public long protectiveDelaySeconds() {
    return genesis.protectiveDelay();
  }

  /** From a batch's post to its finality. */
  public long challengeWindowSeconds() {
    return genesis.challengeWindow();
  }
}
