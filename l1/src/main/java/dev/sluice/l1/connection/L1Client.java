package dev.sluice.l1.connection;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameter;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.core.methods.request.EthFilter;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.EthBlock;
import org.web3j.protocol.core.methods.response.EthLog;
import org.web3j.protocol.core.methods.response.Log;
import org.web3j.protocol.core.methods.response.TransactionReceipt;
import org.web3j.protocol.http.HttpService;

/**
 * A connection to one L1 node. Thread-safe; blocking, meant for virtual threads. Every method
 * throws {@link L1UnavailableException} when the node did not answer within the bounded attempts
 * and {@link L1ErrorException} when it answered with an error.
 */
public final class L1Client implements AutoCloseable {
  /** JSON-RPC's code for "execution reverted". */
  private static final int REVERTED = 3;

  /** The backoff doubles up to 2^4 times its start. */
  private static final int BACKOFF_DOUBLINGS_MAX = 4;

  private static final int IDLE_CONNECTIONS_MAX = 8;

  private final L1Endpoint endpoint;
  private final OkHttpClient http;
  private final Web3j web3j;

  /** Opens nothing yet: the first call connects. */
  public L1Client(L1Endpoint endpoint) {
    this.endpoint = endpoint;
    this.http =
        new OkHttpClient.Builder()
            .connectTimeout(endpoint.connectTimeout())
            .callTimeout(endpoint.requestTimeout())
            .readTimeout(endpoint.requestTimeout())
            .connectionPool(new okhttp3.ConnectionPool(IDLE_CONNECTIONS_MAX, 30, TimeUnit.SECONDS))
            .build();
    this.web3j = Web3j.build(new HttpService(endpoint.url().toString(), http));
  }

  /** Where this client asks. */
  public L1Endpoint endpoint() {
    return endpoint;
  }

  /** The chain id (EIP-155). */
  public long chainId() throws L1Exception {
    return send("eth_chainId", web3j.ethChainId()).getChainId().longValueExact();
  }

  /**
   * Throws {@link L1ErrorException} when the node serves another chain: nothing may be signed for
   * it.
   */
  public void requireChainId(long expected) throws L1Exception {
    long found = chainId();
    if (found != expected) {
      throw new L1ErrorException(
          "eth_chainId", 0, "the node serves chain " + found + ", expected " + expected, "");
    }
  }

  /** A block header, or empty if the node has no such block. */
  public Optional<L1Block> block(BlockTag tag) throws L1Exception {
    EthBlock answer =
        send("eth_getBlockByNumber", web3j.ethGetBlockByNumber(parameter(tag), false));
    return Optional.ofNullable(answer.getBlock()).map(L1Client::toBlock);
  }

  /** The newest block header. */
  public L1Block latestBlock() throws L1Exception {
    return block(BlockTag.LATEST)
        .orElseThrow(() -> new L1UnavailableException("the node has no latest block"));
  }

  /** Balance in wei at the newest block. */
  public BigInteger balanceWei(Address account) throws L1Exception {
    return send(
            "eth_getBalance",
            web3j.ethGetBalance(account.toString(), DefaultBlockParameterName.LATEST))
        .getBalance();
  }

  /** The account's next nonce at the newest block: how many of its transactions are mined. */
  public long minedNonce(Address account) throws L1Exception {
    return send(
            "eth_getTransactionCount",
            web3j.ethGetTransactionCount(account.toString(), DefaultBlockParameterName.LATEST))
        .getTransactionCount()
        .longValueExact();
  }

  /** Whether a contract stands at the address. */
  public boolean hasCode(Address address) throws L1Exception {
    String code =
        send("eth_getCode", web3j.ethGetCode(address.toString(), DefaultBlockParameterName.LATEST))
            .getCode();
    return code != null && code.length() > 2;
  }

  /** Runs a read-only call from nobody; a revert is a result, not an exception. */
  public CallResult call(Address to, byte[] calldata, BlockTag at) throws L1Exception {
    return call(Address.ZERO, to, BigInteger.ZERO, calldata, at);
  }

  /**
   * What a transaction would return if it were run on top of that block; a revert is a result, not
   * an exception.
   */
  public CallResult call(
      Address from, Address to, BigInteger valueWei, byte[] calldata, BlockTag at)
      throws L1Exception {
    Transaction call =
        Transaction.createEthCallTransaction(
            from.toString(), to.toString(), hex(calldata), valueWei);
    try {
      String value = send("eth_call", web3j.ethCall(call, parameter(at))).getValue();
      return new CallResult.Returned(bytes(value));
    } catch (L1ErrorException refused) {
      return reverted(refused);
    }
  }

