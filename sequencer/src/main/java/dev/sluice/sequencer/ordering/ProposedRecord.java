package dev.sluice.sequencer.ordering;

import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.sequencer.admission.Rejection;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A heartbeat record that waits for a block.
 *
 * @param outcome told once: empty if it is in a durable block, else why not
 */
public record ProposedRecord(
    PostedTransaction.HeartbeatRecord record, Consumer<Optional<Rejection>> outcome) {}
