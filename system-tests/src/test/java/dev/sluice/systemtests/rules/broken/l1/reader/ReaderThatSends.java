package dev.sluice.systemtests.rules.broken.l1.reader;

import dev.sluice.systemtests.rules.broken.l1.sender.SenderThatReads;

/** Breaks, together with the sender: no cycles. */
public record ReaderThatSends(SenderThatReads sender) {}
