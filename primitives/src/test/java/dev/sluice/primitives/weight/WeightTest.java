package dev.sluice.primitives.weight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.PostedTransaction.HeartbeatRecord;
import dev.sluice.primitives.block.PostedTransaction.JobOpen;
import dev.sluice.primitives.block.PostedTransaction.JobReveal;
import dev.sluice.primitives.block.PostedTransaction.L1MessageRun;
import dev.sluice.primitives.block.PostedTransaction.TickClaim;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Uint128;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;

class WeightTest {
  private static final int LOG2 = 9;
  private static final int COMMITTEE_SIZE = 1 << LOG2;
  private static final SeededGenerator GENERATOR = new SeededGenerator(1);

  /** What the 128 KiB limit of public mempools leaves for calldata, with room to spare. */
  private static final long WITNESS_BYTES_POSSIBLE = 118_000;

  @Test
  void witnessBytes_areTheSumOfTheLeaves_thatAKindTouches() {
    long account = leaf(Leaf.Account.BYTES);
    long channel = leaf(Leaf.Channel.BYTES);
    long provider = leaf(Leaf.Provider.BYTES);
    long job = leaf(Leaf.Job.BYTES);
    long quorum = leaf(Leaf.Quorum.BYTES);
    long committee = leaf(Leaf.Committee.BYTES) + leaf(Leaf.Counters.bytes(LOG2));
    SeededGenerator.forAll(
        300,
        generator -> {
          EncodedTransaction encoded =
              EncodedTransaction.of(generator.postedTransaction(LOG2), LOG2);
          long expected =
              switch (encoded.transaction().kind()) {
                case L1_MESSAGE -> 0;
                case TRANSFER -> 2 * account;
                case WITHDRAW -> account + leaf(Leaf.Withdrawal.BYTES);
                case CHANNEL_OPEN, CHANNEL_CLOSE -> 2 * account + channel;
                case CHANNEL_CLAIM -> account + channel;
                // The path of the new key in the committee's tree has at most nine siblings.
                case PROVIDER_REGISTER -> 2 * account + provider + committee + 9 * 32;
                case PROVIDER_UPDATE -> 2 * account + provider;
                case HEARTBEAT_RECORD -> {
                  HeartbeatRecord heartbeats = (HeartbeatRecord) encoded.transaction();
                  long proofs = 0;
                  for (Attendance attendance : heartbeats.committees()) {
                    int absent = attendance.absentCount(COMMITTEE_SIZE);
                    int supplied = Math.min(absent, COMMITTEE_SIZE - absent);
                    proofs += 96L * supplied + 32 * siblings(supplied);
                  }
                  yield heartbeats.committees().size() * committee + proofs;
                }
                case JOB_OPEN -> {
                  JobOpen open = (JobOpen) encoded.transaction();
                  long members = open.mode() == Transaction.MODE_QUORUM ? quorum : 0;
                  yield account + open.providers().size() * provider + job + members;
                }
                // A reveal may pay five and the buyer.
                case JOB_RESULT ->
                    job
                        + quorum
                        + provider
                        + account
                        + (encoded.transaction() instanceof JobReveal ? 6 : 1) * account;
                // The quorum is larger than the provider that stands in its place.
                case JOB_SETTLE -> 2 * account + quorum + job;
              };
          assertEquals(
              expected + encoded.posted().size(),
              Weight.of(encoded, LOG2).witnessBytes(),
              encoded.transaction().kind().name());
        });
  }

  @Test
  void anySingleTransaction_fitsAChunk_atItsWorst() {
    SeededGenerator.forAll(
        300,
        generator -> {
          PostedTransaction transaction = generator.postedTransaction(LOG2);
          // Records of several committees are bounded by weight; a single committee is asked for
          // below.
          if (transaction.kind() != TransactionKind.HEARTBEAT_RECORD) {
            assertFits(transaction);
          }
        });
    byte[] half = new byte[COMMITTEE_SIZE / 8];
    for (int i = 0; i < half.length / 2; i++) {
      half[i] = (byte) 0xff;
    }
    Attendance worst = new Attendance.PresentBits(0xffffffffL, Bytes.wrap(half));
    assertEquals(256, worst.absentCount(COMMITTEE_SIZE));
    assertFits(new HeartbeatRecord(0xffffffffL, List.of(worst), Bytes.wrap(new byte[192])));
  }

  @Test
  void ticksClaim_weighsAHundredGasMore_forEveryStep() {
    Weight one = weight(new TickClaim(1, 4_096, 1, GENERATOR.hash32()));
    Weight most = weight(new TickClaim(1, 4_096, 33, GENERATOR.hash32()));
    assertEquals(32 * 100, most.gas() - one.gas());
    // 33 takes one byte more than 1 does.
    assertEquals(1, most.witnessBytes() - one.witnessBytes());
    assertFits(
        new TickClaim(
            0xffffffffL,
            Transaction.VARINT_LIMIT - 1,
            Transaction.TICK_STEPS_MAX,
            GENERATOR.hash32()));
  }

