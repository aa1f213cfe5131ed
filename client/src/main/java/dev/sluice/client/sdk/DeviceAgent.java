package dev.sluice.client.sdk;

import dev.sluice.primitives.value.Hash32;
import dev.sluice.proto.v1.BeaconAnswer;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps devices alive on the chain: one heartbeat per device and epoch, over one stream, until it
 * is closed. A sequencer that goes away is waited for.
 */
public final class DeviceAgent implements AutoCloseable {
  /** What one device can need as evidence: a month of epochs of five minutes. */
  public static final int RECEIPTS_PER_DEVICE_MAX = 8_640;

  private static final long RETRY_MILLIS = 1_000;

  /** Hears of every heartbeat that the agent sends, and of epochs in which it cannot. */
  public interface Listener {
    /** Called once per device and epoch, on a thread of the stream. */
    void answered(Device device, long epoch, HeartbeatOutcome outcome);

    /** The connection failed; the agent goes on trying. */
    void interrupted(RuntimeException cause);
  }

  /** Whether a device should speak in an epoch; for devices that sleep and for tests of absence. */
  public interface Duty {
    /** Every device in every epoch. */
    Duty ALWAYS = (_, _) -> true;

    /** Whether {@code device} sends in {@code epoch}. */
    boolean speaks(Device device, long epoch);
  }

  private final SluiceClient client;
  private final List<Device> devices;
  private final Duty duty;
  private final Listener listener;
  private final Deque<HeartbeatOutcome.Counted> receipts = new ArrayDeque<>();
  private final Context.CancellableContext life = Context.ROOT.withCancellation();
  private final Thread thread;
  private @Nullable HeartbeatStream stream;
  private long lastEpoch = -1;

  /** Starts to send. */
  public DeviceAgent(SluiceClient client, List<Device> devices, Duty duty, Listener listener) {
    this.client = client;
    this.devices = List.copyOf(devices);
    this.duty = duty;
    this.listener = listener;
    this.thread =
        Thread.ofVirtual().name("sluice-device-agent").unstarted(() -> life.run(this::run));
    thread.start();
  }

  /** The verified receipts, oldest first; at most {@link #RECEIPTS_PER_DEVICE_MAX} per device. */
  public List<HeartbeatOutcome.Counted> receipts() {
    synchronized (receipts) {
      return List.copyOf(receipts);
    }
  }

  /** Stops after the answers to what was sent. */
  @Override
  public void close() {
    life.cancel(null);
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (stream != null) {
      stream.close();
    }
  }

  private void run() {
    while (!life.isCancelled()) {
      try {
        Iterator<BeaconAnswer> beacons = client.watchBeacons();
        while (beacons.hasNext()) {
          beat(beacons.next());
        }
      } catch (StatusRuntimeException | SluiceException e) {
        if (!life.isCancelled()) {
          listener.interrupted(e);
        }
      }
      pause();
    }
  }

  private void pause() {
    if (!life.isCancelled()) {
      try {
        Thread.sleep(RETRY_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        life.cancel(e);
      }
    }
  }

  private void beat(BeaconAnswer answer) {
    long epoch = ProtoFields.u32(answer.getEpoch());
    if (answer.getBeacon().isEmpty() || epoch <= lastEpoch) {
      return; // no seed yet: the watch sends this epoch again when its beacon is known
    }
    Hash32 beacon = ProtoFields.hash(answer.getBeacon());
    HeartbeatStream open = stream;
    if (open == null || !open.isOpen()) {
      open = openInRootContext();
      stream = open;
    }
    List<CompletableFuture<HeartbeatOutcome>> answers = new ArrayList<>(devices.size());
    for (Device device : devices) {
      if (duty.speaks(device, epoch)) {
        answers.add(
            open.beat(device, epoch, beacon)
                .whenComplete((outcome, _) -> note(device, epoch, outcome)));
      }
    }
    try {
      CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new)).join();
      lastEpoch = epoch;
    } catch (CompletionException e) {
      if (e.getCause() instanceof SluiceException known) {
        throw known; // the watch starts again with the current epoch; devices that were counted are
        // refused harmlessly
      }
      throw e;
    }
  }

  /**
   * Not in the agent's own context, whose end would cancel the call and lose the answers that are
   * on their way.
   */
  private HeartbeatStream openInRootContext() {
    Context previous = Context.ROOT.attach();
    try {
      return client.openHeartbeatStream();
    } finally {
      Context.ROOT.detach(previous);
    }
  }

  private void note(Device device, long epoch, @Nullable HeartbeatOutcome outcome) {
    if (outcome instanceof HeartbeatOutcome.Counted counted) {
      synchronized (receipts) {
        receipts.addLast(counted);
        while (receipts.size() > (long) RECEIPTS_PER_DEVICE_MAX * devices.size()) {
          receipts.removeFirst();
        }
      }
    }
    Optional.ofNullable(outcome).ifPresent(known -> listener.answered(device, epoch, known));
  }
}
