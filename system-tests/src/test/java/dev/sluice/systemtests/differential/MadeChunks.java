package dev.sluice.systemtests.differential;

import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.crypto.BlsSignature;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.Transaction.Expiry;
import dev.sluice.primitives.transaction.Transaction.Verdict;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.systemtests.secondreader.SecondReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;

/**
 * Chunks in which one removed check changes the state, where chance rarely finds one: what is
 * refused here would do something. An index behind the last one stands for the row that a sequencer
 * would find that does not look whether there is one: the same index less the count.
 */
final class MadeChunks {
  static final PrivateKey PAYER = RandomKeys.WALLETS.get(1);
  static final PrivateKey WORKER = RandomKeys.WALLETS.get(2);
  static final PrivateKey PAYEE = RandomKeys.WALLETS.get(3);
  private static final Uint128 DEPOSIT = Uint128.of(10_000);
  static final Hash32 WORD = Keccak256.hash32(new byte[] {1});
  static final Hash32 SALT = Keccak256.hash32(new byte[] {2});
  static final int TOKEN = 0;

  /** In which 4,096 ticks of rate 1 are worth less than a claim. */
  private static final int DEAR_TOKEN = 1;

  /** Listed, and nothing has a price in it. */
  private static final int FREE_TOKEN = 2;

  private final RandomChain chain;
  private final SecondReader state;
  private final Genesis genesis;
  private final TypedData domain;
  private final List<BlsSecretKey> devices = new ArrayList<>();
  private final Deque<Supplier<RandomChain.Drawn>> chunks;

  /** The keys of the first providers. */
  List<BlsSecretKey> devices() {
    return devices;
  }

  /** Begins behind the first chunk of a chain, when its wallets have accounts. */
  MadeChunks(RandomChain chain, Genesis genesis, TypedData domain) {
    this.chain = chain;
    this.state = chain.state();
    this.genesis = genesis;
    this.domain = domain;
    this.chunks =
        new ArrayDeque<>(
            List.of(
                this::opened,
                this::channelsRefused,
                this::nobodyThere,
                this::nothingThere,
                this::jobsOpened,
                this::jobsRefused,
                this::revealsWanted,
                this::windowsPassed,
                this::seeded,
                this::tooEarly,
                this::noSuchCommittee,
                this::tooOld,
                this::forcedNonce,
                this::forcedByOthers,
                this::forcedOfOthers,
                this::forcedProviders,
                this::malformed,
                this::retired,
                this::recordedInTheNextMonth));
  }

  /** The next one; first what the chain has drawn already. */
  Optional<RandomChain.Drawn> next() {
    if (chain.hasDrawn()) {
      return Optional.of(chain.next());
    }
    return Optional.ofNullable(chunks.poll()).map(Supplier::get);
  }

  long accountOf(PrivateKey wallet) {
    for (long account = 0; account < state.accounts(); account++) {
      if (Arrays.equals(state.seeAccount(account).owner(), wallet.address().toBytes())) {
        return account;
      }
    }
    throw new IllegalStateException("no account of " + wallet.address());
  }

  long nonce(PrivateKey wallet) {
    return state.seeAccount(accountOf(wallet)).nonce();
  }

  Uint128 price(TransactionKind kind, int token) {
    return genesis.price(kind, token);
  }

  WalletSignature sign(PrivateKey key, Transaction.WalletSigned transaction) {
    return WalletSignature.of(Secp256k1.sign(domain.digest(transaction), key));
  }

  void added(int expected, PostedTransaction posted) {
    int refusal = chain.add(posted);
    if (refusal != expected) {
      throw new IllegalStateException(
          posted + " was answered " + refusal + " in place of " + expected);
    }
  }

  Hash32 channelId(long channel) {
    return Hash32.of(state.seeChannel(channel).id());
  }

  Hash32 providerId(long provider) {
    return Hash32.of(state.seeProvider(provider).id());
  }

  Hash32 jobId(long job) {
    return Hash32.of(state.seeJob(job).id());
  }

  PostedTransaction channelOpen(
      long account, long payee, int meter, Hash32 meterKey, long rate, long deposit) {
    return channelOpen(account, payee, TOKEN, meter, meterKey, rate, deposit);
  }

  private PostedTransaction channelOpen(
      long account, long payee, int token, int meter, Hash32 meterKey, long rate, long deposit) {
    Uint128 price = price(TransactionKind.CHANNEL_OPEN, token);
    Transaction.ChannelOpen open =
        new Transaction.ChannelOpen(
            account,
            nonce(PAYER),
            PAYEE.address(),
            token,
            Uint128.of(deposit),
            meter,
            meterKey,
            Uint128.of(rate),
            5,
            price);
    return new PostedTransaction.ChannelOpen(
        account,
        new Recipient.Existing(payee),
        token,
        Uint128.of(deposit),
        meter,
        meterKey,
        Uint128.of(rate),
        5,
        null,
        sign(PAYER, open));
  }

