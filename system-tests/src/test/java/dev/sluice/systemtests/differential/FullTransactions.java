package dev.sluice.systemtests.differential;

import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.merkle.DenseTree;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
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
import dev.sluice.primitives.weight.Weight;
import dev.sluice.systemtests.secondreader.FilledState;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;

/**
 * Makes the most expensive transaction of every kind: all leaves that the kind can name, each
 * somewhere else in a {@link FilledState}, and everything that costs gas until the end. What a
 * transaction names is put into the state as it is made.
 */
final class FullTransactions {
  /** Of {@link RandomChain#genesis}. */
  private static final long EPOCH_SECONDS = 10;

  private static final long EPOCHS_PER_MONTH = 4;
  private static final long EPOCH = 101;
  private static final int TOKEN = 0;
  private static final BigInteger MONEY = new BigInteger("12345678901234567890123");
  private static final Uint128 AMOUNT = Uint128.of(1_000_000_000L);
  private static final int CLOSE_DELAY = 5;
  private static final long NO_COMMITTEE = -1;

  /**
   * A transaction.
   *
   * @param refusal 0 if it applies
   * @param messages that it takes, if it is a run
   * @param proofs of its keys; asked when it is about to run
   */
  record Made(
      PostedTransaction posted,
      int refusal,
      List<InboxMessage> messages,
      Supplier<List<Bytes>> proofs) {
    static Made applied(PostedTransaction posted) {
      return new Made(posted, 0, List.of(), List::of);
    }
  }

  /** The form of what is submitted beside the form that is posted, for forced transactions. */
  private record Both(SignedTransaction wire, long hint, Made posted) {}

  private final FilledState state;
  private final Genesis genesis;
  private final TypedData domain;
  private final long clock;
  private final RandomKeys keys = new RandomKeys();
  private final Map<Long, PrivateKey> owners = new HashMap<>();
  private final Map<Long, Long> nonces = new HashMap<>();

  /** A committee without an empty slot. */
  private final List<byte[]> members;

  /** Members of the committee that registrations go on with. */
  private final List<byte[]> last = new ArrayList<>();

  private long lastCommittee = NO_COMMITTEE;
  private int place = 3;
  private long committee;

  /** L2 seconds from genesis to the chunk: a heartbeat of {@link #EPOCH} may be recorded. */
  static final long AFTER = (EPOCH + 1) * EPOCH_SECONDS + 1;

  FullTransactions(FilledState state, Genesis genesis, TypedData domain) {
    this.state = state;
    this.genesis = genesis;
    this.domain = domain;
    this.clock = genesis.genesisTime() + AFTER;
    this.members =
        IntStream.range(0, 1 << genesis.committeeSizeLog2())
            .mapToObj(_ -> keys.newDevice().publicKey().toBytes())
            .toList();
    state.putSeed(EPOCH, FilledState.word(7));
    state.putFees(BigInteger.valueOf(1_000_000_007L));
  }

  /** Into which everything is put. */
  FilledState state() {
    return state;
  }

  /** The leaves of the committee that registrations go on with, if there are any. */
  List<Long> lastKeys() {
    return lastCommittee == NO_COMMITTEE
        ? List.of()
        : List.of(5L << 32 | lastCommittee, 6L << 32 | lastCommittee);
  }

  private long index() {
    long index = FilledState.spread(place++);
    return index < FilledState.COUNT ? index : index();
  }

  private Hash32 word() {
    return Hash32.of(FilledState.word(place++));
  }

  private long account() {
    PrivateKey owner = PrivateKey.of(word().toBytes()).orElseThrow();
    long index = index();
    state.putAccount(index, owner.address().toBytes(), 1_000_000 + index, MONEY);
    owners.put(index, owner);
    nonces.put(index, 1_000_000 + index);
    return index;
  }

  private PrivateKey owner(long account) {
    PrivateKey owner = owners.get(account);
    if (owner == null) {
      throw new IllegalStateException("account " + account);
    }
    return owner;
  }

  private long nonce(long account) {
    return nonces.getOrDefault(account, 0L);
  }

