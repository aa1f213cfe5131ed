package dev.sluice.state.execution;

import static dev.sluice.state.execution.TestChain.RESULT;
import static dev.sluice.state.execution.TestChain.device;
import static dev.sluice.state.execution.TestChain.sign;
import static dev.sluice.state.execution.TestChain.units;
import static dev.sluice.state.execution.TestChain.wallet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.Transaction.Expiry;
import dev.sluice.primitives.transaction.Transaction.Verdict;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Jobs;
import dev.sluice.state.ledger.Quorums;
import dev.sluice.state.transition.TransitionOutcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Jobs of modes 1 and 2: one buyer, six providers with an account each; the deadline is 100 seconds
 * away, the window 5 seconds, the fee unit 10.
 */
class JobModesTest {
  private static final Hash32 OTHER_RESULT = new Hash32(4, 3, 2, 1);
  private static final Hash32 SALT = new Hash32(5, 5, 5, 5);
  private final TestChain chain = new TestChain();
  private final PrivateKey buyerKey = wallet("buyer");
  private final List<PrivateKey> keys = new ArrayList<>();
  private final List<Integer> accounts = new ArrayList<>();
  private final List<Hash32> providers = new ArrayList<>();
  private int buyer;

  @BeforeEach
  void registerSixDevices() {
    buyer = chain.deposit(buyerKey, 0, 100_000);
    for (int i = 0; i < 6; i++) {
      PrivateKey key = wallet("provider " + i);
      keys.add(key);
      accounts.add(chain.deposit(key, 0, 1_000));
      chain.applies(sign(key, chain.register(accounts.get(i), key, key.address(), 0, device(i))));
      providers.add(chain.ledger.providers().id(i));
    }
  }

  @AfterEach
  void everyChainReplays() {
    chain.audit();
    chain.assertReplays();
  }

  private Hash32 openExpecting(Hash32 result, long escrow) {
    Hash32 expected = Keccak256.hash32(result.toBytes());
    Transaction.JobOpen open =
        chain.jobOpen(
            buyer,
            List.of(providers.getFirst()),
            0,
            0,
            escrow,
            Transaction.MODE_EXPECTED_HASH,
            expected);
    int job = (int) chain.applies(sign(buyerKey, open)).opened();
    assertEquals(expected, chain.ledger.jobs().resultHash(job));
    return chain.ledger.jobs().id(job);
  }

  private Transaction.JobOpen quorum(int n, int k, long escrow) {
    return chain.jobOpen(
        buyer, providers.subList(0, n), k, 0, escrow, Transaction.MODE_QUORUM, Hash32.ZERO);
  }

  private Hash32 openQuorum(int n, int k, long escrow) {
    int job = (int) chain.applies(sign(buyerKey, quorum(n, k, escrow))).opened();
    return chain.ledger.jobs().id(job);
  }

  private SignedTransaction commit(Hash32 job, int member, Hash32 result) {
    Hash32 commitment = Ids.commitment(job, member, result, SALT);
    return sign(
        keys.get(member), chain.jobResult(accounts.get(member), job, member, 0, commitment));
  }

  private SignedTransaction reveal(Hash32 job, int member, Hash32 result) {
    return reveal(job, member, result, SALT);
  }

  private SignedTransaction reveal(Hash32 job, int member, Hash32 result, Hash32 salt) {
    return sign(
        keys.get(member), chain.jobReveal(accounts.get(member), job, member, 0, result, salt));
  }

  private static SignedTransaction expiry(Hash32 job, Expiry expiry) {
    return SignedTransaction.unsigned(new Transaction.JobExpiry(job, expiry));
  }

  private long balance(int member) {
    return chain.balance(accounts.get(member), 0);
  }

