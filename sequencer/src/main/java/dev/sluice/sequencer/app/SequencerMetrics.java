package dev.sluice.sequencer.app;

import dev.sluice.sequencer.Sequencer;
import dev.sluice.sequencer.ingress.StreamGate;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;

/** Publishes the sequencer's figures as {@code sluice_*}. */
@Startup
@ApplicationScoped
public class SequencerMetrics {
  public SequencerMetrics(Sequencer sequencer, StreamGate gate, MeterRegistry registry) {
    Gauge.builder("sluice.head.unsafe", sequencer, s -> s.feed().head()).register(registry);
    Gauge.builder("sluice.head.safe", sequencer, s -> s.l1Heads().safe()).register(registry);
    Gauge.builder("sluice.head.finalized", sequencer, s -> s.l1Heads().finalized())
        .register(registry);
    Gauge.builder("sluice.pool.transactions", sequencer, s -> s.pool().size()).register(registry);
    Gauge.builder("sluice.l1.reachable", sequencer, s -> s.l1().isReachable() ? 1 : 0)
        .register(registry);
    Gauge.builder("sluice.streams.open", gate, StreamGate::open).register(registry);
    FunctionCounter.builder("sluice.transactions.included", sequencer, s -> s.feed().transactions())
        .register(registry);
    FunctionCounter.builder("sluice.transactions.refused", sequencer, s -> s.refusals().total())
        .register(registry);
    FunctionCounter.builder("sluice.heartbeat.records", sequencer, s -> s.recorder().recorded())
        .register(registry);
    FunctionCounter.builder("sluice.heartbeat.records.lost", sequencer, s -> s.recorder().lost())
        .register(registry);
  }
}
