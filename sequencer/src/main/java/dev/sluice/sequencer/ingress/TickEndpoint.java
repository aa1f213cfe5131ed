package dev.sluice.sequencer.ingress;

import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.SettleAnswer;
import dev.sluice.proto.v1.SettleRequest;
import dev.sluice.proto.v1.TickAckFrame;
import dev.sluice.proto.v1.TickDelivery;
import dev.sluice.proto.v1.TickFrame;
import dev.sluice.proto.v1.TickReceiveRequest;
import dev.sluice.proto.v1.TickRefusal;
import dev.sluice.proto.v1.TicksGrpc;
import dev.sluice.sequencer.ingress.RelayCalls.Parsed;
import dev.sluice.sequencer.relay.ClaimDesk;
import dev.sluice.sequencer.relay.PayeeQueue;
import dev.sluice.sequencer.relay.Relay;
import dev.sluice.sequencer.relay.Tick;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** {@code sluice.v1.Ticks}. */
@GrpcService
public class TickEndpoint extends TicksGrpc.TicksImplBase {
  private final Relay<Tick> relay;
  private final ClaimDesk claims;
  private final IngressLimits limits;
  private final StreamGate gate;
  private final ExecutorService threads;

  public TickEndpoint(
      Relay<Tick> relay,
      ClaimDesk claims,
      IngressLimits limits,
      StreamGate gate,
      StreamThreads threads) {
    this.relay = relay;
    this.claims = claims;
    this.limits = limits;
    this.gate = gate;
    this.threads = threads.executor();
  }

  @Override
  public StreamObserver<TickFrame> send(StreamObserver<TickAckFrame> response) {
    StreamOrder order = new StreamOrder(threads);
    return FrameCall.open(
        response,
        limits,
        gate,
        (frame, call) -> {
          int count = frame.getTicksCount();
          if (count > limits.frameItemsMax()) {
            throw Refusals.tooLarge("ticks", count, limits.frameItemsMax());
          }
          order.then(call, () -> call.answer(answer(frame), true));
        });
  }

  private TickAckFrame answer(TickFrame frame) {
    TickAckFrame.Builder ack = TickAckFrame.newBuilder().setFrameId(frame.getFrameId());
    int accepted =
        RelayCalls.accept(
            relay,
            frame.getTicksList().stream().map(TickEndpoint::parse).toList(),
            (index, rejection) ->
                ack.addRefused(
                    TickRefusal.newBuilder()
                        .setIndex(index)
                        .setRefusal(Refusals.message(rejection))));
    return ack.setAccepted(accepted).build();
  }

  private static Parsed<Tick> parse(dev.sluice.proto.v1.Tick tick) {
    Optional<Hash32> preimage = ProtoValues.hash32(tick.getTick());
    return preimage.isEmpty() || !Tick.isPosition(tick.getPosition())
        ? Parsed.malformed(
            "position "
                + Long.toUnsignedString(tick.getPosition())
                + ", tick of "
                + tick.getTick().size()
                + " bytes")
        : new Parsed.Promised<>(
            new Tick(
                Integer.toUnsignedLong(tick.getChannel()), tick.getPosition(), preimage.get()));
  }

  @Override
  public void receive(TickReceiveRequest request, StreamObserver<TickDelivery> response) {
    int named = request.getPayeeAccountsCount() + request.getChannelsCount();
    if (named < 1 || named > limits.frameItemsMax()) {
      response.onError(
          Refusals.invalid(named + " accounts and channels, 1 to " + limits.frameItemsMax()));
      return;
    }
    Map<Long, Long> held = new HashMap<>();
    request
        .getResumeAfterList()
        .forEach(tick -> held.put(Integer.toUnsignedLong(tick.getChannel()), tick.getPosition()));
    PushCall.open(
        response,
        gate,
        threads,
        call ->
            RelayCalls.deliver(
                relay,
                request.getPayeeAccountsList(),
                request.getChannelsList(),
                tick -> held.getOrDefault(tick.channel(), 0L) < tick.position(),
                call,
                TickEndpoint::message));
  }

  private static TickDelivery message(List<PayeeQueue.Delivery<Tick>> deliveries) {
    TickDelivery.Builder message = TickDelivery.newBuilder();
    List<Hash32> ids = new ArrayList<>(deliveries.size());
    for (PayeeQueue.Delivery<Tick> delivery : deliveries) {
      Tick tick = delivery.promise();
      ids.add(delivery.channel().id());
      message.addTicks(
          dev.sluice.proto.v1.Tick.newBuilder()
              .setChannel((int) tick.channel())
              .setPosition(tick.position())
              .setTick(ProtoValues.bytes(tick.tick())));
    }
    return message.setChannelIds(ProtoValues.concatenated(ids)).build();
  }

  @Override
  public void settle(SettleRequest request, StreamObserver<SettleAnswer> response) {
    Answering.answer(
        threads,
        response,
        () ->
            RelayCalls.message(
                claims
                    .settle(Integer.toUnsignedLong(request.getChannel()), Transaction.METER_TICKS)
                    .join()));
  }
}
