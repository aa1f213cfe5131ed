package dev.sluice.state.execution;

import static dev.sluice.state.execution.TestChain.DOMAIN;
import static dev.sluice.state.execution.TestChain.RECIPIENT;
import static dev.sluice.state.execution.TestChain.device;
import static dev.sluice.state.execution.TestChain.price;
import static dev.sluice.state.execution.TestChain.sign;
import static dev.sluice.state.execution.TestChain.units;
import static dev.sluice.state.execution.TestChain.voucher;
import static dev.sluice.state.execution.TestChain.wallet;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.Transaction.Expiry;
import dev.sluice.primitives.transaction.Transaction.Verdict;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.state.ledger.Channels;
import dev.sluice.state.ledger.Jobs;
import dev.sluice.state.transition.TransitionOutcome;
import dev.sluice.state.transition.VerifiedTransaction;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Every handler: each refusal reached in the documented order, then success; every chain is
 * replayed from its posted bytes.
 */
class HandlerTest {
  private final TestChain chain = new TestChain();
  private final PrivateKey alice = wallet("alice");
  private final PrivateKey bob = wallet("bob");
  private final PrivateKey mallory = wallet("mallory");

  @AfterEach
  void everyChainReplays() {
    chain.audit();
    chain.assertReplays();
  }

  @Test
  void deposit_opensAnAccountOnce_andNeverIsRefused() {
    int account = chain.deposit(alice, 0, 1_000);
    assertEquals(1, account);
    assertEquals(1, chain.deposit(alice, 1, 500));
    assertEquals(2, chain.deposit(bob, 0, 7));
    assertEquals(0, chain.deposit(mallory, 2, 9), "an unlisted token goes to account 0");
    assertEquals(1_000, chain.balance(1, 0));
    assertEquals(9, chain.balance(0, 2));
    assertEquals(-1, chain.ledger.accounts().find(mallory.address()));
  }

  @Test
  void transfer_isRefusedInOrder_thenApplies() {
    int a = chain.deposit(alice, 0, 1_000);
    Transaction.Transfer good = chain.transfer(a, bob.address(), 0, 100);
    chain.refuses(
        Refusal.UNKNOWN_ACCOUNT,
        sign(alice, new Transaction.Transfer(99, 0, bob.address(), 0, units(1), units(10))));
    chain.refuses(
        Refusal.BAD_NONCE,
        sign(alice, new Transaction.Transfer(a, 5, bob.address(), 0, units(1), units(10))));
    chain.refuses(Refusal.BAD_SIGNATURE, sign(mallory, good));
    chain.refuses(
        Refusal.TOKEN_NOT_LISTED,
        sign(alice, new Transaction.Transfer(a, 0, bob.address(), 2, units(1), units(10))));
    chain.refuses(
        Refusal.FEE_ABOVE_MAXIMUM,
        sign(alice, new Transaction.Transfer(a, 0, bob.address(), 0, units(1), units(9))));
    chain.refuses(
        Refusal.INSUFFICIENT_BALANCE, sign(alice, chain.transfer(a, bob.address(), 0, 991)));
    chain.refuses(
        Refusal.INSUFFICIENT_BALANCE,
        sign(alice, new Transaction.Transfer(a, 0, bob.address(), 0, Uint128.MAX, units(1_000))));
    TransitionOutcome.Applied first = chain.applies(sign(alice, good));
    assertEquals(new TransitionOutcome.Applied(-1, a, 2, 0, units(100), units(10)), first);
    assertEquals(890, chain.balance(a, 0));
    assertEquals(100, chain.balance(2, 0));
    assertEquals(units(10), chain.ledger.fees().balance(0));
    chain.refuses(Refusal.BAD_NONCE, sign(alice, good));
    chain.applies(sign(alice, chain.transfer(a, bob.address(), 0, 0)));
    assertEquals(2, chain.nonce(a));
    chain.applies(sign(alice, chain.transfer(a, alice.address(), 0, 870)));
    assertEquals(870, chain.balance(a, 0));
  }

