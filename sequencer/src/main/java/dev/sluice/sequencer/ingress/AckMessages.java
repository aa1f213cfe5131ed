package dev.sluice.sequencer.ingress;

import dev.sluice.proto.ProtoBlocks;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.Confirmation;
import dev.sluice.proto.v1.ConfirmedBlock;
import dev.sluice.proto.v1.Inclusion;
import dev.sluice.proto.v1.ProvenBlock;
import dev.sluice.proto.v1.TransactionResult;
import dev.sluice.sequencer.confirmation.FrameAnswer;
import dev.sluice.sequencer.confirmation.SignedHead;
import dev.sluice.sequencer.confirmation.SoftConfirmation;
import java.util.ArrayList;
import java.util.List;

/** Confirmations and answers as messages. */
final class AckMessages {
  private AckMessages() {}

  static dev.sluice.proto.v1.SignedHead head(SignedHead head) {
    return dev.sluice.proto.v1.SignedHead.newBuilder()
        .setNumber(head.number())
        .setBlockAccumulator(ProtoValues.bytes(head.blockAccumulator()))
        .setPostBy(head.postBy())
        .setSignature(ProtoValues.wrap(head.signature()))
        .build();
  }

  static Confirmation confirmation(SoftConfirmation confirmation) {
    Confirmation.Builder message =
        Confirmation.newBuilder()
            .setHead(head(confirmation.head()))
            .setAccumulatorBefore(ProtoValues.bytes(confirmation.accumulatorBefore()))
            .setFirstBlock(confirmation.firstBlock());
    for (SoftConfirmation.Link link : confirmation.links()) {
      message.addBlocks(
          switch (link) {
            case SoftConfirmation.Link.Passed(var commitment) ->
                ConfirmedBlock.newBuilder().setCommitment(ProtoValues.bytes(commitment));
            case SoftConfirmation.Link.Proven(var commitment, var proof) ->
                ConfirmedBlock.newBuilder()
                    .setProven(
                        ProvenBlock.newBuilder()
                            .setHeader(ProtoBlocks.header(commitment))
                            .setProof(ProtoBlocks.proof(proof)));
          });
    }
    return message.build();
  }

  static Inclusion inclusion(FrameAnswer.Included included) {
    return Inclusion.newBuilder()
        .setBlockNumber(included.block())
        .setPosition(included.position())
        .setPosted(ProtoValues.wrap(included.posted()))
        .build();
  }

  static List<TransactionResult> results(FrameAnswer answer) {
    List<TransactionResult> results = new ArrayList<>(answer.size());
    for (FrameAnswer.Included included : answer.included()) {
      results.add(
          TransactionResult.newBuilder()
              .setIndex(included.index())
              .setIncluded(inclusion(included))
              .build());
    }
    for (FrameAnswer.Refused refused : answer.refused()) {
      results.add(
          TransactionResult.newBuilder()
              .setIndex(refused.index())
              .setRefused(Refusals.message(refused.rejection()))
              .build());
    }
    return results;
  }
}
