package dev.sluice.sequencer.ingress;

import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.BeaconAnswer;
import dev.sluice.proto.v1.BeaconRequest;
import dev.sluice.proto.v1.HeartbeatAckFrame;
import dev.sluice.proto.v1.HeartbeatFrame;
import dev.sluice.proto.v1.HeartbeatPart;
import dev.sluice.proto.v1.HeartbeatPartAccepted;
import dev.sluice.proto.v1.HeartbeatPartAnswer;
import dev.sluice.proto.v1.HeartbeatReceipt;
import dev.sluice.proto.v1.HeartbeatResult;
import dev.sluice.proto.v1.HeartbeatsGrpc;
import dev.sluice.sequencer.heartbeat.Heartbeat;
import dev.sluice.sequencer.heartbeat.HeartbeatCollector;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** {@code sluice.v1.Heartbeats}. */
@GrpcService
public class HeartbeatEndpoint extends HeartbeatsGrpc.HeartbeatsImplBase {
  private static final long BEACON_POLL_MILLIS = 200;

  private final HeartbeatCollector collector;
  private final IngressLimits limits;
  private final StreamGate gate;
  private final ExecutorService threads;

  public HeartbeatEndpoint(
      HeartbeatCollector collector, IngressLimits limits, StreamGate gate, StreamThreads threads) {
    this.collector = collector;
    this.limits = limits;
    this.gate = gate;
    this.threads = threads.executor();
  }

  @Override
  public StreamObserver<HeartbeatFrame> send(StreamObserver<HeartbeatAckFrame> response) {
    StreamOrder order = new StreamOrder(threads);
    return FrameCall.open(
        response,
        limits,
        gate,
        (frame, call) -> {
          int count = frame.getHeartbeatsCount();
          if (count > limits.frameItemsMax()) {
            throw Refusals.tooLarge("heartbeats", count, limits.frameItemsMax());
          }
          order.then(call, () -> call.answer(answer(frame), true));
        });
  }

  private HeartbeatAckFrame answer(HeartbeatFrame frame) {
    List<Heartbeat> heartbeats =
        frame.getHeartbeatsList().stream()
            .map(
                heartbeat ->
                    new Heartbeat(
                        Integer.toUnsignedLong(heartbeat.getProvider()),
                        Integer.toUnsignedLong(heartbeat.getEpoch()),
                        heartbeat.getSignature().toByteArray()))
            .toList();
    HeartbeatAckFrame.Builder ack = HeartbeatAckFrame.newBuilder().setFrameId(frame.getFrameId());
    for (Heartbeat.Answer answer : collector.accept(heartbeats)) {
      ack.addResults(
          switch (answer) {
            case Heartbeat.Answer.Receipt(var provider, long epoch, long at, byte[] signature) ->
                HeartbeatResult.newBuilder()
                    .setReceipt(
                        HeartbeatReceipt.newBuilder()
                            .setProviderId(ProtoValues.bytes(provider))
                            .setEpoch((int) epoch)
                            .setReceivedAt(at)
                            .setSignature(ProtoValues.wrap(signature)));
            case Heartbeat.Answer.Refused(var rejection) ->
                HeartbeatResult.newBuilder().setRefused(Refusals.message(rejection));
          });
    }
    return ack.build();
  }

  @Override
  public void sendPart(HeartbeatPart request, StreamObserver<HeartbeatPartAnswer> response) {
    Answering.answer(threads, response, () -> answer(request));
  }

  private HeartbeatPartAnswer answer(HeartbeatPart request) {
    Optional<WalletSignature> account = ProtoValues.signature(request.getAccountSignature());
    if (account.isEmpty()) {
      return HeartbeatPartAnswer.newBuilder()
          .setRefused(
              Refusals.message(
                  Refusals.malformed(
                      "account_signature of " + request.getAccountSignature().size() + " bytes")))
          .build();
    }
    HeartbeatCollector.PartAnswer answer =
        collector.acceptPart(
            new HeartbeatCollector.Part(
                Integer.toUnsignedLong(request.getAccount()),
                Integer.toUnsignedLong(request.getEpoch()),
                Integer.toUnsignedLong(request.getCommittee()),
                request.getBitfield().toByteArray(),
                request.getSignature().toByteArray(),
                account.get()));
    return switch (answer) {
      case HeartbeatCollector.PartAnswer.Accepted(int slots, long at) ->
          HeartbeatPartAnswer.newBuilder()
              .setAccepted(HeartbeatPartAccepted.newBuilder().setSlots(slots).setReceivedAt(at))
              .build();
      case HeartbeatCollector.PartAnswer.Refused(var rejection) ->
          HeartbeatPartAnswer.newBuilder().setRefused(Refusals.message(rejection)).build();
    };
  }

  @Override
  public void beacon(BeaconRequest request, StreamObserver<BeaconAnswer> response) {
    Answering.answer(threads, response, () -> message(collector.beacon()));
  }

  @Override
  public void watchBeacons(BeaconRequest request, StreamObserver<BeaconAnswer> response) {
    PushCall.open(
        response,
        gate,
        threads,
        call -> {
          Optional<HeartbeatCollector.Beacon> told = Optional.empty();
          while (call.isOpen()) {
            Optional<HeartbeatCollector.Beacon> now = Optional.of(collector.beacon());
            if (!now.equals(told)) {
              if (!call.send(message(now.get()))) {
                return;
              }
              told = now;
            }
            Thread.sleep(BEACON_POLL_MILLIS);
          }
        });
  }

  private static BeaconAnswer message(HeartbeatCollector.Beacon beacon) {
    BeaconAnswer.Builder message =
        BeaconAnswer.newBuilder()
            .setEpoch((int) beacon.epoch())
            .setEpochStartsAt(beacon.startsAt())
            .setEpochEndsAt(beacon.endsAt())
            .setClosesAt(beacon.closesAt());
    beacon.beacon().ifPresent(bytes -> message.setBeacon(ProtoValues.bytes(bytes)));
    return message.build();
  }
}