  /**
   * What a transaction would use. A revert is a result ({@link CallResult.Reverted}); success
   * returns 32 bytes, the gas.
   *
   * @param to the callee; empty for a deployment
   */
  public CallResult estimateGas(
      Address from, Optional<Address> to, BigInteger valueWei, byte[] calldata) throws L1Exception {
    Transaction call =
        new Transaction(
            from.toString(),
            null,
            null,
            null,
            to.map(Address::toString).orElse(null),
            valueWei,
            hex(calldata));
    try {
      BigInteger gas = send("eth_estimateGas", web3j.ethEstimateGas(call)).getAmountUsed();
      byte[] word = new byte[32];
      byte[] value = gas.toByteArray();
      System.arraycopy(value, 0, word, 32 - value.length, value.length);
      return new CallResult.Returned(word);
    } catch (L1ErrorException refused) {
      return reverted(refused);
    }
  }

  /** The node's suggestion for a priority fee, wei per gas. */
  public BigInteger priorityFeeWei() throws L1Exception {
    return send("eth_maxPriorityFeePerGas", web3j.ethMaxPriorityFeePerGas())
        .getMaxPriorityFeePerGas();
  }

  /** Hands signed bytes to the node. Sending the same bytes twice is harmless. */
  public void sendRaw(byte[] signed) throws L1Exception {
    send("eth_sendRawTransaction", web3j.ethSendRawTransaction(hex(signed)));
  }

  /**
   * The receipt, or empty while the transaction is not mined (it can lag the block that holds it).
   */
  public Optional<L1Receipt> receipt(Hash32 transactionHash) throws L1Exception {
    Optional<TransactionReceipt> found =
        send(
                "eth_getTransactionReceipt",
                web3j.ethGetTransactionReceipt(transactionHash.toString()))
            .getTransactionReceipt();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    TransactionReceipt receipt = found.get();
    String created = receipt.getContractAddress();
    String price = receipt.getEffectiveGasPrice();
    return Optional.of(
        new L1Receipt(
            transactionHash,
            receipt.getBlockNumber().longValueExact(),
            Hash32.fromHex(receipt.getBlockHash()),
            receipt.isStatusOK(),
            receipt.getGasUsed().longValueExact(),
            price == null ? BigInteger.ZERO : new BigInteger(price.substring(2), 16),
            created == null ? Optional.empty() : Optional.of(Address.fromHex(created)),
            receipt.getLogs().stream().map(L1Client::toLog).toList()));
  }

  /** A transaction, mined or pending, or empty if the node does not know it. */
  public Optional<L1Transaction> transaction(Hash32 hash) throws L1Exception {
    return send("eth_getTransactionByHash", web3j.ethGetTransactionByHash(hash.toString()))
        .getTransaction()
        .map(
            found ->
                new L1Transaction(
                    hash,
                    Address.fromHex(found.getFrom()),
                    Optional.ofNullable(found.getTo()).map(Address::fromHex),
                    found.getNonce().longValueExact(),
                    bytes(found.getInput())));
  }

  /**
   * The logs of some contracts in blocks {@code from} to {@code to} (inclusive), in chain order.
   *
   * @param topics if not empty: the event's first topic is one of these
   */
  public List<L1Log> logs(long from, long to, List<Address> addresses, List<Hash32> topics)
      throws L1Exception {
    EthFilter filter =
        new EthFilter(
            DefaultBlockParameter.valueOf(BigInteger.valueOf(from)),
            DefaultBlockParameter.valueOf(BigInteger.valueOf(to)),
            addresses.stream().map(Address::toString).toList());
    if (!topics.isEmpty()) {
      filter.addOptionalTopics(topics.stream().map(Hash32::toString).toArray(String[]::new));
    }
    List<EthLog.LogResult<?>> found = logsOf(send("eth_getLogs", web3j.ethGetLogs(filter)));
    return found.stream().map(result -> toLog((Log) result.get())).toList();
  }

  /** Logs of one contract whose first two topics are these, over the whole range. */
  public List<L1Log> logs(long from, long to, Address address, Hash32 event, Hash32 indexed)
      throws L1Exception {
    EthFilter filter =
        new EthFilter(
            DefaultBlockParameter.valueOf(BigInteger.valueOf(from)),
            DefaultBlockParameter.valueOf(BigInteger.valueOf(to)),
            List.of(address.toString()));
    filter.addSingleTopic(event.toString());
    filter.addSingleTopic(indexed.toString());
    List<EthLog.LogResult<?>> found = logsOf(send("eth_getLogs", web3j.ethGetLogs(filter)));
    return found.stream().map(result -> toLog((Log) result.get())).toList();
  }