  private PostedTransaction register(long account, long payout) {
    byte[] seed = new byte[BlsSecretKey.SEED_BYTES];
    Arrays.fill(seed, (byte) (0x70 + devices.size()));
    BlsSecretKey device = BlsSecretKey.fromSeed(seed).orElseThrow();
    byte[] key = device.publicKey().toBytes();
    byte[] statement =
        Ids.possessionMessage(domain.domainSeparator(), WORKER.address(), key).toBytes();
    Bytes possession =
        Bytes.wrap(Bls12381.sign(device, statement, Bls12381.Domain.POSSESSION).toBytes());
    if (account < state.accounts() && payout < state.accounts()) {
      devices.add(device);
    }
    return register(account, payout, WORKER.address(), Bytes.wrap(key), possession);
  }

  /**
   * A registration of the worker's.
   *
   * @param signed the payout address that the worker signs
   */
  PostedTransaction register(
      long account, long payout, Address signed, Bytes key, Bytes possession) {
    Transaction.ProviderRegister register =
        new Transaction.ProviderRegister(
            account,
            nonce(WORKER),
            signed,
            1,
            2,
            3,
            TOKEN,
            Uint128.ONE,
            key,
            possession,
            price(TransactionKind.PROVIDER_REGISTER, TOKEN));
    return new PostedTransaction.ProviderRegister(
        account,
        new Recipient.Existing(payout),
        1,
        2,
        3,
        TOKEN,
        Uint128.ONE,
        key,
        possession,
        null,
        sign(WORKER, register));
  }

  /**
   * Providers 0 to 2; channels 0 to 5: voucher, ticks from word 1, three ticks, time, closing, one
   * tick more than a claim can take.
   */
  private RandomChain.Drawn opened() {
    long payer = accountOf(PAYER);
    long payee = accountOf(PAYEE);
    long worker = accountOf(WORKER);
    byte[] key = new byte[32];
    PAYER.address().writeTo(key, 12);
    byte[] one = new byte[32];
    one[31] = 1;
    chain.begin(1);
    for (int i = 0; i < 3; i++) {
      added(0, register(worker, worker));
    }
    added(0, channelOpen(payer, payee, 1, Hash32.of(key), 0, 10_000));
    added(0, channelOpen(payer, payee, 2, Hash32.of(one), 100, 10_000));
    added(0, channelOpen(payer, payee, 2, Ids.earlierTick(WORD, 3), 100, 250));
    added(0, channelOpen(payer, payee, 0, Hash32.ZERO, 50, 10_000));
    added(0, channelOpen(payer, payee, 0, Hash32.ZERO, 50, 10_000));
    added(0, closeStart(4, 4));
    Hash32 anchor = Ids.earlierTick(WORD, Transaction.TICK_STEPS_MAX + 1);
    added(0, channelOpen(payer, payee, 2, anchor, 1, 5_000));
    return chain.end();
  }

  private PostedTransaction closeStart(long named, long posted) {
    Transaction.ChannelCloseStart start =
        new Transaction.ChannelCloseStart(
            accountOf(PAYER),
            nonce(PAYER),
            channelId(named),
            price(TransactionKind.CHANNEL_CLOSE, TOKEN));
    return new PostedTransaction.ChannelCloseStart(posted, false, null, sign(PAYER, start));
  }

  private RandomChain.Drawn channelsRefused() {
    long count = state.channels();
    chain.begin(6);
    added(28, new PostedTransaction.TimeClaim(1));
    added(38, channelOpen(accountOf(PAYER), accountOf(PAYEE), DEAR_TOKEN, 2, WORD, 1, 1_000_000));
    added(36, new PostedTransaction.TickClaim(2, 2, 1, Ids.earlierTick(WORD, 2)));
    added(29, new PostedTransaction.TickClaim(2, 3, 3, WORD));
    added(37, new PostedTransaction.TickClaim(2, 1, 1, SALT));
    added(4, new PostedTransaction.TimeClaim(3 + count));
    added(4, closeStart(3, 3 + count));
    added(4, new PostedTransaction.ChannelCloseFinalize(4 + count));
    return chain.end();
  }

  PostedTransaction transfer(
      PrivateKey from, long account, long to, Address address, Uint128 amount) {
    Transaction.Transfer transfer =
        new Transaction.Transfer(
            account, nonce(from), address, TOKEN, amount, price(TransactionKind.TRANSFER, TOKEN));
    return new PostedTransaction.Transfer(
        account, new Recipient.Existing(to), TOKEN, amount, null, sign(from, transfer));
  }

