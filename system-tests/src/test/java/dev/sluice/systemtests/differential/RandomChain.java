package dev.sluice.systemtests.differential;

import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.crypto.BlsSignature;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.testing.SeededGenerator;
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
import dev.sluice.primitives.weight.Weight;
import dev.sluice.state.ledger.Jobs;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.transition.QueuedMessage;
import dev.sluice.state.transition.WirePosting;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;

/** Draws chunks for the state as it is: most of their transactions apply, many are refused. */
final class RandomChain {
  static final long START = 1_700_000_000L;
  static final TypedData DOMAIN = new TypedData(31_337, new Address(7, 7, 7));
  private static final PrivateKey FEE_RECIPIENT = wallet("fee recipient");

  /** Two listed tokens, committees of eight, epochs of ten seconds, months of four epochs. */
  static final Genesis GENESIS =
      new Genesis(
          "sluice-devnet",
          1,
          List.of(Address.ZERO, new Address(1, 2, 3), Address.ZERO, Address.ZERO),
          List.of(Uint128.of(10), Uint128.of(100), Uint128.of(1), Uint128.of(1)),
          START,
          10,
          4,
          1,
          10,
          3,
          5,
          5,
          86_400,
          43_200,
          604_800,
          Uint128.of(1_000_000),
          new Address(9, 9, 9),
          FEE_RECIPIENT.address());

  private static final int COMMITTEE_LOG2 = GENESIS.committeeSizeLog2();
  private static final int BACKLOG_MAX = 4;
  private static final int COMMITTEE = 1 << COMMITTEE_LOG2;
  private static final List<PrivateKey> WALLETS =
      List.of(FEE_RECIPIENT, wallet("a"), wallet("b"), wallet("c"), wallet("d"));

  /**
   * A chunk and the inbox position that its header would name.
   *
   * @param payload posted bytes
   */
  record Drawn(byte[] payload, long headerInboxPosition) {}

  private final SeededGenerator generator;
  private final Ledger ledger;
  private final WirePosting posting;
  private final List<QueuedMessage> inbox = new ArrayList<>();
  private final Map<Hash32, BlsSecretKey> devices = new HashMap<>();
  private final TreeMap<Integer, Long> nonces = new TreeMap<>();
  private Weight inboxWeight = Weight.ZERO;
  private long clock = START;
  private int inboxTaken;
  private long seedPeriodNext;
  private int devicesMade;

  RandomChain(SeededGenerator generator, Ledger ledger) {
    this.generator = generator;
    this.ledger = ledger;
    this.posting = new WirePosting(ledger);
    for (PrivateKey wallet : WALLETS) {
      queue(new InboxMessage.Deposit(0, Uint128.of(1_000_000), wallet.address()));
      queue(new InboxMessage.Deposit(1, Uint128.of(1_000_000), wallet.address()));
    }
  }

  /** Everything queued so far. */
  List<QueuedMessage> inbox() {
    return inbox;
  }

  private static PrivateKey wallet(String name) {
    return PrivateKey.of(Keccak256.hash(name.getBytes(StandardCharsets.UTF_8))).orElseThrow();
  }

  private void queue(InboxMessage message) {
    inboxWeight = inboxWeight.plus(Weight.of(message));
    inbox.add(
        new QueuedMessage(
            message, START + inbox.size(), inboxWeight.witnessBytes(), inboxWeight.gas()));
  }

  /** Draws the next chunk for the state as it is now. */
  Drawn next() {
    nonces.clear();
    clock = ledger.meta().clock();
    inboxTaken = (int) ledger.meta().inboxPosition();
    return switch (generator.below(20)) {
      case 0 -> new Drawn(generator.bytes(generator.below(300)), inbox.size());
      case 1 -> new Drawn(generator.bytes(3_935), inbox.size());
      case 2 -> {
        byte[] payload = blocks();
        yield new Drawn(Arrays.copyOf(payload, generator.below(payload.length)), inbox.size());
      }
      case 3 -> new Drawn(oneByteChanged(blocks()), inbox.size());
      case 4 -> new Drawn(heavy(), inbox.size());
      case 5 -> {
        byte[] payload = blocks();
        long position = ledger.meta().inboxPosition();
        yield new Drawn(
            payload, inboxTaken > position ? position + generator.below(2) : inboxTaken);
      }
      default -> new Drawn(blocks(), inboxTaken);
    };
  }

