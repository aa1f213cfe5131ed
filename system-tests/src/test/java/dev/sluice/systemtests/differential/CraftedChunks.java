package dev.sluice.systemtests.differential;

import static dev.sluice.systemtests.differential.MadeChunks.PAYEE;
import static dev.sluice.systemtests.differential.MadeChunks.PAYER;
import static dev.sluice.systemtests.differential.MadeChunks.SALT;
import static dev.sluice.systemtests.differential.MadeChunks.TOKEN;
import static dev.sluice.systemtests.differential.MadeChunks.WORD;
import static dev.sluice.systemtests.differential.MadeChunks.WORKER;

import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
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
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.systemtests.secondreader.SecondReader;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.tuweni.bytes.Bytes;
import supranational.blst.P1;
import supranational.blst.P2;
import supranational.blst.SecretKey;

/**
 * Chunks that do not arise by chance, behind those of {@link MadeChunks}: malformed for one reason
 * alone, too heavy by a little, or with signatures and keys that nobody makes by mistake.
 */
final class CraftedChunks {
  private static final int UNLISTED = 3;
  private static final Bytes INFINITE_KEY = Bytes.wrap(new byte[96]);
  private static final Bytes INFINITE_SIGNATURE = Bytes.wrap(new byte[192]);
  private static final String POSSESSION_TAG = "BLS_POP_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
  private static final BigInteger BLS_ORDER =
      new BigInteger("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001", 16);
  private static final BigInteger WALLET_ORDER =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
  private static final BigInteger GENERATOR_X =
      new BigInteger("79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", 16);
  private static final String JOB_TYPE =
      "JobOpen(uint32 account,uint64 nonce,bytes32[] providers,uint8 quorum,uint8 token,"
          + "uint128 escrow,uint8 mode,bytes32 specHash,bytes32 expected,uint64 deadline,"
          + "uint32 window,uint16 refusalBps,uint128 maxFee)";

  private final RandomChain chain;
  private final MadeChunks made;
  private final SecondReader state;
  private final Genesis genesis;
  private final TypedData domain;
  private final Deque<Supplier<RandomChain.Drawn>> chunks = new ArrayDeque<>();

  /** Begins when the made chunks are through. */
  CraftedChunks(RandomChain chain, MadeChunks made, Genesis genesis, TypedData domain) {
    this.chain = chain;
    this.made = made;
    this.state = chain.state();
    this.genesis = genesis;
    this.domain = domain;
    CraftedBytes.chunks().forEach(bytes -> chunks.add(() -> chain.withoutEffect(bytes)));
    // Weighed before anybody asks for messages, which are not there.
    for (byte[] bytes :
        List.of(
            CraftedBytes.run(List.of(0L, 0L), 55, CraftedBytes.TRANSFER),
            CraftedBytes.run(List.of(0L, 0L), 24, CraftedBytes.tickClaim(4_096)))) {
      chunks.add(() -> chain.withoutEffect(bytes));
    }
    chunks.add(() -> tooHeavy(3, CraftedBytes.REGISTRATION));
    chunks.add(() -> tooHeavy(14, CraftedBytes.TRANSFER));
    for (int from = 0; from < CraftedBytes.wires(0).size(); from += MadeChunks.FORCED_AT_ONCE) {
      int first = from;
      chunks.add(() -> forced(first));
    }
    chunks.addAll(
        List.of(
            this::signedAboveHalf,
            this::unlisted,
            this::infinitePossession,
            this::unknownPayouts,
            this::unknownMember,
            this::collectedFees,
            this::noQuorums,
            this::committedResult,
            this::forcedOpenings,
            this::forcedTerms,
            this::forcedVoucher,
            this::staleVoucher,
            this::forcedEffects,
            this::forcedByThePayee,
            this::mostlyAbsent,
            this::seededTwice,
            this::monthAfter));
  }

  /** The next one. */
  Optional<RandomChain.Drawn> next() {
    return Optional.ofNullable(chunks.poll()).map(Supplier::get);
  }

