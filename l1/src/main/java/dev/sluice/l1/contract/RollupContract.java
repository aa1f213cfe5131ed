package dev.sluice.l1.contract;

import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Exception;
import dev.sluice.l1.connection.L1Log;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.math.BigInteger;

/** {@code Rollup}: headers, bonds, finality, conviction ({@code docs/protocol.md} §8, §10). */
public final class RollupContract {
  /** First topic of {@code BatchPosted}. */
  public static final Hash32 BATCH_POSTED =
      AbiEncoding.eventTopic("BatchPosted(uint64,bytes32," + AbiEncoding.HEADER_TYPE + ")");

  /** First topic of {@code BatchConvicted}. */
  public static final Hash32 BATCH_CONVICTED =
      AbiEncoding.eventTopic("BatchConvicted(uint64,address,address,uint256)");

  private final ContractView view;

  public RollupContract(L1Client client, Address address) {
    this.view = new ContractView(client, address);
  }

  /** Where it stands. */
  public Address address() {
    return view.address();
  }

  /** Number of batches, genesis included: the number that the next post gets. */
  public long head() throws L1Exception {
    return view.read(AbiWords::u64, "head");
  }

  /** The stored hash of a batch's header; zero if there is none. */
  public Hash32 headerHash(long number) throws L1Exception {
    return view.read(AbiWords::hash, "headerHash", AbiEncoding.u64(number));
  }

  /** Whether this header is stored and its challenge window is over. */
  public boolean isFinal(BatchHeader header) throws L1Exception {
    return view.read(AbiWords::bool, "isFinal", AbiEncoding.header(header));
  }

  /** A bonder's live bond, wei. */
  public BigInteger bondOfWei(Address bonder) throws L1Exception {
    return view.read(AbiWords::number, "bondOf", AbiEncoding.address(bonder));
  }

  /** What a challenger may pull, wei. */
  public BigInteger rewardOfWei(Address challenger) throws L1Exception {
    return view.read(AbiWords::number, "rewardOf", AbiEncoding.address(challenger));
  }

  /** {@code H(abi.encode(Genesis))}. */
  public Hash32 genesisHash() throws L1Exception {
    return view.read(AbiWords::hash, "genesisHash");
  }

  /** Root of the genesis state. */
  public Hash32 genesisRoot() throws L1Exception {
    return view.read(AbiWords::hash, "genesisRoot");
  }

  /** The Inbox that it checks posts against. */
  public Address inbox() throws L1Exception {
    return view.read(AbiWords::address, "inbox");
  }

  /** The account that owns the bond of the operator's posters. */
  public Address operator() throws L1Exception {
    return view.read(AbiWords::address, "operator");
  }

  /** Whether the account posts for the operator. */
  public boolean isPoster(Address account) throws L1Exception {
    return view.read(AbiWords::bool, "isPoster", AbiEncoding.address(account));
  }

  /** Posts a batch. */
  public L1Call post(BatchPost post) {
    return L1Call.of("post batch " + (post.previous().number() + 1), address(), post.calldata());
  }

  /** Adds to the sender's bond. */
  public L1Call depositBond(BigInteger wei) {
    return L1Call.of("deposit bond", address(), AbiEncoding.call("depositBond")).withValueWei(wei);
  }

  /** Takes the sender's bond back; {@code lastBatch} is the newest header, which must be final. */
  public L1Call withdrawBond(BatchHeader lastBatch) {
    return L1Call.of(
        "withdraw bond",
        address(),
        AbiEncoding.call("withdrawBond", AbiEncoding.header(lastBatch)));
  }

  /** Pulls a challenger's reward. */
  public L1Call withdrawReward() {
    return L1Call.of("withdraw reward", address(), AbiEncoding.call("withdrawReward"));
  }

  /**
   * Reads a {@code BatchPosted} log.
   *
   * @throws IllegalArgumentException if it is not one, or its header does not hash to its hash
   */
  public static PostedBatch posted(L1Log log) {
    if (log.topics().size() != 3 || !log.topics().getFirst().equals(BATCH_POSTED)) {
      throw new IllegalArgumentException("not a BatchPosted log: " + log.topics());
    }
    BatchHeader header = new AbiWords(log.bytes()).header();
    Hash32 hash = log.topics().get(2);
    if (!header.hash().equals(hash)) {
      throw new IllegalArgumentException("header " + header + " does not hash to " + hash);
    }
    return new PostedBatch(header, hash, log.blockNumber(), log.blockHash(), log.transactionHash());
  }

  /**
   * Reads a {@code BatchConvicted} log.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static ConvictedBatch convicted(L1Log log) {
    if (log.topics().size() != 4 || !log.topics().getFirst().equals(BATCH_CONVICTED)) {
      throw new IllegalArgumentException("not a BatchConvicted log: " + log.topics());
    }
    return new ConvictedBatch(
        new AbiWords(log.topics().get(1).toBytes()).u64(),
        new AbiWords(log.topics().get(2).toBytes()).address(),
        new AbiWords(log.topics().get(3).toBytes()).address(),
        new AbiWords(log.bytes()).number(),
        log.blockNumber(),
        log.blockHash(),
        log.transactionHash());
  }
}
