package dev.sluice.sequencer.heartbeat;

import dev.sluice.primitives.crypto.BlsPublicKey;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.sequencer.query.ChainReader;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.store.StateStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@link Providers} of the store. Members never change, so the last ones used are kept decoded: a
 * key's decoding takes 40 µs.
 */
public final class StoredProviders implements Providers {
  /** About 300 bytes each. */
  private static final int MEMBERS_MAX = 200_000;

  private record SeedOfPeriod(long period, Hash32 seed) {}

  private final ChainReader reader;
  private final StateStore store;
  private final Genesis genesis;
  private final Map<Long, Member> members =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Member> eldest) {
          return size() > MEMBERS_MAX;
        }
      };

  public StoredProviders(ChainReader reader, StateStore store, Genesis genesis) {
    this.reader = reader;
    this.store = store;
    this.genesis = genesis;
  }

  @Override
  public Optional<Member> member(long provider) {
    synchronized (members) {
      Member known = members.get(provider);
      if (known != null) {
        return Optional.of(known);
      }
    }
    Optional<Member> found =
        reader
            .leaf(LeafType.PROVIDER, provider, Leaf.Provider.class)
            .flatMap(
                leaf ->
                    store
                        .leaf(Ledger.STORED_DEVICE_KEYS, (int) provider)
                        .flatMap(BlsPublicKey::decode)
                        .map(key -> new Member(leaf.id(), key)));
    found.ifPresent(
        member -> {
          synchronized (members) {
            members.put(provider, member);
          }
        });
    return found;
  }

  @Override
  public int count(long committee) {
    return reader
        .leaf(LeafType.COMMITTEE, committee, Leaf.Committee.class)
        .map(Leaf.Committee::count)
        .orElse(0);
  }

  @Override
  public boolean isRecorded(long committee, long epoch) {
    return reader
        .leaf(LeafType.COMMITTEE, committee, Leaf.Committee.class)
        .filter(leaf -> leaf.lastEpochPlusOne() > epoch)
        .isPresent();
  }

  @Override
  public Optional<Hash32> seed(long epoch) {
    long period = genesis.seedPeriod(epoch) - 1;
    return reader
        .leaf(LeafType.META, Leaf.SEEDS_INDEX, Leaf.Seeds.class)
        .flatMap(
            seeds ->
                Stream.of(
                        new SeedOfPeriod(seeds.period2(), seeds.seed2()),
                        new SeedOfPeriod(seeds.period1(), seeds.seed1()),
                        new SeedOfPeriod(seeds.period0(), seeds.seed0()))
                    .filter(each -> each.period() == period && !each.seed().isZero())
                    .map(SeedOfPeriod::seed)
                    .findFirst());
  }

  @Override
  public Optional<Address> owner(long account) {
    return reader.leaf(LeafType.ACCOUNT, account, Leaf.Account.class).map(Leaf.Account::owner);
  }
}
