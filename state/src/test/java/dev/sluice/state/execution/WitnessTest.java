package dev.sluice.state.execution;

import static dev.sluice.state.execution.TestChain.DOMAIN;
import static dev.sluice.state.execution.TestChain.GENESIS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.PostedTransaction.HeartbeatRecord;
import dev.sluice.primitives.block.PostedTransaction.ProviderRegister;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.NodeHasher;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.state.ledger.Ledger;
import dev.sluice.state.transition.QueuedMessage;
import dev.sluice.state.transition.Submission;
import dev.sluice.state.transition.Transition;
import dev.sluice.state.transition.TransitionOutcome;
import dev.sluice.state.transition.WireCompletion;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

/**
 * The table "witness" and the rules of "proofs" of docs/protocol.md §10, written down a second
 * time: every transaction of random chains touches exactly the leaves of its row, and the proofs
 * recorded for kinds 6 and 9 lead to the roots of the key trees.
 */
class WitnessTest {
  private static final int SIZE_LOG2 = GENESIS.committeeSizeLog2();
  private static final int SIZE = GENESIS.committeeSize();

  private final Ledger ledger = Ledger.genesis(GENESIS, NodeHasher.fastest());
  private final Transition transition = new Transition(ledger, DOMAIN);
  private final WireCompletion completion = new WireCompletion(ledger);
  private final Map<String, Integer> seen = new HashMap<>();

