package dev.sluice.client.sdk;

import dev.sluice.l1.connection.BlockTag;
import dev.sluice.l1.connection.CallResult;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Endpoint;
import dev.sluice.l1.connection.L1Exception;
import dev.sluice.l1.contract.BridgeContract;
import dev.sluice.l1.contract.InboxContract;
import dev.sluice.l1.contract.RollupContract;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** A chain's contracts on L1, through one node. Safe for many threads. */
public final class L1Side implements AutoCloseable {
  private static final byte[] DECIMALS = HexFormat.of().parseHex("313ce567"); // ERC-20 decimals()
  private static final byte[] SYMBOL = HexFormat.of().parseHex("95d89b41"); // ERC-20 symbol()
  private static final int DECIMALS_MAX = 38;
  private static final int SYMBOL_BYTES_MAX = 16;

  private final L1Client client;
  private final Chain chain;

  private L1Side(L1Client client, Chain chain) {
    this.client = client;
    this.chain = chain;
  }

  /**
   * Connects to a node.
   *
   * @throws UnreachableException if it does not answer
   * @throws ChainMismatchException if it serves another chain, or has no contract at the rollup's
   *     address
   */
  public static L1Side connect(URI url, Chain chain) {
    L1Client client = new L1Client(L1Endpoint.at(url));
    try {
      long found = client.chainId();
      if (found != chain.chainId()) {
        throw new ChainMismatchException(
            "L1 at " + url + " is chain " + found + ", expected " + chain.chainId());
      }
      if (!client.hasCode(chain.rollup())) {
        throw new ChainMismatchException("L1 at " + url + " has no Rollup at " + chain.rollup());
      }
      return new L1Side(client, chain);
    } catch (L1Exception e) {
      client.close();
      throw L1Wallet.unreachable(e);
    } catch (ChainMismatchException e) {
      client.close();
      throw e;
    }
  }

  /** The node. */
  public L1Client client() {
    return client;
  }

  /** {@code Rollup}. */
  public RollupContract rollup() {
    return new RollupContract(client, chain.rollup());
  }

  /** {@code Bridge}. */
  public BridgeContract bridge() {
    return new BridgeContract(client, chain.bridge());
  }

  /** {@code Inbox}. */
  public InboxContract inbox() {
    return new InboxContract(client, chain.inbox());
  }

  /** The ETH of an L1 account, wei. */
  public BigInteger balanceWei(Address account) {
    try {
      return client.balanceWei(account);
    } catch (L1Exception e) {
      throw L1Wallet.unreachable(e);
    }
  }

  /**
   * How people write amounts of a token: what its contract says.
   *
   * @throws L1FailureException if the token is not listed or its contract does not tell its
   *     decimals
   */
  public TokenUnit unit(int token) {
    if (token == 0) {
      return TokenUnit.ETH;
    }
    if (!chain.isListed(token)) {
      throw new L1FailureException(
          "token " + token + " is not listed",
          "use a token that genesis lists (see: sluice status)");
    }
    byte[] decimals = read(token, DECIMALS);
    BigInteger places =
        decimals.length == Hash32.BYTES ? new BigInteger(1, decimals) : BigInteger.ONE.negate();
    if (places.signum() < 0 || places.compareTo(BigInteger.valueOf(DECIMALS_MAX)) > 0) {
      throw new L1FailureException(
          "the contract of token " + token + " does not tell its decimals",
          "write amounts in base units, with the suffix wei");
    }
    return new TokenUnit(token, symbol(read(token, SYMBOL), token), places.intValue());
  }

  /**
   * ABI: offset, length, bytes. Anything else, and any sign that is not plain ASCII, gives the
   * token's number.
   */
  private static String symbol(byte[] answer, int token) {
    int start = 2 * Hash32.BYTES;
    if (answer.length > start) {
      BigInteger length = new BigInteger(1, Arrays.copyOfRange(answer, Hash32.BYTES, start));
      if (length.signum() > 0
          && length.compareTo(BigInteger.valueOf(Math.min(SYMBOL_BYTES_MAX, answer.length - start)))
              <= 0) {
        String text = new String(answer, start, length.intValue(), StandardCharsets.US_ASCII);
        if (text.matches("[A-Za-z0-9.$_-]+")) {
          return text;
        }
      }
    }
    return "token" + token;
  }

  private byte[] read(int token, byte[] selector) {
    try {
      return switch (client.call(chain.tokens().get(token), selector, BlockTag.LATEST)) {
        case CallResult.Returned returned -> returned.bytes();
        case CallResult.Reverted _ -> new byte[0];
      };
    } catch (L1Exception e) {
      throw L1Wallet.unreachable(e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
