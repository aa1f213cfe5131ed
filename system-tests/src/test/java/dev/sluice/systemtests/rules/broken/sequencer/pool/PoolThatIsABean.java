package dev.sluice.systemtests.rules.broken.sequencer.pool;

import jakarta.enterprise.context.Dependent;

/** Breaks: CDI only in .app packages and endpoints. */
@Dependent
class PoolThatIsABean {}