  @Test
  void expectedHash_isRefusedInOrder_thenSettlesAtOnce() {
    Hash32 job = openExpecting(RESULT, 1_010);
    PrivateKey key = keys.getFirst();
    int account = accounts.getFirst();
    chain.refuses(
        Refusal.UNKNOWN_MEMBER, sign(key, chain.jobResult(account, job, 1, 0, OTHER_RESULT)));
    chain.refuses(Refusal.BAD_SIGNATURE, sign(buyerKey, chain.jobResult(buyer, job, 0)));
    chain.refuses(
        Refusal.RESULT_MISMATCH, sign(key, chain.jobResult(account, job, 0, 0, OTHER_RESULT)));
    chain.refuses(
        Refusal.DEADLINE_PASSED, sign(key, chain.jobResult(account, job, 0, 0, OTHER_RESULT)), 101);
    chain.refuses(Refusal.JOB_MODE_MISMATCH, reveal(job, 0, RESULT));
    long before = balance(0);
    chain.applies(sign(key, chain.jobResult(account, job, 0)), 100);
    assertEquals(before + 1_000 - 10, balance(0));
    assertEquals(Jobs.ACCEPTED, chain.ledger.jobs().state(0));
    assertEquals(RESULT, chain.ledger.jobs().resultHash(0));
    assertEquals(Uint128.ZERO, chain.ledger.jobs().escrow(0));
    chain.refuses(Refusal.JOB_NOT_OPEN, sign(key, chain.jobResult(account, job, 0)));
    chain.refuses(
        Refusal.JOB_NOT_DONE,
        sign(
            buyerKey,
            new Transaction.JobVerdict(buyer, chain.nonce(buyer), job, Verdict.REFUSE, 1)));
    chain.refuses(Refusal.JOB_NOT_OPEN, expiry(job, Expiry.TIME_OUT), 200);
  }

  @Test
  void expectedHash_isTimedOut_asAnyJob() {
    Hash32 job = openExpecting(RESULT, 1_010);
    long before = chain.balance(buyer, 0);
    chain.refuses(Refusal.DEADLINE_NOT_PASSED, expiry(job, Expiry.TIME_OUT), 100);
    chain.applies(expiry(job, Expiry.TIME_OUT), 101);
    assertEquals(before + 1_010, chain.balance(buyer, 0));
  }

  @Test
  void quorum_isRefused_unlessItIsAMajorityOfDistinctProviders() {
    for (int[] bad : new int[][] {{1, 1}, {2, 1}, {2, 3}, {4, 2}, {5, 2}, {5, 6}, {3, 0}}) {
      chain.refuses(Refusal.BAD_QUORUM, sign(buyerKey, quorum(bad[0], bad[1], 0)));
    }
    chain.refuses(
        Refusal.BAD_QUORUM,
        sign(
            buyerKey,
            chain.jobOpen(
                buyer,
                List.of(providers.get(0), providers.get(1), providers.get(0)),
                2,
                0,
                50,
                Transaction.MODE_QUORUM,
                Hash32.ZERO)));
    chain.refuses(
        Refusal.UNKNOWN_PROVIDER,
        sign(
            buyerKey,
            chain.jobOpen(
                buyer,
                List.of(providers.get(0), Hash32.ZERO),
                2,
                0,
                50,
                Transaction.MODE_QUORUM,
                Hash32.ZERO)));
    chain.applies(
        sign(
            keys.get(1),
            chain.update(accounts.get(1), providers.get(1), keys.get(1).address(), 0, 1, true)));
    chain.refuses(Refusal.PROVIDER_RETIRED, sign(buyerKey, quorum(2, 2, 0)));
    assertEquals(0, chain.ledger.quorums().count());
    chain.force(sign(buyerKey, quorum(1, 1, 50)), 0, Refusal.MALFORMED_FORCED);
  }

  @Test
  void quorum_keepsItsMembers_inTheLeaf() {
    openQuorum(3, 2, 500);
    Hash32 job = openQuorum(5, 3, 500);
    assertEquals(2, chain.ledger.quorums().count());
    assertEquals(1, chain.ledger.jobs().provider(1));
    assertEquals(5, chain.ledger.quorums().members(1));
    assertEquals(3, chain.ledger.quorums().needed(1));
    chain.applies(commit(job, 4, RESULT));
    assertEquals(4, chain.ledger.quorums().provider(1, 4));
    assertEquals(Quorums.COMMITTED, chain.ledger.quorums().state(1, 4));
    assertEquals(accounts.get(4), chain.ledger.quorums().payout(1, 4));
    assertEquals(Quorums.AWAITED, chain.ledger.quorums().state(1, 3));
    assertEquals(1, chain.ledger.quorums().committed(1));
  }

