package dev.sluice.sequencer.ingress;

import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.ReceiveRequest;
import dev.sluice.proto.v1.SettleAnswer;
import dev.sluice.proto.v1.SettleRequest;
import dev.sluice.proto.v1.Voucher;
import dev.sluice.proto.v1.VoucherAckFrame;
import dev.sluice.proto.v1.VoucherDelivery;
import dev.sluice.proto.v1.VoucherFrame;
import dev.sluice.proto.v1.VoucherRefusal;
import dev.sluice.proto.v1.VouchersGrpc;
import dev.sluice.sequencer.ingress.RelayCalls.Parsed;
import dev.sluice.sequencer.relay.ClaimDesk;
import dev.sluice.sequencer.relay.PayeeQueue;
import dev.sluice.sequencer.relay.Relay;
import dev.sluice.sequencer.relay.SignedVoucher;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** {@code sluice.v1.Vouchers}. */
@GrpcService
public class VoucherEndpoint extends VouchersGrpc.VouchersImplBase {
  private final Relay<SignedVoucher> relay;
  private final ClaimDesk claims;
  private final IngressLimits limits;
  private final StreamGate gate;
  private final ExecutorService threads;

  public VoucherEndpoint(
      Relay<SignedVoucher> relay,
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
  public StreamObserver<VoucherFrame> send(StreamObserver<VoucherAckFrame> response) {
    StreamOrder order = new StreamOrder(threads);
    return FrameCall.open(
        response,
        limits,
        gate,
        (frame, call) -> {
          int count = frame.getVouchersCount();
          if (count > limits.frameItemsMax()) {
            throw Refusals.tooLarge("vouchers", count, limits.frameItemsMax());
          }
          order.then(call, () -> call.answer(answer(frame), true));
        });
  }

  private VoucherAckFrame answer(VoucherFrame frame) {
    VoucherAckFrame.Builder ack = VoucherAckFrame.newBuilder().setFrameId(frame.getFrameId());
    int accepted =
        RelayCalls.accept(
            relay,
            frame.getVouchersList().stream().map(VoucherEndpoint::parse).toList(),
            (index, rejection) ->
                ack.addRefused(
                    VoucherRefusal.newBuilder()
                        .setIndex(index)
                        .setRefusal(Refusals.message(rejection))));
    return ack.setAccepted(accepted).build();
  }

  private static Parsed<SignedVoucher> parse(Voucher voucher) {
    Optional<Uint128> amount = ProtoValues.uint128(voucher.getAmount());
    Optional<WalletSignature> signature = ProtoValues.signature(voucher.getSignature());
    return amount.isEmpty() || signature.isEmpty()
        ? Parsed.malformed(
            "amount of "
                + voucher.getAmount().size()
                + " bytes, signature of "
                + voucher.getSignature().size())
        : new Parsed.Promised<>(
            new SignedVoucher(
                Integer.toUnsignedLong(voucher.getChannel()), amount.get(), signature.get()));
  }

  @Override
  public void receive(ReceiveRequest request, StreamObserver<VoucherDelivery> response) {
    int named = request.getPayeeAccountsCount() + request.getChannelsCount();
    if (named < 1 || named > limits.frameItemsMax()) {
      response.onError(
          Refusals.invalid(named + " accounts and channels, 1 to " + limits.frameItemsMax()));
      return;
    }
    Map<Long, Uint128> held = new HashMap<>();
    for (Voucher voucher : request.getResumeAfterList()) {
      ProtoValues.uint128(voucher.getAmount())
          .ifPresent(amount -> held.put(Integer.toUnsignedLong(voucher.getChannel()), amount));
    }
    PushCall.open(
        response,
        gate,
        threads,
        call ->
            RelayCalls.deliver(
                relay,
                request.getPayeeAccountsList(),
                request.getChannelsList(),
                voucher ->
                    held.getOrDefault(voucher.channel(), Uint128.ZERO).isLessThan(voucher.amount()),
                call,
                VoucherEndpoint::message));
  }

  private static VoucherDelivery message(List<PayeeQueue.Delivery<SignedVoucher>> deliveries) {
    VoucherDelivery.Builder message = VoucherDelivery.newBuilder();
    List<Hash32> ids = new ArrayList<>(deliveries.size());
    for (PayeeQueue.Delivery<SignedVoucher> delivery : deliveries) {
      SignedVoucher voucher = delivery.promise();
      ids.add(delivery.channel().id());
      message.addVouchers(
          Voucher.newBuilder()
              .setChannel((int) voucher.channel())
              .setAmount(ProtoValues.bytes(voucher.amount()))
              .setSignature(ProtoValues.bytes(voucher.signature())));
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
                    .settle(Integer.toUnsignedLong(request.getChannel()), Transaction.METER_VOUCHER)
                    .join()));
  }
}