  /** Who signs and who is paid has an index that no account has. */
  private RandomChain.Drawn nobodyThere() {
    long count = state.accounts();
    long payer = accountOf(PAYER);
    long payee = accountOf(PAYEE);
    long worker = accountOf(WORKER);
    chain.begin(1);
    added(2, transfer(PAYER, payer + count, payee, PAYEE.address(), DEPOSIT));
    added(3, transfer(PAYER, payer, payee + count, PAYEE.address(), DEPOSIT));
    Transaction.Withdraw withdraw =
        new Transaction.Withdraw(
            payer + count,
            nonce(PAYER),
            PAYER.address(),
            TOKEN,
            DEPOSIT,
            price(TransactionKind.WITHDRAW, TOKEN));
    added(
        2,
        new PostedTransaction.Withdraw(
            payer + count, null, TOKEN, DEPOSIT, null, sign(PAYER, withdraw)));
    added(2, channelOpen(payer + count, payee, 0, Hash32.ZERO, 50, 10_000));
    added(3, channelOpen(payer, payee + count, 0, Hash32.ZERO, 50, 10_000));
    added(2, register(worker + count, worker));
    added(3, register(worker, worker + count));
    // Account 0 can spend what the fees come to.
    SecondReader now = state;
    Uint128 all =
        Uint128.of(
                now.seeAccount(0)
                    .balances()
                    .get(TOKEN)
                    .add(now.fees(TOKEN))
                    .subtract(price(TransactionKind.TRANSFER, TOKEN).toBigInteger()))
            .orElseThrow();
    added(0, transfer(RandomKeys.FEE_RECIPIENT, 0, 0, RandomKeys.FEE_RECIPIENT.address(), all));
    return chain.end();
  }

  private PostedTransaction update(long named, long posted, long payout) {
    return update(named, posted, payout, false);
  }

  private PostedTransaction update(long named, long posted, long payout, boolean retire) {
    return update(named, posted, payout, WORKER.address(), retire);
  }

  PostedTransaction update(long named, long posted, long payout, Address signed, boolean retire) {
    Transaction.ProviderUpdate update =
        new Transaction.ProviderUpdate(
            accountOf(WORKER),
            nonce(WORKER),
            providerId(named),
            signed,
            7,
            Uint128.ONE,
            WORD,
            retire,
            price(TransactionKind.PROVIDER_UPDATE, TOKEN));
    return new PostedTransaction.ProviderUpdate(
        posted,
        new Recipient.Existing(payout),
        7,
        Uint128.ONE,
        WORD,
        retire,
        null,
        sign(WORKER, update));
  }

  Transaction.JobOpen jobOpening(
      long account, List<Long> named, int k, int mode, int token, long escrow, long deadline) {
    return new Transaction.JobOpen(
        account,
        nonce(PAYER),
        named.stream().map(this::providerId).toList(),
        k,
        token,
        Uint128.of(escrow),
        mode,
        WORD,
        Hash32.ZERO,
        deadline,
        5,
        5_000,
        price(TransactionKind.JOB_OPEN, token));
  }

  PostedTransaction jobOpen(
      long account,
      List<Long> named,
      List<Long> posted,
      int k,
      int mode,
      int token,
      long escrow,
      long deadline) {
    return new PostedTransaction.JobOpen(
        account,
        posted,
        k,
        token,
        Uint128.of(escrow),
        mode,
        WORD,
        Hash32.ZERO,
        deadline,
        5,
        5_000,
        null,
        sign(PAYER, jobOpening(account, named, k, mode, token, escrow, deadline)));
  }

  /** Providers, payouts and buyers that are not there; an escrow of nothing where nothing costs. */
  private RandomChain.Drawn nothingThere() {
    long accounts = state.accounts();
    long providers = state.providers();
    long payer = accountOf(PAYER);
    long worker = accountOf(WORKER);
    long later = state.clock() + 100;
    chain.begin(1);
    added(3, update(0, 0, worker + accounts));
    added(5, update(0, providers, worker));
    added(3, update(0, providers, worker + accounts));
    added(2, jobOpen(payer + accounts, List.of(0L), List.of(0L), 0, 0, TOKEN, 500, later));
    added(5, jobOpen(payer, List.of(0L), List.of(providers), 0, 0, TOKEN, 500, later));
    added(11, jobOpen(payer, List.of(0L), List.of(0L), 0, 0, FREE_TOKEN, 0, later));
    return chain.end();
  }

  void opensJob(List<Long> providers, int k, int mode, long escrow, long deadline) {
    added(0, jobOpen(accountOf(PAYER), providers, providers, k, mode, TOKEN, escrow, deadline));
  }