  private Uint128 price(TransactionKind kind) {
    return genesis.price(kind, TOKEN);
  }

  private WalletSignature sign(long account, Transaction.WalletSigned transaction) {
    return WalletSignature.of(Secp256k1.sign(domain.digest(transaction), owner(account)));
  }

  private Both both(
      Transaction.WalletSigned wire, WalletSignature signature, long hint, PostedTransaction as) {
    return new Both(new SignedTransaction(wire, signature), hint, Made.applied(as));
  }

  private static Both unsigned(Transaction.Unsigned wire, long hint, PostedTransaction as) {
    return new Both(SignedTransaction.unsigned(wire), hint, Made.applied(as));
  }

  // --- kinds 1 and 2

  private Both transfers() {
    long from = account();
    long to = account();
    Transaction.Transfer wire =
        new Transaction.Transfer(
            from, nonce(from), owner(to).address(), TOKEN, AMOUNT, price(TransactionKind.TRANSFER));
    WalletSignature signature = sign(from, wire);
    return both(
        wire,
        signature,
        to,
        new PostedTransaction.Transfer(
            from, new Recipient.Existing(to), TOKEN, AMOUNT, null, signature));
  }

  private Both withdraws() {
    long from = account();
    Transaction.Withdraw wire =
        new Transaction.Withdraw(
            from,
            nonce(from),
            owner(from).address(),
            TOKEN,
            AMOUNT,
            price(TransactionKind.WITHDRAW));
    WalletSignature signature = sign(from, wire);
    return both(
        wire,
        signature,
        0,
        new PostedTransaction.Withdraw(from, null, TOKEN, AMOUNT, null, signature));
  }

  // --- kinds 3 to 5

  private Both opensChannel() {
    long payer = account();
    long payee = account();
    Hash32 anchor = word();
    Uint128 rate = Uint128.of(3_000_000);
    Transaction.ChannelOpen wire =
        new Transaction.ChannelOpen(
            payer,
            nonce(payer),
            owner(payee).address(),
            TOKEN,
            AMOUNT,
            2,
            anchor,
            rate,
            CLOSE_DELAY,
            price(TransactionKind.CHANNEL_OPEN));
    WalletSignature signature = sign(payer, wire);
    return both(
        wire,
        signature,
        payee,
        new PostedTransaction.ChannelOpen(
            payer,
            new Recipient.Existing(payee),
            TOKEN,
            AMOUNT,
            2,
            anchor,
            rate,
            CLOSE_DELAY,
            null,
            signature));
  }

  /** The id of a channel that is put. */
  private Hash32 channel(
      long index, long payer, long payee, int meter, int channelState, Hash32 key, long rate) {
    Hash32 id = word();
    long closeAt = channelState == 2 ? clock - 1 : 0;
    state.putChannel(
        index,
        id.toBytes(),
        payer,
        payee,
        meter,
        channelState,
        MONEY,
        BigInteger.valueOf(rate),
        CLOSE_DELAY,
        closeAt,
        key.toBytes(),
        BigInteger.valueOf(rate));
    return id;
  }

  /** A party that only gets something: its key is not known. */
  private long stranger() {
    long index = index();
    state.putAccount(index, strange(), 77_777 + index, MONEY);
    return index;
  }

  private byte[] strange() {
    return Arrays.copyOf(word().toBytes(), 20);
  }

  private static Hash32 time(long seconds) {
    return Hash32.of(ByteBuffer.allocate(32).putLong(24, seconds).array());
  }

  private Both claimsTime() {
    long index = index();
    Hash32 id = channel(index, index(), stranger(), 0, 1, time(genesis.genesisTime()), 1_000);
    return unsigned(new Transaction.TimeClaim(id), index, new PostedTransaction.TimeClaim(index));
  }