  @Test
  void recipient_isUnknown_whenItsIndexIsNoAccount() {
    int a = chain.deposit(alice, 0, 10_000);
    WalletSignature signature = sign(alice, chain.transfer(a, bob.address(), 0, 1)).signature();
    Recipient nobody = new Recipient.Existing(9);
    TransitionOutcome refused = new TransitionOutcome.Rejected(Refusal.UNKNOWN_RECIPIENT);
    assertEquals(
        refused,
        chain.post(new PostedTransaction.Transfer(a, nobody, 0, units(1), null, signature)));
    assertEquals(
        new TransitionOutcome.Rejected(Refusal.UNKNOWN_ACCOUNT),
        chain.post(new PostedTransaction.Transfer(8, nobody, 0, units(1), null, signature)));
    assertEquals(
        refused,
        chain.post(
            new PostedTransaction.ChannelOpen(
                a, nobody, 0, units(1), 1, null, Uint128.ZERO, 5, null, signature)));
    assertEquals(
        refused,
        chain.post(
            new PostedTransaction.ProviderRegister(
                a,
                nobody,
                0,
                0,
                0,
                0,
                units(1),
                Bytes.wrap(new byte[96]),
                Bytes.wrap(new byte[192]),
                null,
                signature)));
    registerProvider(alice, a, 1);
    for (long provider = 0; provider < 2; provider++) {
      // The recipient is looked for before the provider, of which there is one.
      assertEquals(
          refused,
          chain.post(
              new PostedTransaction.ProviderUpdate(
                  provider, nobody, 0, units(1), Hash32.ZERO, false, null, signature)));
    }
  }

  @Test
  void feeRecipient_spendsCollectedFees_asItsBalance() {
    int a = chain.deposit(alice, 0, 1_000);
    chain.deposit(alice, 1, 1_000);
    chain.applies(sign(alice, chain.transfer(a, bob.address(), 0, 1)));
    chain.applies(sign(alice, chain.transfer(a, bob.address(), 1, 1)));
    chain.applies(sign(alice, chain.transfer(a, bob.address(), 0, 1)));
    chain.refuses(
        Refusal.INSUFFICIENT_BALANCE, sign(RECIPIENT, chain.transfer(0, bob.address(), 0, 11)));
    chain.applies(sign(RECIPIENT, chain.transfer(0, bob.address(), 0, 10)));
    assertEquals(0, chain.balance(0, 0));
    assertEquals(100, chain.balance(0, 1), "fees of every token are swept");
    assertEquals(units(10), chain.ledger.fees().balance(0), "its own fee is a new one");
    assertEquals(Uint128.ZERO, chain.ledger.fees().balance(1));
  }

  @Test
  void withdraw_isRefusedInOrder_thenAppendsALeaf() {
    int a = chain.deposit(alice, 1, 1_000);
    chain.refuses(
        Refusal.UNKNOWN_ACCOUNT,
        sign(alice, new Transaction.Withdraw(9, 0, bob.address(), 1, units(1), units(200))));
    chain.refuses(Refusal.BAD_SIGNATURE, sign(bob, chain.withdraw(a, bob.address(), 1, 5)));
    chain.refuses(Refusal.TOKEN_NOT_LISTED, sign(alice, chain.withdraw(a, bob.address(), 3, 5)));
    chain.refuses(
        Refusal.FEE_ABOVE_MAXIMUM,
        sign(alice, new Transaction.Withdraw(a, 0, bob.address(), 1, units(1), units(199))));
    chain.refuses(Refusal.ZERO_AMOUNT, sign(alice, chain.withdraw(a, bob.address(), 1, 0)));
    chain.refuses(
        Refusal.INSUFFICIENT_BALANCE, sign(alice, chain.withdraw(a, bob.address(), 1, 801)));
    assertEquals(0, chain.applies(sign(alice, chain.withdraw(a, bob.address(), 1, 300))).opened());
    assertEquals(
        1, chain.applies(sign(alice, chain.withdraw(a, alice.address(), 1, 300))).opened());
    assertEquals(bob.address(), chain.ledger.withdrawals().recipient(0));
    assertEquals(alice.address(), chain.ledger.withdrawals().recipient(1));
    assertEquals(units(300), chain.ledger.withdrawals().amount(1));
    assertEquals(0, chain.balance(a, 1));
  }

  private Hash32 openChannel(int a, long deposit) {
    TransitionOutcome.Applied opened =
        chain.applies(
            sign(alice, chain.channelOpen(a, bob.address(), 0, deposit, alice.address())));
    return chain.ledger.channels().id((int) opened.opened());
  }