  PostedTransaction result(long named, long posted, int member, Hash32 result) {
    Transaction.JobResult given =
        new Transaction.JobResult(
            accountOf(WORKER),
            nonce(WORKER),
            jobId(named),
            member,
            result,
            price(TransactionKind.JOB_RESULT, TOKEN));
    return new PostedTransaction.JobResult(posted, member, result, null, sign(WORKER, given));
  }

  PostedTransaction reveal(long named, long posted, int member, Hash32 result, Hash32 salt) {
    Transaction.JobReveal given =
        new Transaction.JobReveal(
            accountOf(WORKER),
            nonce(WORKER),
            jobId(named),
            member,
            result,
            salt,
            price(TransactionKind.JOB_RESULT, TOKEN));
    return new PostedTransaction.JobReveal(posted, member, result, salt, null, sign(WORKER, given));
  }

  private PostedTransaction verdict(long named, long posted, Verdict verdict) {
    Transaction.JobVerdict given =
        new Transaction.JobVerdict(accountOf(PAYER), nonce(PAYER), jobId(named), verdict, 9);
    return new PostedTransaction.JobVerdict(posted, verdict, 9, sign(PAYER, given));
  }

  /** The result that member 0 of job 4 reveals first: a commitment itself. */
  private Hash32 nested() {
    return Ids.commitment(jobId(4), 0, WORD, SALT);
  }

  /**
   * Jobs 0 to 4: two of three; for the buyer, by provider 1, as whom quorum 1 is numbered; two of
   * two; done; two of two.
   */
  private RandomChain.Drawn jobsOpened() {
    chain.begin(1);
    long soon = state.clock() + 4;
    opensJob(List.of(0L, 1L, 2L), 2, 2, 111, soon);
    opensJob(List.of(1L), 0, 0, 500, soon + 100);
    opensJob(List.of(0L, 1L), 2, 2, 500, soon);
    opensJob(List.of(1L), 0, 0, 500, soon);
    opensJob(List.of(0L, 1L), 2, 2, 500, soon);
    for (int member = 0; member < 3; member++) {
      added(0, result(0, 0, member, Ids.commitment(jobId(0), member, WORD, SALT)));
      if (member == 0) {
        added(65, reveal(0, 0, 0, WORD, SALT));
        added(62, result(0, 0, 0, SALT));
      }
    }
    added(0, result(2, 2, 0, Ids.commitment(jobId(1), 0, WORD, SALT)));
    added(0, result(2, 2, 1, WORD));
    added(0, result(3, 3, 0, WORD));
    added(0, result(4, 4, 0, Ids.commitment(jobId(4), 0, nested(), SALT)));
    added(0, result(4, 4, 1, Ids.commitment(jobId(4), 1, WORD, SALT)));
    return chain.end();
  }

  private RandomChain.Drawn jobsRefused() {
    long count = state.jobs();
    chain.begin(0);
    added(58, new PostedTransaction.JobExpiry(3, Expiry.SILENCE));
    added(66, reveal(1, 1, 0, WORD, SALT));
    added(0, reveal(4, 4, 0, nested(), SALT));
    added(63, reveal(4, 4, 0, WORD, SALT));
    added(64, reveal(0, 0, 1, SALT, SALT));
    added(59, new PostedTransaction.JobExpiry(1, Expiry.TIME_OUT));
    added(0, reveal(0, 0, 1, WORD, SALT));
    added(0, reveal(0, 0, 2, WORD, SALT));
    added(55, reveal(0, 0, 0, WORD, SALT));
    added(6, result(1, 1 + count, 0, WORD));
    added(6, verdict(3, 3 + count, Verdict.ACCEPT));
    added(6, reveal(4, 4 + count, 1, WORD, SALT));
    return chain.end();
  }

  private RandomChain.Drawn revealsWanted() {
    chain.begin(5);
    added(58, new PostedTransaction.JobExpiry(2, Expiry.TIME_OUT));
    return chain.end();
  }

  private RandomChain.Drawn windowsPassed() {
    chain.begin(5);
    added(57, reveal(4, 4, 1, WORD, SALT));
    added(57, verdict(3, 3, Verdict.REFUSE));
    return chain.end();
  }

  /** The epoch that a seed is there for: the one in which the seed is taken. */
  private long epoch;

  private RandomChain.Drawn seeded() {
    epoch = genesis.epoch(state.clock()) + 1;
    chain.queue(new InboxMessage.Seed(epoch - 1, WORD), 0);
    chain.begin(10);
    added(0, new PostedTransaction.L1MessageRun(List.of(0L)));
    return chain.end();
  }

  private PostedTransaction record(long committee) {
    return record(committee, List.of());
  }

