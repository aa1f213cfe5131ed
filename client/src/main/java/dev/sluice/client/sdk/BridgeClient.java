package dev.sluice.client.sdk;

import dev.sluice.l1.connection.L1Exception;
import dev.sluice.l1.connection.L1Log;
import dev.sluice.l1.connection.L1Receipt;
import dev.sluice.l1.contract.BridgeContract;
import dev.sluice.l1.contract.TestToken;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.math.BigInteger;
import java.time.Duration;

/** Deposits from L1, and their arrival on L2. */
public final class BridgeClient {
  private final SluiceClient client;
  private final L1Side l1;

  /** Deposits through {@code l1}; asks {@code client} whether they arrived. */
  public BridgeClient(SluiceClient client, L1Side l1) {
    this.client = client;
    this.l1 = l1;
  }

  /**
   * A deposit that is mined on L1.
   *
   * @param inboxIndex of its message
   * @param messageId the inbox accumulator after it: its transaction id on L2
   */
  public record Deposit(
      long inboxIndex,
      Hash32 messageId,
      Address owner,
      int token,
      Uint128 amount,
      L1Receipt receipt) {}

  /**
   * Deposits ETH (token 0) or a listed ERC-20 for {@code owner} and waits until it is mined. For an
   * ERC-20 it first allows the bridge exactly this amount if it is not allowed as much already.
   *
   * @throws L1FailureException if L1 refuses
   */
  public Deposit deposit(L1Wallet from, int token, Uint128 amount, Address owner) {
    BridgeContract bridge = l1.bridge();
    L1Receipt receipt;
    if (token == 0) {
      receipt = from.send(bridge.depositEth(owner, amount.toBigInteger()));
    } else {
      allow(from, token, amount);
      receipt = from.send(bridge.depositToken(token, amount, owner));
    }
    L1Log log =
        receipt.logs().stream()
            .filter(
                one ->
                    one.address().equals(bridge.address())
                        && one.topics().getFirst().equals(BridgeContract.DEPOSITED))
            .findFirst()
            .orElseThrow(
                () ->
                    new L1FailureException(
                        "the bridge took a deposit without saying so",
                        "check the bridge's address"));
    BridgeContract.Deposited deposited = BridgeContract.deposited(log);
    return new Deposit(
        deposited.inboxIndex(),
        messageId(deposited.inboxIndex()),
        deposited.owner(),
        token,
        deposited.amount(),
        receipt);
  }

  /**
   * Waits until the deposit is in a durable L2 block; the last status seen after {@code patience}.
   */
  public TransactionStatus awaitCredited(Deposit deposit, Duration patience) {
    return Polling.until(
        () -> client.transaction(deposit.messageId()),
        status -> status instanceof TransactionStatus.InBlock,
        patience);
  }

  private void allow(L1Wallet from, int token, Uint128 amount) {
    if (!client.chain().isListed(token)) {
      throw new L1FailureException(
          "token " + token + " is not listed",
          "use a token that genesis lists (see: sluice status)");
    }
    TestToken erc20 = new TestToken(l1.client(), client.chain().tokens().get(token));
    BigInteger wanted = amount.toBigInteger();
    BigInteger allowed;
    try {
      allowed = erc20.allowance(from.address(), l1.bridge().address());
    } catch (L1Exception e) {
      throw L1Wallet.unreachable(e);
    }
    if (allowed.compareTo(wanted) < 0) {
      if (allowed.signum() > 0) {
        from.send(
            erc20.approve(
                l1.bridge().address(),
                BigInteger.ZERO)); // some tokens refuse to change an allowance
      }
      from.send(erc20.approve(l1.bridge().address(), wanted));
    }
  }

  private Hash32 messageId(long inboxIndex) {
    try {
      return l1.inbox().accumulatorAt(inboxIndex + 1);
    } catch (L1Exception e) {
      throw L1Wallet.unreachable(e);
    }
  }
}