  private Both claimsVoucher() {
    long index = index();
    PrivateKey signer = PrivateKey.of(word().toBytes()).orElseThrow();
    byte[] key = new byte[32];
    signer.address().writeTo(key, 12);
    Hash32 id = channel(index, index(), stranger(), 1, 1, Hash32.of(key), 1_000);
    Transaction.VoucherClaim wire = new Transaction.VoucherClaim(id, AMOUNT);
    WalletSignature signature = WalletSignature.of(Secp256k1.sign(domain.digest(wire), signer));
    return new Both(
        new SignedTransaction(wire, signature),
        index,
        Made.applied(new PostedTransaction.VoucherClaim(index, AMOUNT, signature)));
  }

  private Both claimsTicks(int steps) {
    long index = index();
    Hash32 tick = word();
    Hash32 id = channel(index, index(), stranger(), 2, 1, Ids.earlierTick(tick, steps), 1_000);
    return unsigned(
        new Transaction.TickClaim(id, 1 + steps, steps, tick),
        index,
        new PostedTransaction.TickClaim(index, 1 + steps, steps, tick));
  }

  private Both startsClose() {
    long index = index();
    long payer = account();
    Hash32 id = channel(index, payer, stranger(), 0, 1, time(genesis.genesisTime()), 1_000);
    Transaction.ChannelCloseStart wire =
        new Transaction.ChannelCloseStart(
            payer, nonce(payer), id, price(TransactionKind.CHANNEL_CLOSE));
    WalletSignature signature = sign(payer, wire);
    return both(
        wire,
        signature,
        index,
        new PostedTransaction.ChannelCloseStart(index, false, null, signature));
  }

  private Both finalizesClose() {
    long index = index();
    Hash32 id = channel(index, stranger(), stranger(), 0, 2, time(genesis.genesisTime()), 1_000);
    return unsigned(
        new Transaction.ChannelCloseFinalize(id),
        index,
        new PostedTransaction.ChannelCloseFinalize(index));
  }

  // --- kinds 6, 7 and 9

  /** How a registration ends. */
  private enum Registering {
    APPLIES,
    BAD_KEY,
    BAD_POSSESSION
  }

  private Both registers(Registering how) {
    int size = members.size();
    if (lastCommittee == NO_COMMITTEE) {
      lastCommittee = FilledState.COUNT / size;
      last.addAll(members.subList(0, (int) (FilledState.COUNT % size)));
      state.putCommittee(lastCommittee, last, EPOCH / EPOCHS_PER_MONTH - 1);
    }
    long account = account();
    long payout = account();
    BlsSecretKey device = keys.newDevice();
    byte[] key = device.publicKey().toBytes();
    if (how == Registering.BAD_KEY) {
      // x without y: on no curve.
      key[95] ^= 1;
    }
    Hash32 statement =
        Ids.possessionMessage(domain.domainSeparator(), owner(account).address(), key);
    byte[] possession =
        Bls12381.sign(device, statement.toBytes(), Bls12381.Domain.POSSESSION).toBytes();
    if (how == Registering.BAD_POSSESSION) {
      possession[191] ^= 1;
    }
    Transaction.ProviderRegister wire =
        new Transaction.ProviderRegister(
            account,
            nonce(account),
            owner(payout).address(),
            0xffff,
            -1,
            -1,
            TOKEN,
            Uint128.ONE,
            Bytes.wrap(key),
            Bytes.wrap(possession),
            price(TransactionKind.PROVIDER_REGISTER));
    WalletSignature signature = sign(account, wire);
    PostedTransaction posted =
        new PostedTransaction.ProviderRegister(
            account,
            new Recipient.Existing(payout),
            0xffff,
            -1,
            -1,
            TOKEN,
            Uint128.ONE,
            Bytes.wrap(key),
            Bytes.wrap(possession),
            null,
            signature);
    Made made =
        switch (how) {
          case APPLIES -> new Made(posted, 0, List.of(), () -> List.of(seat(key)));
          case BAD_KEY -> refused(posted, Refusal.BAD_DEVICE_KEY, Bytes.EMPTY);
          case BAD_POSSESSION -> refused(posted, Refusal.BAD_POSSESSION_PROOF, Bytes.EMPTY);
        };
    return new Both(new SignedTransaction(wire, signature), payout, made);
  }

