package dev.sluice.client.sdk;

import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.proto.v1.MonthUptime;
import dev.sluice.proto.v1.ProviderAnswer;

/**
 * A registered device at the sequencer's head.
 *
 * @param account index of the registering wallet's account
 * @param payout index of the account that jobs pay to
 * @param keyHash {@code H(device key)}
 * @param lastRecordedEpochPlusOne of its committee; 0: none yet
 * @param retired whether it takes no new job, for good
 * @param movedMonthPlusOne the month in which its cell changed last, plus one; 0: never
 * @param endpointHash zero until it is set
 */
public record ProviderView(
    long index,
    Hash32 id,
    long account,
    long payout,
    int deviceClass,
    long capabilities,
    long cell,
    int token,
    Uint128 price,
    long joinedEpoch,
    Hash32 keyHash,
    long committee,
    int slot,
    Uptime month,
    Uptime previousMonth,
    long lastRecordedEpochPlusOne,
    boolean retired,
    long movedMonthPlusOne,
    Hash32 endpointHash) {
  /**
   * Heartbeats of one month.
   *
   * @param recorded epochs that the committee has on record
   * @param missed of these, without this device
   * @param excused of these, before this device was a member
   */
  public record Uptime(long month, int recorded, int missed, int excused) {
    static Uptime of(MonthUptime month) {
      return new Uptime(
          ProtoFields.u32(month.getMonth()),
          month.getRecorded(),
          month.getMissed(),
          month.getExcused());
    }

    /** Epochs in which the device was counted. */
    public int present() {
      return recorded - missed - excused;
    }
  }

  static ProviderView of(ProviderAnswer answer) {
    return new ProviderView(
        ProtoFields.u32(answer.getIndex()),
        ProtoFields.hash(answer.getId()),
        ProtoFields.u32(answer.getAccount()),
        ProtoFields.u32(answer.getPayout()),
        answer.getDeviceClass(),
        answer.getCapabilities(),
        answer.getCell(),
        answer.getToken(),
        ProtoFields.amount(answer.getPrice()),
        ProtoFields.u32(answer.getJoinedEpoch()),
        ProtoFields.hash(answer.getKeyHash()),
        ProtoFields.u32(answer.getCommittee()),
        answer.getSlot(),
        Uptime.of(answer.getMonth()),
        Uptime.of(answer.getPreviousMonth()),
        ProtoFields.u32(answer.getLastRecordedEpochPlusOne()),
        answer.getRetired(),
        ProtoFields.u32(answer.getMovedMonthPlusOne()),
        ProtoFields.hash(answer.getEndpointHash()));
  }
}
