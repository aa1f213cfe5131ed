package dev.sluice.client.demo.model;

import dev.sluice.client.demo.model.Prices.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Balances, nonces, channels, jobs and withdrawals of the addresses that the demo uses, after
 * everything that it sent (docs/protocol.md §6). One account per address. Not safe for use by
 * several threads.
 */
public final class LedgerModel {
  /** How a job ended, or that it has not (docs/protocol.md §3, job states). */
  public enum JobState {
    OPEN(1),
    DONE(2),
    ACCEPTED(3),
    SILENCE(4),
    REFUSED(5),
    TIMED_OUT(6);

    private final int number;

    JobState(int number) {
      this.number = number;
    }

    /** The number in the leaf. */
    public int number() {
      return number;
    }
  }

  /** Channel states in the leaf: open, closing, closed. */
  private static final int OPEN = 1;

  private static final int CLOSING = 2;
  private static final int CLOSED = 3;

  private record Key(String address, int token) {}

  private static final class Channel {
    final String payer;
    final String payee;
    final int token;
    BigInteger deposit;
    BigInteger claimed = BigInteger.ZERO;
    int state = OPEN;

    /** Base units per second or per tick; 0 of vouchers. */
    BigInteger rate = BigInteger.ZERO;

    /** Whether it pays by the second, from when, and until when if it is closing. */
    boolean stream;

    long openedAt;
    long closingAt;

    Channel(String payer, String payee, int token, BigInteger deposit) {
      this.payer = payer;
      this.payee = payee;
      this.token = token;
      this.deposit = deposit;
    }
  }

  private static final class Job {
    final String buyer;
    final String worker;
    final String payout;
    final int token;
    BigInteger escrow;
    final int refusalBps;
    String resultHash = "0x" + "0".repeat(64);
    JobState state = JobState.OPEN;
    int reason;

    /** Of a k-of-n job; else empty and 0. */
    List<QuorumMember> members = List.of();

    int k;

    /** Whether the leaf holds what the buyer expects while the job is open. */
    boolean expecting;

    Job(String buyer, String worker, String payout, int token, BigInteger escrow, int refusalBps) {
      this.buyer = buyer;
      this.worker = worker;
      this.payout = payout;
      this.token = token;
      this.escrow = escrow;
      this.refusalBps = refusalBps;
    }
  }

  private static final class QuorumMember {
    final String worker;
    boolean committed;
    boolean revealed;
    String hash = "0x" + "0".repeat(64);

    QuorumMember(String worker) {
      this.worker = worker;
    }
  }

  /** A withdrawal that L1 must pay. */
  public record Withdrawal(String recipient, int token, BigInteger amount) {}

  /** What a channel's leaf shows. */
  public record ChannelView(int state, BigInteger deposit, BigInteger claimed) {}

  /**
   * What a job's leaf shows.
   *
   * @param members the hashes of a k-of-n job's members, in order; else empty
   */
  public record JobView(
      int state, BigInteger escrow, String resultHash, int reason, List<String> members) {
    /** Copies the list. */
    public JobView {
      members = List.copyOf(members);
    }

    /** Of a job with one provider. */
    public JobView(int state, BigInteger escrow, String resultHash, int reason) {
      this(state, escrow, resultHash, reason, List.of());
    }
  }

  /** Answers what the chain says about an address; unknown addresses have 0 of everything. */
  public interface Accounts {
    /** The balance in base units. */
    BigInteger balance(String address, int token);

    /** How many transactions of its own were applied. */
    long nonce(String address);
  }

  private final Prices prices;
  private final Map<Key, BigInteger> balances =
      new TreeMap<>(
          (a, b) -> {
            int order = a.address().compareTo(b.address());
            return order != 0 ? order : Integer.compare(a.token(), b.token());
          });
  private final Map<String, Long> nonces = new TreeMap<>();
  private final Map<String, Channel> channels = new TreeMap<>();
  private final Map<String, Job> jobs = new TreeMap<>();
  private final List<Withdrawal> withdrawals = new ArrayList<>();
  private final Map<Integer, BigInteger> fees = new HashMap<>();
  private final Map<Integer, BigInteger> deposited = new HashMap<>();

  /** An empty ledger with these prices. */
  public LedgerModel(Prices prices) {
    this.prices = prices;
  }

  /** A deposit made on L1 for {@code owner}. */
  public void deposit(String owner, int token, BigInteger amount) {
    credit(owner, token, amount);
    deposited.merge(token, amount, BigInteger::add);
  }

  /** A transfer; pays the transfer price. */
  public void transfer(String from, String to, int token, BigInteger amount) {
    pay(from, token, amount, Kind.TRANSFER);
    credit(to, token, amount);
  }