  @Test
  void firstMajority_settles_andPaysItsMembersOnly() {
    Hash32 job = openQuorum(5, 3, 1_012);
    chain.refuses(Refusal.UNKNOWN_MEMBER, commit5(job));
    chain.refuses(
        Refusal.BAD_SIGNATURE, sign(keys.get(1), chain.jobResult(accounts.get(1), job, 0)));
    chain.refuses(Refusal.DEADLINE_PASSED, commit(job, 0, RESULT), 101);
    for (int member = 0; member < 4; member++) {
      chain.applies(commit(job, member, member == 1 ? OTHER_RESULT : RESULT));
    }
    chain.refuses(Refusal.ALREADY_COMMITTED, commit(job, 0, RESULT));
    chain.refuses(Refusal.REVEAL_NOT_OPEN, reveal(job, 0, RESULT));
    chain.refuses(Refusal.NOT_COMMITTED, reveal(job, 4, RESULT), 101);
    chain.applies(commit(job, 4, RESULT));
    chain.refuses(Refusal.REVEAL_MISMATCH, reveal(job, 0, OTHER_RESULT));
    chain.refuses(Refusal.REVEAL_MISMATCH, reveal(job, 0, RESULT, Hash32.ZERO));
    // Who is paid is decided when the commitment is made.
    chain.applies(
        sign(
            keys.get(0),
            chain.update(accounts.get(0), providers.get(0), buyerKey.address(), 0, 1, false)));
    chain.applies(reveal(job, 0, RESULT));
    chain.refuses(Refusal.NOT_COMMITTED, reveal(job, 0, RESULT));
    chain.applies(reveal(job, 1, OTHER_RESULT));
    chain.applies(reveal(job, 3, RESULT));
    long[] before = {balance(0), balance(1), balance(2), balance(3), balance(4)};
    long bought = chain.balance(buyer, 0);
    chain.applies(reveal(job, 4, RESULT));
    assertEquals(before[0] + 334, balance(0));
    assertEquals(before[1], balance(1));
    assertEquals(before[2], balance(2));
    assertEquals(before[3] + 334, balance(3));
    assertEquals(before[4] + 334 - 10, balance(4));
    assertEquals(bought, chain.balance(buyer, 0), "1,002 is three times 334");
    assertEquals(Jobs.ACCEPTED, chain.ledger.jobs().state(0));
    assertEquals(RESULT, chain.ledger.jobs().resultHash(0));
    chain.refuses(Refusal.JOB_NOT_OPEN, reveal(job, 2, RESULT));
  }

  private SignedTransaction commit5(Hash32 job) {
    return sign(keys.get(5), chain.jobResult(accounts.get(5), job, 5, 0, RESULT));
  }

  @Test
  void restOfTheDivision_isTheBuyers() {
    Hash32 job = openQuorum(3, 3, 113);
    for (int member = 0; member < 3; member++) {
      chain.applies(commit(job, member, RESULT));
    }
    chain.applies(reveal(job, 0, RESULT));
    chain.applies(reveal(job, 1, RESULT));
    long bought = chain.balance(buyer, 0);
    long paid = balance(0);
    chain.applies(reveal(job, 2, RESULT));
    assertEquals(paid + 34, balance(0));
    assertEquals(bought + 1, chain.balance(buyer, 0));
  }

