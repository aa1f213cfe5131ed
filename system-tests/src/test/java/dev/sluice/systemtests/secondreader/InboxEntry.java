package dev.sluice.systemtests.secondreader;

/** One inbox message with its cumulative weights ({@code docs/protocol.md §7}). */
public record InboxEntry(int kind, byte[] payload, long time, long witnessWeight, long gasWeight) {}