  /**
   * A withdrawal to an L1 address; pays its price. Returns the position of it in {@link
   * #withdrawals()}.
   */
  public int withdraw(String from, String recipient, int token, BigInteger amount) {
    pay(from, token, amount, Kind.WITHDRAW);
    withdrawals.add(new Withdrawal(recipient, token, amount));
    return withdrawals.size() - 1;
  }

  /** A voucher channel opened by {@code payer}. */
  public void openChannel(
      String channel, String payer, String payee, int token, BigInteger deposit) {
    pay(payer, token, deposit, Kind.CHANNEL_OPEN);
    touch(payee);
    putNew(channels, channel, new Channel(payer, payee, token, deposit));
  }

  /** A channel that pays {@code rate} per second from {@code clock} on. */
  public void openStream(
      String channel,
      String payer,
      String payee,
      int token,
      BigInteger deposit,
      BigInteger rate,
      long clock) {
    require(rate.signum() > 0, "a stream of " + rate);
    openChannel(channel, payer, payee, token, deposit);
    Channel c = get(channels, channel);
    c.stream = true;
    c.rate = rate;
    c.openedAt = clock;
  }

  /** A channel that pays {@code rate} per tick. */
  public void openTicks(
      String channel, String payer, String payee, int token, BigInteger deposit, BigInteger rate) {
    require(rate.signum() > 0, "ticks of " + rate);
    openChannel(channel, payer, payee, token, deposit);
    get(channels, channel).rate = rate;
  }

  /** What the payee of a stream can have claimed in all at a moment. */
  public BigInteger entitled(String channel, long clock) {
    return entitled(get(channels, channel), clock);
  }

  private static BigInteger entitled(Channel c, long clock) {
    require(c.stream, "entitlement by the second");
    long seconds = (c.state == OPEN ? clock : c.closingAt) - c.openedAt;
    return c.rate.multiply(BigInteger.valueOf(seconds)).min(c.deposit);
  }

  /** A claim of what a stream has earned at {@code clock}. */
  public void claimStream(String channel, long clock) {
    claimChannel(channel, entitled(channel, clock));
  }

  /** A claim of the tick at {@code position}, {@code steps} after the one claimed before. */
  public void claimTicks(String channel, long position, long steps) {
    Channel c = get(channels, channel);
    BigInteger total = c.rate.multiply(BigInteger.valueOf(position));
    require(
        total.subtract(c.claimed).equals(c.rate.multiply(BigInteger.valueOf(steps))),
        steps + " steps to tick " + position + " of " + channel);
    claimChannel(channel, total);
  }

  /**
   * A claim of the cumulative {@code amount} of a voucher: the payee gets the increase less the
   * price.
   */
  public void claimChannel(String channel, BigInteger amount) {
    Channel c = get(channels, channel);
    BigInteger price = prices.of(Kind.CHANNEL_CLAIM, c.token);
    BigInteger increase = amount.subtract(c.claimed);
    require(c.state != CLOSED && amount.compareTo(c.deposit) <= 0, "claim on " + channel);
    if (increase.signum() <= 0) {
      return;
    }
    require(increase.compareTo(price) >= 0, "claim below its fee on " + channel);
    credit(c.payee, c.token, increase.subtract(price));
    fee(c.token, price);
    c.claimed = amount;
  }

  /** The start of closing, by {@code signer}, at {@code clock}. */
  public void startClose(String channel, String signer, long clock) {
    Channel c = get(channels, channel);
    require(
        c.state == OPEN && (signer.equals(c.payer) || signer.equals(c.payee)),
        "closing " + channel);
    pay(signer, c.token, BigInteger.ZERO, Kind.CHANNEL_CLOSE);
    c.state = CLOSING;
    c.closingAt = clock;
  }

  /**
   * The end of closing: a stream pays what it still owes, then what is not claimed goes back to the
   * payer, less the price.
   */
  public void finalizeClose(String channel) {
    Channel c = get(channels, channel);
    require(c.state == CLOSING, "finalizing " + channel);
    if (c.stream) {
      BigInteger due = entitled(c, c.closingAt).subtract(c.claimed);
      credit(c.payee, c.token, due);
      c.claimed = c.claimed.add(due);
    }
    BigInteger rest = c.deposit.subtract(c.claimed);
    BigInteger price = prices.of(Kind.CHANNEL_CLOSE, c.token).min(rest);
    credit(c.payer, c.token, rest.subtract(price));
    fee(c.token, price);
    c.deposit = c.claimed;
    c.state = CLOSED;
  }

  /** A registration; pays its price in {@code token}. */
  public void registerProvider(String owner, String payout, int token) {
    pay(owner, token, BigInteger.ZERO, Kind.PROVIDER_REGISTER);
    touch(payout);
  }

