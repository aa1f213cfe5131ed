package dev.sluice.sequencer.heartbeat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.primitives.block.Attendance;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HeartbeatRecorderTest {
  private static final int SLOTS = 512;

  private static BitSet presentFrom(int first) {
    BitSet present = new BitSet(SLOTS);
    present.set(first, SLOTS);
    return present;
  }

  @Test
  void attendance_listsTheAbsent_whenTheCommitteeIsFullAndTheListIsShorter() {
    assertEquals(
        new Attendance.AbsentSlots(7, List.of(0, 1, 2)),
        HeartbeatRecorder.attendance(7, presentFrom(3), SLOTS, SLOTS));
    assertEquals(
        new Attendance.AbsentSlots(7, List.of()),
        HeartbeatRecorder.attendance(7, presentFrom(0), SLOTS, SLOTS));
    assertTrue(
        HeartbeatRecorder.attendance(7, presentFrom(30), SLOTS, SLOTS)
            instanceof Attendance.AbsentSlots);
  }

  @Test
  void attendance_isABitfield_whenTheListIsLongerOrSomebodyMayStillJoin() {
    assertTrue(
        HeartbeatRecorder.attendance(7, presentFrom(31), SLOTS, SLOTS)
            instanceof Attendance.PresentBits);
    BitSet present = presentFrom(3);
    present.clear(SLOTS - 1);
    Attendance growing = HeartbeatRecorder.attendance(7, present, SLOTS - 1, SLOTS);
    assertTrue(growing instanceof Attendance.PresentBits);
    for (int slot = 0; slot < SLOTS; slot++) {
      assertEquals(!present.get(slot), growing.isAbsent(slot));
    }
  }
}