  /** Light in bytes, but more than 112,000 witness bytes: each names a channel and an account. */
  private byte[] heavy() {
    List<EncodedTransaction> claims = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      claims.add(
          EncodedTransaction.of(new PostedTransaction.ChannelCloseFinalize(i), COMMITTEE_LOG2));
    }
    return new Block(0, claims).encode();
  }

  /** Not in the two high bytes of the first clock delta: one such jump would outlast every test. */
  private byte[] oneByteChanged(byte[] payload) {
    byte[] changed = payload.clone();
    int at = generator.below(changed.length);
    changed[at] ^= (byte) (1 << generator.below(8));
    boolean sane =
        new Chunk(Hash32.ZERO, Bytes.wrap(changed))
            .blocks(COMMITTEE_LOG2).toOptional().stream()
                .flatMap(List::stream)
                .allMatch(block -> block.clockDelta() < 10_000);
    return sane ? changed : payload;
  }

  private byte[] blocks() {
    ByteWriter payload = new ByteWriter(Chunk.PAYLOAD_BYTES_MAX);
    for (int left = generator.between(1, 4); left > 0; left--) {
      int takenBefore = inboxTaken;
      byte[] block = block().encode();
      if (payload.size() + block.length > Chunk.PAYLOAD_BYTES_MAX) {
        inboxTaken = takenBefore;
        if (payload.size() > 0) {
          break;
        }
        left++;
        continue;
      }
      payload.bytes(block);
    }
    return payload.toBytes();
  }

  private Block block() {
    long delta = generator.below(40) == 0 ? generator.below(200) : generator.below(6);
    clock += delta;
    List<EncodedTransaction> transactions = new ArrayList<>();
    messages().ifPresent(run -> add(transactions, run));
    int wanted = generator.between(1, 9);
    while (transactions.size() < wanted) {
      switch (generator.below(12)) {
        case 0 -> add(transactions, heartbeats());
        case 1 -> strange().ifPresent(posted -> add(transactions, posted));
        default -> {
          SignedTransaction signed = signed();
          if (posting.post(signed, posting.hint(signed.transaction()))
              instanceof WirePosting.Posting.Posted posted) {
            add(transactions, elsewhere(posted.transaction()));
          }
        }
      }
    }
    return new Block(delta, transactions);
  }

  /** Now and then a job is offered to a provider that is not there. */
  private PostedTransaction elsewhere(PostedTransaction posted) {
    return posted instanceof PostedTransaction.JobOpen job && generator.below(10) == 0
        ? new PostedTransaction.JobOpen(
            job.account(),
            job.provider() + 1_000,
            job.token(),
            job.escrow(),
            job.mode(),
            job.specHash(),
            job.deadline(),
            job.window(),
            job.refusalBps(),
            job.maxFee(),
            job.signature())
        : posted;
  }

  private static void add(List<EncodedTransaction> transactions, PostedTransaction posted) {
    transactions.add(EncodedTransaction.of(posted, COMMITTEE_LOG2));
  }

  private Optional<PostedTransaction> messages() {
    long epoch = GENESIS.epoch(clock);
    // A forced message weighs a quarter of a chunk: a long queue of them would stop the chain.
    if (inbox.size() - inboxTaken < BACKLOG_MAX && generator.below(3) == 0) {
      queue(
          switch (generator.below(4)) {
            case 0 ->
                new InboxMessage.Deposit(
                    generator.below(3),
                    Uint128.of(generator.below(1_000)),
                    generator.coin() ? generator.address() : owner());
            case 1 ->
                new InboxMessage.Forced(Bytes.wrap(generator.bytes(generator.between(1, 140))));
            default -> new InboxMessage.Forced(Bytes.wrap(forcedWire()));
          });
    }
    if (seedPeriodNext <= epoch) {
      seedPeriodNext = Math.max(seedPeriodNext, epoch - 1);
      queue(new InboxMessage.Seed(seedPeriodNext, generator.hash32()));
      seedPeriodNext++;
    }
    int available = Math.min(inbox.size() - inboxTaken, 8);
    if (available == 0 || generator.below(4) == 0) {
      return Optional.empty();
    }
    List<Long> hints = new ArrayList<>();
    for (int count = generator.between(1, available + 1); count > 0; count--) {
      hints.add(hint(inbox.get(inboxTaken).message()));
      inboxTaken++;
    }
    return Optional.of(new PostedTransaction.L1MessageRun(hints));
  }

  /** A wire form of any kind, now and then with one bit changed. */
  private byte[] forcedWire() {
    byte[] wire =
        WireCodec.encode(
            switch (generator.below(6)) {
              case 0 -> generator.signedTransaction();
              case 1, 2 -> spend();
              default -> signed();
            });
    return generator.below(8) == 0 ? oneBitChanged(wire) : wire;
  }

  private long hint(InboxMessage message) {
    if (generator.below(6) == 0) {
      return generator.uint(32);
    }
    return switch (message) {
      case InboxMessage.Deposit deposit -> Math.max(0, ledger.accounts().find(deposit.owner()));
      case InboxMessage.Forced forced ->
          WireCodec.decode(forced.wire().toArrayUnsafe())
              .toOptional()
              .map(signed -> posting.hint(signed.transaction()))
              .orElse(0L);
      case InboxMessage.Seed _ -> 0;
    };
  }

  /** Well-formed, but its numbers and signatures are drawn without looking at the state. */
  private Optional<PostedTransaction> strange() {
    return switch (generator.postedTransaction(COMMITTEE_LOG2)) {
      case PostedTransaction.L1MessageRun _ -> Optional.empty();
      case PostedTransaction posted -> Optional.of(posted);
    };
  }

  private Address owner() {
    return generator.oneOf(WALLETS.toArray(PrivateKey[]::new)).address();
  }

  private PrivateKey keyOf(int account) {
    if (generator.below(40) == 0 || account >= ledger.accounts().count()) {
      return FEE_RECIPIENT;
    }
    Address owner = ledger.accounts().owner(account);
    return WALLETS.stream()
        .filter(wallet -> wallet.address().equals(owner))
        .findFirst()
        .orElse(FEE_RECIPIENT);
  }

  private int account() {
    int known = Math.min(ledger.accounts().count(), WALLETS.size());
    return generator.below(20) == 0
        ? generator.below(ledger.accounts().count() + 2)
        : generator.below(known);
  }

  /** The nonce that the account will have if all that was drawn before for this chunk applies. */
  private long nonce(int account) {
    long now = account < ledger.accounts().count() ? ledger.accounts().nonce(account) : 0;
    long next = nonces.getOrDefault(account, now);
    nonces.put(account, next + 1);
    return next;
  }

  private Uint128 maxFee(TransactionKind kind, int token) {
    Uint128 price = GENESIS.price(kind, token);
    return switch (generator.below(12)) {
      case 0 -> Uint128.of(generator.below(10));
      case 1, 2 -> price.plus(Uint128.of(generator.below(1_000)));
      default -> price;
    };
  }

  private int token() {
    return generator.below(25) == 0 ? generator.between(2, 4) : generator.below(2);
  }

  private Uint128 amount() {
    return switch (generator.below(16)) {
      case 0 -> Uint128.ZERO;
      case 1 -> generator.amount();
      default -> Uint128.of(generator.below(4_000));
    };
  }

  private static SignedTransaction sign(PrivateKey key, Transaction.WalletSigned transaction) {
    return new SignedTransaction(
        transaction, WalletSignature.of(Secp256k1.sign(DOMAIN.digest(transaction), key)));
  }

  private SignedTransaction spend() {
    int account = account();
    int token = token();
    Address to = generator.below(8) == 0 ? generator.address() : owner();
    return generator.below(3) > 0
        ? sign(
            keyOf(account),
            new Transaction.Transfer(
                account,
                nonce(account),
                to,
                token,
                amount(),
                maxFee(TransactionKind.TRANSFER, token)))
        : sign(
            keyOf(account),
            new Transaction.Withdraw(
                account,
                nonce(account),
                to,
                token,
                amount(),
                maxFee(TransactionKind.WITHDRAW, token)));
  }

  private SignedTransaction signed() {
    return switch (generator.below(16)) {
      case 0, 1 -> spend();
      case 2, 3 -> channelOpen();
      case 4, 5 -> channelClaim();
      case 6, 7 -> channelClose();
      case 8 -> generator.coin() || ledger.providers().count() < COMMITTEE ? register() : jobOpen();
      case 9 -> jobOpen();
      case 10, 11, 12 -> jobResult();
      default -> jobSettle();
    };
  }

  private SignedTransaction channelOpen() {
    int account = account();
    int token = token();
    boolean voucher = generator.below(15) > 0;
    Address key =
        generator.coin() && account < ledger.accounts().count()
            ? ledger.accounts().owner(account)
            : owner();
    byte[] word = new byte[32];
    key.writeTo(word, 12);
    return sign(
        keyOf(account),
        new Transaction.ChannelOpen(
            account,
            nonce(account),
            generator.below(8) == 0 ? generator.address() : owner(),
            token,
            amount(),
            voucher ? 1 : 2 + generator.below(126),
            voucher ? Hash32.of(word) : generator.hash32(),
            voucher ? Uint128.ZERO : generator.amount(),
            generator.below(12) == 0 ? generator.below(5) : generator.between(5, 12),
            maxFee(TransactionKind.CHANNEL_OPEN, token)));
  }

  private int channel() {
    int count = ledger.channels().count();
    return count == 0 ? -1 : Math.max(0, count - 1 - generator.below(12));
  }

  private SignedTransaction channelClaim() {
    int channel = channel();
    if (channel < 0) {
      return spend();
    }
    Hash32 keyWord = ledger.channels().meterKey(channel);
    Address signer = Address.of(keyWord.toBytes(), 12);
    PrivateKey key =
        WALLETS.stream()
            .filter(wallet -> wallet.address().equals(signer))
            .findFirst()
            .orElse(FEE_RECIPIENT);
    Uint128 claimed = ledger.channels().claimed(channel);
    Uint128 amount = claimed.plus(Uint128.of(generator.below(generator.coin() ? 20 : 2_000)));
    Transaction.ChannelClaim claim =
        new Transaction.ChannelClaim(
            ledger.channels().id(channel), generator.below(12) == 0 ? generator.amount() : amount);
    return new SignedTransaction(
        claim, WalletSignature.of(Secp256k1.sign(DOMAIN.digest(claim), key)));
  }

  private SignedTransaction channelClose() {
    int channel = channel();
    if (channel < 0) {
      return spend();
    }
    Hash32 id = ledger.channels().id(channel);
    if (generator.coin()) {
      return SignedTransaction.unsigned(new Transaction.ChannelCloseFinalize(id));
    }
    int by = generator.coin() ? ledger.channels().payer(channel) : ledger.channels().payee(channel);
    return sign(
        keyOf(by),
        new Transaction.ChannelCloseStart(
            by,
            nonce(by),
            id,
            maxFee(TransactionKind.CHANNEL_CLOSE, ledger.channels().token(channel))));
  }

  private SignedTransaction register() {
    int account = account();
    PrivateKey owner = keyOf(account);
    byte[] seed = new byte[32];
    seed[0] = (byte) devicesMade;
    seed[1] = (byte) (devicesMade >>> 8);
    devicesMade++;
    BlsSecretKey device = BlsSecretKey.fromSeed(seed).orElseThrow();
    byte[] key = device.publicKey().toBytes();
    devices.put(Keccak256.hash32(key), device);
    byte[] statement =
        Ids.possessionMessage(
                DOMAIN.domainSeparator(), generator.below(8) == 0 ? owner() : owner.address(), key)
            .toBytes();
    byte[] possession = Bls12381.sign(device, statement, Bls12381.Domain.POSSESSION).toBytes();
    if (generator.below(10) == 0) {
      key = generator.oneOf(new byte[96], oneBitChanged(key));
    } else if (generator.below(10) == 0) {
      possession = generator.oneOf(new byte[192], oneBitChanged(possession));
    }
    int token = token();
    return sign(
        owner,
        new Transaction.ProviderRegister(
            account,
            nonce(account),
            generator.below(6) == 0 ? generator.address() : owner(),
            (int) generator.uint(16),
            generator.uint(64),
            generator.uint(64),
            token,
            generator.amount(),
            Bytes.wrap(key),
            Bytes.wrap(possession),
            maxFee(TransactionKind.PROVIDER_REGISTER, token)));
  }

  private byte[] oneBitChanged(byte[] bytes) {
    byte[] changed = bytes.clone();
    changed[generator.below(changed.length)] ^= (byte) (1 << generator.below(8));
    return changed;
  }

  private SignedTransaction jobOpen() {
    int providers = ledger.providers().count();
    if (providers == 0) {
      return register();
    }
    int account = account();
    int token = token();
    return sign(
        keyOf(account),
        new Transaction.JobOpen(
            account,
            nonce(account),
            ledger.providers().id(generator.below(providers)),
            token,
            generator.below(10) == 0 ? Uint128.of(generator.below(30)) : amount(),
            generator.below(15) == 0 ? 1 : 0,
            generator.hash32(),
            generator.below(10) == 0 ? START : clock + generator.between(1, 60),
            generator.below(12) == 0 ? generator.below(5) : generator.between(5, 40),
            generator.below(12) == 0 ? 10_001 : generator.below(10_001),
            maxFee(TransactionKind.JOB_OPEN, token)));
  }

  /** A job that is in this state if one is found quickly, else any; -1 if there is none. */
  private int job(int state) {
    int count = ledger.jobs().count();
    int job = -1;
    for (int tries = 0; count > 0 && tries < 6; tries++) {
      job = Math.max(0, count - 1 - generator.below(12));
      if (ledger.jobs().state(job) == state) {
        break;
      }
    }
    return job;
  }

  private SignedTransaction jobResult() {
    int job = job(Jobs.OPEN);
    if (job < 0) {
      return jobOpen();
    }
    int by = ledger.providers().account(ledger.jobs().provider(job));
    return sign(
        keyOf(by),
        new Transaction.JobResult(
            by,
            nonce(by),
            ledger.jobs().id(job),
            generator.hash32(),
            maxFee(TransactionKind.JOB_RESULT, ledger.jobs().token(job))));
  }

  private SignedTransaction jobSettle() {
    int job = job(generator.coin() ? Jobs.DONE : Jobs.OPEN);
    if (job < 0) {
      return jobOpen();
    }
    Hash32 id = ledger.jobs().id(job);
    if (generator.coin()) {
      return SignedTransaction.unsigned(
          new Transaction.JobExpiry(id, generator.oneOf(Expiry.values())));
    }
    int buyer = ledger.jobs().buyer(job);
    return sign(
        keyOf(buyer),
        new Transaction.JobVerdict(
            buyer, nonce(buyer), id, generator.oneOf(Verdict.values()), (int) generator.uint(16)));
  }

  /** A record of an epoch around the last one, signed by those that it does not call absent. */
  private PostedTransaction heartbeats() {
    int committees = ledger.committees().count();
    if (committees == 0) {
      return generator.heartbeatRecord(COMMITTEE_LOG2);
    }
    long epoch =
        Math.max(
            0, GENESIS.epoch(clock) - 1 + (generator.below(6) == 0 ? generator.between(-2, 2) : 0));
    Hash32 seed = ledger.seeds().of(GENESIS.seedPeriod(epoch) - 1).orElse(Hash32.ZERO);
    byte[] message =
        Ids.heartbeatMessage(DOMAIN.domainSeparator(), epoch, Ids.beacon(seed, epoch)).toBytes();
    List<Attendance> attendances = new ArrayList<>();
    List<BlsSignature> signatures = new ArrayList<>();
    int beyond = generator.below(10) == 0 ? 2 : 0;
    for (int committee = 0; committee < committees + beyond; committee++) {
      if (attendances.isEmpty() || generator.coin()) {
        attend(committee, message, attendances, signatures);
      }
    }
    byte[] aggregate =
        BlsSignature.aggregate(signatures).map(BlsSignature::toBytes).orElse(new byte[192]);
    return new PostedTransaction.HeartbeatRecord(
        epoch,
        attendances,
        Bytes.wrap(generator.below(10) == 0 ? oneBitChanged(aggregate) : aggregate));
  }

  private void attend(
      int committee, byte[] message, List<Attendance> attendances, List<BlsSignature> signatures) {
    int members =
        committee < ledger.committees().count() ? ledger.committees().members(committee) : 1;
    int named = generator.below(12) == 0 ? COMMITTEE : members;
    int nobody = generator.below(12) == 0 ? 1 : 8;
    List<Integer> absent = new ArrayList<>();
    byte[] present = new byte[COMMITTEE / 8];
    for (int slot = 0; slot < named; slot++) {
      if (generator.below(nobody) == 0) {
        absent.add(slot);
      } else {
        present[slot >>> 3] |= (byte) (0x80 >>> (slot & 7));
        int provider = committee * COMMITTEE + slot;
        if (provider < ledger.providers().count()) {
          Optional.ofNullable(devices.get(ledger.providers().keyHash(provider)))
              .ifPresent(
                  device ->
                      signatures.add(Bls12381.sign(device, message, Bls12381.Domain.MESSAGE)));
        }
      }
    }
    attendances.add(
        generator.coin()
            ? new Attendance.AbsentSlots(committee, absent)
            : new Attendance.PresentBits(committee, Bytes.wrap(present)));
  }
}