  /**
   * A job opened by {@code buyer}.
   *
   * @param worker the wallet of the provider's account
   * @param payout where the provider wants to be paid
   */
  public void openJob(
      String job,
      String buyer,
      String worker,
      String payout,
      int token,
      BigInteger escrow,
      int refusalBps) {
    pay(buyer, token, escrow, Kind.JOB_OPEN);
    putNew(jobs, job, new Job(buyer, worker, payout, token, escrow, refusalBps));
  }

  /** An update of a provider; pays its price in {@code token}. */
  public void updateProvider(String owner, String payout, int token) {
    pay(owner, token, BigInteger.ZERO, Kind.PROVIDER_UPDATE);
    touch(payout);
  }

  /** A job whose one right result {@code buyer} knows by its hash, {@code expected}. */
  public void openExpectingJob(
      String job,
      String buyer,
      String worker,
      String payout,
      int token,
      BigInteger escrow,
      String expected) {
    openJob(job, buyer, worker, payout, token, escrow, 0);
    Job j = get(jobs, job);
    j.expecting = true;
    j.resultHash = expected;
  }

  /** The result that was expected: pays at once. */
  public void resultOfExpectingJob(String job, String resultHash) {
    Job j = get(jobs, job);
    require(j.state == JobState.OPEN && j.expecting, "expected result of " + job);
    pay(j.worker, j.token, BigInteger.ZERO, Kind.JOB_RESULT);
    BigInteger price = prices.of(Kind.JOB_SETTLE, j.token);
    credit(j.payout, j.token, j.escrow.subtract(price));
    fee(j.token, price);
    j.escrow = BigInteger.ZERO;
    j.resultHash = resultHash;
    j.state = JobState.ACCEPTED;
  }

  /**
   * A job that {@code k} of its providers settle by agreeing.
   *
   * @param workers the wallets of the providers, which are also paid
   */
  public void openQuorumJob(
      String job, String buyer, List<String> workers, int k, int token, BigInteger escrow) {
    require(workers.size() <= 5 && 2 * k > workers.size() && k <= workers.size(), "opening " + job);
    openJob(job, buyer, workers.getFirst(), workers.getFirst(), token, escrow, 0);
    Job j = get(jobs, job);
    j.members = workers.stream().map(QuorumMember::new).toList();
    j.k = k;
  }

  /** A member commits. */
  public void commit(String job, int member, String commitment) {
    Job j = get(jobs, job);
    QuorumMember m = j.members.get(member);
    require(j.state == JobState.OPEN && !m.committed, "commitment to " + job);
    pay(m.worker, j.token, BigInteger.ZERO, Kind.JOB_RESULT);
    m.committed = true;
    m.hash = commitment;
  }

  /** A member reveals, after all have committed; the one that makes k alike settles the job. */
  public void reveal(String job, int member, String resultHash) {
    Job j = get(jobs, job);
    QuorumMember m = j.members.get(member);
    require(
        j.state == JobState.OPEN
            && !m.revealed
            && j.members.stream().allMatch(each -> each.committed),
        "reveal to " + job);
    pay(m.worker, j.token, BigInteger.ZERO, Kind.JOB_RESULT);
    m.revealed = true;
    m.hash = resultHash;
    List<QuorumMember> alike =
        j.members.stream().filter(each -> each.revealed && each.hash.equals(resultHash)).toList();
    if (alike.size() < j.k) {
      return;
    }
    BigInteger price = prices.of(Kind.JOB_SETTLE, j.token);
    BigInteger net = j.escrow.subtract(price);
    BigInteger each = net.divide(BigInteger.valueOf(j.k));
    alike.forEach(paid -> credit(paid.worker, j.token, each));
    credit(j.buyer, j.token, net.subtract(each.multiply(BigInteger.valueOf(j.k))));
    fee(j.token, price);
    j.escrow = BigInteger.ZERO;
    j.resultHash = resultHash;
    j.state = JobState.ACCEPTED;
  }

  /** The provider's result. */
  public void resultOfJob(String job, String resultHash) {
    Job j = get(jobs, job);
    require(j.state == JobState.OPEN && !j.expecting && j.members.isEmpty(), "result of " + job);
    pay(j.worker, j.token, BigInteger.ZERO, Kind.JOB_RESULT);
    j.resultHash = resultHash;
    j.state = JobState.DONE;
  }

