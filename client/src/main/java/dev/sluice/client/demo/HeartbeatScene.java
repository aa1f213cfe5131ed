package dev.sluice.client.demo;

import dev.sluice.client.console.Progress;
import dev.sluice.client.demo.Stage.Participant;
import dev.sluice.client.demo.model.AttendanceModel;
import dev.sluice.client.demo.model.Check;
import dev.sluice.client.sdk.Device;
import dev.sluice.client.sdk.DeviceAgent;
import dev.sluice.client.sdk.HeartbeatOutcome;
import dev.sluice.client.sdk.ProviderTerms;
import dev.sluice.client.sdk.ProviderView;
import dev.sluice.client.sdk.SluiceClient;
import dev.sluice.client.sdk.Wallet;
import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedTransaction.HeartbeatRecord;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.transaction.Transaction.WalletSigned;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.proto.v1.BlockRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Devices with a BLS key each: registered with a proof of possession, then heard every epoch over
 * many connections, except those that are told to be silent: the first of them in every epoch, each
 * other one in one epoch.
 */
final class HeartbeatScene {
  private record Registered(BlsSecretKey key, Hash32 id) {}

  private HeartbeatScene() {}

  /** Registers and sends; the devices are returned for the jobs. */
  static List<Device> play(Stage stage) throws IOException, InterruptedException {
    long firstBlock = stage.client.heads().getUnsafe() + 1;
    List<Device> devices = register(stage);
    AttendanceModel model = new AttendanceModel();
    Map<Long, ProviderView> providers = new TreeMap<>();
    for (Device device : devices) {
      ProviderView view = stage.client.provider(device.index()).orElseThrow();
      providers.put(device.index(), view);
      model.joined(device.index(), view.joinedEpoch());
    }

    ConcurrentLinkedQueue<String> troubles = new ConcurrentLinkedQueue<>();
    Set<Long> wanted = send(stage, devices, model, troubles);

    Records records = new Records(stage, devices, firstBlock);
    try (Progress progress = stage.progress("epochs recorded", stage.size.epochs)) {
      AtomicLong seen = new AtomicLong();
      Stage.await(
          "the records of epochs " + wanted,
          Duration.ofSeconds(90),
          () -> {
            records.read();
            long recorded = wanted.stream().filter(records::has).count();
            progress.step(recorded - seen.getAndSet(recorded));
            return recorded == wanted.size();
          });
    }

    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.equal("refused heartbeats and lost connections", List.of(), List.copyOf(troubles)));
    for (Device device : devices) {
      Set<Long> recorded = records.epochsOf(device.index());
      checks.add(
          Check.equal(
              "epochs on record for device " + device.index(), true, recorded.containsAll(wanted)));
      checks.add(
          Check.equal(
              "epochs missed by device " + device.index(),
              model.missed(device.index(), recorded),
              records.missedBy(device.index(), device(providers, device).joinedEpoch())));
      checks.add(uptime(stage, device, model.present(device.index(), recorded)));
    }
    stage.scoreboard.add(
        "heartbeats",
        devices.size()
            + " devices on "
            + stage.size.connections
            + " connections, "
            + stage.size.epochs
            + " epochs, "
            + stage.size.silent
            + " known to be silent",
        "each receipt, each device's missed epochs, uptime counters",
        checks);
    return devices;
  }

  private static ProviderView device(Map<Long, ProviderView> providers, Device device) {
    ProviderView view = providers.get(device.index());
    if (view == null) {
      throw new IllegalStateException("device " + device.index() + " was never read");
    }
    return view;
  }

  private static Check uptime(Stage stage, Device device, long present) {
    ProviderView view = stage.client.provider(device.index()).orElseThrow();
    return Check.equal(
        "uptime of device " + device.index(),
        present,
        (long) view.month().present() + view.previousMonth().present());
  }

  private static List<Device> register(Stage stage) {
    List<Registered> registered = new ArrayList<>();
    try (Progress progress = stage.progress("devices registered", stage.size.providers);
        Pipeline pipeline = new Pipeline(stage, progress)) {
      for (int i = 0; i < stage.size.providers; i++) {
        Participant owner = stage.participant(i);
        Wallet wallet = owner.wallet();
        BlsSecretKey key =
            BlsSecretKey.fromSeed(stage.randomBytes(BlsSecretKey.SEED_BYTES)).orElseThrow();
        ProviderTerms terms =
            new ProviderTerms(
                wallet.address(), 1, 1, 0x8928308280fffffL, Stage.ETH, Stage.amount(1_000));
        Wallet.Sent sent =
            wallet.submit(wallet.drafts().providerRegister(wallet.address(), key, terms));
        stage.model.registerProvider(owner.name(), owner.name(), Stage.ETH);
        registered.add(
            new Registered(key, wallet.idOpenedBy((WalletSigned) sent.signed().transaction())));
        pipeline.add("registering a device", sent, _ -> {});
      }
    }
    List<Device> devices = new ArrayList<>();
    for (Registered each : registered) {
      devices.add(Device.resume(stage.client, each.id, each.key));
    }
    return devices;
  }

  private static boolean isSilent(Stage stage, int place, long epoch, long first) {
    return place < stage.size.silent
        && (place == 0 || (epoch - first) % stage.size.epochs == place % stage.size.epochs);
  }

  /** Sends every heartbeat and returns the epochs for which they were. */
  private static Set<Long> send(
      Stage stage,
      List<Device> devices,
      AttendanceModel model,
      ConcurrentLinkedQueue<String> troubles)
      throws IOException, InterruptedException {
    List<SluiceClient> connections = new ArrayList<>();
    try (Progress progress = stage.progress("connections of devices", stage.size.connections)) {
      for (int i = 0; i < stage.size.connections; i++) {
        connections.add(SluiceClient.connect(stage.target));
        progress.step();
      }
    }
    long first = stage.client.chain().epochAt(stage.l1.latestBlock().timestamp()) + 1;
    long last = first + stage.size.epochs - 1;
    Set<Long> epochs = new TreeSet<>();
    for (long epoch = first; epoch <= last; epoch++) {
      epochs.add(epoch);
    }
    Map<Long, Integer> places = new HashMap<>();
    long expected = 0;
    for (int i = 0; i < devices.size(); i++) {
      places.put(devices.get(i).index(), i);
      for (long epoch : epochs) {
        expected += isSilent(stage, i, epoch, first) ? 0 : 1;
      }
    }
    long wanted = expected;
    DeviceAgent.Duty duty =
        (device, epoch) ->
            epochs.contains(epoch)
                && !isSilent(stage, places.getOrDefault(device.index(), 0), epoch, first);
    List<DeviceAgent> agents = new ArrayList<>();
    try (Progress progress = stage.progress("heartbeats acknowledged", wanted)) {
      DeviceAgent.Listener listener =
          new DeviceAgent.Listener() {
            @Override
            public void answered(Device device, long epoch, HeartbeatOutcome outcome) {
              switch (outcome) {
                case HeartbeatOutcome.Counted _ -> {
                  model.heard(device.index(), epoch);
                  progress.step();
                }
                case HeartbeatOutcome.Refused(var refusal) ->
                    troubles.add(
                        "device " + device.index() + " in epoch " + epoch + ": " + refusal);
              }
            }

            @Override
            public void interrupted(RuntimeException cause) {
              troubles.add(String.valueOf(cause.getMessage()));
            }
          };
      try {
        for (int i = 0; i < stage.size.connections; i++) {
          List<Device> share = new ArrayList<>();
          for (int at = i; at < devices.size(); at += stage.size.connections) {
            share.add(devices.get(at));
          }
          agents.add(new DeviceAgent(connections.get(i), share, duty, listener));
        }
        Stage.await(
            "every heartbeat's receipt",
            Duration.ofSeconds((stage.size.epochs + 2) * stage.client.chain().epochSeconds() + 60),
            () -> progress.done() >= wanted || !troubles.isEmpty());
      } finally {
        agents.forEach(DeviceAgent::close);
        connections.forEach(SluiceClient::close);
      }
    }
    return epochs;
  }

  /** The heartbeat records in the blocks since the demo began, read from the blocks themselves. */
  private static final class Records {
    private final Stage stage;
    private final int committeeSize;
    private final Set<Long> committees = new TreeSet<>();
    private final Map<Long, Map<Long, Attendance>> byEpoch = new TreeMap<>();
    private long nextBlock;

    Records(Stage stage, List<Device> devices, long firstBlock) {
      this.stage = stage;
      this.committeeSize = 1 << stage.chain.genesis().committeeSizeLog2();
      this.nextBlock = firstBlock;
      devices.forEach(device -> committees.add(device.index() / committeeSize));
    }

    void read() {
      long head = stage.client.heads().getUnsafe();
      for (; nextBlock <= head; nextBlock++) {
        byte[] bytes =
            stage
                .client
                .query()
                .block(BlockRequest.newBuilder().setNumber(nextBlock).build())
                .getBlock()
                .toByteArray();
        Block block = Block.decode(bytes, stage.chain.genesis().committeeSizeLog2()).orElseThrow();
        for (EncodedTransaction transaction : block.transactions()) {
          if (transaction.transaction() instanceof HeartbeatRecord record) {
            Map<Long, Attendance> epoch =
                byEpoch.computeIfAbsent(record.epoch(), e -> new TreeMap<>());
            record
                .committees()
                .forEach(attendance -> epoch.put(attendance.committee(), attendance));
          }
        }
      }
    }

    boolean has(long epoch) {
      return byEpoch.getOrDefault(epoch, Map.of()).keySet().containsAll(committees);
    }

    Set<Long> epochsOf(long device) {
      Set<Long> epochs = new TreeSet<>();
      byEpoch.forEach(
          (epoch, attendances) -> {
            if (attendances.containsKey(device / committeeSize)) {
              epochs.add(epoch);
            }
          });
      return epochs;
    }

    Set<Long> missedBy(long device, long joined) {
      Set<Long> missed = new TreeSet<>();
      byEpoch.forEach(
          (epoch, attendances) -> {
            Attendance attendance = attendances.get(device / committeeSize);
            if (attendance != null
                && epoch > joined
                && attendance.isAbsent((int) (device % committeeSize))) {
              missed.add(epoch);
            }
          });
      return missed;
    }
  }
}