  private static Made refused(PostedTransaction posted, Refusal refusal, Bytes proof) {
    return new Made(posted, refusal.number(), List.of(), () -> List.of(proof));
  }

  /** The siblings of the next slot; then the key sits there. */
  private Bytes seat(byte[] key) {
    int depth = genesis.committeeSizeLog2();
    int slot = last.size() % members.size();
    List<Hash32> leaves =
        last.subList(last.size() - slot, last.size()).stream().map(Keccak256::hash32).toList();
    DenseTree tree = DenseTree.of(leaves, depth);
    List<Bytes> siblings =
        IntStream.range(0, depth)
            .mapToObj(level -> Bytes.wrap(tree.node(level, slot >>> level ^ 1).toBytes()))
            .toList();
    last.add(key);
    return Bytes.concatenate(siblings);
  }

  private Both updates() {
    long provider = index();
    long account = account();
    long payout = account();
    Hash32 id = word();
    state.putProvider(provider, id.toBytes(), account, payout);
    Transaction.ProviderUpdate wire =
        new Transaction.ProviderUpdate(
            account,
            nonce(account),
            id,
            owner(payout).address(),
            7,
            Uint128.ONE,
            id,
            true,
            price(TransactionKind.PROVIDER_UPDATE));
    WalletSignature signature = sign(account, wire);
    return both(
        wire,
        signature,
        provider,
        new PostedTransaction.ProviderUpdate(
            provider, new Recipient.Existing(payout), 7, Uint128.ONE, id, true, null, signature));
  }

  /** A record of some committees, in each of which so many are absent, every other one or so. */
  private Made records(int committees, int absent, boolean valid) {
    // The shorter of the two forms.
    return records(committees, 2 * absent <= members.size() / 8 ? committees : 0, absent, valid);
  }

  /** The absent of the first {@code lists} are listed one by one, those of the others by bits. */
  private Made records(int committees, int lists, int absent, boolean valid) {
    int size = members.size();
    List<Attendance> named = new ArrayList<>();
    List<byte[]> present = new ArrayList<>();
    List<Bytes> proof = new ArrayList<>();
    List<Integer> slots = IntStream.range(0, absent).map(i -> i * size / absent).boxed().toList();
    List<Integer> others =
        IntStream.range(0, size).boxed().filter(slot -> !slots.contains(slot)).toList();
    DenseTree tree =
        DenseTree.of(members.stream().map(Keccak256::hash32).toList(), genesis.committeeSizeLog2());
    List<Integer> supplied = 2 * absent <= size ? slots : others;
    for (int i = 0; i < committees; i++) {
      // Far apart, and ascending.
      committee += (FilledState.COUNT / size) / 130;
      state.putCommittee(committee, members, EPOCH / EPOCHS_PER_MONTH - 1);
      named.add(
          i < lists
              ? new Attendance.AbsentSlots(committee, slots)
              : new Attendance.PresentBits(committee, bits(others, size)));
      others.forEach(slot -> present.add(members.get(slot)));
      if (!supplied.isEmpty()) {
        supplied.forEach(slot -> proof.add(Bytes.wrap(members.get(slot))));
        MultiProof.build(
                tree, genesis.committeeSizeLog2(), supplied.stream().map(Long::valueOf).toList())
            .siblings()
            .forEach(sibling -> proof.add(Bytes.wrap(sibling.toBytes())));
      }
    }
    Hash32 seed = Hash32.of(FilledState.word(7));
    byte[] message =
        Ids.heartbeatMessage(domain.domainSeparator(), EPOCH, Ids.beacon(seed, EPOCH)).toBytes();
    byte[] signature = keys.signTogether(present, message);
    if (!valid) {
      signature[191] ^= 1;
    }
    PostedTransaction posted =
        new PostedTransaction.HeartbeatRecord(EPOCH, named, Bytes.wrap(signature));
    Bytes whole = Bytes.concatenate(proof);
    return valid
        ? new Made(posted, 0, List.of(), () -> List.of(whole))
        : refused(posted, Refusal.BAD_AGGREGATE, whole);
  }