  private PostedTransaction record(long committee, List<Integer> absent) {
    byte[] message =
        Ids.heartbeatMessage(domain.domainSeparator(), epoch, Ids.beacon(WORD, epoch)).toBytes();
    List<BlsSignature> signatures =
        IntStream.range(0, devices.size())
            .filter(slot -> !absent.contains(slot))
            .mapToObj(slot -> Bls12381.sign(devices.get(slot), message, Bls12381.Domain.MESSAGE))
            .toList();
    return new PostedTransaction.HeartbeatRecord(
        epoch,
        List.of(new Attendance.AbsentSlots(committee, absent)),
        Bytes.wrap(BlsSignature.aggregate(signatures).orElseThrow().toBytes()));
  }

  private RandomChain.Drawn tooEarly() {
    chain.begin(0);
    added(40, record(0));
    return chain.end();
  }

  private RandomChain.Drawn noSuchCommittee() {
    chain.begin(10);
    added(45, record(0, List.of(7)));
    added(43, record(state.committees()));
    return chain.end();
  }

  private RandomChain.Drawn tooOld() {
    chain.begin(10);
    added(41, record(0));
    return chain.end();
  }

  private void force(Transaction.WalletSigned named, WalletSignature signature, long hint) {
    force(new SignedTransaction(named, signature), hint);
  }

  void force(SignedTransaction signed, long hint) {
    force(WireCodec.encode(signed), hint);
  }

  private void force(byte[] wire, long hint) {
    chain.queue(new InboxMessage.Forced(Bytes.wrap(wire)), hint);
    hints.add(hint);
  }

  /** More are over-weight. */
  static final int FORCED_AT_ONCE = 3;

  private final List<Long> hints = new ArrayList<>();

  RandomChain.Drawn forced() {
    if (hints.size() > FORCED_AT_ONCE) {
      throw new IllegalStateException(hints.size() + " forced messages are over-weight");
    }
    chain.begin(0);
    added(0, new PostedTransaction.L1MessageRun(hints));
    hints.clear();
    return chain.end();
  }

  /** All of what was forced is refused with this. */
  private RandomChain.Drawn forced(int refusal) {
    int before = state.refusals().getOrDefault(refusal, 0);
    int count = hints.size();
    RandomChain.Drawn drawn = forced();
    if (state.refusals().getOrDefault(refusal, 0) != before + count) {
      throw new IllegalStateException(
          count + " messages, refused as " + refusal + ": " + state.refusals());
    }
    return drawn;
  }

  /** Another nonce than the signed one; another provider, another job than the hint's. */
  private RandomChain.Drawn forcedNonce() {
    long payer = accountOf(PAYER);
    Uint128 price = price(TransactionKind.TRANSFER, TOKEN);
    Transaction.Transfer right =
        new Transaction.Transfer(payer, nonce(PAYER), PAYEE.address(), TOKEN, DEPOSIT, price);
    Transaction.Transfer wrong =
        new Transaction.Transfer(payer, nonce(PAYER) + 1, PAYEE.address(), TOKEN, DEPOSIT, price);
    force(wrong, sign(PAYER, right), accountOf(PAYEE));
    Transaction.JobOpen open =
        jobOpening(payer, List.of(0L), 0, 0, TOKEN, 500, state.clock() + 100);
    Transaction.JobOpen another =
        new Transaction.JobOpen(
            open.account(),
            open.nonce(),
            List.of(WORD),
            open.quorum(),
            open.token(),
            open.escrow(),
            open.mode(),
            open.specHash(),
            open.expected(),
            open.deadline(),
            open.window(),
            open.refusalBps(),
            open.maxFee());
    force(another, sign(PAYER, open), 0);
    force(SignedTransaction.unsigned(new Transaction.JobExpiry(WORD, Expiry.TIME_OUT)), 2);
    return forced();
  }

  /** The signature is the right one, but the account named is another's. */
  private RandomChain.Drawn forcedByOthers() {
    PrivateKey other = RandomKeys.WALLETS.get(4);
    long stranger = accountOf(other);
    Uint128 price = price(TransactionKind.CHANNEL_CLOSE, TOKEN);
    force(
        new Transaction.ChannelCloseStart(stranger, nonce(other), channelId(0), price),
        sign(
            PAYEE,
            new Transaction.ChannelCloseStart(accountOf(PAYEE), nonce(PAYEE), channelId(0), price)),
        0);
    Uint128 updating = price(TransactionKind.PROVIDER_UPDATE, TOKEN);
    force(
        new Transaction.ProviderUpdate(
            stranger,
            nonce(other),
            providerId(0),
            WORKER.address(),
            8,
            Uint128.ONE,
            SALT,
            false,
            updating),
        sign(
            WORKER,
            new Transaction.ProviderUpdate(
                accountOf(WORKER),
                nonce(WORKER),
                providerId(0),
                WORKER.address(),
                8,
                Uint128.ONE,
                SALT,
                false,
                updating)),
        0);
    force(SignedTransaction.unsigned(new Transaction.TimeClaim(WORD)), 3);
    return forced();
  }