  @Test
  void reveals_areOpenAfterTheDeadline_untilTheWindowEnds() {
    Hash32 job = openQuorum(3, 2, 1_010);
    chain.applies(commit(job, 0, RESULT));
    chain.applies(commit(job, 1, RESULT));
    chain.refuses(Refusal.REVEAL_NOT_OPEN, reveal(job, 0, RESULT), 100);
    chain.refuses(Refusal.DEADLINE_NOT_PASSED, expiry(job, Expiry.TIME_OUT), 100);
    chain.applies(reveal(job, 0, RESULT), 101);
    chain.refuses(Refusal.WINDOW_RUNNING, expiry(job, Expiry.TIME_OUT), 4);
    chain.refuses(Refusal.WINDOW_PASSED, reveal(job, 1, RESULT), 5);
    chain.refuses(Refusal.JOB_NOT_DONE, expiry(job, Expiry.SILENCE), 5);
    long bought = chain.balance(buyer, 0);
    chain.applies(expiry(job, Expiry.TIME_OUT), 5);
    assertEquals(bought + 1_010, chain.balance(buyer, 0));
    assertEquals(Jobs.TIMED_OUT, chain.ledger.jobs().state(0));
  }

  @Test
  void timeOut_waitsForNoReveal_whenTooFewCommitted() {
    Hash32 job = openQuorum(3, 2, 1_010);
    chain.applies(commit(job, 2, RESULT));
    chain.refuses(Refusal.DEADLINE_NOT_PASSED, expiry(job, Expiry.TIME_OUT), 100);
    chain.applies(expiry(job, Expiry.TIME_OUT), 101);
    chain.refuses(Refusal.JOB_NOT_OPEN, reveal(job, 2, RESULT));
  }

  @Test
  void disagreement_settlesNothing_andTimesOut() {
    Hash32 job = openQuorum(2, 2, 1_010);
    chain.applies(commit(job, 0, RESULT));
    chain.applies(commit(job, 1, OTHER_RESULT));
    chain.applies(reveal(job, 0, RESULT));
    chain.applies(reveal(job, 1, OTHER_RESULT));
    assertEquals(Jobs.OPEN, chain.ledger.jobs().state(0));
    chain.applies(expiry(job, Expiry.TIME_OUT), 106);
  }

  @Test
  void forcedResultsAndReveals_areExecutedByTheirHint() {
    Hash32 job = openQuorum(2, 2, 1_010);
    chain.force(commit(job, 0, RESULT), 7, Refusal.UNKNOWN_JOB);
    chain.force(commit5(job), 0, Refusal.UNKNOWN_MEMBER);
    chain.force(
        sign(keys.get(1), chain.jobResult(accounts.get(1), job, 0, 0, RESULT)),
        0,
        Refusal.BAD_SIGNATURE);
    chain.force(commit(job, 0, RESULT), 0, null);
    chain.force(commit(job, 1, RESULT), 0, null);
    chain.force(reveal(job, 0, RESULT), 0, null);
    chain.force(reveal(job, 1, RESULT), 0, null);
    assertEquals(Jobs.ACCEPTED, chain.ledger.jobs().state(0));
    chain.force(
        sign(
            buyerKey,
            chain.jobOpen(
                buyer,
                List.of(providers.get(1)),
                0,
                0,
                40,
                Transaction.MODE_EXPECTED_HASH,
                Keccak256.hash32(RESULT.toBytes()))),
        1,
        null);
    Hash32 second = chain.ledger.jobs().id(1);
    chain.force(sign(keys.get(1), chain.jobResult(accounts.get(1), second, 0)), 1, null);
    assertEquals(Jobs.ACCEPTED, chain.ledger.jobs().state(1));
  }

  @Test
  void posted_withUnknownMembersAndProviders_areRefused() {
    openQuorum(2, 2, 1_010);
    WalletSignature signature = sign(buyerKey, quorum(2, 2, 50)).signature();
    assertEquals(
        new TransitionOutcome.Rejected(Refusal.UNKNOWN_MEMBER),
        chain.post(new PostedTransaction.JobReveal(0, 2, RESULT, SALT, null, signature)));
    assertEquals(
        new TransitionOutcome.Rejected(Refusal.UNKNOWN_PROVIDER),
        chain.post(
            new PostedTransaction.JobOpen(
                buyer,
                List.of(1L, 6L),
                2,
                0,
                units(50),
                Transaction.MODE_QUORUM,
                Hash32.ZERO,
                Hash32.ZERO,
                1,
                5,
                0,
                null,
                signature)));
  }
}
