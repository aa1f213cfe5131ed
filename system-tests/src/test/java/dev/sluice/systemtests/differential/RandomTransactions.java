package dev.sluice.systemtests.differential;

import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.genesis.Genesis;
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
import dev.sluice.systemtests.secondreader.SecondReader;
import dev.sluice.systemtests.secondreader.Sight;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Draws one transaction for the state as it is: most would apply, every refusal that one
 * transaction can have is drawn now and then.
 */
final class RandomTransactions {
  private static final int RECENT = 40;
  private static final int TRIES = 10;
  private static final BigInteger RICH = BigInteger.valueOf(100_000);
  private static final BigInteger SECP256K1_ORDER =
      new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);

  private final SeededGenerator generator;
  private final SecondReader state;
  private final Genesis genesis;
  private final TypedData domain;
  private final int committeeSize;
  private final RandomKeys keys = new RandomKeys();
  private final List<Long> ownAccounts = new ArrayList<>();
  private long accountsSeen;

  /** Whether the next draft is for the inbox, where nonces, signers and ids are named. */
  private boolean forcing;

  private long channelsSeen;

  RandomTransactions(
      SeededGenerator generator, SecondReader state, Genesis genesis, TypedData domain) {
    this.generator = generator;
    this.state = state;
    this.genesis = genesis;
    this.domain = domain;
    this.committeeSize = genesis.committeeSize();
    look();
  }

  /** Takes note of what the last transaction opened. */
  void look() {
    for (; accountsSeen < state.accounts(); accountsSeen++) {
      if (keys.wallet(owner(accountsSeen)).isPresent()) {
        ownAccounts.add(accountsSeen);
      }
    }
    for (; channelsSeen < state.channels(); channelsSeen++) {
      Sight.OfChannel channel = state.seeChannel(channelsSeen);
      if (channel.meter() == Transaction.METER_TICKS) {
        keys.opened(channelsSeen, Hash32.of(channel.meterKey()));
      }
    }
  }

  /** One of a kind that is submitted by somebody. */
  Draft submittable() {
    return switch (generator.below(34)) {
      case 0, 1, 2 -> transfer();
      case 3, 4 -> withdraw();
      case 5, 6, 7 -> channelOpen();
      case 8, 9, 10, 11, 12 -> channelClaim();
      case 13, 14, 15 -> channelClose();
      case 16 -> providerRegister();
      case 17, 18 -> providerUpdate();
      case 19, 20, 21, 22 -> jobOpen();
      case 23, 24, 25, 26, 27, 28 -> jobResult();
      default -> jobSettle();
    };
  }

  /** One of any submittable kind, all equally often: for the inbox. */
  Draft forced() {
    forcing = true;
    Draft draft = ofAnyKind();
    forcing = false;
    return draft;
  }

  private Draft ofAnyKind() {
    return switch (generator.below(10)) {
      case 0 -> transfer();
      case 1 -> withdraw();
      case 2 -> channelOpen();
      case 3 -> channelClaim();
      case 4 -> channelClose();
      case 5 -> providerRegister();
      case 6 -> providerUpdate();
      case 7 -> jobOpen();
      case 8 -> jobResult();
      default -> jobSettle();
    };
  }

  /** Well-formed, but its numbers and signatures are drawn without looking at the state. */
  PostedTransaction strange() {
    PostedTransaction posted = generator.postedTransaction(genesis.committeeSizeLog2());
    return posted instanceof PostedTransaction.L1MessageRun ? strange() : posted;
  }

  private boolean rarely(int oneIn) {
    return generator.below(oneIn) == 0;
  }

  private Address owner(long account) {
    return Address.of(state.seeAccount(account).owner());
  }

  private long nonce(long account) {
    long nonce = state.accounts() > account ? state.seeAccount(account).nonce() : 0;
    return nonce;
  }

  private Address walletAddress() {
    return RandomKeys.WALLETS.get(generator.below(RandomKeys.WALLETS.size())).address();
  }

  /** An account that a wallet of ours owns; rarely one that nobody has. */
  private long signer() {
    if (rarely(60)) {
      return state.accounts() + generator.below(3);
    }
    long account = 0;
    for (int tries = 0; tries < TRIES; tries++) {
      account = ownAccounts.get(generator.below(ownAccounts.size()));
      if (isRich(account) || rarely(25)) {
        break;
      }
    }
    return account;
  }

  private boolean isRich(long account) {
    List<BigInteger> balances = state.seeAccount(account).balances();
    return balances.stream().limit(RandomChain.LISTED).allMatch(each -> each.compareTo(RICH) > 0);
  }

  /** The lowest account of an owner if there is one, else any index. */
  private long accountOf(Address owner) {
    for (long account : ownAccounts) {
      if (owner(account).equals(owner)) {
        return account;
      }
    }
    return generator.uint(32);
  }

  private PrivateKey keyOf(long account) {
    if (account >= state.accounts() || rarely(150)) {
      return RandomKeys.FEE_RECIPIENT;
    }
    return keys.wallet(owner(account)).orElse(RandomKeys.FEE_RECIPIENT);
  }

  private int token() {
    return rarely(50) ? RandomChain.LISTED : generator.below(RandomChain.LISTED);
  }

  private Uint128 price(TransactionKind kind, int token) {
    return genesis.price(kind, token);
  }

  private Uint128 maxFee(TransactionKind kind, int token) {
    Uint128 price = price(kind, token);
    return switch (generator.below(30)) {
      case 0 -> price.isZero() ? price : price.minus(Uint128.ONE);
      case 1, 2, 3, 4 -> price.plus(Uint128.of(generator.below(1_000)));
      case 5 -> Uint128.MAX;
      default -> price;
    };
  }

  /** Mostly small; at times nothing, all that there is, or one more. */
  private Uint128 amount(long account, int token, Uint128 price) {
    if (account >= state.accounts()) {
      return Uint128.of(generator.below(4_000));
    }
    BigInteger balance = state.seeAccount(account).balances().get(token);
    BigInteger spendable =
        (account == 0 ? balance.add(state.fees(token)) : balance).subtract(price.toBigInteger());
    return switch (generator.below(120)) {
      case 0, 1, 2 -> Uint128.ZERO;
      case 3 -> Uint128.of(spendable.max(BigInteger.ZERO)).orElseThrow();
      case 4, 5 -> Uint128.of(spendable.max(BigInteger.ZERO).add(BigInteger.ONE)).orElseThrow();
      case 6, 7 -> generator.amount();
      case 8, 9 ->
          Uint128.of(spendable.max(BigInteger.ZERO).shiftRight(generator.between(1, 64)))
              .orElseThrow();
      default -> Uint128.of(generator.between(1, 4_000));
    };
  }

  /** Who is paid: the address signed and its posted form. */
  private record Payee(Address address, Recipient recipient, long hint) {}

  private Payee payee() {
    if (rarely(60)) {
      long nobody = state.accounts() + generator.below(3);
      return new Payee(generator.address(), new Recipient.Existing(nobody), nobody);
    }
    if (rarely(10)) {
      Address address = rarely(3) ? generator.address() : walletAddress();
      return new Payee(address, new Recipient.Opened(address), generator.uint(32));
    }
    long account =
        rarely(6)
            ? generator.below((int) state.accounts())
            : ownAccounts.get(generator.below(ownAccounts.size()));
    return new Payee(owner(account), new Recipient.Existing(account), account);
  }

  private WalletSignature sign(PrivateKey key, Hash32 digest) {
    byte[] signature = Secp256k1.sign(digest, key);
    return WalletSignature.of(rarely(70) ? spoilt(signature) : signature);
  }

  private byte[] spoilt(byte[] signature) {
    byte[] other = signature.clone();
    switch (generator.below(6)) {
      case 0 -> java.util.Arrays.fill(other, 0, 32, (byte) 0);
      case 1 -> java.util.Arrays.fill(other, 32, 64, (byte) 0);
      case 2 -> {
        // The other solution: n - s with the other parity.
        BigInteger s =
            new BigInteger(1, java.util.Arrays.copyOfRange(signature, 32, 64)).clearBit(255);
        boolean odd = signature[32] < 0;
        byte[] raw = SECP256K1_ORDER.subtract(s).toByteArray();
        java.util.Arrays.fill(other, 32, 64, (byte) 0);
        int length = Math.min(32, raw.length);
        System.arraycopy(raw, raw.length - length, other, 64 - length, length);
        other[32] = (byte) (odd ? other[32] & 0x7f : other[32] | 0x80);
      }
      case 3 -> java.util.Arrays.fill(other, 0, 32, (byte) 0xff);
      case 4 -> other[32] ^= (byte) 0x80;
      default -> other[generator.below(other.length)] ^= (byte) (1 << generator.below(8));
    }
    return other;
  }

  private Draft signed(
      PrivateKey key,
      Transaction.WalletSigned transaction,
      Function<WalletSignature, PostedTransaction> posted,
      long hint) {
    WalletSignature signature = sign(key, domain.digest(transaction));
    return new Draft(posted.apply(signature), new SignedTransaction(transaction, signature), hint);
  }

  private static Draft unsigned(
      Transaction.Unsigned transaction, PostedTransaction posted, long hint) {
    return new Draft(posted, SignedTransaction.unsigned(transaction), hint);
  }

  /** A forced message names the nonce itself. */
  private long namedNonce(long account) {
    return rarely(forcing ? 6 : 300) ? nonce(account) + 1 : nonce(account);
  }

  Draft transfer() {
    long from = signer();
    int token = token();
    Payee to = payee();
    Uint128 price = price(TransactionKind.TRANSFER, token);
    Uint128 maxFee = maxFee(TransactionKind.TRANSFER, token);
    Uint128 amount = amount(from, token, price);
    return signed(
        keyOf(from),
        new Transaction.Transfer(from, namedNonce(from), to.address(), token, amount, maxFee),
        signature ->
            new PostedTransaction.Transfer(
                from, to.recipient(), token, amount, posted(maxFee, price), signature),
        to.hint());
  }

  private static @Nullable Uint128 posted(Uint128 maxFee, Uint128 price) {
    return PostedTransaction.postedMaxFee(maxFee, price);
  }

  Draft withdraw() {
    long from = signer();
    int token = token();
    Address own = from < state.accounts() ? owner(from) : generator.address();
    Address to = generator.coin() ? own : generator.address();
    Uint128 price = price(TransactionKind.WITHDRAW, token);
    Uint128 maxFee = maxFee(TransactionKind.WITHDRAW, token);
    Uint128 amount = amount(from, token, price);
    // The flag may be set for the owner as well; encoders just do not.
    @Nullable Address named = to.equals(own) && !rarely(10) ? null : to;
    return signed(
        keyOf(from),
        new Transaction.Withdraw(from, namedNonce(from), to, token, amount, maxFee),
        signature ->
            new PostedTransaction.Withdraw(
                from, named, token, amount, posted(maxFee, price), signature),
        generator.uint(32));
  }

  Draft channelOpen() {
    long from = signer();
    int token = token();
    Payee to = payee();
    Uint128 price = price(TransactionKind.CHANNEL_OPEN, token);
    Uint128 maxFee = maxFee(TransactionKind.CHANNEL_OPEN, token);
    int meter = rarely(40) ? generator.between(3, 128) : generator.below(3);
    Uint128 deposit = amount(from, token, price);
    long closeDelay =
        rarely(30)
            ? generator.below((int) genesis.protectiveDelay())
            : rarely(40) ? generator.uint(32) : generator.between(5, 12);
    Uint128 rate =
        meter == Transaction.METER_VOUCHER
            ? Uint128.ZERO
            : rarely(30)
                ? generator.amount()
                : Uint128.of(rarely(10) ? 1 : generator.between(2, 40));
    @Nullable Hash32 key = null;
    Hash32 signedKey = Hash32.ZERO;
    switch (meter) {
      case Transaction.METER_TIME -> {}
      case Transaction.METER_VOUCHER -> {
        Address own = from < state.accounts() ? owner(from) : generator.address();
        Address voucherKey = generator.coin() ? own : walletAddress();
        byte[] word = new byte[32];
        voucherKey.writeTo(word, 12);
        if (rarely(40)) {
          word[generator.below(12)] ^= 1;
        }
        signedKey = Hash32.of(word);
        key = voucherKey.equals(own) && word[0] == 0 && isPadded(word) ? null : signedKey;
      }
      case Transaction.METER_TICKS -> {
        signedKey = keys.newAnchor(generator);
        key = signedKey;
      }
      default -> {
        signedKey = generator.hash32();
        key = signedKey;
      }
    }
    @Nullable Hash32 postedKey = meter == Transaction.METER_TIME ? Hash32.ZERO : key;
    return signed(
        keyOf(from),
        new Transaction.ChannelOpen(
            from,
            namedNonce(from),
            to.address(),
            token,
            deposit,
            meter,
            signedKey,
            rate,
            closeDelay,
            maxFee),
        signature ->
            new PostedTransaction.ChannelOpen(
                from,
                to.recipient(),
                token,
                deposit,
                meter,
                postedKey,
                rate,
                closeDelay,
                posted(maxFee, price),
                signature),
        to.hint());
  }

  private static boolean isPadded(byte[] word) {
    for (int i = 0; i < 12; i++) {
      if (word[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** A recent index below {@code count} that fits if one is found quickly, else -1. */
  private long recent(long count, Predicate<Long> fits) {
    for (int tries = 0; count > 0 && tries < TRIES; tries++) {
      long index = Math.max(0, count - 1 - generator.below(RECENT));
      if (fits.test(index)) {
        return index;
      }
    }
    return -1;
  }

  private long unknown(long count) {
    return count + generator.below(3);
  }

  private Hash32 channelId(long channel) {
    return channel < state.channels()
        ? Hash32.of(state.seeChannel(channel).id())
        : generator.hash32();
  }

  Draft channelClaim() {
    boolean blind = rarely(12);
    long channel =
        rarely(60)
            ? unknown(state.channels())
            : recent(state.channels(), index -> blind || state.seeChannel(index).state() < 3);
    if (channel < 0) {
      return channelOpen();
    }
    if (channel >= state.channels()) {
      return timeClaim(channel);
    }
    Sight.OfChannel seen = state.seeChannel(channel);
    return switch (rarely(25) ? generator.below(3) : seen.meter()) {
      case Transaction.METER_TIME -> timeClaim(channel);
      case Transaction.METER_VOUCHER -> voucherClaim(channel, seen);
      default -> tickClaim(channel, seen);
    };
  }

  private Draft timeClaim(long channel) {
    return unsigned(
        new Transaction.TimeClaim(channelId(channel)),
        new PostedTransaction.TimeClaim(channel),
        channel);
  }

  private Draft voucherClaim(long channel, Sight.OfChannel seen) {
    PrivateKey key = keys.wallet(Address.of(seen.meterKey(), 12)).orElse(RandomKeys.FEE_RECIPIENT);
    BigInteger left = seen.deposit().subtract(seen.claimed());
    BigInteger price = price(TransactionKind.CHANNEL_CLAIM, seen.token()).toBigInteger();
    BigInteger amount =
        switch (generator.below(16)) {
          case 0 -> seen.deposit().add(BigInteger.ONE);
          case 1 -> seen.deposit();
          case 2 -> seen.claimed();
          case 3 -> seen.claimed().add(price).subtract(BigInteger.ONE).max(BigInteger.ZERO);
          case 4 -> seen.claimed().add(price);
          case 5 -> generator.amount().toBigInteger();
          default ->
              left.compareTo(price) < 0
                  ? seen.deposit()
                  : seen.claimed().add(price).add(left.subtract(price).shiftRight(2));
        };
    Uint128 total = Uint128.of(amount).orElse(Uint128.MAX);
    Transaction.VoucherClaim claim = new Transaction.VoucherClaim(channelId(channel), total);
    WalletSignature signature = sign(key, domain.digest(claim));
    return new Draft(
        new PostedTransaction.VoucherClaim(channel, total, signature),
        new SignedTransaction(claim, signature),
        channel);
  }

  private Draft tickClaim(long channel, Sight.OfChannel seen) {
    BigInteger rate = seen.meterRate().max(BigInteger.ONE);
    BigInteger claimed = seen.claimed().divide(rate);
    BigInteger affordable = seen.deposit().divide(rate);
    BigInteger ofChain = BigInteger.valueOf(keys.ticks(channel));
    long before = claimed.min(ofChain).longValueExact();
    long last = affordable.min(ofChain).longValueExact();
    long room = Math.min(Transaction.TICK_STEPS_MAX, Math.max(1, last - before));
    long minimum =
        price(TransactionKind.CHANNEL_CLAIM, seen.token())
            .toBigInteger()
            .add(rate)
            .subtract(BigInteger.ONE)
            .divide(rate)
            .min(BigInteger.valueOf(Transaction.TICK_STEPS_MAX))
            .max(BigInteger.ONE)
            .longValueExact();
    long steps =
        rarely(4) ? room : Math.min(room, minimum + generator.below(rarely(10) ? 1_000 : 30));
    long position = before + steps;
    Hash32 tick = keys.tick(channel, position);
    int namedSteps = (int) steps;
    switch (generator.below(24)) {
      case 0 -> namedSteps = (int) Math.min(Transaction.TICK_STEPS_MAX, steps + 1);
      case 1 -> tick = generator.hash32();
      case 2 -> position = affordable.min(BigInteger.valueOf(1L << 60)).longValueExact() + 1;
      case 3 -> position = generator.uint(61);
      case 4 -> position = before;
      default -> {}
    }
    Hash32 named = tick == null ? generator.hash32() : tick;
    return unsigned(
        new Transaction.TickClaim(channelId(channel), position, namedSteps, named),
        new PostedTransaction.TickClaim(channel, position, namedSteps, named),
        channel);
  }

  Draft channelClose() {
    boolean blind = rarely(12);
    boolean finalize = generator.coin();
    long channel =
        rarely(60)
            ? unknown(state.channels())
            : recent(
                state.channels(),
                index -> {
                  Sight.OfChannel seen = state.seeChannel(index);
                  return blind
                      || (finalize
                          ? seen.state() == 2 && (seen.closeAt() <= state.clock() || rarely(10))
                          : seen.state() == 1 || (seen.state() == 2 && rarely(8)));
                });
    if (channel < 0) {
      return finalize ? channelClaim() : channelOpen();
    }
    if (finalize) {
      return unsigned(
          new Transaction.ChannelCloseFinalize(channelId(channel)),
          new PostedTransaction.ChannelCloseFinalize(channel),
          channel);
    }
    boolean known = channel < state.channels();
    int token = known ? state.seeChannel(channel).token() : 0;
    long payer = known ? state.seeChannel(channel).payer() : 0;
    long payee = known ? state.seeChannel(channel).payee() : 0;
    boolean payeeIsOurs = known && keys.wallet(owner(payee)).isPresent();
    boolean byPayee = payeeIsOurs && generator.coin();
    long from = isStranger() ? signer() : byPayee ? payee : payer;
    Uint128 price = price(TransactionKind.CHANNEL_CLOSE, token);
    Uint128 maxFee = maxFee(TransactionKind.CHANNEL_CLOSE, token);
    return signed(
        keyOf(from),
        new Transaction.ChannelCloseStart(from, namedNonce(from), channelId(channel), maxFee),
        signature ->
            new PostedTransaction.ChannelCloseStart(
                channel, byPayee, posted(maxFee, price), signature),
        channel);
  }

  Draft providerRegister() {
    long from = signer();
    PrivateKey wallet = keyOf(from);
    int token = token();
    Payee to = payee();
    BlsSecretKey device = keys.newDevice();
    byte[] key = device.publicKey().toBytes();
    byte[] statement =
        Ids.possessionMessage(
                domain.domainSeparator(), rarely(20) ? walletAddress() : wallet.address(), key)
            .toBytes();
    byte[] possession = Bls12381.sign(device, statement, Bls12381.Domain.POSSESSION).toBytes();
    switch (generator.below(30)) {
      case 0 -> key = new byte[96];
      case 1 -> key = oneBitChanged(key);
      case 2 -> possession = new byte[192];
      case 3 -> possession = oneBitChanged(possession);
      case 4 -> possession = Bls12381.sign(device, statement, Bls12381.Domain.MESSAGE).toBytes();
      default -> {}
    }
    Bytes deviceKey = Bytes.wrap(key);
    Bytes proof = Bytes.wrap(possession);
    int deviceClass = (int) generator.uint(16);
    long capabilities = generator.uint(64);
    long cell = generator.uint(64);
    Uint128 asked = generator.amount();
    Uint128 price = price(TransactionKind.PROVIDER_REGISTER, token);
    Uint128 maxFee = maxFee(TransactionKind.PROVIDER_REGISTER, token);
    return signed(
        wallet,
        new Transaction.ProviderRegister(
            from,
            namedNonce(from),
            to.address(),
            deviceClass,
            capabilities,
            cell,
            token,
            asked,
            deviceKey,
            proof,
            maxFee),
        signature ->
            new PostedTransaction.ProviderRegister(
                from,
                to.recipient(),
                deviceClass,
                capabilities,
                cell,
                token,
                asked,
                deviceKey,
                proof,
                posted(maxFee, price),
                signature),
        to.hint());
  }

  private byte[] oneBitChanged(byte[] bytes) {
    byte[] changed = bytes.clone();
    changed[generator.below(changed.length)] ^= (byte) (1 << generator.below(8));
    return changed;
  }

  private Hash32 providerId(long provider) {
    return provider < state.providers()
        ? Hash32.of(state.seeProvider(provider).id())
        : generator.hash32();
  }

  private boolean isActive(long provider) {
    return !state.seeProvider(provider).retired() || rarely(25);
  }

  Draft providerUpdate() {
    long provider =
        rarely(60) ? unknown(state.providers()) : recent(state.providers(), this::isActive);
    if (provider < 0) {
      return providerRegister();
    }
    boolean known = provider < state.providers();
    long from = !known || isStranger() ? signer() : state.seeProvider(provider).account();
    int token = known ? state.seeProvider(provider).token() : 0;
    long cell = known && rarely(3) ? state.seeProvider(provider).cell() : generator.uint(64);
    Payee to = payee();
    if (known && generator.coin()) {
      long payout = state.seeProvider(provider).payout();
      to = new Payee(owner(payout), new Recipient.Existing(payout), payout);
    }
    Payee paid = to;
    Uint128 asked = generator.amount();
    Hash32 endpoint = generator.hash32();
    boolean retire = state.providers() > 5 ? rarely(14) : rarely(60);
    Uint128 price = price(TransactionKind.PROVIDER_UPDATE, token);
    Uint128 maxFee = maxFee(TransactionKind.PROVIDER_UPDATE, token);
    return signed(
        keyOf(from),
        new Transaction.ProviderUpdate(
            from,
            namedNonce(from),
            providerId(provider),
            paid.address(),
            cell,
            asked,
            endpoint,
            retire,
            maxFee),
        signature ->
            new PostedTransaction.ProviderUpdate(
                provider,
                paid.recipient(),
                cell,
                asked,
                endpoint,
                retire,
                posted(maxFee, price),
                signature),
        provider);
  }

  /** Different providers that work, as many as there are up to {@code wanted}. */
  private List<Long> team(int wanted) {
    List<Long> all = new ArrayList<>();
    for (long i = Math.max(0, state.providers() - RECENT); i < state.providers(); i++) {
      if (isActive(i)) {
        all.add(i);
      }
    }
    List<Long> team = new ArrayList<>();
    while (team.size() < wanted && !all.isEmpty()) {
      team.add(all.remove(generator.below(all.size())));
    }
    return team;
  }

  Draft jobOpen() {
    int mode =
        switch (generator.below(40)) {
          case 0 -> generator.between(3, 256);
          case 1, 2, 3, 4, 5, 6, 7, 8, 9 -> Transaction.MODE_EXPECTED_HASH;
          case 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25 ->
              Transaction.MODE_QUORUM;
          default -> Transaction.MODE_BUYER;
        };
    List<Long> team = team(mode == Transaction.MODE_QUORUM ? generator.between(2, 6) : 1);
    if (team.isEmpty()) {
      return providerRegister();
    }
    if (rarely(60)) {
      team.set(generator.below(team.size()), unknown(state.providers()));
    }
    int n = team.size();
    int quorum = mode == Transaction.MODE_QUORUM ? n / 2 + 1 + generator.below((n + 1) / 2) : 0;
    if (mode == Transaction.MODE_QUORUM) {
      switch (generator.below(30)) {
        case 0 -> quorum = n / 2;
        case 1 -> quorum = n + 1;
        case 2 -> Collections.fill(team, team.getFirst());
        case 3 -> {
          team = new ArrayList<>(team.subList(0, 1));
          quorum = 1;
        }
        default -> {}
      }
    }
    long from = signer();
    int token = token();
    Uint128 settlement = price(TransactionKind.JOB_SETTLE, token);
    Uint128 price = price(TransactionKind.JOB_OPEN, token);
    Uint128 escrow =
        switch (generator.below(30)) {
          case 0 -> settlement.isZero() ? settlement : settlement.minus(Uint128.ONE);
          case 1 -> settlement;
          default -> {
            Uint128 amount = amount(from, token, price);
            yield amount.isZero() || rarely(30)
                ? amount
                : amount.tryPlus(settlement).orElse(amount);
          }
        };
    long clock = state.clock();
    long deadline =
        switch (generator.below(40)) {
          case 0 -> clock;
          case 1 -> generator.uint(61);
          default -> clock + generator.between(1, 40);
        };
    long window =
        rarely(40)
            ? generator.below((int) genesis.protectiveDelay())
            : rarely(40) ? generator.uint(32) : generator.between(5, 25);
    int refusalBps =
        switch (generator.below(40)) {
          case 0 -> 10_001;
          case 1 -> 10_000;
          case 2 -> 0;
          default -> generator.below(10_001);
        };
    Uint128 maxFee = maxFee(TransactionKind.JOB_OPEN, token);
    Hash32 spec = generator.hash32();
    Hash32 expected =
        mode == Transaction.MODE_EXPECTED_HASH ? keys.newExpected(generator) : Hash32.ZERO;
    List<Long> named = List.copyOf(team);
    int k = quorum;
    return signed(
        keyOf(from),
        new Transaction.JobOpen(
            from,
            namedNonce(from),
            named.stream().map(this::providerId).toList(),
            k,
            token,
            escrow,
            mode,
            spec,
            expected,
            deadline,
            window,
            refusalBps,
            maxFee),
        signature ->
            new PostedTransaction.JobOpen(
                from,
                named,
                k,
                token,
                escrow,
                mode,
                spec,
                expected,
                deadline,
                window,
                refusalBps,
                posted(maxFee, price),
                signature),
        named.getFirst());
  }

  private Hash32 jobId(long job) {
    return job < state.jobs() ? Hash32.of(state.seeJob(job).id()) : generator.hash32();
  }

  private boolean revealsAreOpen(Sight.OfJob job) {
    return state.clock() > job.deadline()
        || job.members().stream().noneMatch(member -> member.state() == 0);
  }

  /** Whether one of its providers can do the next step of a job now. */
  private boolean isWorkable(Sight.OfJob job) {
    if (job.state() != 1) {
      return false;
    }
    if (job.mode() != Transaction.MODE_QUORUM) {
      return state.clock() <= job.deadline();
    }
    return revealsAreOpen(job)
        ? state.clock() <= job.deadline() + job.window()
            && job.members().stream().anyMatch(member -> member.state() == 1)
        : job.members().stream().anyMatch(member -> member.state() == 0);
  }

  Draft jobResult() {
    boolean blind = rarely(9);
    long job =
        rarely(60)
            ? unknown(state.jobs())
            : recent(state.jobs(), index -> blind || isWorkable(state.seeJob(index)));
    if (job < 0) {
      return jobOpen();
    }
    if (job >= state.jobs()) {
      return result(job, 0, signer(), generator.hash32(), 0);
    }
    Sight.OfJob seen = state.seeJob(job);
    Hash32 id = Hash32.of(seen.id());
    if (seen.mode() != Transaction.MODE_QUORUM) {
      int member = rarely(40) ? generator.between(1, 256) : 0;
      long by = worker(seen.provider());
      if (rarely(30)) {
        return reveal(job, member, by, generator.hash32(), generator.hash32(), seen.token());
      }
      Hash32 result =
          rarely(20) ? generator.hash32() : preimageOf(job).orElseGet(generator::hash32);
      return result(job, member, by, result, seen.token());
    }
    boolean revealing = blind ? generator.coin() : revealsAreOpen(seen);
    int wanted = revealing ? 1 : 0;
    int member = generator.below(seen.members().size());
    for (int i = 0; i < seen.members().size() && !blind; i++) {
      if (seen.members().get(member).state() == wanted) {
        break;
      }
      member = (member + 1) % seen.members().size();
    }
    if (rarely(12)) {
      // Whoever it is: twice, or too early, or never committed.
      member = generator.below(seen.members().size());
      revealing = generator.below(3) > 0;
    } else if (rarely(forcing ? 10 : 60)) {
      member = seen.members().size();
    }
    long by =
        worker(
            member < seen.members().size()
                ? seen.members().get(member).provider()
                : generator.below((int) state.providers()));
    if (!revealing) {
      if (seen.members().size() > member && seen.members().get(member).state() != 0) {
        return result(job, member, by, generator.hash32(), seen.token());
      }
      RandomKeys.Secret secret = keys.newSecret(generator, id, member);
      return result(
          job,
          member,
          by,
          Ids.commitment(id, member, secret.resultHash(), secret.salt()),
          seen.token());
    }
    RandomKeys.Secret secret =
        keys.secret(id, member)
            .orElseGet(() -> new RandomKeys.Secret(generator.hash32(), generator.hash32()));
    return reveal(
        job,
        member,
        by,
        secret.resultHash(),
        rarely(25) ? generator.hash32() : secret.salt(),
        seen.token());
  }

  /** Whether somebody signs whose signature is not the one that is needed. */
  private boolean isStranger() {
    return rarely(forcing ? 6 : 60);
  }

  private long worker(long provider) {
    return isStranger() ? signer() : state.seeProvider(provider).account();
  }

  private Optional<Hash32> preimageOf(long job) {
    return keys.preimage(Hash32.of(state.resultOf(job)));
  }

  private Draft result(long job, int member, long by, Hash32 result, int token) {
    Uint128 price = price(TransactionKind.JOB_RESULT, token);
    Uint128 maxFee = maxFee(TransactionKind.JOB_RESULT, token);
    return signed(
        keyOf(by),
        new Transaction.JobResult(by, namedNonce(by), jobId(job), member, result, maxFee),
        signature ->
            new PostedTransaction.JobResult(job, member, result, posted(maxFee, price), signature),
        job);
  }

  private Draft reveal(long job, int member, long by, Hash32 result, Hash32 salt, int token) {
    Uint128 price = price(TransactionKind.JOB_RESULT, token);
    Uint128 maxFee = maxFee(TransactionKind.JOB_RESULT, token);
    return signed(
        keyOf(by),
        new Transaction.JobReveal(by, namedNonce(by), jobId(job), member, result, salt, maxFee),
        signature ->
            new PostedTransaction.JobReveal(
                job, member, result, salt, posted(maxFee, price), signature),
        job);
  }

  /** Whether somebody can settle a job now, and how. */
  private List<Integer> verdicts(Sight.OfJob job) {
    long clock = state.clock();
    if (job.state() == 2) {
      // Now and then too early or too late.
      return clock > job.windowEnd() != rarely(10) ? List.of(0, 2) : List.of(0, 1);
    }
    long committed = job.members().stream().filter(member -> member.state() != 0).count();
    boolean awaitsReveals = job.mode() == Transaction.MODE_QUORUM && committed >= job.k();
    boolean over = clock > job.deadline() + (awaitsReveals && !rarely(10) ? job.window() : 0);
    return job.state() == 1 && (over || rarely(60)) ? List.of(3) : List.of();
  }

  Draft jobSettle() {
    boolean blind = rarely(8);
    long job =
        rarely(60)
            ? unknown(state.jobs())
            : recent(state.jobs(), index -> blind || !verdicts(state.seeJob(index)).isEmpty());
    if (job < 0) {
      return jobResult();
    }
    boolean known = job < state.jobs();
    List<Integer> possible = known ? verdicts(state.seeJob(job)) : List.of();
    int verdict =
        blind || possible.isEmpty()
            ? generator.below(4)
            : possible.get(generator.below(possible.size()));
    if (verdict > 1) {
      Expiry expiry = verdict == 2 ? Expiry.SILENCE : Expiry.TIME_OUT;
      return unsigned(
          new Transaction.JobExpiry(jobId(job), expiry),
          new PostedTransaction.JobExpiry(job, expiry),
          job);
    }
    long buyer = !known || isStranger() ? signer() : state.seeJob(job).buyer();
    Verdict word = verdict == 0 ? Verdict.ACCEPT : Verdict.REFUSE;
    int reason = (int) generator.uint(16);
    return signed(
        keyOf(buyer),
        new Transaction.JobVerdict(buyer, namedNonce(buyer), jobId(job), word, reason),
        signature -> new PostedTransaction.JobVerdict(job, word, reason, signature),
        job);
  }

  /** A deposit's owner and the hint that finds its account. */
  long hintOf(Address owner) {
    return accountOf(owner);
  }

  Address someOwner() {
    return generator.coin() ? generator.address() : walletAddress();
  }

  /** A record of an epoch around the last one, signed by those that it does not call absent. */
  PostedTransaction heartbeats() {
    long committees = state.committees();
    long now = (state.clock() - genesis.genesisTime()) / genesis.epochSeconds();
    long epoch = Math.max(0, now - 1 + (rarely(16) ? generator.between(-2, 3) : 0));
    Hash32 seed = Hash32.of(state.seedFor(epoch / genesis.epochsPerSeed()));
    byte[] message =
        Ids.heartbeatMessage(domain.domainSeparator(), epoch, Ids.beacon(seed, epoch)).toBytes();
    List<Attendance> attendances = new ArrayList<>();
    List<byte[]> present = new ArrayList<>();
    int beyond = rarely(25) ? 2 : 0;
    for (long committee = 0; committee < committees + beyond; committee++) {
      boolean due =
          committee >= committees
              || state.seeCommittee(committee).lastEpochPlusOne() <= epoch
              || rarely(20);
      if (due && generator.below(3) > 0 && attendances.size() < 5) {
        attend(committee, attendances, present);
      }
    }
    if (attendances.isEmpty()) {
      attend(committees == 0 ? 0 : generator.below((int) committees), attendances, present);
    }
    byte[] aggregate = present.isEmpty() ? new byte[192] : keys.signTogether(present, message);
    return new PostedTransaction.HeartbeatRecord(
        epoch,
        attendances,
        Bytes.wrap(
            switch (generator.below(30)) {
              case 0 -> oneBitChanged(aggregate);
              case 1 -> new byte[192];
              default -> aggregate;
            }));
  }

  /** Whether a record would find a committee that waits for one. */
  boolean heartbeatsAreDue() {
    long now = (state.clock() - genesis.genesisTime()) / genesis.epochSeconds();
    for (long committee = 0; committee < state.committees(); committee++) {
      if (now > 0 && state.seeCommittee(committee).lastEpochPlusOne() < now) {
        return true;
      }
    }
    return false;
  }

  private void attend(long committee, List<Attendance> attendances, List<byte[]> presentKeys) {
    int members = committee < state.committees() ? state.seeCommittee(committee).members() : 1;
    boolean tooMany = rarely(30);
    int named = tooMany ? committeeSize : members;
    int absentOneIn = rarely(30) ? 1 : generator.between(2, 9);
    List<Integer> absent = new ArrayList<>();
    byte[] present = new byte[committeeSize / 8];
    for (int slot = 0; slot < named; slot++) {
      long provider = committee * committeeSize + slot;
      if (rarely(absentOneIn)) {
        absent.add(slot);
      } else {
        present[slot >>> 3] |= (byte) (0x80 >>> (slot & 7));
        if (provider < state.providers()) {
          byte[] key = state.seeProvider(provider).deviceKey();
          if (keys.hasDevice(key)) {
            presentKeys.add(key);
          }
        }
      }
    }
    if (tooMany && !absent.contains(committeeSize - 1)) {
      absent.add(committeeSize - 1);
    }
    attendances.add(
        generator.coin()
            ? new Attendance.AbsentSlots(committee, absent)
            : new Attendance.PresentBits(committee, Bytes.wrap(present)));
  }
}