  /** Messages and other transactions that fit a chunk without one another. */
  private RandomChain.Drawn tooHeavy(int count, String transaction) {
    if (chain.inbox().size() == state.inboxPosition()) {
      queue(0);
    }
    List<Long> hints = Collections.nCopies(MadeChunks.FORCED_AT_ONCE, 0L);
    return chain.withoutEffect(CraftedBytes.run(hints, count, transaction));
  }

  private void queue(int first) {
    List<byte[]> wires = CraftedBytes.wires(made.accountOf(PAYER));
    for (byte[] wire :
        wires.subList(first, Math.min(wires.size(), first + MadeChunks.FORCED_AT_ONCE))) {
      chain.queue(new InboxMessage.Forced(Bytes.wrap(wire)), 0);
    }
  }

  /** Takes what is in the inbox, or these messages if there is nothing. */
  private RandomChain.Drawn forced(int first) {
    if (chain.inbox().size() == state.inboxPosition()) {
      queue(first);
    }
    chain.begin(0);
    int count = chain.inbox().size() - state.inboxPosition();
    made.added(0, new PostedTransaction.L1MessageRun(Collections.nCopies(count, 0L)));
    return chain.end();
  }

  /**
   * A transfer whose signature has an s above half of the order and below 2^255. Nobody can make
   * one with a given key; but a key can be made for one, and it owns the account that a deposit
   * opens.
   */
  private RandomChain.Drawn signedAboveHalf() {
    long account = state.accounts();
    Uint128 amount = Uint128.of(5_000);
    Transaction.Transfer transfer =
        new Transaction.Transfer(
            account,
            0,
            PAYEE.address(),
            TOKEN,
            amount,
            made.price(TransactionKind.TRANSFER, TOKEN));
    BigInteger digest = new BigInteger(1, domain.digest(transfer).toBytes());
    BigInteger s = WALLET_ORDER.shiftRight(1).add(BigInteger.ONE);
    // The random point is the generator itself: r is its x, and its y is even.
    BigInteger secret =
        s.subtract(digest).multiply(GENERATOR_X.modInverse(WALLET_ORDER)).mod(WALLET_ORDER);
    PrivateKey signer = PrivateKey.of(word(secret)).orElseThrow();
    chain.queue(
        new InboxMessage.Deposit(TOKEN, Uint128.of(1_000_000), signer.address()), -1L >>> 32);
    chain.begin(1);
    made.added(0, new PostedTransaction.L1MessageRun(List.of(-1L >>> 32)));
    made.added(
        7,
        new PostedTransaction.Transfer(
            account,
            new Recipient.Existing(made.accountOf(PAYEE)),
            TOKEN,
            amount,
            null,
            new WalletSignature(Hash32.of(word(GENERATOR_X)), Hash32.of(word(s)))));
    return chain.end();
  }

  private static byte[] word(BigInteger value) {
    byte[] raw = value.toByteArray();
    byte[] word = new byte[32];
    int length = Math.min(32, raw.length);
    System.arraycopy(raw, raw.length - length, word, 32 - length, length);
    return word;
  }

  /** What is not listed and was deposited is account 0's, and stays there; a stream of nothing. */
  private RandomChain.Drawn unlisted() {
    Uint128 few = Uint128.of(1_000);
    chain.queue(new InboxMessage.Deposit(UNLISTED, few, PAYEE.address()), -1L >>> 32);
    chain.begin(1);
    made.added(0, new PostedTransaction.L1MessageRun(List.of(-1L >>> 32)));
    long payee = made.accountOf(PAYEE);
    long payer = made.accountOf(PAYER);
    made.added(11, made.channelOpen(payer, payee, Transaction.METER_TIME, Hash32.ZERO, 0, 10_000));
    long nonce = made.nonce(RandomKeys.FEE_RECIPIENT);
    Transaction.Transfer transfer =
        new Transaction.Transfer(
            0,
            nonce,
            PAYEE.address(),
            UNLISTED,
            Uint128.ONE,
            made.price(TransactionKind.TRANSFER, UNLISTED));
    made.added(
        12,
        new PostedTransaction.Transfer(
            0,
            new Recipient.Existing(payee),
            UNLISTED,
            Uint128.ONE,
            null,
            made.sign(RandomKeys.FEE_RECIPIENT, transfer)));
    Transaction.ChannelOpen open =
        new Transaction.ChannelOpen(
            0,
            nonce,
            PAYEE.address(),
            UNLISTED,
            Uint128.ONE,
            0,
            Hash32.ZERO,
            Uint128.ONE,
            5,
            made.price(TransactionKind.CHANNEL_OPEN, UNLISTED));
    made.added(
        12,
        new PostedTransaction.ChannelOpen(
            0,
            new Recipient.Existing(payee),
            UNLISTED,
            Uint128.ONE,
            0,
            Hash32.ZERO,
            Uint128.ONE,
            5,
            null,
            made.sign(RandomKeys.FEE_RECIPIENT, open)));
    return chain.end();
  }

