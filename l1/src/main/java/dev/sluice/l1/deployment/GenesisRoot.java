package dev.sluice.l1.deployment;

import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.merkle.MultiProof.Position;
import dev.sluice.primitives.state.Balances;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.value.Hash32;
import java.util.List;

/** The root of the genesis state ({@code docs/protocol.md} §2): three meta leaves and account 0. */
public final class GenesisRoot {
  private GenesisRoot() {}

  /** The root, from the four leaves alone: every other leaf is absent, so no sibling is needed. */
  public static Hash32 of(Genesis genesis) {
    Leaf meta =
        new Leaf.Meta(
            0, 0, 0, genesis.genesisTime(), 0, Hash32.ZERO, Hash32.ZERO, 1, 0, 0, 0, 0, 0);
    Leaf fees = new Leaf.Fees(0, Balances.ZERO);
    Leaf seeds = new Leaf.Seeds(0, Hash32.ZERO, 0, Hash32.ZERO, 0, Hash32.ZERO);
    Leaf account = new Leaf.Account(genesis.feeRecipient(), 0, 0, Balances.ZERO);
    MultiProof proof =
        new MultiProof(
            MultiProof.DEPTH_MAX,
            List.of(
                new Position(LeafType.META.key(Leaf.META_INDEX), 0),
                new Position(LeafType.META.key(Leaf.FEES_INDEX), 0),
                new Position(LeafType.META.key(Leaf.SEEDS_INDEX), 0),
                new Position(LeafType.ACCOUNT.key(0), 0)),
            List.of());
    return proof
        .root(List.of(meta.hash(), fees.hash(), seeds.hash(), account.hash()))
        .orElseThrow();
  }
}