  /**
   * The end of a job: {@code ACCEPTED} and {@code REFUSED} are signed by the buyer, the others by
   * nobody.
   */
  public void settleJob(String job, JobState end, int reason) {
    Job j = get(jobs, job);
    JobState before =
        switch (end) {
          case ACCEPTED, REFUSED, SILENCE -> JobState.DONE;
          case TIMED_OUT -> JobState.OPEN;
          case OPEN, DONE -> throw new IllegalArgumentException(end + " ends no job");
        };
    require(j.state == before, "settling " + job);
    BigInteger price =
        end == JobState.TIMED_OUT ? BigInteger.ZERO : prices.of(Kind.JOB_SETTLE, j.token);
    BigInteger net = j.escrow.subtract(price);
    BigInteger forProvider =
        switch (end) {
          case ACCEPTED, SILENCE -> net;
          case REFUSED ->
              net.multiply(BigInteger.valueOf(j.refusalBps)).divide(BigInteger.valueOf(10_000));
          case TIMED_OUT, OPEN, DONE -> BigInteger.ZERO;
        };
    if (end == JobState.ACCEPTED || end == JobState.REFUSED) {
      nonces.merge(j.buyer, 1L, Long::sum);
    }
    credit(j.payout, j.token, forProvider);
    credit(j.buyer, j.token, net.subtract(forProvider));
    fee(j.token, price);
    j.escrow = BigInteger.ZERO;
    j.reason = reason;
    j.state = end;
  }

  /** The withdrawals in the order in which they were recorded. */
  public List<Withdrawal> withdrawals() {
    return List.copyOf(withdrawals);
  }

  /** The balance that {@code address} must have. */
  public BigInteger balance(String address, int token) {
    return balances.getOrDefault(new Key(address, token), BigInteger.ZERO);
  }

  /** All fees paid in {@code token}. */
  public BigInteger fees(int token) {
    return fees.getOrDefault(token, BigInteger.ZERO);
  }

  /** Everything deposited in {@code token}. */
  public BigInteger deposited(int token) {
    return deposited.getOrDefault(token, BigInteger.ZERO);
  }

  /** Every address that was named, in order. */
  public List<String> addresses() {
    return List.copyOf(nonces.keySet());
  }

  /** Compares every balance in every listed token, and every nonce. */
  public List<Check> checkAccounts(Accounts actual) {
    List<Check> checks = new ArrayList<>();
    for (Map.Entry<String, Long> entry : nonces.entrySet()) {
      String address = entry.getKey();
      checks.add(Check.equal("nonce of " + address, entry.getValue(), actual.nonce(address)));
      for (int token = 0; token < prices.feeUnits().size(); token++) {
        checks.add(
            Check.equal(
                "balance of " + address + " in token " + token,
                balance(address, token),
                actual.balance(address, token)));
      }
    }
    return checks;
  }

  /** Compares these channels. {@code actual} has one entry per id. */
  public List<Check> checkChannels(Collection<String> ids, Map<String, ChannelView> actual) {
    List<Check> checks = new ArrayList<>();
    for (String id : ids) {
      Channel c = get(channels, id);
      checks.add(
          found("channel " + id, new ChannelView(c.state, c.deposit, c.claimed), actual.get(id)));
    }
    return checks;
  }

  /** Compares these jobs. {@code actual} has one entry per id. */
  public List<Check> checkJobs(Collection<String> ids, Map<String, JobView> actual) {
    List<Check> checks = new ArrayList<>();
    for (String id : ids) {
      Job j = get(jobs, id);
      List<String> members = j.members.stream().map(member -> member.hash).toList();
      checks.add(
          found(
              "job " + id,
              new JobView(j.state.number(), j.escrow, j.resultHash, j.reason, members),
              actual.get(id)));
    }
    return checks;
  }

  private static Check found(String subject, Object expected, @Nullable Object actual) {
    return Check.equal(subject, expected, actual == null ? "nothing" : actual);
  }

  private void pay(String from, int token, BigInteger amount, Kind kind) {
    BigInteger price = prices.of(kind, token);
    BigInteger rest = balance(from, token).subtract(amount).subtract(price);
    require(
        amount.signum() >= 0 && rest.signum() >= 0,
        from + " pays " + amount + " of token " + token);
    balances.put(new Key(from, token), rest);
    nonces.merge(from, 1L, Long::sum);
    fee(token, price);
  }

  private void credit(String to, int token, BigInteger amount) {
    touch(to);
    balances.merge(new Key(to, token), amount, BigInteger::add);
  }

  private void fee(int token, BigInteger amount) {
    fees.merge(token, amount, BigInteger::add);
  }

  private void touch(String address) {
    nonces.putIfAbsent(address, 0L);
  }

  private static <T> T get(Map<String, T> map, String id) {
    T found = map.get(id);
    if (found == null) {
      throw new IllegalStateException("the demo never opened " + id);
    }
    return found;
  }

  private static <T> void putNew(Map<String, T> map, String id, T value) {
    require(map.putIfAbsent(id, value) == null, "opening " + id + " twice");
  }

  private static void require(boolean allowed, String what) {
    if (!allowed) {
      throw new IllegalStateException("the protocol would refuse this: " + what);
    }
  }
}
