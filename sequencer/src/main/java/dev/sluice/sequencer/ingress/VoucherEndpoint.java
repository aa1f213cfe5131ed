package dev.sluice.sequencer.ingress;

import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.ReceiveRequest;
import dev.sluice.proto.v1.SettleAnswer;
import dev.sluice.proto.v1.SettleIncluded;
import dev.sluice.proto.v1.SettleRequest;
import dev.sluice.proto.v1.Voucher;
import dev.sluice.proto.v1.VoucherAckFrame;
import dev.sluice.proto.v1.VoucherDelivery;
import dev.sluice.proto.v1.VoucherFrame;
import dev.sluice.proto.v1.VoucherRefusal;
import dev.sluice.proto.v1.VouchersGrpc;
import dev.sluice.sequencer.admission.Rejection;
import dev.sluice.sequencer.confirmation.FrameAnswer;
import dev.sluice.sequencer.voucher.ClaimDesk;
import dev.sluice.sequencer.voucher.PayeeQueue;
import dev.sluice.sequencer.voucher.SignedVoucher;
import dev.sluice.sequencer.voucher.VoucherRelay;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;

/** {@code sluice.v1.Vouchers}. */
@GrpcService
public class VoucherEndpoint extends VouchersGrpc.VouchersImplBase {
  private static final int DELIVERIES_PER_MESSAGE = 1_024;
  private static final long POLL_MILLIS = 1_000;

  private final VoucherRelay relay;
  private final ClaimDesk claims;
  private final IngressLimits limits;
  private final StreamGate gate;
  private final ExecutorService threads;

  public VoucherEndpoint(
      VoucherRelay relay,
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
    List<SignedVoucher> wellFormed = new ArrayList<>(frame.getVouchersCount());
    int[] indices = new int[frame.getVouchersCount()];
    VoucherAckFrame.Builder ack = VoucherAckFrame.newBuilder().setFrameId(frame.getFrameId());
    for (int i = 0; i < frame.getVouchersCount(); i++) {
      Voucher voucher = frame.getVouchers(i);
      Optional<Uint128> amount = ProtoValues.uint128(voucher.getAmount());
      Optional<WalletSignature> signature = ProtoValues.signature(voucher.getSignature());
      if (amount.isEmpty() || signature.isEmpty()) {
        refuse(
            ack,
            i,
            Refusals.malformed(
                "amount of "
                    + voucher.getAmount().size()
                    + " bytes, signature of "
                    + voucher.getSignature().size()));
      } else {
        indices[wellFormed.size()] = i;
        wellFormed.add(
            new SignedVoucher(
                Integer.toUnsignedLong(voucher.getChannel()), amount.get(), signature.get()));
      }
    }
    List<Optional<Rejection>> answers = relay.accept(wellFormed);
    int accepted = 0;
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i).isPresent()) {
        refuse(ack, indices[i], answers.get(i).get());
      } else {
        accepted++;
      }
    }
    return ack.setAccepted(accepted).build();
  }

  private static void refuse(VoucherAckFrame.Builder ack, int index, Rejection rejection) {
    ack.addRefused(
        VoucherRefusal.newBuilder().setIndex(index).setRefusal(Refusals.message(rejection)));
  }

  @Override
  public void receive(ReceiveRequest request, StreamObserver<VoucherDelivery> response) {
    int named = request.getPayeeAccountsCount() + request.getChannelsCount();
    if (named < 1 || named > limits.frameItemsMax()) {
      response.onError(
          Refusals.invalid(named + " accounts and channels, 1 to " + limits.frameItemsMax()));
      return;
    }
    PushCall.open(response, gate, threads, call -> deliver(request, call));
  }

  private void deliver(ReceiveRequest request, PushCall<VoucherDelivery> call)
      throws InterruptedException {
    Set<Long> payees = new HashSet<>();
    request.getPayeeAccountsList().forEach(a -> payees.add(Integer.toUnsignedLong(a)));
    Set<Long> only = new HashSet<>();
    request.getChannelsList().forEach(c -> only.add(Integer.toUnsignedLong(c)));
    Map<Long, Uint128> resume = new HashMap<>();
    for (Voucher held : request.getResumeAfterList()) {
      ProtoValues.uint128(held.getAmount())
          .ifPresent(amount -> resume.put(Integer.toUnsignedLong(held.getChannel()), amount));
    }
    PayeeQueue queue =
        relay
            .subscribe(payees, only, resume)
            .orElseThrow(
                () ->
                    Status.RESOURCE_EXHAUSTED
                        .withDescription("too many payees are connected")
                        .asRuntimeException());
    try {
      while (call.isOpen() && !queue.overflowed()) {
        List<PayeeQueue.Delivery> deliveries = queue.take(DELIVERIES_PER_MESSAGE, POLL_MILLIS);
        if (!deliveries.isEmpty() && !call.send(message(deliveries))) {
          return;
        }
      }
      if (queue.overflowed()) {
        throw Status.RESOURCE_EXHAUSTED
            .withDescription("the reader is too slow; open it again for the latest vouchers")
            .asRuntimeException();
      }
    } finally {
      relay.unsubscribe(queue);
    }
  }

  private static VoucherDelivery message(List<PayeeQueue.Delivery> deliveries) {
    VoucherDelivery.Builder message = VoucherDelivery.newBuilder();
    List<Hash32> ids = new ArrayList<>(deliveries.size());
    for (PayeeQueue.Delivery delivery : deliveries) {
      SignedVoucher voucher = delivery.voucher();
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
        () -> message(claims.settle(Integer.toUnsignedLong(request.getChannel())).join()));
  }

  private static SettleAnswer message(ClaimDesk.Claim claim) {
    FrameAnswer answer = claim.answer();
    if (answer.included().isEmpty()) {
      return SettleAnswer.newBuilder()
          .setRefused(Refusals.message(answer.refused().getFirst().rejection()))
          .build();
    }
    SettleIncluded.Builder included =
        SettleIncluded.newBuilder()
            .setTransactionId(ProtoValues.bytes(Keccak256.hash32(claim.wire())))
            .setInclusion(AckMessages.inclusion(answer.included().getFirst()))
            .setAmount(ProtoValues.bytes(claim.amount()));
    answer.confirmation().ifPresent(c -> included.setConfirmation(AckMessages.confirmation(c)));
    return SettleAnswer.newBuilder().setIncluded(included).build();
  }
}
