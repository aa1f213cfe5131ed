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
    model.startClose(CHANNEL, ALICE);
    model.finalizeClose(CHANNEL);
    assertEquals(wei(290), model.balance(BOB, 0));
    // 10,000 - open (1,000 + 20) - start 10 + rest 700 - finalize 10
    assertEquals(wei(9_660), model.balance(ALICE, 0));
    assertEquals(wei(50), model.fees(0));
    ChannelView closed = new ChannelView(3, wei(300), wei(300));
    assertEquals(List.of(), failed(model.checkChannels(Map.of(CHANNEL, closed))));
    ChannelView oneOff = new ChannelView(3, wei(300), wei(301));
    assertEquals(1, failed(model.checkChannels(Map.of(CHANNEL, oneOff))).size());
    assertEquals(1, failed(model.checkChannels(Map.of())).size());
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
        List.of(), failed(model.checkJobs(Map.of(JOB, new JobView(3, wei(0), RESULT, 7)))));
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
        1, failed(model.checkJobs(Map.of(JOB, new JobView(2, wei(1_011), other, 0)))).size());
  }

  @Test
  void custodyCheck_fails_whenOneWeiIsMissing() {
    Custody custody = new Custody(wei(1), wei(2), wei(3), wei(4), wei(5), wei(6));
    assertTrue(custody.check(0, wei(21)).passed());
    assertFalse(custody.check(0, wei(20)).passed());
  }
}