  private static Bytes bits(List<Integer> present, int size) {
    byte[] bits = new byte[size / 8];
    present.forEach(slot -> bits[slot / 8] |= (byte) (0x80 >>> slot % 8));
    return Bytes.wrap(bits);
  }

  // --- kinds 10 to 12

  private Both opensJob(int named, int mode) {
    long buyer = account();
    List<Long> providers = new ArrayList<>();
    List<Hash32> ids = new ArrayList<>();
    for (int i = 0; i < named; i++) {
      long provider = index();
      Hash32 id = word();
      state.putProvider(provider, id.toBytes(), index(), index());
      providers.add(provider);
      ids.add(id);
    }
    Hash32 spec = word();
    int quorum = mode == 2 ? named : 0;
    Hash32 expected = mode == 1 ? word() : Hash32.ZERO;
    Transaction.JobOpen wire =
        new Transaction.JobOpen(
            buyer,
            nonce(buyer),
            ids,
            quorum,
            TOKEN,
            AMOUNT,
            mode,
            spec,
            expected,
            clock + 1_000,
            1_000,
            5_000,
            price(TransactionKind.JOB_OPEN));
    WalletSignature signature = sign(buyer, wire);
    return both(
        wire,
        signature,
        providers.getFirst(),
        new PostedTransaction.JobOpen(
            buyer,
            providers,
            quorum,
            TOKEN,
            AMOUNT,
            mode,
            spec,
            expected,
            clock + 1_000,
            1_000,
            5_000,
            null,
            signature));
  }

  /** A job of modes 0 and 1 whose provider is {@code account}'s. */
  private Hash32 job(
      long index, long buyer, long account, int mode, int jobState, Hash32 result, long deadline) {
    long provider = index();
    state.putProvider(provider, word().toBytes(), account, stranger());
    Hash32 id = word();
    state.putJob(
        index,
        id.toBytes(),
        buyer,
        provider,
        mode,
        jobState,
        MONEY,
        result.toBytes(),
        deadline,
        deadline);
    return id;
  }

  private Both gives(int mode) {
    long job = index();
    long account = account();
    Hash32 result = word();
    Hash32 id;
    if (mode == 2) {
      id = quorumJob(job, account, index(), 0, clock + 10).id();
    } else {
      Hash32 expected = mode == 1 ? Keccak256.hash32(result.toBytes()) : Hash32.ZERO;
      id = job(job, index(), account, mode, 1, expected, clock + 10);
    }
    Transaction.JobResult wire =
        new Transaction.JobResult(
            account, nonce(account), id, 0, result, price(TransactionKind.JOB_RESULT));
    WalletSignature signature = sign(account, wire);
    return both(
        wire, signature, job, new PostedTransaction.JobResult(job, 0, result, null, signature));
  }

  /** A job of five members, and what the first of them has committed to. */
  private record QuorumJob(Hash32 id, Hash32 agreed, Hash32 salt) {}

