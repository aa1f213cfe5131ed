package dev.sluice.client.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.client.fake.FakeChain;
import dev.sluice.client.fake.FakeSequencer;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.value.Uint128;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeviceAgentTest {
  private record Heard(long device, long epoch, HeartbeatOutcome outcome) {}

  private FakeSequencer fake;
  private SluiceClient client;

  @BeforeEach
  void connect() throws IOException {
    fake = new FakeSequencer();
    fake.open(FakeChain.ROLLUP, Uint128.ZERO);
    client = SluiceClient.connect(fake.target());
  }

  @AfterEach
  void close() {
    client.close();
    fake.close();
  }

  private static Device device(int index) {
    byte[] seed = new byte[BlsSecretKey.SEED_BYTES];
    seed[0] = (byte) index;
    return new Device(
        BlsSecretKey.fromSeed(seed).orElseThrow(), index, FakeSequencer.providerId(index));
  }

  @Test
  void agent_keepsAVerifiedReceipt_perDeviceOnDutyAndEpoch() throws InterruptedException {
    BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    List<Device> devices = List.of(device(1), device(2), device(3));
    DeviceAgent.Duty duty = (device, epoch) -> device.index() != epoch;
    DeviceAgent.Listener listener =
        new DeviceAgent.Listener() {
          @Override
          public void answered(Device device, long epoch, HeartbeatOutcome outcome) {
            heard.add(new Heard(device.index(), epoch, outcome));
          }

          @Override
          public void interrupted(RuntimeException cause) {
            throw new AssertionError(cause);
          }
        };
    try (DeviceAgent agent = new DeviceAgent(client, devices, duty, listener)) {
      List<String> pairs = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Heard one = heard.poll(30, TimeUnit.SECONDS);
        assertInstanceOf(HeartbeatOutcome.Counted.class, one.outcome());
        pairs.add(one.epoch() + ":" + one.device());
      }
      pairs.sort(null);
      assertEquals(List.of("1:2", "1:3", "2:1", "2:3", "3:1", "3:2"), pairs);
      assertEquals(6, agent.receipts().size());
    }
  }

  @Test
  void beat_fails_whenTheReceiptIsForged() {
    Device device = device(1);
    for (int forgery = 0; forgery < 3; forgery++) {
      int kind = forgery;
      fake.tamperReceipt(
          receipt ->
              switch (kind) {
                case 0 -> receipt.toBuilder().setEpoch(receipt.getEpoch() + 1).build();
                case 1 -> receipt.toBuilder().setReceivedAt(receipt.getReceivedAt() + 1).build();
                default ->
                    receipt.toBuilder()
                        .setProviderId(receipt.getSignature().substring(0, 32))
                        .build();
              });
      try (HeartbeatStream stream = client.openHeartbeatStream()) {
        CompletableFuture<HeartbeatOutcome> answer =
            stream.beat(device, 4, FakeSequencer.providerId(9));
        assertThrows(
            DishonestSequencerException.class,
            () -> Answers.await(answer, Duration.ofSeconds(30)),
            "forgery " + forgery);
      }
    }
  }
}
