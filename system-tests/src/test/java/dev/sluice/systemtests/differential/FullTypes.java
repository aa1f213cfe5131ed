package dev.sluice.systemtests.differential;

import dev.sluice.primitives.batch.ChunkWitness;
import dev.sluice.primitives.batch.ChunkWitness.WitnessLeaf;
import dev.sluice.primitives.batch.ChunkWitness.WitnessMessage;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.primitives.weight.Weight;
import dev.sluice.systemtests.secondreader.InboxEntry;
import dev.sluice.systemtests.secondreader.SecondReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;

/**
 * States in which a type of leaf has 2^32 - 1 leaves. Nobody can build one leaf by leaf, so the
 * second reader counts as if they were there; its tree and a witness over all of its leaves go to
 * the prover.
 */
final class FullTypes {
  private static final int WARM_UP_CHUNKS = 10;
  private static final int CANDIDATES = 30;
  private static final int SEEDS_MAX = 10;

  /** Of posted transactions: registrations of more would be over-weight. */
  private static final int BYTES_MAX = 3_200;

  private static final long KEYS_AHEAD = 10;

  /**
   * One case.
   *
   * @param type the full one
   * @param draw transactions that may need a leaf of it
   */
  private record Case(String name, int type, Function<RandomTransactions, Draft> draw) {}

  private static final List<Case> CASES =
      List.of(
          new Case("accounts, transfer", 1, RandomTransactions::transfer),
          new Case("accounts, channel", 1, RandomTransactions::channelOpen),
          new Case("withdrawals", 2, RandomTransactions::withdraw),
          new Case("channels", 3, RandomTransactions::channelOpen),
          new Case("providers", 4, RandomTransactions::providerRegister),
          new Case("jobs", 7, RandomTransactions::jobOpen),
          new Case("quorums", 8, RandomTransactions::jobOpen));

  /**
   * A chunk in such a state.
   *
   * @param refusals what its transactions are refused with, in their order
   */
  record Outcome(ChunkCase chunk, List<Integer> refusals) {
    /** Whether something is refused because the type is full. */
    boolean wantsRoom() {
      return refusals.contains(Refusal.CAPACITY_EXHAUSTED.number());
    }
  }

  private final Genesis genesis;
  private final Address rollup;

  FullTypes(Genesis genesis, Address rollup) {
    this.genesis = genesis;
    this.rollup = rollup;
  }

  /** For every case chunks up to the first one that wants room. */
  List<Outcome> all() {
    List<Outcome> all = new ArrayList<>();
    for (Case each : CASES) {
      boolean refused = false;
      for (long seed = 1; !refused; seed++) {
        if (seed == SEEDS_MAX) {
          throw new IllegalStateException(each.name() + ": nothing is refused for want of room");
        }
        Optional<Outcome> outcome = outcome(each, seed);
        outcome.ifPresent(all::add);
        refused = outcome.filter(Outcome::wantsRoom).isPresent();
      }
    }
    return all;
  }