  /**
   * The first member is {@code account}'s, committed if anybody is; the others have revealed the
   * same.
   */
  private QuorumJob quorumJob(long index, long account, long buyer, int notAwaited, long deadline) {
    QuorumJob job = new QuorumJob(word(), word(), word());
    List<FilledState.Member> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      long provider = index();
      if (i == 0 && owners.containsKey(account)) {
        state.putProvider(provider, word().toBytes(), account, index());
      }
      Hash32 hash = i == 0 ? Ids.commitment(job.id(), 0, job.agreed(), job.salt()) : job.agreed();
      all.add(
          i < notAwaited
              ? new FilledState.Member(provider, stranger(), i == 0 ? 1 : 2, hash.toBytes())
              : new FilledState.Member(provider, 0, 0, new byte[32]));
    }
    long quorum = index();
    state.putQuorum(quorum, index, 5, all);
    state.putJob(index, job.id().toBytes(), buyer, quorum, 2, 1, MONEY, new byte[32], deadline, 0);
    return job;
  }

  private Both reveals() {
    long job = index();
    long account = account();
    QuorumJob quorum = quorumJob(job, account, stranger(), 5, clock + 10);
    Transaction.JobReveal wire =
        new Transaction.JobReveal(
            account,
            nonce(account),
            quorum.id(),
            0,
            quorum.agreed(),
            quorum.salt(),
            price(TransactionKind.JOB_RESULT));
    WalletSignature signature = sign(account, wire);
    return both(
        wire,
        signature,
        job,
        new PostedTransaction.JobReveal(job, 0, quorum.agreed(), quorum.salt(), null, signature));
  }

  private Both judges(Verdict verdict) {
    long job = index();
    long buyer = account();
    Hash32 id = job(job, buyer, index(), 0, 2, word(), clock);
    Transaction.JobVerdict wire =
        new Transaction.JobVerdict(buyer, nonce(buyer), id, verdict, 0xffff);
    WalletSignature signature = sign(buyer, wire);
    return both(
        wire, signature, job, new PostedTransaction.JobVerdict(job, verdict, 0xffff, signature));
  }

  private Both expires(Expiry expiry) {
    long job = index();
    long buyer = stranger();
    Hash32 id =
        expiry == Expiry.SILENCE
            ? job(job, buyer, index(), 0, 2, word(), clock - 1)
            : quorumJob(job, index(), buyer, 0, clock - 1).id();
    return unsigned(
        new Transaction.JobExpiry(id, expiry), job, new PostedTransaction.JobExpiry(job, expiry));
  }

  // --- kind 0

  private Made run(InboxMessage message, long hint, Supplier<List<Bytes>> proofs) {
    return new Made(new PostedTransaction.L1MessageRun(List.of(hint)), 0, List.of(message), proofs);
  }

  /** For somebody new, with a hint of another's account. */
  private Made deposits() {
    InboxMessage deposit = new InboxMessage.Deposit(TOKEN, AMOUNT, Address.of(strange()));
    return run(deposit, stranger(), List::of);
  }

  private Made seeds() {
    // The same again, so that records stay valid.
    return run(new InboxMessage.Seed(EPOCH - 1, Hash32.of(FilledState.word(7))), 0, List::of);
  }

  private Made forces(Both both) {
    InboxMessage forced = new InboxMessage.Forced(Bytes.wrap(WireCodec.encode(both.wire())));
    return run(forced, both.hint(), both.posted().proofs());
  }

  /**
   * A kind of transaction, in the form that costs most or in one that could.
   *
   * @param burns whether a call of a precompile fails, which takes a share of what gas there is
   * @param next makes one more
   */
  record Full(String name, boolean burns, Supplier<Made> next) {}

  /** Everything that a wallet can submit. */
  private Map<String, Supplier<Both>> submittable() {
    Map<String, Supplier<Both>> kinds = new LinkedHashMap<>();
    kinds.put("1 Transfer", this::transfers);
    kinds.put("2 Withdraw", this::withdraws);
    kinds.put("3 ChannelOpen", this::opensChannel);
    kinds.put("4 ChannelClaim, time", this::claimsTime);
    kinds.put("4 ChannelClaim, voucher", this::claimsVoucher);
    kinds.put("4 ChannelClaim, 1 tick", () -> claimsTicks(1));
    kinds.put("4 ChannelClaim, 4,096 ticks", () -> claimsTicks(4_096));
    kinds.put("5 ChannelClose, start", this::startsClose);
    kinds.put("5 ChannelClose, finalize", this::finalizesClose);
    kinds.put("6 ProviderRegister", () -> registers(Registering.APPLIES));
    kinds.put("6 ProviderRegister, bad key", () -> registers(Registering.BAD_KEY));
    kinds.put("6 ProviderRegister, bad proof", () -> registers(Registering.BAD_POSSESSION));
    kinds.put("7 ProviderUpdate", this::updates);
    kinds.put("10 JobOpen, mode 0", () -> opensJob(1, 0));
    kinds.put("10 JobOpen, mode 1", () -> opensJob(1, 1));
    kinds.put("11 JobResult, mode 0", () -> gives(0));
    kinds.put("11 JobResult, mode 1", () -> gives(1));
    kinds.put("11 JobResult, mode 2", () -> gives(2));
    kinds.put("11 JobResult, reveal", this::reveals);
    kinds.put("12 JobSettle, accept", () -> judges(Verdict.ACCEPT));
    kinds.put("12 JobSettle, refuse", () -> judges(Verdict.REFUSE));
    kinds.put("12 JobSettle, silence", () -> expires(Expiry.SILENCE));
    kinds.put("12 JobSettle, time-out", () -> expires(Expiry.TIME_OUT));
    return kinds;
  }

  /** Every kind as it is posted, messages of the inbox included. */
  List<Full> posted() {
    List<Full> all = new ArrayList<>();
    submittable()
        .forEach(
            (name, next) ->
                all.add(new Full(name, name.contains(", bad"), () -> next.get().posted())));
    all.add(new Full("10 JobOpen, 5 providers", false, () -> opensJob(5, 2).posted()));
    all.add(new Full("0 deposit", false, this::deposits));
    all.add(new Full("0 seed", false, this::seeds));
    all.addAll(heartbeats());
    return all;
  }

  /** Records of one committee. */
  List<Full> heartbeats() {
    int size = members.size();
    List<Full> all = new ArrayList<>();
    for (int absent : new TreeSet<>(List.of(0, 1, 2, 3, size / 8, size / 4, size / 2, size - 1))) {
      all.add(
          new Full(
              "9 HeartbeatRecord, " + absent + " absent", false, () -> records(1, absent, true)));
    }
    all.add(new Full("9 HeartbeatRecord, bad signature", true, () -> records(1, 0, false)));
    return all;
  }

  /** Every kind as a message that forces it. */
  List<Full> forced() {
    List<Full> all = new ArrayList<>();
    submittable()
        .forEach(
            (name, next) ->
                all.add(
                    new Full(
                        "0 forced " + name, name.contains(", bad"), () -> forces(next.get()))));
    return all;
  }

  /**
   * A record that names all but one of every committee: one by one for as many committees as a
   * chunk has bytes, then by bits.
   */
  Full recordOfLists() {
    int absent = members.size() - 1;
    int lists = 0;
    while (fits(records(lists + 1, lists + 1, absent, true))) {
      lists++;
    }
    int committees = lists;
    while (fits(records(committees + 1, lists, absent, true))) {
      committees++;
    }
    int listed = lists;
    int most = committees;
    committee = 0;
    return new Full(
        "9 HeartbeatRecord, " + most + " committees, " + listed + " by lists of " + absent,
        false,
        () -> records(most, listed, absent, true));
  }

  private boolean fits(Made alone) {
    int log2 = genesis.committeeSizeLog2();
    EncodedTransaction encoded = EncodedTransaction.of(alone.posted(), log2);
    committee = 0;
    return encoded.posted().size() + Block.OVERHEAD_BYTES <= Chunk.PAYLOAD_BYTES_MAX
        && Weight.CHUNK.plus(Weight.BLOCK).plus(Weight.of(encoded, log2)).fits(Weight.CHUNK_LIMIT);
  }

  /** A record of as many committees as a chunk may have, in each of which so many are absent. */
  Full recordOfMany(int absent) {
    int log2 = genesis.committeeSizeLog2();
    int committees = 0;
    Weight one = Weight.of(EncodedTransaction.of(records(1, absent, true).posted(), log2), log2);
    Weight two = Weight.of(EncodedTransaction.of(records(2, absent, true).posted(), log2), log2);
    Weight more = new Weight(two.witnessBytes() - one.witnessBytes(), two.gas() - one.gas());
    Weight sum = Weight.CHUNK.plus(Weight.BLOCK).plus(one);
    for (; sum.fits(Weight.CHUNK_LIMIT); sum = sum.plus(more)) {
      committees++;
    }
    int most = committees;
    committee = 0;
    return new Full(
        "9 HeartbeatRecord, " + most + " committees, " + absent + " absent",
        false,
        () -> records(most, absent, true));
  }
}
