package dev.sluice.client.sdk;

import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Exception;
import dev.sluice.l1.connection.L1Receipt;
import dev.sluice.l1.contract.ContractErrors;
import dev.sluice.l1.contract.L1Call;
import dev.sluice.l1.deployment.ContractArtifact;
import dev.sluice.l1.sender.Outcome;
import dev.sluice.l1.sender.SendJournal;
import dev.sluice.l1.sender.SenderPolicy;
import dev.sluice.l1.sender.TransactionSender;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.value.Address;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A key that acts on L1: sends a call, waits until it is mined, and turns everything else into an
 * exception with what to do. One object per key and process; calls wait for each other.
 */
public final class L1Wallet {
  private final L1Client client;
  private final TransactionSender sender;

  /** A wallet on the chain with this id. */
  public L1Wallet(L1Client client, long chainId, PrivateKey key) {
    this.client = client;
    this.sender =
        new TransactionSender(client, chainId, key, SenderPolicy.defaults(), contractErrors());
  }

  /** The account that signs and pays gas. */
  public Address address() {
    return sender.account();
  }

  /** The node that it talks to. */
  public L1Client client() {
    return client;
  }

  /**
   * Sends and waits until it is mined, two minutes at most.
   *
   * @throws L1FailureException if it is refused, or not mined in time
   * @throws UnreachableException if the node does not answer
   */
  public L1Receipt send(L1Call call) {
    try {
      return switch (sender.send(call, SendJournal.VOLATILE)) {
        case Outcome.Included included -> included.receipt();
        case Outcome.Reverted reverted ->
            throw new L1FailureException(
                call.purpose() + " is refused by the contract: " + reverted.error(),
                remedy(reverted.error().name()));
        case Outcome.OverLimit over ->
            throw new L1FailureException(
                call.purpose()
                    + " needs "
                    + over.value()
                    + " "
                    + over.limit()
                    + ", the limit is "
                    + over.max(),
                "split it into smaller calls");
        case Outcome.InsufficientFunds funds ->
            throw new L1FailureException(
                "the L1 account "
                    + address()
                    + " has "
                    + funds.haveWei()
                    + " wei and needs "
                    + funds.needWei(),
                "send ETH to it on L1");
        case Outcome.Underpriced price ->
            throw new L1FailureException(
                "L1 wants " + price.neededWei() + " wei per gas, our cap is " + price.capWei(),
                "wait until gas is cheaper");
        case Outcome.Unreachable away ->
            throw new UnreachableException(
                "L1 does not answer: " + away.reason(), "check the L1 address and try again");
        case Outcome.Pending pending ->
            throw new L1FailureException(
                call.purpose() + " is not mined yet; attempts: " + pending.attempts().size(),
                "look for it on L1 before you send it again");
        case Outcome.Displaced displaced ->
            throw new L1FailureException(
                "nonce " + displaced.nonce() + " of " + address() + " was used elsewhere",
                "try again, with one process per L1 key");
        case Outcome.Refused refused ->
            throw new L1FailureException(
                "the L1 node refuses " + call.purpose() + ": " + refused.reason(),
                "correct it and try again");
      };
    } catch (L1Exception e) {
      throw unreachable(e);
    } catch (IOException e) {
      throw new IllegalStateException("a volatile journal does not fail", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException(
          "interrupted during " + call.purpose(), "look for it on L1", e);
    }
  }

  /** What L1 could not answer, as an exception of this package. */
  static SluiceException unreachable(L1Exception cause) {
    return new UnreachableException(
        "L1 gives no answer: " + cause.getMessage(),
        "check the L1 address (--l1) and that the node runs",
        cause);
  }

  private static ContractErrors contractErrors() {
    try {
      return ContractArtifact.errors();
    } catch (IOException e) {
      throw new UncheckedIOException("the contracts' ABIs belong to this program", e);
    }
  }

  private static String remedy(String error) {
    return switch (error) {
      case "AlreadyClaimed" -> "nothing to do: it is paid, or held as a credit (withdrawCredit)";
      case "BatchNotFinal" -> "wait until the batch's challenge window is over";
      default -> "see the NatSpec of the error in bridge-contracts/src/interfaces";
    };
  }
}