  @Test
  void everyTransaction_touchesExactlyItsRow_andItsProofsHold() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    TestChain chain = RandomChainTest.randomChain(seed, 150);
    int consumed = 0;
    for (ExecutedBlock block : chain.blocks) {
      ledger.meta().blockNumber(block.number());
      ledger.meta().clock(block.record().commitment().clock());
      for (EncodedTransaction encoded : block.record().block().transactions()) {
        switch (encoded.transaction()) {
          case PostedTransaction.L1MessageRun run -> {
            for (long hint : run.hints()) {
              message(chain.inbox.get(consumed++), hint, "seed " + seed);
            }
          }
          case PostedTransaction posted -> {
            Row row = new Row();
            row.posted(posted);
            Expected expected = expect(posted, List.of());
            run(
                row,
                expected,
                () -> {
                  completion.complete(posted);
                  return transition.apply(posted, Submission.POSTED);
                },
                "seed " + seed + ", " + posted);
          }
        }
      }
      ledger.meta().blockAccumulator(block.accumulator());
      assertEquals(block.record().stateRoot(), ledger.root(), "seed " + seed);
    }
    for (String name : List.of("proof of 6", "proof of 9", "forced")) {
      assertTrue(seen.getOrDefault(name, 0) > 0, name + " never seen, seed " + seed);
    }
  }

  private void message(QueuedMessage queued, long hint, String where) {
    Row row = new Row();
    Expected expected = new Expected(false, List.of());
    switch (queued.message()) {
      case InboxMessage.Deposit deposit -> {
        row.account(hint);
        if (!GENESIS.isListed(deposit.token())) {
          row.account(0);
        }
      }
      case InboxMessage.Forced forced -> {
        seen.merge("forced", 1, Integer::sum);
        if (WireCodec.decode(forced.wire().toArrayUnsafe())
            instanceof DecodeResult.Decoded<SignedTransaction>(SignedTransaction signed)) {
          row.forced(signed.transaction(), hint);
          if (signed.transaction() instanceof Transaction.ProviderRegister registration) {
            expected = new Expected(true, List.of(registration.deviceKey()));
          }
        }
      }
      case InboxMessage.Seed _ -> {}
    }
    run(row, expected, () -> transition.apply(queued, hint), where + ", " + queued);
  }

  /** What the proofs of one transaction are to show: whether there is one, the keys it seats. */
  private record Expected(boolean isProven, List<Bytes> seated) {}

  private static Expected expect(PostedTransaction posted, List<Bytes> none) {
    return switch (posted) {
      case ProviderRegister t -> new Expected(true, List.of(t.deviceKey()));
      case HeartbeatRecord _ -> new Expected(true, none);
      default -> new Expected(false, none);
    };
  }

  private interface Step {
    TransitionOutcome apply();
  }

  private void run(Row row, Expected expected, Step step, String where) {
    Map<LeafType, Integer> before = counts();
    int provider = ledger.providers().count();
    Hash32 rootBefore = keyRoot(provider / SIZE);
    ledger.startRecording();
    TransitionOutcome outcome;
    Ledger.Recording recording;
    try {
      outcome = step.apply();
    } finally {
      recording = ledger.stopRecording();
    }
    before.forEach(
        (type, count) -> {
          for (int i = count; i < ledger.count(type); i++) {
            row.keys.add(type.key(i));
          }
        });
    assertEquals(row.keys, new TreeSet<>(recording.keys()), where + ": " + outcome);
    List<Bytes> proofs = recording.keyProofs();
    assertEquals(expected.isProven ? 1 : 0, proofs.size(), where);
    if (!expected.seated.isEmpty()) {
      if (outcome instanceof TransitionOutcome.Applied) {
        seen.merge("proof of 6", 1, Integer::sum);
        int slot = provider % SIZE;
        Bytes proof = proofs.getFirst();
        assertEquals(32 * SIZE_LOG2, proof.size(), where);
        assertEquals(rootBefore, climb(Hash32.ZERO, slot, proof), where);
        Hash32 seated = Keccak256.hash32(expected.seated.getFirst().toArray());
        assertEquals(keyRoot(provider / SIZE), climb(seated, slot, proof), where);
      } else {
        assertEquals(Bytes.EMPTY, proofs.getFirst(), where);
      }
    } else if (expected.isProven) {
      boolean needed =
          !(outcome instanceof TransitionOutcome.Rejected rejected)
              || rejected.refusal() == Refusal.BAD_AGGREGATE;
      if (needed) {
        row.heartbeat(proofs.getFirst(), where);
      } else {
        assertEquals(Bytes.EMPTY, proofs.getFirst(), where);
      }
    }
  }

  private Map<LeafType, Integer> counts() {
    Map<LeafType, Integer> counts = new EnumMap<>(LeafType.class);
    for (LeafType type : LeafType.values()) {
      counts.put(type, ledger.count(type));
    }
    return counts;
  }

  private Hash32 keyRoot(int committee) {
    return committee < ledger.committees().count()
        ? ledger.committees().keyRoot(committee)
        : Hash32.ZERO;
  }

  private static Hash32 climb(Hash32 leaf, int slot, Bytes siblings) {
    Hash32 hash = leaf;
    for (int level = 0; level < SIZE_LOG2; level++) {
      Hash32 sibling = Hash32.of(siblings.slice(32 * level, 32).toArray());
      hash =
          (slot >>> level & 1) == 0 ? Keccak256.node(hash, sibling) : Keccak256.node(sibling, hash);
    }
    return hash;
  }

  /** The leaves that the table names for one transaction, before it runs. */
  private final class Row {
    private final TreeSet<Long> keys = new TreeSet<>(List.of(0L, 1L, 2L));
    private Optional<HeartbeatRecord> heartbeats = Optional.empty();

    private <T extends Leaf> Optional<T> leaf(LeafType type, long index, Class<T> kind) {
      if (index >= ledger.count(type)) {
        return Optional.empty();
      }
      keys.add(type.key(index));
      return Optional.of(
          kind.cast(
              Leaf.decode(type.key(index), ledger.leaf(type, (int) index), SIZE_LOG2)
                  .orElseThrow()));
    }

    private void account(long index) {
      leaf(LeafType.ACCOUNT, index, Leaf.Account.class);
    }

    private void recipient(Recipient recipient) {
      if (recipient instanceof Recipient.Existing existing) {
        account(existing.account());
      }
    }

    private void channel(long index, boolean withPayer) {
      leaf(LeafType.CHANNEL, index, Leaf.Channel.class)
          .ifPresent(
              channel -> {
                account(channel.payee());
                if (withPayer) {
                  account(channel.payer());
                }
              });
    }

    private void provider(long index, boolean withAccount, boolean withPayout) {
      leaf(LeafType.PROVIDER, index, Leaf.Provider.class)
          .ifPresent(
              provider -> {
                if (withAccount) {
                  account(provider.account());
                }
                if (withPayout) {
                  account(provider.payout());
                }
              });
    }

    private void committee(long index) {
      leaf(LeafType.COMMITTEE, index, Leaf.Committee.class);
      leaf(LeafType.COUNTERS, index, Leaf.Counters.class);
    }

    private void result(long index, int member, boolean reveal) {
      leaf(LeafType.JOB, index, Leaf.Job.class)
          .ifPresent(
              job -> {
                if (job.mode() != 2) {
                  provider(job.provider(), true, job.mode() == 1);
                  return;
                }
                Leaf.Quorum quorum =
                    leaf(LeafType.QUORUM, job.provider(), Leaf.Quorum.class).orElseThrow();
                if (member < quorum.n()) {
                  provider(quorum.members().get(member).provider(), true, false);
                }
                if (reveal) {
                  account(job.buyer());
                  quorum.members().stream()
                      .limit(quorum.n())
                      .filter(m -> m.state() != 0)
                      .forEach(m -> account(m.payout()));
                }
              });
    }

    private void settlement(long index, boolean timeOut) {
      leaf(LeafType.JOB, index, Leaf.Job.class)
          .ifPresent(
              job -> {
                account(job.buyer());
                if (job.mode() == 2) {
                  leaf(LeafType.QUORUM, job.provider(), Leaf.Quorum.class);
                } else if (!timeOut) {
                  provider(job.provider(), false, true);
                }
              });
    }

    void posted(PostedTransaction transaction) {
      switch (transaction) {
        case PostedTransaction.L1MessageRun t ->
            throw new IllegalArgumentException("a run of " + t.hints().size());
        case PostedTransaction.Transfer t -> {
          account(t.account());
          recipient(t.to());
        }
        case PostedTransaction.Withdraw t -> account(t.account());
        case PostedTransaction.ChannelOpen t -> {
          account(t.account());
          recipient(t.payee());
        }
        case PostedTransaction.ChannelClaim t -> channel(t.channel(), false);
        case PostedTransaction.ChannelCloseStart t -> channel(t.channel(), true);
        case PostedTransaction.ChannelCloseFinalize t -> channel(t.channel(), true);
        case PostedTransaction.ProviderRegister t -> {
          account(t.account());
          recipient(t.payout());
          committee(ledger.providers().count() / SIZE);
        }
        case PostedTransaction.ProviderUpdate t -> {
          provider(t.provider(), true, false);
          recipient(t.payout());
        }
        case PostedTransaction.HeartbeatRecord t -> {
          heartbeats = Optional.of(t);
          t.committees().forEach(attendance -> committee(attendance.committee()));
        }
        case PostedTransaction.JobOpen t -> {
          account(t.account());
          t.providers().forEach(provider -> provider(provider, false, false));
        }
        case PostedTransaction.JobResult t -> result(t.job(), t.member(), false);
        case PostedTransaction.JobReveal t -> result(t.job(), t.member(), true);
        case PostedTransaction.JobVerdict t -> settlement(t.job(), false);
        case PostedTransaction.JobExpiry t ->
            settlement(t.job(), t.expiry() == Transaction.Expiry.TIME_OUT);
      }
    }

    void forced(Transaction transaction, long hint) {
      switch (transaction) {
        case Transaction.Transfer t -> accounts(t.account(), hint);
        case Transaction.Withdraw t -> account(t.account());
        case Transaction.ChannelOpen t -> accounts(t.account(), hint);
        case Transaction.ChannelClaim _ -> channel(hint, false);
        case Transaction.ChannelCloseStart _ -> channel(hint, true);
        case Transaction.ChannelCloseFinalize _ -> channel(hint, true);
        case Transaction.ProviderRegister t -> {
          accounts(t.account(), hint);
          committee(ledger.providers().count() / SIZE);
        }
        case Transaction.ProviderUpdate _ -> provider(hint, true, true);
        case Transaction.JobOpen t -> {
          if (t.mode() != 2) {
            account(t.account());
            provider(hint, false, false);
          }
        }
        case Transaction.JobResult t -> result(hint, t.member(), false);
        case Transaction.JobReveal t -> result(hint, t.member(), true);
        case Transaction.JobVerdict _ -> settlement(hint, false);
        case Transaction.JobExpiry t -> settlement(hint, t.expiry() == Transaction.Expiry.TIME_OUT);
      }
    }

    private void accounts(long first, long second) {
      account(first);
      account(second);
    }

    /** Reads a proof of kind 9 to its end: keys, then siblings, per committee. */
    void heartbeat(Bytes proof, String where) {
      int at = 0;
      for (Attendance attendance : heartbeats.orElseThrow().committees()) {
        int committee = (int) attendance.committee();
        int members = ledger.committees().members(committee);
        List<Integer> absent = new ArrayList<>();
        List<Integer> present = new ArrayList<>();
        for (int slot = 0; slot < members; slot++) {
          (attendance.isAbsent(slot) ? absent : present).add(slot);
        }
        List<Integer> named = present.size() < absent.size() ? present : absent;
        if (named.isEmpty()) {
          continue;
        }
        seen.merge("proof of 9", 1, Integer::sum);
        Map<Integer, Hash32> leaves = new HashMap<>();
        for (int slot : named) {
          Bytes key = proof.slice(at, 96);
          assertEquals(
              Bytes.wrap(TestChain.device(committee * SIZE + slot).publicKey().toBytes()),
              key,
              where);
          leaves.put(slot, Keccak256.hash32(key.toArray()));
          at += 96;
        }
        KeyTreeReader reader = new KeyTreeReader(proof, at, members, leaves);
        assertEquals(ledger.committees().keyRoot(committee), reader.root(SIZE_LOG2, 0), where);
        at = reader.at;
      }
      assertEquals(proof.size(), at, where);
    }
  }

  /** Takes siblings depth first where a subtree has members, but none that is named. */
  private static final class KeyTreeReader {
    private final Bytes proof;
    private final int count;
    private final Map<Integer, Hash32> leaves;
    private int at;

    KeyTreeReader(Bytes proof, int at, int count, Map<Integer, Hash32> leaves) {
      this.proof = proof;
      this.at = at;
      this.count = count;
      this.leaves = leaves;
    }

    private boolean isNamed(int level, int first) {
      return leaves.keySet().stream().anyMatch(slot -> slot >>> level == first >>> level);
    }

    Hash32 root(int level, int first) {
      if (level == 0) {
        return leaves.getOrDefault(first, Hash32.ZERO);
      }
      int right = first + (1 << level - 1);
      boolean leftIsNamed = isNamed(level - 1, first);
      boolean rightIsNamed = isNamed(level - 1, right);
      if (leftIsNamed) {
        Hash32 left = root(level - 1, first);
        return Keccak256.node(left, rightIsNamed ? root(level - 1, right) : sibling(right));
      }
      Hash32 other = root(level - 1, right);
      return Keccak256.node(sibling(first), other);
    }

    private Hash32 sibling(int first) {
      if (first >= count) {
        return Hash32.ZERO;
      }
      Hash32 sibling = Hash32.of(proof.slice(at, 32).toArray());
      at += 32;
      return sibling;
    }
  }
}