  /** Infinity signs everything for the key that is infinity. */
  private RandomChain.Drawn infinitePossession() {
    long worker = made.accountOf(WORKER);
    chain.begin(1);
    made.added(
        30, made.register(worker, worker, WORKER.address(), INFINITE_KEY, INFINITE_SIGNATURE));
    return chain.end();
  }

  /** What is signed is the index, which is no account's, in the place of an address. */
  private RandomChain.Drawn unknownPayouts() {
    long worker = made.accountOf(WORKER);
    long unknown = worker + state.accounts();
    Address number = new Address(0, 0, (int) unknown);
    chain.begin(1);
    made.added(3, made.update(0, 0, unknown, number, false));
    Device device = new Device(9);
    made.added(
        3, made.register(worker, unknown, number, device.publicKey, device.possession(false)));
    return chain.end();
  }

  /** Nobody signs: there is no other leaf in the witness than the job's. */
  private RandomChain.Drawn unknownMember() {
    chain.begin(1);
    made.added(61, made.result(1, 1, 1, WORD));
    return chain.end();
  }

  /** The fee recipient's own balance is too low, that with the fees is not. */
  private RandomChain.Drawn collectedFees() {
    Uint128 price = made.price(TransactionKind.CHANNEL_OPEN, TOKEN);
    Uint128 all =
        Uint128.of(
                state
                    .seeAccount(0)
                    .balances()
                    .get(TOKEN)
                    .add(state.fees(TOKEN))
                    .subtract(price.toBigInteger()))
            .orElseThrow();
    Transaction.ChannelOpen open =
        new Transaction.ChannelOpen(
            0,
            made.nonce(RandomKeys.FEE_RECIPIENT),
            PAYEE.address(),
            TOKEN,
            all,
            0,
            Hash32.ZERO,
            Uint128.ONE,
            5,
            price);
    chain.begin(1);
    made.added(
        0,
        new PostedTransaction.ChannelOpen(
            0,
            new Recipient.Existing(made.accountOf(PAYEE)),
            TOKEN,
            all,
            0,
            Hash32.ZERO,
            Uint128.ONE,
            5,
            null,
            made.sign(RandomKeys.FEE_RECIPIENT, open)));
    return chain.end();
  }

  /**
   * One of one, two of the same, three of two, one of two; jobs that are not in the right state.
   */
  private RandomChain.Drawn noQuorums() {
    long payer = made.accountOf(PAYER);
    long later = state.clock() + 100;
    chain.begin(1);
    for (Quorum none :
        List.of(
            new Quorum(List.of(0L), 1),
            new Quorum(List.of(0L, 0L), 2),
            new Quorum(List.of(0L, 1L), 3),
            new Quorum(List.of(0L, 1L), 1))) {
      made.added(
          60,
          made.jobOpen(payer, none.providers, none.providers, none.needed, 2, TOKEN, 500, later));
    }
    made.added(55, new PostedTransaction.JobExpiry(3, Transaction.Expiry.TIME_OUT));
    made.added(56, new PostedTransaction.JobExpiry(1, Transaction.Expiry.SILENCE));
    return chain.end();
  }

  private record Quorum(List<Long> providers, int needed) {}

