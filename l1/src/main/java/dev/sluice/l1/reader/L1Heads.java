package dev.sluice.l1.reader;

import dev.sluice.l1.connection.L1Block;

/** How far L1 is: newest, safe and finalized block. */
public record L1Heads(L1Block latest, L1Block safe, L1Block finalized) {}