  @Test
  void channelOpen_isRefusedInOrder_thenLocksTheDeposit() {
    int a = chain.deposit(alice, 0, 1_000);
    Transaction.ChannelOpen good = chain.channelOpen(a, bob.address(), 0, 500, mallory.address());
    chain.refuses(Refusal.BAD_SIGNATURE, sign(mallory, good));
    chain.refuses(
        Refusal.METER_UNKNOWN,
        sign(
            alice,
            new Transaction.ChannelOpen(
                a, 0, bob.address(), 0, units(0), 3, Hash32.ZERO, units(3), 0, units(20))));
    chain.refuses(
        Refusal.ZERO_AMOUNT,
        sign(alice, chain.channelOpen(a, bob.address(), 0, 0, alice.address())));
    chain.refuses(
        Refusal.DELAY_TOO_SHORT,
        sign(
            alice,
            new Transaction.ChannelOpen(
                a, 0, bob.address(), 0, units(5), 1, good.meterKey(), Uint128.ZERO, 4, units(20))));
    chain.refuses(
        Refusal.INSUFFICIENT_BALANCE,
        sign(alice, chain.channelOpen(a, bob.address(), 0, 981, alice.address())));
    chain.applies(sign(alice, good));
    assertEquals(480, chain.balance(a, 0));
    assertEquals(Channels.OPEN, chain.ledger.channels().state(0));
  }

  @Test
  void voucherOfARemovedChannel_saysNothing_ofAnotherUnderItsNonce() {
    Hash32 removed = openChannel(chain.deposit(alice, 0, 1_000), 500);
    SignedTransaction old = voucher(alice, removed, 100);
    TestChain after = new TestChain();
    int a = after.deposit(alice, 0, 1_000);
    Transaction.ChannelOpen another =
        after.channelOpen(a, mallory.address(), 0, 500, alice.address());
    assertEquals(0, after.applies(sign(alice, another)).opened());
    assertNotEquals(removed, after.ledger.channels().id(0));
    after.refuses(Refusal.UNKNOWN_CHANNEL, old);
    // The same again is the same channel: its vouchers hold.
    TestChain again = new TestChain();
    again.deposit(alice, 0, 1_000);
    again.applies(sign(alice, again.channelOpen(a, bob.address(), 0, 500, alice.address())));
    again.applies(old);
  }

  /** Alice, account 1, has a provider, and Bob opens a job for it. */
  private Hash32 openJob(TestChain on, long escrow) {
    int a = on.deposit(alice, 0, 1_000);
    int b = on.deposit(bob, 0, 2_000);
    on.applies(sign(alice, on.register(a, alice, alice.address(), 0, device(1))));
    on.applies(sign(bob, on.jobOpen(b, on.ledger.providers().id(0), 0, escrow)));
    return on.ledger.jobs().id(0);
  }

  @Test
  void resultOfARemovedJob_saysNothing_ofAnotherUnderItsNonce() {
    TestChain removed = new TestChain();
    Hash32 job = openJob(removed, 500);
    SignedTransaction old = sign(alice, removed.jobResult(1, job, 0));
    TestChain after = new TestChain();
    assertNotEquals(job, openJob(after, 600));
    after.refuses(Refusal.UNKNOWN_JOB, old);
    // The same again is the same job.
    TestChain again = new TestChain();
    assertEquals(job, openJob(again, 500));
    again.applies(old);
  }

  @Test
  void channelClaim_isRefusedInOrder_thenPaysOnce() {
    int a = chain.deposit(alice, 0, 1_000);
    Hash32 id = openChannel(a, 500);
    chain.refuses(Refusal.UNKNOWN_CHANNEL, voucher(alice, new Hash32(1, 1, 1, 1), 5));
    chain.refuses(Refusal.BAD_SIGNATURE, voucher(mallory, id, 5));
    chain.refuses(Refusal.VOUCHER_EXCEEDS_DEPOSIT, voucher(alice, id, 501));
    chain.refuses(Refusal.CLAIM_BELOW_FEE, voucher(alice, id, 9));
    assertEquals(units(90), chain.applies(voucher(alice, id, 100)).amount());
    assertEquals(90, chain.balance(2, 0));
    // Once more: it would apply, without effect, and for nothing.
    chain.refuses(Refusal.CLAIM_BELOW_FEE, voucher(alice, id, 100));
    chain.refuses(Refusal.CLAIM_BELOW_FEE, voucher(alice, id, 40));
    chain.applies(voucher(alice, id, 500));
    assertEquals(480, chain.balance(2, 0));
  }