  /**
   * A result that is the commitment of another member, who has not revealed; two results where two
   * of the same are asked for; a second result.
   */
  private RandomChain.Drawn committedResult() {
    chain.begin(1);
    long split = state.jobs();
    made.opensJob(List.of(0L, 1L), 2, 2, 500, state.clock() + 100);
    Hash32 splitId = made.jobId(split);
    made.added(0, made.result(split, split, 0, Ids.commitment(splitId, 0, WORD, SALT)));
    made.added(0, made.result(split, split, 1, Ids.commitment(splitId, 1, SALT, SALT)));
    made.added(0, made.reveal(split, split, 0, WORD, SALT));
    made.added(0, made.reveal(split, split, 1, SALT, SALT));
    long done = state.jobs();
    made.opensJob(List.of(0L), 0, 0, 500, state.clock() + 100);
    made.added(0, made.result(done, done, 0, WORD));
    made.added(55, made.result(done, done, 0, SALT));
    long job = state.jobs();
    made.opensJob(List.of(0L, 1L), 2, 2, 500, state.clock() + 100);
    Hash32 id = made.jobId(job);
    Hash32 commitment = Ids.commitment(id, 1, WORD, SALT);
    made.added(0, made.result(job, job, 1, commitment));
    made.added(0, made.result(job, job, 0, Ids.commitment(id, 0, commitment, SALT)));
    made.added(0, made.reveal(job, job, 0, commitment, SALT));
    return chain.end();
  }

  /** Another nonce than the signed one; a provider's id signed in place of a hash of ids. */
  private RandomChain.Drawn forcedOpenings() {
    long payer = made.accountOf(PAYER);
    long later = state.clock() + 100;
    Transaction.JobOpen job = made.jobOpening(payer, List.of(0L), 0, 0, TOKEN, 500, later);
    Transaction.JobOpen otherNonce =
        new Transaction.JobOpen(
            job.account(),
            job.nonce() + 1,
            job.providers(),
            job.quorum(),
            job.token(),
            job.escrow(),
            job.mode(),
            job.specHash(),
            job.expected(),
            job.deadline(),
            job.window(),
            job.refusalBps(),
            job.maxFee());
    made.force(new SignedTransaction(otherNonce, made.sign(PAYER, job)), 0);
    Transaction.JobOpen otherProvider =
        new Transaction.JobOpen(
            job.account(),
            job.nonce(),
            List.of(WORD),
            job.quorum(),
            job.token(),
            job.escrow(),
            job.mode(),
            job.specHash(),
            job.expected(),
            job.deadline(),
            job.window(),
            job.refusalBps(),
            job.maxFee());
    WalletSignature signature =
        WalletSignature.of(Secp256k1.sign(digestOverIds(otherProvider), PAYER));
    made.force(new SignedTransaction(otherProvider, signature), 0);
    return made.forced();
  }

  /** A channel of vouchers and a job with an expected result, opened by way of the inbox. */
  private RandomChain.Drawn forcedTerms() {
    long payer = made.accountOf(PAYER);
    long nonce = made.nonce(PAYER);
    byte[] key = new byte[32];
    PAYER.address().writeTo(key, 12);
    Transaction.ChannelOpen channel =
        new Transaction.ChannelOpen(
            payer,
            nonce,
            PAYEE.address(),
            TOKEN,
            Uint128.of(10_000),
            Transaction.METER_VOUCHER,
            Hash32.of(key),
            Uint128.ZERO,
            5,
            made.price(TransactionKind.CHANNEL_OPEN, TOKEN));
    made.force(new SignedTransaction(channel, made.sign(PAYER, channel)), made.accountOf(PAYEE));
    Transaction.JobOpen job =
        new Transaction.JobOpen(
            payer,
            nonce + 1,
            List.of(made.providerId(0)),
            0,
            TOKEN,
            Uint128.of(500),
            Transaction.MODE_EXPECTED_HASH,
            WORD,
            SALT,
            state.clock() + 100,
            5,
            5_000,
            made.price(TransactionKind.JOB_OPEN, TOKEN));
    made.force(new SignedTransaction(job, made.sign(PAYER, job)), 0);
    long opened = state.channels() + state.jobs();
    RandomChain.Drawn drawn = made.forced();
    if (state.channels() + state.jobs() != opened + 2) {
      throw new IllegalStateException("a forced opening was refused: " + state.refusals());
    }
    return drawn;
  }

