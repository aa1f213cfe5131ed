package dev.sluice.client.demo.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PaymentModelTest {
  private static final String CHANNEL = "0x" + "cc".repeat(32);

  private final PaymentModel model = new PaymentModel();

  private static byte[] voucher(int seed) {
    byte[] bytes = new byte[64];
    bytes[63] = (byte) seed;
    return bytes;
  }

  private long failures() {
    return model.check().stream().filter(check -> !check.passed()).count();
  }

  @BeforeEach
  void send() {
    model.sent(CHANNEL, BigInteger.ONE, voucher(1));
    model.sent(CHANNEL, BigInteger.TWO, voucher(2));
    model.received(CHANNEL, BigInteger.ONE, voucher(1));
  }

  @Test
  void check_passes_whenEveryVoucherArrived() {
    model.received(CHANNEL, BigInteger.TWO, voucher(2));
    assertEquals(0, failures());
    assertEquals(2, model.receivedCount());
  }

  @Test
  void check_fails_whenOneVoucherIsLost() {
    assertEquals(1, failures());
  }

  @Test
  void check_fails_whenOneByteDiffers() {
    model.received(CHANNEL, BigInteger.TWO, voucher(3));
    assertEquals(1, failures());
  }

  @Test
  void check_fails_whenAVoucherWasNeverSent() {
    model.received(CHANNEL, BigInteger.TWO, voucher(2));
    model.received("0x" + "dd".repeat(32), BigInteger.TWO, voucher(2));
    assertEquals(1, failures());
  }
}