  // web3j declares the list raw.
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static List<EthLog.LogResult<?>> logsOf(EthLog answer) {
    return (List) answer.getLogs();
  }

  /**
   * Calls a node-specific method that takes and gives plain JSON values (anvil's {@code evm_mine}
   * and the like).
   */
  public void control(String method, List<?> parameters) throws L1Exception {
    send(method, new Request<>(method, parameters, service(), ControlAnswer.class));
  }

  /** The answer of {@link #control}, of any shape. */
  public static final class ControlAnswer extends Response<Object> {}

  private org.web3j.protocol.Web3jService service() {
    return new HttpService(endpoint.url().toString(), http);
  }

  private <T extends Response<?>> T send(String method, Request<?, T> request) throws L1Exception {
    IOException last = null;
    for (int attempt = 0; attempt < endpoint.attemptsMax(); attempt++) {
      if (attempt > 0) {
        pause(attempt);
      }
      try {
        T answer = request.send();
        Response.Error error = answer.getError();
        if (error == null) {
          return answer;
        }
        String text = error.getMessage() == null ? "" : error.getMessage();
        throw new L1ErrorException(method, error.getCode(), text, unquoted(error.getData()));
      } catch (L1Exception answered) {
        throw answered;
      } catch (IOException silent) {
        last = silent;
      }
    }
    throw new L1UnavailableException(
        method
            + ": no answer from "
            + endpoint.url()
            + " in "
            + endpoint.attemptsMax()
            + " attempts",
        last == null ? new IOException("no attempt made") : last);
  }

  private void pause(int attempt) throws L1UnavailableException {
    Duration wait =
        endpoint.backoff().multipliedBy(1L << Math.min(attempt - 1, BACKOFF_DOUBLINGS_MAX));
    try {
      Thread.sleep(wait);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new L1UnavailableException("interrupted while waiting for the next attempt", stopped);
    }
  }

  private static CallResult reverted(L1ErrorException refused) throws L1ErrorException {
    if (refused.code() != REVERTED && refused.data().isEmpty()) {
      throw refused;
    }
    return new CallResult.Reverted(
        refused.data().isEmpty() ? new byte[0] : bytes(refused.data()), refused.getMessage());
  }

  /** web3j hands the JSON text of {@code error.data}, quotes included. */
  private static String unquoted(@Nullable String data) {
    if (data == null) {
      return "";
    }
    String text = data.startsWith("\"") ? data.substring(1, data.length() - 1) : data;
    return text.startsWith("0x") ? text : "";
  }

  private static DefaultBlockParameter parameter(BlockTag tag) {
    return switch (tag) {
      case BlockTag.Latest latest -> DefaultBlockParameterName.LATEST;
      case BlockTag.Safe safe -> DefaultBlockParameterName.SAFE;
      case BlockTag.Finalized finalized -> DefaultBlockParameterName.FINALIZED;
      case BlockTag.AtNumber number ->
          DefaultBlockParameter.valueOf(BigInteger.valueOf(number.number()));
    };
  }

  private static L1Block toBlock(EthBlock.Block block) {
    BigInteger baseFee = block.getBaseFeePerGas();
    return new L1Block(
        block.getNumber().longValueExact(),
        Hash32.fromHex(block.getHash()),
        Hash32.fromHex(block.getParentHash()),
        block.getTimestamp().longValueExact(),
        baseFee == null ? BigInteger.ZERO : baseFee);
  }

  private static L1Log toLog(Log log) {
    return new L1Log(
        Address.fromHex(log.getAddress()),
        log.getTopics().stream().map(Hash32::fromHex).toList(),
        bytes(log.getData()),
        log.getBlockNumber().longValueExact(),
        Hash32.fromHex(log.getBlockHash()),
        Hash32.fromHex(log.getTransactionHash()),
        log.getLogIndex().longValueExact());
  }

  private static String hex(byte[] bytes) {
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  private static byte[] bytes(@Nullable String hex) {
    return hex == null || hex.length() <= 2
        ? new byte[0]
        : HexFormat.of().parseHex(hex.substring(2));
  }

  @Override
  public void close() {
    web3j.shutdown();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }
}
