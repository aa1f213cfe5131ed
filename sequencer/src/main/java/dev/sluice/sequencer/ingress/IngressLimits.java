package dev.sluice.sequencer.ingress;

/**
 * What a caller may send.
 *
 * @param messageBytesMax a message
 * @param frameItemsMax transactions, heartbeats or vouchers in a frame
 * @param framesInFlightMax unanswered frames of a stream; more are not read
 * @param streamsMax streams open at once, of all kinds
 */
public record IngressLimits(
    int messageBytesMax, int frameItemsMax, int framesInFlightMax, int streamsMax) {
  /** 1 MiB, 4,096 items, 16 frames, 4,096 streams. */
  public static final IngressLimits DEFAULT = new IngressLimits(1 << 20, 4_096, 16, 4_096);
}