  private SignedTransaction voucher(long channel, long amount) {
    Transaction.VoucherClaim claim =
        new Transaction.VoucherClaim(made.channelId(channel), Uint128.of(amount));
    return new SignedTransaction(
        claim, WalletSignature.of(Secp256k1.sign(domain.digest(claim), PAYER)));
  }

  /** In the channel that was opened last. */
  private RandomChain.Drawn forcedVoucher() {
    long channel = state.channels() - 1;
    made.force(voucher(channel, 500), channel);
    return made.forced();
  }

  /** Of less than what is claimed already. */
  private RandomChain.Drawn staleVoucher() {
    long channel = state.channels() - 1;
    chain.begin(1);
    made.added(
        0,
        new PostedTransaction.VoucherClaim(
            channel, Uint128.of(300), voucher(channel, 300).signature()));
    return chain.end();
  }

  /** What takes effect, by way of the inbox. */
  private RandomChain.Drawn forcedEffects() {
    Transaction.JobVerdict accepted =
        new Transaction.JobVerdict(
            made.accountOf(PAYER), made.nonce(PAYER), made.jobId(3), Transaction.Verdict.ACCEPT, 9);
    made.force(new SignedTransaction(accepted, made.sign(PAYER, accepted)), 3);
    made.force(SignedTransaction.unsigned(new Transaction.TimeClaim(made.channelId(3))), 3);
    Transaction.TickClaim ticks =
        new Transaction.TickClaim(made.channelId(2), 1, 1, Ids.earlierTick(WORD, 2));
    made.force(SignedTransaction.unsigned(ticks), 2);
    return made.forced();
  }

  private RandomChain.Drawn forcedByThePayee() {
    Transaction.ChannelCloseStart byPayee =
        new Transaction.ChannelCloseStart(
            made.accountOf(PAYEE),
            made.nonce(PAYEE),
            made.channelId(0),
            made.price(TransactionKind.CHANNEL_CLOSE, TOKEN));
    made.force(new SignedTransaction(byPayee, made.sign(PAYEE, byPayee)), 0);
    return made.forced();
  }

  private Hash32 digestOverIds(Transaction.JobOpen job) {
    ByteArrayOutputStream words = new ByteArrayOutputStream();
    words.writeBytes(Keccak256.hash(JOB_TYPE.getBytes(StandardCharsets.US_ASCII)));
    words.writeBytes(word(BigInteger.valueOf(job.account())));
    words.writeBytes(word(BigInteger.valueOf(job.nonce())));
    words.writeBytes(job.providers().getFirst().toBytes());
    words.writeBytes(word(BigInteger.valueOf(job.quorum())));
    words.writeBytes(word(BigInteger.valueOf(job.token())));
    words.writeBytes(word(job.escrow().toBigInteger()));
    words.writeBytes(word(BigInteger.valueOf(job.mode())));
    words.writeBytes(job.specHash().toBytes());
    words.writeBytes(job.expected().toBytes());
    words.writeBytes(word(BigInteger.valueOf(job.deadline())));
    words.writeBytes(word(BigInteger.valueOf(job.window())));
    words.writeBytes(word(BigInteger.valueOf(job.refusalBps())));
    words.writeBytes(word(job.maxFee().toBigInteger()));
    byte[] digest = new byte[66];
    digest[0] = 0x19;
    digest[1] = 0x01;
    domain.domainSeparator().writeTo(digest, 2);
    Keccak256.hash32(words.toByteArray()).writeTo(digest, 34);
    return Keccak256.hash32(digest);
  }

  /** The last epoch of a month; two seeds are there for it, and the later one counts. */
  private long epoch;

