package dev.sluice.sequencer.ingress;

import dev.sluice.primitives.value.Hash32;
import dev.sluice.proto.ProtoBlocks;
import dev.sluice.proto.ProtoValues;
import dev.sluice.proto.v1.FeedBlock;
import dev.sluice.proto.v1.InboxMessage;
import dev.sluice.sequencer.feed.BlockFeed;
import dev.sluice.sequencer.production.SealedBlock;
import dev.sluice.state.execution.BlockRecord;
import dev.sluice.state.transition.QueuedMessage;

/** Blocks as messages. */
final class FeedMessages {
  private FeedMessages() {}

  static FeedBlock block(BlockFeed.Fed fed, Hash32 inboxAccumulatorBefore) {
    SealedBlock sealed = fed.block();
    BlockRecord record = sealed.record();
    FeedBlock.Builder message =
        FeedBlock.newBuilder()
            .setBlock(ProtoValues.wrap(record.block().encode()))
            .setHeader(ProtoBlocks.header(record.commitment()))
            .setCommitment(ProtoValues.bytes(record.commitment().hash()))
            .setBlockAccumulator(ProtoValues.bytes(record.accumulator()))
            .setPreRoot(ProtoValues.bytes(sealed.boundary().preRoot()))
            .setPostRoot(ProtoValues.bytes(record.stateRoot()))
            .setInboxWitnessWeight(sealed.boundary().inboxWitnessWeight())
            .setInboxGasWeight(sealed.boundary().inboxGasWeight());
    long index = record.commitment().inboxPosition() - record.messages().size();
    Hash32 accumulator = inboxAccumulatorBefore;
    for (QueuedMessage queued : record.messages()) {
      accumulator = queued.link().accumulate(accumulator);
      message.addMessages(
          InboxMessage.newBuilder()
              .setIndex(index++)
              .setKind(queued.message().kind())
              .setPayload(ProtoValues.wrap(queued.message().payload()))
              .setTime(queued.time())
              .setWitnessWeight(queued.witnessWeight())
              .setGasWeight(queued.gasWeight())
              .setAccumulator(ProtoValues.bytes(accumulator)));
    }
    fed.head().ifPresent(head -> message.setConfirmation(AckMessages.head(head)));
    return message.build();
  }

  /** The block with the accumulator that its messages start from: that of the block before. */
  static FeedBlock block(BlockFeed feed, BlockFeed.Fed fed) {
    SealedBlock sealed = fed.block();
    Hash32 before =
        sealed.record().messages().isEmpty() || sealed.number() == 1
            ? Hash32.ZERO
            : feed.block(sealed.number() - 1)
                .orElseThrow(() -> new IllegalStateException("no block " + (sealed.number() - 1)))
                .block()
                .commitment()
                .inboxAccumulator();
    return block(fed, before);
  }
}
