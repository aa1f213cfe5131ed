package dev.sluice.client.demo;

import com.google.protobuf.ByteString;
import dev.sluice.client.demo.model.Custody;
import dev.sluice.client.demo.model.LedgerModel;
import dev.sluice.client.sdk.AccountView;
import dev.sluice.client.sdk.ChannelView;
import dev.sluice.client.sdk.JobView;
import dev.sluice.client.sdk.SluiceClient;
import dev.sluice.l1.connection.L1Log;
import dev.sluice.l1.contract.BridgeContract;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.v1.BlockRequest;
import dev.sluice.proto.v1.ChainInfoAnswer;
import dev.sluice.proto.v1.WithdrawalProofAnswer;
import dev.sluice.proto.v1.WithdrawalProofRequest;
import java.io.IOException;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * What the chain says about itself, over the public queries and from L1; compared with the model,
 * never mixed with it.
 */
final class Readings {
  private Readings() {}

  /** The balance of an address, over all of its accounts. */
  static BigInteger balance(SluiceClient client, Address owner, int token) {
    return client.accounts(owner).stream()
        .map(account -> account.balances().get(token).toBigInteger())
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  /** The chain's accounts as the model wants to see them, each address asked for once. */
  static LedgerModel.Accounts accounts(SluiceClient client) {
    Map<String, List<AccountView>> known = new HashMap<>();
    return new LedgerModel.Accounts() {
      private List<AccountView> of(String address) {
        return known.computeIfAbsent(address, a -> client.accounts(Address.fromHex(a)));
      }

      @Override
      public BigInteger balance(String address, int token) {
        return of(address).stream()
            .map(account -> account.balances().get(token).toBigInteger())
            .reduce(BigInteger.ZERO, BigInteger::add);
      }

      @Override
      public long nonce(String address) {
        return of(address).stream().mapToLong(AccountView::nonce).sum();
      }
    };
  }

  /**
   * Everything of one token that the chain knows, part by part (docs/protocol.md §3, Custody): all
   * accounts, all channels, all jobs, all withdrawals, and the deposits that L1 has and L2 has not
   * consumed.
   */
  static Custody custody(Stage stage, int token) throws IOException {
    SluiceClient client = stage.client;
    ChainInfoAnswer info = client.status();
    BigInteger accounts =
        sum(
            info.getAccounts(),
            index -> client.account(index).orElseThrow().balances().get(token).toBigInteger());
    BigInteger channels =
        sum(
            info.getChannels(),
            index -> {
              ChannelView channel = client.channel(index).orElseThrow();
              return channel.token() == token
                  ? channel.deposit().toBigInteger().subtract(channel.claimed().toBigInteger())
                  : BigInteger.ZERO;
            });
    BigInteger jobs =
        sum(
            info.getJobs(),
            index -> {
              JobView job = client.job(index).orElseThrow();
              return job.token() == token ? job.escrow().toBigInteger() : BigInteger.ZERO;
            });
    BigInteger withdrawals = BigInteger.ZERO;
    for (long index = 0; index < Integer.toUnsignedLong(info.getWithdrawals()); index++) {
      if (stage.bridge.isClaimed(index)) {
        continue;
      }
      WithdrawalProofAnswer withdrawal =
          client
              .query()
              .withdrawalProof(
                  WithdrawalProofRequest.newBuilder().setWithdrawal((int) index).build());
      if (withdrawal.getToken() == token) {
        withdrawals = withdrawals.add(amount(withdrawal.getAmount()));
      }
    }
    return new Custody(
        accounts,
        amount(info.getFeeBalances(token)),
        channels,
        jobs,
        withdrawals,
        pendingDeposits(stage, token));
  }

  private static BigInteger pendingDeposits(Stage stage, int token) throws IOException {
    long consumed =
        stage
            .client
            .query()
            .block(BlockRequest.newBuilder().setNumber(stage.client.heads().getUnsafe()).build())
            .getHeader()
            .getInboxPosition();
    BigInteger sum = BigInteger.ZERO;
    for (L1Log log :
        stage.l1.logs(
            stage.chain.deploymentBlock(),
            stage.l1.latestBlock().number(),
            List.of(stage.bridge.address()),
            List.of(BridgeContract.DEPOSITED))) {
      BridgeContract.Deposited deposit = BridgeContract.deposited(log);
      if (deposit.token() == token && deposit.inboxIndex() >= consumed) {
        sum = sum.add(deposit.amount().toBigInteger());
      }
    }
    return sum;
  }

  private interface AmountAt {
    BigInteger of(long index);
  }

  /** Each leaf is asked for by itself: some thousand queries, several at once. */
  private static BigInteger sum(int count, AmountAt amount) {
    return LongStream.range(0, Integer.toUnsignedLong(count))
        .parallel()
        .mapToObj(amount::of)
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  /** An amount of 16 bytes. */
  static BigInteger amount(ByteString bytes) {
    return Uint128.of(bytes.toByteArray(), 0).toBigInteger();
  }
}