  @Test
  void channelClose_isRefusedInOrder_thenPaysTheRestBack() {
    int a = chain.deposit(alice, 0, 1_000);
    int b = chain.deposit(bob, 0, 100);
    Hash32 id = openChannel(a, 500);
    SignedTransaction finalize =
        SignedTransaction.unsigned(new Transaction.ChannelCloseFinalize(id));
    chain.refuses(Refusal.CHANNEL_NOT_CLOSING, finalize);
    chain.refuses(
        Refusal.UNKNOWN_CHANNEL,
        SignedTransaction.unsigned(new Transaction.ChannelCloseFinalize(Hash32.ZERO)));
    Transaction.ChannelCloseStart byBob =
        new Transaction.ChannelCloseStart(b, 0, id, price(TransactionKind.CHANNEL_CLOSE, 0));
    chain.refuses(Refusal.BAD_SIGNATURE, sign(alice, byBob));
    chain.refuses(
        Refusal.BAD_SIGNATURE,
        sign(RECIPIENT, new Transaction.ChannelCloseStart(0, 0, id, units(10))));
    chain.refuses(
        Refusal.UNKNOWN_CHANNEL,
        sign(bob, new Transaction.ChannelCloseStart(b, 0, Hash32.ZERO, units(10))));
    chain.refuses(
        Refusal.FEE_ABOVE_MAXIMUM,
        sign(bob, new Transaction.ChannelCloseStart(b, 0, id, units(9))));
    chain.applies(sign(bob, byBob));
    assertEquals(90, chain.balance(b, 0));
    chain.refuses(
        Refusal.CHANNEL_CLOSING,
        sign(alice, new Transaction.ChannelCloseStart(a, chain.nonce(a), id, units(10))));
    chain.applies(voucher(alice, id, 200));
    chain.refuses(Refusal.CLOSE_DELAY_RUNNING, finalize, 4);
    assertEquals(units(290), chain.applies(finalize, 5).amount());
    assertEquals(480 + 290, chain.balance(a, 0));
    chain.refuses(Refusal.CHANNEL_CLOSED, voucher(alice, id, 300));
    chain.refuses(Refusal.CHANNEL_NOT_CLOSING, finalize);
    chain.refuses(
        Refusal.CHANNEL_CLOSED,
        sign(alice, new Transaction.ChannelCloseStart(a, chain.nonce(a), id, units(10))));
  }

  private Hash32 registerProvider(PrivateKey owner, int account, int number) {
    TransitionOutcome.Applied applied =
        chain.applies(
            sign(owner, chain.register(account, owner, owner.address(), 0, device(number))));
    return chain.ledger.providers().id((int) applied.opened());
  }

  @Test
  void providerRegister_isRefusedInOrder_thenSeatsTheDevice() {
    int a = chain.deposit(alice, 0, 10_000);
    BlsSecretKey key = device(1);
    Transaction.ProviderRegister good = chain.register(a, alice, bob.address(), 0, key);
    chain.refuses(Refusal.BAD_SIGNATURE, sign(bob, good));
    Bytes offCurve = Bytes.wrap(new byte[96]);
    chain.refuses(Refusal.BAD_DEVICE_KEY, sign(alice, with(good, offCurve, good.possession())));
    chain.refuses(
        Refusal.BAD_POSSESSION_PROOF,
        sign(alice, chain.register(a, mallory, bob.address(), 0, key)));
    chain.refuses(
        Refusal.BAD_POSSESSION_PROOF,
        sign(alice, with(good, good.deviceKey(), Bytes.wrap(new byte[192]))));
    assertEquals(0, chain.applies(sign(alice, good)).opened());
    for (int i = 2; i <= 10; i++) {
      registerProvider(alice, a, i);
    }
    assertEquals(2, chain.ledger.committees().count());
    assertEquals(8, chain.ledger.committees().members(0));
    assertEquals(2, chain.ledger.committees().members(1));
    chain.refuses(
        Refusal.INSUFFICIENT_BALANCE,
        sign(alice, chain.register(a, alice, bob.address(), 1, device(12))));
  }

  private static Transaction.ProviderRegister with(
      Transaction.ProviderRegister t, Bytes deviceKey, Bytes possession) {
    return new Transaction.ProviderRegister(
        t.account(),
        t.nonce(),
        t.payout(),
        t.deviceClass(),
        t.capabilities(),
        t.cell(),
        t.token(),
        t.price(),
        deviceKey,
        possession,
        t.maxFee());
  }

