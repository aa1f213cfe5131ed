package dev.sluice.systemtests.rules.broken.l1.sender;

import dev.sluice.systemtests.rules.broken.l1.reader.ReaderThatSends;

/** Breaks, together with the reader: no cycles. */
public record SenderThatReads(ReaderThatSends reader) {}
