package dev.sluice.client.demo.model;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Vouchers as sent by payers and as accepted by payees, channel by channel: how many, the last
 * cumulative amount, and a digest over every byte in order. Safe for use by several threads, if
 * each channel's vouchers are recorded in their order.
 */
public final class PaymentModel {
  private static final class Side {
    final MessageDigest digest = sha256();
    long count;
    BigInteger last = BigInteger.ZERO;

    void add(BigInteger amount, byte[] bytes) {
      count++;
      last = amount;
      digest.update(bytes);
    }

    @Override
    public String toString() {
      return count
          + " vouchers, last "
          + last
          + ", digest "
          + HexFormat.of().formatHex(copy().digest());
    }

    private MessageDigest copy() {
      try {
        return (MessageDigest) digest.clone();
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("SHA-256 without clone", e);
      }
    }

    private static MessageDigest sha256() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }

  private final Map<String, Side> sent = new TreeMap<>();
  private final Map<String, Side> received = new TreeMap<>();

  /** A payer sent this voucher: the cumulative amount and all of its bytes. */
  public synchronized void sent(String channel, BigInteger amount, byte[] bytes) {
    sent.computeIfAbsent(channel, name -> new Side()).add(amount, bytes);
  }

  /** A payee received this voucher and found its signature and amount good. */
  public synchronized void received(String channel, BigInteger amount, byte[] bytes) {
    received.computeIfAbsent(channel, name -> new Side()).add(amount, bytes);
  }

  /** How many vouchers the payees have accepted. */
  public synchronized long receivedCount() {
    return received.values().stream().mapToLong(side -> side.count).sum();
  }

  /** One check per channel that either side named. */
  public synchronized List<Check> check() {
    Map<String, Side> all = new TreeMap<>(sent);
    received.forEach(all::putIfAbsent);
    List<Check> checks = new ArrayList<>();
    for (String channel : all.keySet()) {
      checks.add(
          Check.equal(
              "vouchers of " + channel,
              sent.getOrDefault(channel, new Side()),
              received.getOrDefault(channel, new Side())));
    }
    return checks;
  }
}
