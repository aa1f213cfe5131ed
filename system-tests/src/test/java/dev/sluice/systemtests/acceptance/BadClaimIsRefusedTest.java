package dev.sluice.systemtests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.l1.connection.L1Receipt;
import dev.sluice.l1.contract.L1Call;
import dev.sluice.l1.contract.WithdrawalClaim;
import dev.sluice.l1.deployment.DevnetAccounts;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A withdrawal is paid once, after finality, to its recipient, and nothing else is. */
final class BadClaimIsRefusedTest extends OnExecutedChain {
  private static final int ANYBODY = DevnetAccounts.FIRST_USER + 1;
  private static final Uint128 AMOUNT = Uint128.of(123_456);

  private L1Call claim(
      BatchHeader header, long index, long mask, int token, Uint128 amount, List<Hash32> siblings) {
    return l1.bridge.claim(
        header, new WithdrawalClaim(index, mask, ALICE.address(), token, amount), siblings);
  }

  @Test
  void claim_isRefusedByName_beforeFinality_twice_forAnotherLeafAndForAnInnerNode()
      throws Exception {
    BatchHeader header = post(chunks(), end);
    long mask = withdrawalsProof.positions().getFirst().mask();
    List<Hash32> siblings = withdrawalsProof.siblings();
    L1Call honest = claim(header, 0, mask, 0, AMOUNT, siblings);
    assertEquals("BatchNotFinal", l1.reverted(ANYBODY, honest));

    l1.passTime(604_800);
    assertTrue(l1.rollup.isFinal(header));
    assertEquals(
        "WrongProof",
        l1.reverted(ANYBODY, claim(header, 0, mask, 0, AMOUNT.plus(Uint128.ONE), siblings)));
    assertEquals("WrongProof", l1.reverted(ANYBODY, claim(header, 1, mask, 0, AMOUNT, siblings)));
    assertEquals("WrongProof", l1.reverted(ANYBODY, claim(header, 0, mask, 1, AMOUNT, siblings)));
    // The proof of an account, told as one of a withdrawal.
    assertEquals(
        "WrongProof",
        l1.reverted(
            ANYBODY,
            claim(
                header,
                1,
                accountProof.positions().getFirst().mask(),
                0,
                AMOUNT,
                accountProof.siblings())));
    // A path that begins one level up, as if the leaf were the node above it.
    assertEquals(1, mask & 1, "two withdrawals: the sibling of the first is there");
    assertEquals(
        "WrongProof",
        l1.reverted(
            ANYBODY, claim(header, 0, mask & ~1, 0, AMOUNT, siblings.subList(1, siblings.size()))));
    assertEquals(BigInteger.ZERO, l1.client.balanceWei(ALICE.address()));

    L1Receipt paid = l1.included(ANYBODY, honest);
    System.out.println("claimed one withdrawal: " + paid.gasUsed() + " gas");
    assertEquals(AMOUNT.toBigInteger(), l1.client.balanceWei(ALICE.address()));
    assertEquals("AlreadyClaimed", l1.reverted(ANYBODY, honest));

    Address stranger = DevnetAccounts.key(ANYBODY).address();
    assertEquals(
        "WrongProof",
        l1.reverted(
            ANYBODY,
            l1.bridge.claim(
                header, new WithdrawalClaim(1, mask, stranger, 1, Uint128.of(777)), siblings)));
    assertEquals(AMOUNT.toBigInteger(), l1.client.balanceWei(ALICE.address()));
  }
}