  @Test
  void jobOpen_isRefusedInOrder_thenLocksTheEscrow() {
    int a = chain.deposit(alice, 0, 10_000);
    Hash32 provider = registerProvider(alice, a, 1);
    int b = chain.deposit(bob, 0, 1_000);
    Transaction.JobOpen good = chain.jobOpen(b, provider, 0, 500);
    chain.refuses(Refusal.UNKNOWN_ACCOUNT, sign(bob, job(good, 77, provider, 500, 0, 100, 5, 0)));
    chain.refuses(
        Refusal.UNKNOWN_PROVIDER, sign(bob, job(good, b, Hash32.ZERO, 500, 0, 100, 5, 0)));
    chain.refuses(Refusal.BAD_SIGNATURE, sign(alice, good));
    chain.refuses(Refusal.JOB_MODE_UNKNOWN, sign(bob, job(good, b, provider, 0, 3, 0, 0, 0)));
    chain.refuses(Refusal.ZERO_AMOUNT, sign(bob, job(good, b, provider, 0, 0, 0, 0, 0)));
    chain.refuses(Refusal.ESCROW_BELOW_FEE, sign(bob, job(good, b, provider, 9, 0, 0, 0, 0)));
    chain.refuses(Refusal.DEADLINE_PASSED, sign(bob, job(good, b, provider, 10, 0, 0, 0, 0)));
    chain.refuses(Refusal.DELAY_TOO_SHORT, sign(bob, job(good, b, provider, 10, 0, 1, 4, 0)));
    chain.refuses(Refusal.BAD_SPLIT, sign(bob, job(good, b, provider, 10, 0, 1, 5, 10_001)));
    chain.refuses(Refusal.INSUFFICIENT_BALANCE, sign(bob, job(good, b, provider, 981, 0, 1, 5, 0)));
    chain.applies(sign(bob, good));
    assertEquals(480, chain.balance(b, 0));
  }

  private Transaction.JobOpen job(
      Transaction.JobOpen t,
      int account,
      Hash32 provider,
      long escrow,
      int mode,
      long seconds,
      long window,
      int bps) {
    return new Transaction.JobOpen(
        account,
        t.nonce(),
        List.of(provider),
        0,
        t.token(),
        units(escrow),
        mode,
        t.specHash(),
        Hash32.ZERO,
        chain.ledger.meta().clock() + seconds,
        window,
        bps,
        t.maxFee());
  }

  @Test
  void job_takesEveryWay_toItsEnd() {
    int a = chain.deposit(alice, 0, 10_000);
    Hash32 provider = registerProvider(alice, a, 1);
    int b = chain.deposit(bob, 0, 10_000);
    Hash32[] jobs = new Hash32[4];
    for (int i = 0; i < 4; i++) {
      long opened = chain.applies(sign(bob, chain.jobOpen(b, provider, 0, 1_010))).opened();
      jobs[i] = chain.ledger.jobs().id((int) opened);
    }
    chain.refuses(Refusal.UNKNOWN_JOB, sign(alice, chain.jobResult(a, Hash32.ZERO, 0)));
    chain.refuses(Refusal.BAD_SIGNATURE, sign(bob, chain.jobResult(b, jobs[0], 0)));
    chain.refuses(Refusal.JOB_NOT_DONE, sign(bob, verdict(b, jobs[0], Verdict.ACCEPT)));
    chain.refuses(Refusal.DEADLINE_NOT_PASSED, expiry(jobs[0], Expiry.TIME_OUT), 100);
    for (int i = 0; i < 3; i++) {
      chain.applies(sign(alice, chain.jobResult(a, jobs[i], 0)));
    }
    chain.refuses(Refusal.JOB_NOT_OPEN, sign(alice, chain.jobResult(a, jobs[0], 0)));
    chain.refuses(Refusal.BAD_SIGNATURE, sign(alice, verdict(a, jobs[0], Verdict.ACCEPT)));
    long provided = chain.balance(a, 0);
    chain.applies(sign(bob, verdict(b, jobs[0], Verdict.ACCEPT)));
    assertEquals(provided + 1_000, chain.balance(a, 0));
    assertEquals(Jobs.ACCEPTED, chain.ledger.jobs().state(0));
    chain.refuses(Refusal.JOB_NOT_DONE, sign(bob, verdict(b, jobs[0], Verdict.REFUSE)));
    long bought = chain.balance(b, 0);
    chain.applies(sign(bob, verdict(b, jobs[1], Verdict.REFUSE)), 5);
    assertEquals(provided + 1_250, chain.balance(a, 0));
    assertEquals(bought + 750, chain.balance(b, 0));
    chain.refuses(Refusal.WINDOW_RUNNING, expiry(jobs[2], Expiry.SILENCE));
    chain.refuses(Refusal.WINDOW_PASSED, sign(bob, verdict(b, jobs[2], Verdict.REFUSE)), 1);
    chain.applies(expiry(jobs[2], Expiry.SILENCE), 1);
    assertEquals(provided + 2_250, chain.balance(a, 0));
    chain.refuses(Refusal.JOB_NOT_DONE, expiry(jobs[2], Expiry.SILENCE));
    chain.refuses(Refusal.DEADLINE_PASSED, sign(alice, chain.jobResult(a, jobs[3], 0)), 95);
    chain.applies(expiry(jobs[3], Expiry.TIME_OUT), 95);
    assertEquals(bought + 750 + 1_010, chain.balance(b, 0));
    chain.refuses(Refusal.JOB_NOT_OPEN, expiry(jobs[3], Expiry.TIME_OUT));
    chain.refuses(Refusal.UNKNOWN_JOB, expiry(Hash32.ZERO, Expiry.SILENCE));
    assertEquals(Jobs.TIMED_OUT, chain.ledger.jobs().state(3));
  }

