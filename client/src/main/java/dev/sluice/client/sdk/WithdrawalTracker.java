package dev.sluice.client.sdk;

import dev.sluice.l1.connection.L1Exception;
import dev.sluice.l1.connection.L1Receipt;
import dev.sluice.l1.contract.WithdrawalClaim;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.proto.ProtoBlocks;
import dev.sluice.proto.v1.WithdrawalProofAnswer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Brings withdrawals home: asks the sequencer for a proof, believes it only if it leads to the post
 * root of a batch whose header hash L1 holds, and claims. Keeps nothing: everything can be asked
 * again.
 */
public final class WithdrawalTracker {
  /**
   * What one claim transaction takes at most: 256 leaves of 46 bytes and their siblings stay far
   * below L1's limits.
   */
  public static final int CLAIMS_PER_BATCH_MAX = 256;

  /** A durable block's receipt is written at once after it. */
  private static final Duration INDEX_PATIENCE = Duration.ofSeconds(10);

  private final SluiceClient client;
  private final L1Side l1;

  /** A tracker between a sequencer and L1. */
  public WithdrawalTracker(SluiceClient client, L1Side l1) {
    this.client = client;
    this.l1 = l1;
  }

  /**
   * The withdrawal index of a Withdraw transaction.
   *
   * @throws UnreachableException if the sequencer does not know the transaction, or it is not a
   *     withdrawal
   */
  public long indexOf(Hash32 transactionId) {
    TransactionStatus status =
        Polling.until(
            () -> client.transaction(transactionId),
            found -> found instanceof TransactionStatus.InBlock,
            INDEX_PATIENCE);
    if (status instanceof TransactionStatus.InBlock block
        && block.created().isPresent()
        && block.kind() == 2) {
      return block.created().getAsLong();
    }
    throw new UnreachableException(
        "no withdrawal was made by transaction " + transactionId,
        "check the id: it is printed by sluice withdraw");
  }

  /**
   * How far it is.
   *
   * @throws DishonestSequencerException if the sequencer's proof does not hold against L1
   */
  public WithdrawalStage stage(long index) {
    try {
      if (l1.bridge().isClaimed(index)) {
        return new WithdrawalStage.Claimed();
      }
      Optional<WithdrawalProofAnswer> answer = client.withdrawalProof(index);
      if (answer.isEmpty()) {
        return new WithdrawalStage.Sequenced();
      }
      ProvenWithdrawal withdrawal = withdrawal(answer.get(), index);
      if (!l1.rollup()
          .headerHash(withdrawal.header().number())
          .equals(withdrawal.header().hash())) {
        return new WithdrawalStage
            .Sequenced(); // L1 may have reorganized, or the batch was convicted: ask again later
      }
      if (l1.rollup().isFinal(withdrawal.header())) {
        return new WithdrawalStage.Claimable(withdrawal);
      }
      long finalAt = withdrawal.header().l1Time() + client.chain().challengeWindowSeconds();
      return new WithdrawalStage.Posted(withdrawal, finalAt);
    } catch (L1Exception e) {
      throw L1Wallet.unreachable(e);
    }
  }

  /** Waits until it is claimable or claimed; the last stage seen after {@code patience}. */
  public WithdrawalStage awaitClaimable(long index, Duration patience) {
    return Polling.until(
        () -> stage(index),
        stage ->
            switch (stage) {
              case WithdrawalStage.Claimable _, WithdrawalStage.Claimed _ -> true;
              case WithdrawalStage.Posted _, WithdrawalStage.Sequenced _ -> false;
            },
        patience);
  }

  /** Claims one withdrawal for its recipient; anybody may pay the gas. */
  public L1Receipt claim(L1Wallet from, ProvenWithdrawal withdrawal) {
    return from.send(
        l1.bridge()
            .claim(
                withdrawal.header(),
                toClaim(withdrawal, withdrawal.mask()),
                withdrawal.siblings()));
  }

  /**
   * Claims several with one multiproof in one L1 transaction.
   *
   * @param withdrawals 1 to {@link #CLAIMS_PER_BATCH_MAX} different ones, all proven against the
   *     same batch (see {@link #against})
   */
  public L1Receipt claimBatch(L1Wallet from, List<ProvenWithdrawal> withdrawals) {
    List<ProvenWithdrawal> ascending =
        withdrawals.stream().sorted(Comparator.comparingLong(ProvenWithdrawal::index)).toList();
    if (ascending.isEmpty() || ascending.size() > CLAIMS_PER_BATCH_MAX) {
      throw new IllegalArgumentException(
          ascending.size() + " withdrawals; 1 to " + CLAIMS_PER_BATCH_MAX + " go together");
    }
    BatchHeader header = ascending.getFirst().header();
    if (!ascending.stream().allMatch(withdrawal -> withdrawal.header().equals(header))) {
      throw new IllegalArgumentException("the withdrawals are proven against different batches");
    }
    MultiProof proof = ProvenWithdrawal.multiproof(ascending);
    List<WithdrawalClaim> claims = new ArrayList<>(ascending.size());
    for (int i = 0; i < ascending.size(); i++) {
      claims.add(toClaim(ascending.get(i), proof.positions().get(i).mask()));
    }
    return from.send(l1.bridge().claimBatch(header, claims, proof.siblings()));
  }

  /**
   * The proof of a withdrawal against a given batch, which makes withdrawals of different batches
   * claimable together; empty if that batch does not have it.
   */
  public Optional<ProvenWithdrawal> against(long index, BatchHeader header) {
    return client
        .withdrawalProof(index, header.number())
        .map(answer -> withdrawal(answer, index))
        .filter(withdrawal -> withdrawal.header().equals(header));
  }

  private static WithdrawalClaim toClaim(ProvenWithdrawal withdrawal, long mask) {
    return new WithdrawalClaim(
        withdrawal.index(), mask, withdrawal.recipient(), withdrawal.token(), withdrawal.amount());
  }

  private static ProvenWithdrawal withdrawal(WithdrawalProofAnswer answer, long index) {
    ProvenWithdrawal withdrawal =
        new ProvenWithdrawal(
            ProtoFields.u32(answer.getWithdrawal()),
            ProtoFields.address(answer.getRecipient()),
            answer.getToken(),
            ProtoFields.amount(answer.getAmount()),
            answer.getMask(),
            answer.getSiblingsList().stream().map(ProtoFields::hash).toList(),
            ProtoBlocks.header(answer.getHeader())
                .orElseThrow(
                    () -> new DishonestSequencerException("a proof without a batch header")));
    if (withdrawal.index() != index || !withdrawal.isProven()) {
      throw new DishonestSequencerException(
          "the proof of withdrawal " + index + " does not lead to the batch's root");
    }
    return withdrawal;
  }
}