  private RandomChain.Drawn forcedOfOthers() {
    PrivateKey other = RandomKeys.WALLETS.get(4);
    long stranger = accountOf(other);
    Uint128 price = price(TransactionKind.JOB_RESULT, TOKEN);
    force(
        new Transaction.JobResult(stranger, nonce(other), jobId(1), 0, WORD, price),
        sign(
            WORKER,
            new Transaction.JobResult(accountOf(WORKER), nonce(WORKER), jobId(1), 0, WORD, price)),
        1);
    force(
        new Transaction.JobVerdict(stranger, nonce(other), jobId(3), Verdict.ACCEPT, 9),
        sign(
            PAYER,
            new Transaction.JobVerdict(
                accountOf(PAYER), nonce(PAYER), jobId(3), Verdict.ACCEPT, 9)),
        3);
    return forced();
  }

  private Transaction.ProviderUpdate updating(Hash32 id) {
    return new Transaction.ProviderUpdate(
        accountOf(WORKER),
        nonce(WORKER),
        id,
        WORKER.address(),
        9,
        Uint128.ONE,
        WORD,
        false,
        price(TransactionKind.PROVIDER_UPDATE, TOKEN));
  }

  private Transaction.JobOpen jobOpening() {
    return jobOpening(accountOf(PAYER), List.of(0L), 0, 0, TOKEN, 500, state.clock() + 1_000);
  }

  /** Another provider than the hint's; hints behind the last provider. */
  private RandomChain.Drawn forcedProviders() {
    Transaction.ProviderUpdate update = updating(providerId(0));
    force(updating(WORD), sign(WORKER, update), 0);
    force(update, sign(WORKER, update), state.providers());
    force(jobOpening(), sign(PAYER, jobOpening()), state.providers());
    return forced(5);
  }

  /** A wire form that is none, with the hint that it would need. */
  private record Form(byte[] wire, long hint) {}

  private final Deque<Form> malformed = new ArrayDeque<>();

  /** Three of them: a fourth would be too heavy for the chunk. */
  private RandomChain.Drawn malformed() {
    if (malformed.isEmpty()) {
      malformed.addAll(malformedForms());
    }
    for (int i = 0; i < 3 && !malformed.isEmpty(); i++) {
      Form form = malformed.remove();
      force(form.wire(), form.hint());
    }
    if (!malformed.isEmpty()) {
      chunks.addFirst(this::malformed);
    }
    return forced(MALFORMED_FORCED);
  }

  private static final int MALFORMED_FORCED = 1;

  /**
   * Every form that {@code docs/protocol.md §4} calls malformed, once. Where something would come
   * of it if nobody looked, it is signed as that would ask for.
   */
  private List<Form> malformedForms() {
    long payee = accountOf(PAYEE);
    List<Form> forms = new ArrayList<>();
    forms.addAll(tokensAbove3());
    // Meters whose key and rate do not fit.
    forms.add(new Form(wire(opening(0, WORD, 50)), payee));
    forms.add(new Form(wire(opening(1, Hash32.ZERO, 50)), payee));
    forms.add(new Form(wire(opening(1, WORD, 0)), payee));
    forms.add(new Form(with(wire(opening(2, WORD, 50)), 50, 128), payee));
    // Ticks: channel 5 has one more than a claim may take.
    byte[] ticks =
        WireCodec.encode(
            SignedTransaction.unsigned(new Transaction.TickClaim(channelId(5), 4_097, 1, WORD)));
    forms.add(new Form(with(ticks, 42, 0x10), 5));
    forms.add(new Form(with(ticks, 43, 0), 5));
    forms.add(new Form(with(ticks, 34, 0x20), 5));
    // A retirement that is none.
    byte[] update = wire(WORKER, updating(providerId(0)));
    forms.add(new Form(with(update, 121, 2), 0));
    forms.add(new Form(with(update, 121, 255), 0));
    forms.addAll(jobsThatDoNotFitTheirMode());
    // Variants and kinds that there are not, and lengths that are another's.
    byte[] transfer = wire(transferring());
    forms.add(new Form(with(ticks, 1, 3), 5));
    forms.add(new Form(with(wire(closing()), 1, 2), 3));
    forms.add(new Form(with(wire(WORKER, resulting()), 1, 2), 1));
    forms.add(new Form(with(wire(judging()), 1, 4), 3));
    forms.add(new Form(with(ticks, 1, 1), 5));
    for (int kind : new int[] {0, 8, 9, 13, 255}) {
      forms.add(new Form(with(transfer, 0, kind), payee));
    }
    forms.add(new Form(Arrays.copyOf(transfer, transfer.length - 1), payee));
    return forms;
  }