  private Optional<Outcome> outcome(Case full, long seed) {
    TypedData domain = new TypedData(RandomChain.CHAIN_ID, rollup);
    RandomChain chain = warmedUp(seed, domain);
    SecondReader state = chain.state();
    // Here nothing is full: what names a leaf that is not there is refused.
    SecondReader twin = warmedUp(seed, domain).state();
    twin.openBlock(1);
    List<byte[]> transactions = new ArrayList<>();
    List<EncodedTransaction> encoded = new ArrayList<>();
    int proofs = 0;
    int bytes = 0;
    for (int i = 0; i < CANDIDATES && bytes < BYTES_MAX; i++) {
      PostedTransaction posted = full.draw().apply(chain.transactions()).posted();
      boolean registers = posted instanceof PostedTransaction.ProviderRegister;
      EncodedTransaction transaction = EncodedTransaction.of(posted, RandomChain.COMMITTEE_LOG2);
      if (twin.attempt(transaction.posted().toArray()) != 0 || (registers && full.type() != 4)) {
        continue;
      }
      proofs += registers ? 1 : 0;
      bytes += transaction.posted().size();
      encoded.add(transaction);
    }
    // A deposit for somebody new: it goes to account 0 where there is no room for another.
    List<RandomChain.Queued> inbox = chain.inbox();
    List<InboxLink> links = new ArrayList<>();
    List<WitnessMessage> messages = new ArrayList<>();
    inbox.forEach(queued -> links.add(queued.link()));
    if (full.type() == 1 && state.inboxPosition() == inbox.size()) {
      InboxMessage deposit = new InboxMessage.Deposit(0, Uint128.of(77), new Address(1, 1, 1));
      Weight weight = Weight.of(deposit);
      InboxLink last = links.getLast();
      InboxLink link =
          new InboxLink(
              deposit.messageHash(),
              last.time(),
              last.witnessWeight() + weight.witnessBytes(),
              last.gasWeight() + weight.gas());
      links.add(link);
      messages.add(new WitnessMessage(deposit, link));
      state.queue(
          List.of(
              new InboxEntry(
                  deposit.kind(),
                  deposit.payload(),
                  link.time(),
                  link.witnessWeight(),
                  link.gasWeight())));
      encoded.add(
          EncodedTransaction.of(
              new PostedTransaction.L1MessageRun(List.of(0L)), RandomChain.COMMITTEE_LOG2));
    }
    if (encoded.isEmpty()) {
      return Optional.empty();
    }
    state.fill(full.type());
    Hash32 preRoot = Hash32.of(state.root());
    byte[] witness =
        new ChunkWitness(leaves(state).leaves(), messages, empty(proofs), leaves(state).siblings())
            .encode();
    encoded.forEach(each -> transactions.add(each.posted().toArray()));
    List<Integer> refusals = new ArrayList<>();
    state.openBlock(1);
    for (byte[] transaction : transactions) {
      int refusal = state.attempt(transaction);
      if (refusal != 0) {
        refusals.add(refusal);
      }
    }
    state.sealBlock();
    Hash32 postRoot = Hash32.of(state.root());
    return Optional.of(
        new Outcome(
            new ChunkCase(
                "full " + full.name() + ", seed " + seed,
                preRoot,
                links.size(),
                new Block(1, encoded).encode(),
                witness,
                ProverOnNode.accumulators(links),
                postRoot),
            refusals));
  }

  private RandomChain warmedUp(long seed, TypedData domain) {
    RandomChain chain = new RandomChain(new SeededGenerator(seed), genesis, domain, rollup);
    for (int i = 0; i < WARM_UP_CHUNKS; i++) {
      chain.next();
    }
    return chain;
  }

  private static List<Bytes> empty(int count) {
    List<Bytes> proofs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      proofs.add(Bytes.EMPTY);
    }
    return proofs;
  }

  private record Proof(List<WitnessLeaf> leaves, List<Hash32> siblings) {}

  /** All leaves that there are, but withdrawals, and the next few of every type. */
  private static Proof leaves(SecondReader state) {
    SortedMap<Long, byte[]> there = state.leaves();
    TreeSet<Long> keys = new TreeSet<>(there.keySet());
    // A withdrawal that is there is never read again, and no witness has one.
    keys.removeIf(key -> key >>> 32 == 2);
    long[] counts = {
      state.accounts(),
      state.withdrawals(),
      state.channels(),
      state.providers(),
      0,
      0,
      state.jobs(),
      state.quorums()
    };
    for (int type = 1; type <= counts.length; type++) {
      for (long ahead = 0; ahead < KEYS_AHEAD && type != 5 && type != 6; ahead++) {
        if (counts[type - 1] + ahead < 1L << 32) {
          keys.add((long) type << 32 | counts[type - 1] + ahead);
        }
      }
    }
    MultiProof proof =
        MultiProof.build(
            (level, index) -> Hash32.of(state.node(level, index)),
            MultiProof.DEPTH_MAX,
            List.copyOf(keys));
    List<WitnessLeaf> leaves =
        proof.positions().stream()
            .map(
                position ->
                    new WitnessLeaf(
                        position.index(),
                        position.mask(),
                        Bytes.wrap(there.getOrDefault(position.index(), new byte[0]))))
            .toList();
    return new Proof(leaves, proof.siblings());
  }
}
