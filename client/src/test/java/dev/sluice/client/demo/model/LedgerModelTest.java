package dev.sluice.client.demo.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.client.demo.model.LedgerModel.ChannelView;
import dev.sluice.client.demo.model.LedgerModel.JobState;
import dev.sluice.client.demo.model.LedgerModel.JobView;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerModelTest {
  private static final String ALICE = "0x" + "a1".repeat(20);
  private static final String BOB = "0x" + "b0".repeat(20);
  private static final String CHANNEL = "0x" + "cc".repeat(32);
  private static final String JOB = "0x" + "dd".repeat(32);
  private static final String RESULT = "0x" + "ee".repeat(32);

  private final LedgerModel model =
      new LedgerModel(new Prices(List.of(wei(10), wei(3), BigInteger.ZERO, BigInteger.ZERO)));

  private static BigInteger wei(long amount) {
    return BigInteger.valueOf(amount);
  }

  @BeforeEach
  void fund() {
    model.deposit(ALICE, 0, wei(10_000));
  }

  /** The model's own balances, those of {@code wrong} off by so much. */
  private LedgerModel.Accounts observed(String wrong, long error, long nonceError) {
    return new LedgerModel.Accounts() {
      @Override
      public BigInteger balance(String address, int token) {
        BigInteger right = model.balance(address, token);
        return address.equals(wrong) && token == 0 ? right.add(wei(error)) : right;
      }

      @Override
      public long nonce(String address) {
        long right = address.equals(ALICE) ? 1 : 0;
        return address.equals(wrong) ? right + nonceError : right;
      }
    };
  }

  private static List<Check> failed(List<Check> checks) {
    return checks.stream().filter(check -> !check.passed()).toList();
  }

  @Test
  void transfer_movesAmountAndFee_whenApplied() {
    model.transfer(ALICE, BOB, 0, wei(700));
    assertEquals(wei(9_290), model.balance(ALICE, 0));
    assertEquals(wei(700), model.balance(BOB, 0));
    assertEquals(wei(10), model.fees(0));
    assertEquals(List.of(), failed(model.checkAccounts(observed(ALICE, 0, 0))));
  }

  @Test
  void check_fails_whenOneWeiIsMissing() {
    model.transfer(ALICE, BOB, 0, wei(700));
    List<Check> failed = failed(model.checkAccounts(observed(BOB, -1, 0)));
    assertEquals(1, failed.size());
    assertTrue(failed.getFirst().toString().contains("expected 700, found 699"));
  }

  @Test
  void check_fails_whenOneWeiIsTooMuch() {
    model.transfer(ALICE, BOB, 0, wei(700));
    assertEquals(1, failed(model.checkAccounts(observed(ALICE, 1, 0))).size());
  }

  @Test
  void check_fails_whenANonceDiffers() {
    model.transfer(ALICE, BOB, 0, wei(700));
    assertEquals(1, failed(model.checkAccounts(observed(BOB, 0, 1))).size());
  }

  @Test
  void transfer_throws_whenOneWeiIsShort() {
    assertThrows(IllegalStateException.class, () -> model.transfer(ALICE, BOB, 0, wei(9_991)));
    model.transfer(ALICE, BOB, 0, wei(9_990));
    assertEquals(wei(0), model.balance(ALICE, 0));
  }

  @Test
  void withdrawal_isOwed_whenSent() {
    model.withdraw(ALICE, BOB, 0, wei(500));
    assertEquals(wei(9_480), model.balance(ALICE, 0));
    assertEquals(List.of(new LedgerModel.Withdrawal(BOB, 0, wei(500))), model.withdrawals());
  }

  @Test
  void channel_splitsItsDeposit_whenClaimedAndClosed() {
    model.openChannel(CHANNEL, ALICE, BOB, 0, wei(1_000));
    model.claimChannel(CHANNEL, wei(300));
    model.claimChannel(CHANNEL, wei(300)); // without effect
    model.startClose(CHANNEL, ALICE, 77);
    model.finalizeClose(CHANNEL);
    assertEquals(wei(290), model.balance(BOB, 0));
    // 10,000 - open (1,000 + 20) - start 10 + rest 700 - finalize 10
    assertEquals(wei(9_660), model.balance(ALICE, 0));
    assertEquals(wei(50), model.fees(0));
    ChannelView closed = new ChannelView(3, wei(300), wei(300));
    assertEquals(List.of(), failed(model.checkChannels(List.of(CHANNEL), Map.of(CHANNEL, closed))));
    ChannelView oneOff = new ChannelView(3, wei(300), wei(301));
    assertEquals(1, failed(model.checkChannels(List.of(CHANNEL), Map.of(CHANNEL, oneOff))).size());
    assertEquals(1, failed(model.checkChannels(List.of(CHANNEL), Map.of())).size());
  }

  @Test
  void claim_throws_whenItWouldBeRefused() {
    model.openChannel(CHANNEL, ALICE, BOB, 0, wei(1_000));
    assertThrows(IllegalStateException.class, () -> model.claimChannel(CHANNEL, wei(1_001)));
    assertThrows(IllegalStateException.class, () -> model.claimChannel(CHANNEL, wei(9)));
    assertThrows(IllegalStateException.class, () -> model.finalizeClose(CHANNEL));
  }

  private void openJob() {
    model.deposit(BOB, 0, wei(100));
    model.openJob(JOB, ALICE, BOB, BOB, 0, wei(1_011), 2_500);
  }

  @Test
  void job_paysTheProvider_whenAccepted() {
    openJob();
    model.resultOfJob(JOB, RESULT);
    model.settleJob(JOB, JobState.ACCEPTED, 7);
    assertEquals(wei(100 - 10 + 1_001), model.balance(BOB, 0));
    assertEquals(
        List.of(),
        failed(model.checkJobs(List.of(JOB), Map.of(JOB, new JobView(3, wei(0), RESULT, 7)))));
  }

  @Test
  void job_splitsRoundedDown_whenRefused() {
    openJob();
    model.resultOfJob(JOB, RESULT);
    model.settleJob(JOB, JobState.REFUSED, 0);
    assertEquals(wei(90 + 250), model.balance(BOB, 0)); // floor(1,001 / 4)
    assertEquals(wei(10_000 - 1_011 - 20 + 751), model.balance(ALICE, 0));
  }

  @Test
  void job_returnsEverything_whenTimedOut() {
    openJob();
    model.settleJob(JOB, JobState.TIMED_OUT, 0);
    assertEquals(wei(9_980), model.balance(ALICE, 0));
    assertThrows(IllegalStateException.class, () -> model.settleJob(JOB, JobState.SILENCE, 0));
  }

  @Test
  void jobCheck_fails_whenOneByteOfTheResultDiffers() {
    openJob();
    model.resultOfJob(JOB, RESULT);
    String other = RESULT.substring(0, 64) + "ef";
    assertEquals(
        1,
        failed(model.checkJobs(List.of(JOB), Map.of(JOB, new JobView(2, wei(1_011), other, 0))))
            .size());
  }

  private static final String CAROL = "0x" + "ca".repeat(20);
  private static final String DAVE = "0x" + "da".repeat(20);

  private List<Check> channelIs(int state, long deposit, long claimed) {
    return failed(
        model.checkChannels(
            List.of(CHANNEL), Map.of(CHANNEL, new ChannelView(state, wei(deposit), wei(claimed)))));
  }

  @Test
  void stream_paysToTheSecondOfItsClosing_lessTheDepositAtMost() {
    model.openStream(CHANNEL, ALICE, BOB, 0, wei(1_000), wei(20), 100);
    assertEquals(wei(0), model.entitled(CHANNEL, 100));
    assertEquals(wei(140), model.entitled(CHANNEL, 107));
    assertEquals(wei(1_000), model.entitled(CHANNEL, 10_000));
    model.claimStream(CHANNEL, 107);
    assertEquals(wei(130), model.balance(BOB, 0));
    model.startClose(CHANNEL, ALICE, 110);
    assertEquals(wei(200), model.entitled(CHANNEL, 10_000), "it stands still");
    model.finalizeClose(CHANNEL);
    assertEquals(wei(130 + 60), model.balance(BOB, 0));
    // 10,000 - open (1,000 + 20) - start 10 + rest 800 - finalize 10
    assertEquals(wei(9_760), model.balance(ALICE, 0));
    assertEquals(List.of(), channelIs(3, 200, 200));
    assertEquals(1, channelIs(3, 200, 199).size());
  }

  @Test
  void streamCheck_fails_whenOneSecondIsTooMuch() {
    model.openStream(CHANNEL, ALICE, BOB, 0, wei(1_000), wei(20), 100);
    model.claimStream(CHANNEL, 107);
    assertEquals(List.of(), channelIs(1, 1_000, 140));
    assertEquals(1, channelIs(1, 1_000, 160).size());
  }

  @Test
  void streamClaim_throws_whenItIsBelowItsFee() {
    model.openStream(CHANNEL, ALICE, BOB, 0, wei(1_000), wei(9), 100);
    assertThrows(IllegalStateException.class, () -> model.claimStream(CHANNEL, 101));
    assertThrows(IllegalStateException.class, () -> model.entitled(JOB, 101));
  }

  @Test
  void tickCheck_fails_whenOneTickIsMissing() {
    model.openTicks(CHANNEL, ALICE, BOB, 0, wei(1_000), wei(7));
    model.claimTicks(CHANNEL, 50, 50);
    model.claimTicks(CHANNEL, 60, 10);
    assertEquals(wei(420 - 20), model.balance(BOB, 0));
    assertEquals(List.of(), channelIs(1, 1_000, 420));
    assertEquals(1, channelIs(1, 1_000, 413).size());
    assertEquals(1, channelIs(1, 1_000, 427).size());
  }

  @Test
  void tickClaim_throws_whenTheStepsAreWrongOrTheDepositIsPassed() {
    model.openTicks(CHANNEL, ALICE, BOB, 0, wei(1_000), wei(7));
    model.claimTicks(CHANNEL, 50, 50);
    assertThrows(IllegalStateException.class, () -> model.claimTicks(CHANNEL, 60, 11));
    assertThrows(IllegalStateException.class, () -> model.claimTicks(CHANNEL, 143, 93));
    model.claimTicks(CHANNEL, 142, 92);
  }

  private void openQuorumJob() {
    for (String worker : List.of(BOB, CAROL, DAVE)) {
      model.deposit(worker, 0, wei(20));
    }
    model.openQuorumJob(JOB, ALICE, List.of(BOB, CAROL, DAVE), 2, 0, wei(1_011));
    for (int member = 0; member < 3; member++) {
      model.commit(JOB, member, "0x" + ("c" + member).repeat(32));
    }
  }

  private List<Check> quorumIs(int state, long escrow, String result, List<String> members) {
    return failed(
        model.checkJobs(
            List.of(JOB), Map.of(JOB, new JobView(state, wei(escrow), result, 0, members))));
  }

  @Test
  void quorum_paysTheFirstMajorityOnly_andTheRestToTheBuyer() {
    openQuorumJob();
    String lie = "0x" + "11".repeat(32);
    model.reveal(JOB, 0, lie);
    model.reveal(JOB, 1, RESULT);
    model.reveal(JOB, 2, RESULT);
    assertEquals(wei(0), model.balance(BOB, 0));
    assertEquals(wei(500), model.balance(CAROL, 0)); // floor(1,001 / 2)
    assertEquals(wei(500), model.balance(DAVE, 0));
    assertEquals(wei(10_000 - 1_011 - 20 + 1), model.balance(ALICE, 0));
    List<String> members = List.of(lie, RESULT, RESULT);
    assertEquals(List.of(), quorumIs(3, 0, RESULT, members));
    assertEquals(1, quorumIs(3, 1, RESULT, members).size(), "one wei");
    String other = RESULT.substring(0, 64) + "ef";
    assertEquals(1, quorumIs(3, 0, RESULT, List.of(lie, RESULT, other)).size(), "one byte");
    assertThrows(IllegalStateException.class, () -> model.reveal(JOB, 0, RESULT));
  }

  @Test
  void quorum_refundsTheBuyer_whenNoTwoAgree() {
    openQuorumJob();
    String zero = "0x" + "0".repeat(64);
    List<String> results =
        List.of("0x" + "11".repeat(32), "0x" + "22".repeat(32), "0x" + "33".repeat(32));
    for (int member = 0; member < 3; member++) {
      model.reveal(JOB, member, results.get(member));
    }
    model.settleJob(JOB, JobState.TIMED_OUT, 0);
    assertEquals(wei(9_980), model.balance(ALICE, 0));
    assertEquals(wei(0), model.balance(DAVE, 0));
    assertEquals(List.of(), quorumIs(6, 0, zero, results));
  }

  @Test
  void reveal_throws_beforeEveryMemberHasCommitted() {
    model.deposit(BOB, 0, wei(20));
    model.openQuorumJob(JOB, ALICE, List.of(BOB, CAROL), 2, 0, wei(1_011));
    model.commit(JOB, 0, RESULT);
    assertThrows(IllegalStateException.class, () -> model.reveal(JOB, 0, RESULT));
    assertThrows(IllegalStateException.class, () -> model.commit(JOB, 0, RESULT));
    assertThrows(
        IllegalStateException.class,
        () -> model.openQuorumJob(CHANNEL, ALICE, List.of(BOB, CAROL), 1, 0, wei(1_011)));
  }

  @Test
  void expectedResult_paysAtOnce() {
    model.deposit(BOB, 0, wei(10));
    String expected = "0x" + "99".repeat(32);
    model.openExpectingJob(JOB, ALICE, BOB, BOB, 0, wei(1_011), expected);
    assertEquals(List.of(), quorumIs(1, 1_011, expected, List.of()));
    assertThrows(IllegalStateException.class, () -> model.resultOfJob(JOB, RESULT));
    model.resultOfExpectingJob(JOB, RESULT);
    assertEquals(wei(1_001), model.balance(BOB, 0));
    assertEquals(List.of(), quorumIs(3, 0, RESULT, List.of()));
  }

  @Test
  void providerUpdate_costsItsPrice() {
    model.updateProvider(ALICE, BOB, 0);
    assertEquals(wei(9_990), model.balance(ALICE, 0));
    assertEquals(wei(10), model.fees(0));
  }

  @Test
  void custodyCheck_fails_whenOneWeiIsMissing() {
    Custody custody = new Custody(wei(1), wei(2), wei(3), wei(4), wei(5), wei(6));
    assertTrue(custody.check(0, wei(21)).passed());
    assertFalse(custody.check(0, wei(20)).passed());
  }
}