  private static Weight weight(PostedTransaction transaction) {
    return Weight.of(EncodedTransaction.of(transaction, LOG2), LOG2);
  }

  @Test
  void inboxWeight_coversWhateverTheMessageDoes() {
    Weight forced = Weight.of(new InboxMessage.Forced(Bytes.of(0)));
    SeededGenerator.forAll(
        300,
        generator -> {
          PostedTransaction transaction = generator.postedTransaction(LOG2);
          if (transaction.kind() != TransactionKind.HEARTBEAT_RECORD) {
            Weight posted = Weight.of(EncodedTransaction.of(transaction, LOG2), LOG2);
            Weight wire = new Weight(WireCodec.BYTES_MAX + 27, 0);
            assertTrue(posted.plus(wire).fits(forced), transaction.kind().name());
          }
        });
    // Head of a message in a witness, payload, one account.
    Weight deposit = Weight.of(new InboxMessage.Deposit(0, Uint128.ZERO, GENERATOR.address()));
    assertTrue(27 + 37 + leaf(Leaf.Account.BYTES) <= deposit.witnessBytes());
    assertTrue(27 + 36 <= Weight.of(new InboxMessage.Seed(0, GENERATOR.hash32())).witnessBytes());
  }

  @Test
  void fullChunk_staysProvableThroughThePublicMempool_forTransfersAndMixtures() {
    WalletSignature signature = GENERATOR.signature();
    PostedTransaction transfer =
        new PostedTransaction.Transfer(
            1, new Recipient.Existing(2), 0, Uint128.of(3), null, signature);
    int transfers = fill(Collections.nCopies(100, transfer));
    // 115,000 bytes, 6,000 of them the chunk's, at about 2,010 each; 3,934 bytes of payload at 70.
    assertEquals(54, transfers);
    SeededGenerator.forAll(
        50,
        generator -> {
          List<PostedTransaction> mixture = new ArrayList<>();
          for (int i = 0; i < 100; i++) {
            mixture.add(generator.postedTransaction(LOG2));
          }
          fill(mixture);
        });
    assertTrue(Weight.CHUNK_LIMIT.witnessBytes() < WITNESS_BYTES_POSSIBLE);
  }

  @Test
  void run_isWeighedByTheInbox_andAFullRunOfDepositsIsTooHeavy() {
    Weight deposits = Weight.CHUNK;
    Weight deposit = Weight.of(new InboxMessage.Deposit(0, Uint128.ZERO, GENERATOR.address()));
    int count = 0;
    while (deposits.plus(deposit).fits(Weight.CHUNK_LIMIT)) {
      deposits = deposits.plus(deposit);
      count++;
    }
    assertEquals(53, count);
    assertTrue(count < L1MessageRun.MESSAGES_MAX);
  }

  /** Takes transactions while they fit; gives their number. */
  private static int fill(List<PostedTransaction> transactions) {
    List<EncodedTransaction> taken = new ArrayList<>();
    for (PostedTransaction transaction : transactions) {
      List<EncodedTransaction> more = new ArrayList<>(taken);
      more.add(EncodedTransaction.of(transaction, LOG2));
      Block block = new Block(0, more);
      if (block.encodedBytes() <= Chunk.PAYLOAD_BYTES_MAX
          && Weight.ofChunk(List.of(block), LOG2).fits(Weight.CHUNK_LIMIT)) {
        taken = more;
      }
    }
    Weight weight = Weight.ofChunk(List.of(new Block(0, taken)), LOG2);
    assertTrue(weight.fits(Weight.CHUNK_LIMIT));
    assertFalse(taken.isEmpty());
    return taken.size();
  }

  private static void assertFits(PostedTransaction transaction) {
    Block block = new Block(0, List.of(EncodedTransaction.of(transaction, LOG2)));
    Weight weight = Weight.ofChunk(List.of(block), LOG2);
    assertTrue(
        weight.fits(Weight.CHUNK_LIMIT) && block.encodedBytes() <= Chunk.PAYLOAD_BYTES_MAX,
        transaction + " " + weight);
  }

  /** Of so many members of a committee as far apart as can be, level by level. */
  private static long siblings(int members) {
    long all = 0;
    for (int width = COMMITTEE_SIZE; width > 1; width /= 2) {
      all += 2L * Math.min(members, width / 2) - Math.min(members, width);
    }
    return all;
  }

  /**
   * L(size) of docs/protocol.md §9: head and preimage in the witness, and 27 siblings at 2^32
   * leaves.
   */
  private static long leaf(int size) {
    return size + 10L + 27 * 32;
  }
}