  private SignedTransaction expiry(Hash32 job, Expiry expiry) {
    return SignedTransaction.unsigned(new Transaction.JobExpiry(job, expiry));
  }

  private Transaction.JobVerdict verdict(int account, Hash32 job, Verdict verdict) {
    return new Transaction.JobVerdict(account, chain.nonce(account), job, verdict, 7);
  }

  @Test
  void forcedTransaction_isExecutedOrRefused_butAlwaysConsumed() {
    int a = chain.deposit(alice, 0, 1_000);
    int b = chain.deposit(bob, 0, 1_000);
    Hash32 channel = openChannel(a, 300);
    byte[] transfer = WireCodec.encode(sign(alice, chain.transfer(a, bob.address(), 0, 100)));
    chain.force(new byte[] {1, 2, 3}, Refusal.MALFORMED_FORCED);
    chain.force(transfer, null);
    chain.force(transfer, Refusal.BAD_NONCE);
    chain.force(
        WireCodec.encode(sign(bob, chain.transfer(a, bob.address(), 0, 1))), Refusal.BAD_SIGNATURE);
    chain.force(WireCodec.encode(voucher(alice, Hash32.ZERO, 100)), Refusal.UNKNOWN_CHANNEL);
    chain.force(WireCodec.encode(voucher(alice, channel, 100)), null);
    chain.force(
        WireCodec.encode(sign(bob, new Transaction.ChannelCloseStart(b, 0, channel, units(10)))),
        null);
    chain.force(WireCodec.encode(sign(bob, chain.transfer(b, new Address(5, 5, 5), 0, 1))), null);
    assertEquals(3, chain.ledger.accounts().find(new Address(5, 5, 5)));
    assertEquals(Channels.CLOSING, chain.ledger.channels().state(0));
    assertEquals(chain.inbox.size(), chain.ledger.meta().inboxPosition());
  }

  @Test
  void blockInProgress_keepsItsRules() {
    int a = chain.deposit(alice, 0, 100_000);
    BlockInProgress block = chain.executor.begin(3);
    long clock = chain.ledger.meta().clock();
    block.abandon();
    assertEquals(clock - 3, chain.ledger.meta().clock());
    block = chain.executor.begin(1);
    int included = 0;
    while (true) {
      Attempt attempt =
          block.add(
              VerifiedTransaction.verify(
                      sign(alice, chain.transfer(a, bob.address(), 0, 1)), DOMAIN)
                  .orElseThrow());
      if (attempt instanceof Attempt.Full) {
        break;
      }
      assertInstanceOf(Attempt.Included.class, attempt);
      included++;
    }
    assertEquals(true, included >= 45 && included <= 64, "included " + included);
    ExecutedBlock sealed = chain.seal(block);
    assertEquals(included, sealed.receipts().size());
    assertArrayEquals(sealed.encodedRecord(), sealed.write().block());
    assertThrows(IllegalStateException.class, block::seal);
    BlockInProgress empty = chain.executor.begin(0);
    assertThrows(IllegalStateException.class, empty::seal);
    empty.abandon();
    assertEquals(0, empty.size());
  }
}