  private RandomChain.Drawn seededTwice() {
    epoch = genesis.epoch(state.clock()) + 1;
    while ((epoch + 1) % genesis.epochsPerMonth() != 0) {
      epoch++;
    }
    chain.queue(new InboxMessage.Seed(epoch - 1, SALT), 0);
    chain.queue(new InboxMessage.Seed(epoch - 1, WORD), 0);
    chain.begin(genesis.genesisTime() + epoch * genesis.epochSeconds() - state.clock());
    made.added(0, new PostedTransaction.L1MessageRun(List.of(0L, 0L)));
    return chain.end();
  }

  /**
   * Two more devices of which one's key is the other's negative; then records of the month before:
   * one that names a committee which is not there, one of these two alone, one that counts.
   */
  private RandomChain.Drawn monthAfter() {
    long worker = made.accountOf(WORKER);
    int before = made.devices().size();
    Device device = new Device(7);
    chain.begin(genesis.epochSeconds());
    made.added(
        0,
        made.register(
            worker, worker, WORKER.address(), device.publicKey, device.possession(false)));
    made.added(
        0,
        made.register(worker, worker, WORKER.address(), device.negative, device.possession(true)));
    made.added(
        43,
        new PostedTransaction.HeartbeatRecord(
            epoch,
            List.of(
                new Attendance.AbsentSlots(0, List.of(0)),
                new Attendance.AbsentSlots(state.committees(), List.of())),
            INFINITE_SIGNATURE));
    made.added(47, record(slots(0, before), INFINITE_SIGNATURE));
    byte[] message =
        Ids.heartbeatMessage(domain.domainSeparator(), epoch, Ids.beacon(WORD, epoch)).toBytes();
    List<BlsSignature> signatures = new ArrayList<>();
    for (BlsSecretKey key : made.devices().subList(0, 2)) {
      signatures.add(Bls12381.sign(key, message, Bls12381.Domain.MESSAGE));
    }
    made.added(
        0,
        record(
            slots(2, before + 2),
            Bytes.wrap(BlsSignature.aggregate(signatures).orElseThrow().toBytes())));
    return chain.end();
  }

  /** Fits because the keys of the few who are there would be shown, not those of the many. */
  private RandomChain.Drawn mostlyAbsent() {
    List<Attendance> committees = new ArrayList<>();
    for (long committee = 0; committee < 48; committee++) {
      committees.add(new Attendance.PresentBits(committee, Bytes.of(1)));
    }
    long future = genesis.epoch(state.clock()) + 1_000;
    chain.begin(0);
    made.added(40, new PostedTransaction.HeartbeatRecord(future, committees, INFINITE_SIGNATURE));
    return chain.end();
  }

  private static List<Integer> slots(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private PostedTransaction record(List<Integer> absent, Bytes signature) {
    return new PostedTransaction.HeartbeatRecord(
        epoch, List.of(new Attendance.AbsentSlots(0, absent)), signature);
  }

  /** A device's key and its negative. */
  private final class Device {
    private final BigInteger scalar;
    private final Bytes publicKey;
    private final Bytes negative;

    Device(int number) {
      scalar = BigInteger.valueOf(1_000_003L * number);
      publicKey = Bytes.wrap(new P1(secret(scalar)).serialize());
      negative = Bytes.wrap(new P1(secret(BLS_ORDER.subtract(scalar))).serialize());
    }

    private static SecretKey secret(BigInteger scalar) {
      SecretKey secret = new SecretKey();
      secret.from_bendian(word(scalar));
      return secret;
    }

    Bytes possession(boolean ofNegative) {
      byte[] message =
          Ids.possessionMessage(
                  domain.domainSeparator(),
                  WORKER.address(),
                  (ofNegative ? negative : publicKey).toArrayUnsafe())
              .toBytes();
      byte[] imaginaryFirst =
          new P2()
              .hash_to(message, POSSESSION_TAG)
              .sign_with(secret(ofNegative ? BLS_ORDER.subtract(scalar) : scalar))
              .serialize();
      byte[] signature = new byte[192];
      for (int half = 0; half < 192; half += 96) {
        System.arraycopy(imaginaryFirst, half + 48, signature, half, 48);
        System.arraycopy(imaginaryFirst, half, signature, half + 48, 48);
      }
      return Bytes.wrap(signature);
    }
  }
}