  private byte[] wire(Transaction.WalletSigned transaction) {
    return wire(PAYER, transaction);
  }

  private byte[] wire(PrivateKey key, Transaction.WalletSigned transaction) {
    return WireCodec.encode(new SignedTransaction(transaction, sign(key, transaction)));
  }

  private static byte[] with(byte[] wire, int place, int value) {
    byte[] changed = wire.clone();
    changed[place] = (byte) value;
    return changed;
  }

  private Transaction.Transfer transferring() {
    return new Transaction.Transfer(
        accountOf(PAYER),
        nonce(PAYER),
        PAYEE.address(),
        TOKEN,
        DEPOSIT,
        price(TransactionKind.TRANSFER, TOKEN));
  }

  private Transaction.ChannelOpen opening(int meter, Hash32 key, long rate) {
    return new Transaction.ChannelOpen(
        accountOf(PAYER),
        nonce(PAYER),
        PAYEE.address(),
        TOKEN,
        DEPOSIT,
        meter,
        key,
        Uint128.of(rate),
        5,
        price(TransactionKind.CHANNEL_OPEN, TOKEN));
  }

  private Transaction.ChannelCloseStart closing() {
    return new Transaction.ChannelCloseStart(
        accountOf(PAYER), nonce(PAYER), channelId(3), price(TransactionKind.CHANNEL_CLOSE, TOKEN));
  }

  private Transaction.JobResult resulting() {
    return new Transaction.JobResult(
        accountOf(WORKER),
        nonce(WORKER),
        jobId(1),
        0,
        WORD,
        price(TransactionKind.JOB_RESULT, TOKEN));
  }

  private Transaction.JobVerdict judging() {
    return new Transaction.JobVerdict(accountOf(PAYER), nonce(PAYER), jobId(3), Verdict.ACCEPT, 9);
  }

  private List<Form> tokensAbove3() {
    long payee = accountOf(PAYEE);
    byte[] withdraw =
        wire(
            new Transaction.Withdraw(
                accountOf(PAYER),
                nonce(PAYER),
                PAYEE.address(),
                TOKEN,
                DEPOSIT,
                price(TransactionKind.WITHDRAW, TOKEN)));
    byte[] register =
        wire(
            WORKER,
            new Transaction.ProviderRegister(
                accountOf(WORKER),
                nonce(WORKER),
                WORKER.address(),
                1,
                2,
                3,
                TOKEN,
                Uint128.ONE,
                Bytes.wrap(devices.getFirst().publicKey().toBytes()),
                Bytes.wrap(new byte[Transaction.POSSESSION_BYTES]),
                price(TransactionKind.PROVIDER_REGISTER, TOKEN)));
    return List.of(
        new Form(with(wire(transferring()), 33, 4), payee),
        new Form(with(withdraw, 33, 128), payee),
        new Form(with(wire(opening(2, WORD, 50)), 33, 4), payee),
        new Form(with(register, 51, 255), accountOf(WORKER)),
        new Form(with(wire(jobOpening()), JOB_TOKEN, 4), 0));
  }

  // Where the fields of a forced JobOpen stand.
  private static final int JOB_PROVIDERS = 13;
  private static final int JOB_QUORUM = 46;
  private static final int JOB_TOKEN = 47;
  private static final int JOB_MODE = 64;
  private static final int JOB_EXPECTED = 97;
  private static final int JOB_DEADLINE = 129;

  private List<Form> jobsThatDoNotFitTheirMode() {
    byte[] open = wire(jobOpening());
    byte[] without = new byte[open.length - 32];
    System.arraycopy(open, 0, without, 0, JOB_PROVIDERS);
    System.arraycopy(
        open, JOB_PROVIDERS + 33, without, JOB_PROVIDERS + 1, open.length - JOB_PROVIDERS - 33);
    byte[] two =
        wire(
            jobOpening(accountOf(PAYER), List.of(0L, 1L), 2, 2, TOKEN, 500, state.clock() + 1_000));
    byte[] six = Arrays.copyOf(with(two, JOB_PROVIDERS, 6), two.length + 4 * 32);
    return List.of(
        new Form(signedJob(with(open, JOB_EXPECTED, 1)), 0),
        new Form(signedJob(with(open, JOB_DEADLINE, 0x20)), 0),
        new Form(signedJob(with(open, JOB_QUORUM, 1)), 0),
        new Form(signedJob(with(open, JOB_PROVIDERS, 2)), 0),
        new Form(signedJob(with(open, JOB_PROVIDERS, 0)), 0),
        new Form(without, 0),
        // Of two in mode 0; of six in mode 2; and one that could be posted, but is never forced.
        new Form(with(two, JOB_MODE + 32, 0), 0),
        new Form(six, 0),
        new Form(two, 0),
        new Form(signedJob(with(open, JOB_MODE, 2)), 0));
  }

  /** A JobOpen of one provider, whatever its fields are, with the signature of them. */
  private byte[] signedJob(byte[] wire) {
    byte[] words = new byte[14 * 32];
    byte[] type =
        Keccak256.hash(
            ("JobOpen(uint32 account,uint64 nonce,bytes32[] providers,uint8 quorum,uint8 token,"
                    + "uint128 escrow,uint8 mode,bytes32 specHash,bytes32 expected,uint64 deadline,"
                    + "uint32 window,uint16 refusalBps,uint128 maxFee)")
                .getBytes(StandardCharsets.US_ASCII));
    byte[] provider = Keccak256.hash(Arrays.copyOfRange(wire, 14, JOB_QUORUM));
    System.arraycopy(type, 0, words, 0, 32);
    System.arraycopy(provider, 0, words, 3 * 32, 32);
    // Word, place in the wire form, width.
    int[][] fields = {
      {1, 1, 4},
      {2, 5, 8},
      {4, JOB_QUORUM, 1},
      {5, JOB_TOKEN, 1},
      {6, 48, 16},
      {7, JOB_MODE, 1},
      {8, 65, 32},
      {9, JOB_EXPECTED, 32},
      {10, JOB_DEADLINE, 8},
      {11, 137, 4},
      {12, 141, 2},
      {13, 143, 16}
    };
    for (int[] field : fields) {
      System.arraycopy(wire, field[1], words, 32 * field[0] + 32 - field[2], field[2]);
    }
    byte[] statement =
        ByteBuffer.allocate(66)
            .put((byte) 0x19)
            .put((byte) 0x01)
            .put(domain.domainSeparator().toBytes())
            .put(Keccak256.hash(words))
            .array();
    byte[] signed = wire.clone();
    byte[] signature = Secp256k1.sign(Keccak256.hash32(statement), PAYER);
    System.arraycopy(signature, 0, signed, signed.length - signature.length, signature.length);
    return signed;
  }

  /**
   * The record of a month's last epoch comes when a device has joined in the next month: it counts
   * in the month before. The device joined too late to miss anything, the first one did not.
   */
  private RandomChain.Drawn recordedInTheNextMonth() {
    long now = genesis.epoch(state.clock());
    epoch = now + genesis.epochsPerMonth() - 1 - now % genesis.epochsPerMonth();
    chain.queue(new InboxMessage.Seed(epoch - 1, WORD), 0);
    chain.begin(genesis.genesisTime() + (epoch + 1) * genesis.epochSeconds() - state.clock());
    added(0, new PostedTransaction.L1MessageRun(List.of(0L)));
    int joined = devices.size();
    added(0, register(accountOf(WORKER), accountOf(WORKER)));
    added(0, record(0, List.of(0, joined)));
    return chain.end();
  }

  /**
   * Provider 2 works no more; a token that is not listed; a forced message with a byte too many.
   */
  private RandomChain.Drawn retired() {
    long payer = accountOf(PAYER);
    long worker = accountOf(WORKER);
    long later = state.clock() + 100;
    Transaction.Transfer transfer =
        new Transaction.Transfer(
            payer,
            nonce(PAYER),
            PAYEE.address(),
            TOKEN,
            DEPOSIT,
            price(TransactionKind.TRANSFER, TOKEN));
    byte[] wire = WireCodec.encode(new SignedTransaction(transfer, sign(PAYER, transfer)));
    chain.queue(
        new InboxMessage.Forced(Bytes.wrap(Arrays.copyOf(wire, wire.length + 1))),
        accountOf(PAYEE));
    chain.begin(1);
    added(0, new PostedTransaction.L1MessageRun(List.of(accountOf(PAYEE))));
    added(0, update(2, 2, worker, true));
    added(32, update(2, 2, worker, false));
    added(32, jobOpen(payer, List.of(2L), List.of(2L), 0, 0, TOKEN, 500, later));
    int unlisted = 3;
    Transaction.Transfer nothing =
        new Transaction.Transfer(
            payer,
            nonce(PAYER),
            PAYEE.address(),
            unlisted,
            Uint128.ZERO,
            price(TransactionKind.TRANSFER, unlisted));
    added(
        12,
        new PostedTransaction.Transfer(
            payer,
            new Recipient.Existing(accountOf(PAYEE)),
            unlisted,
            Uint128.ZERO,
            null,
            sign(PAYER, nothing)));
    return chain.end();
  }
}
