package dev.sluice.client.demo.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AttendanceModelTest {
  private static final Set<Long> RECORDED = Set.of(10L, 11L, 12L, 13L);

  private final AttendanceModel model = new AttendanceModel();

  @BeforeEach
  void attend() {
    model.joined(1, 10);
    model.joined(2, 10);
    for (long epoch = 11; epoch <= 13; epoch++) {
      model.heard(1, epoch);
    }
    model.heard(2, 11);
    model.heard(2, 13);
  }

  private long failures(Map<Long, Set<Long>> actual) {
    return model.check(RECORDED, actual).stream().filter(check -> !check.passed()).count();
  }

  @Test
  void check_passes_whenExactlyTheSilentOneIsAbsent() {
    assertEquals(0, failures(Map.of(2L, Set.of(12L))));
    assertEquals(2, model.present(2, RECORDED));
  }

  @Test
  void check_fails_whenOneAbsenteeIsForgotten() {
    assertEquals(1, failures(Map.of()));
  }

  @Test
  void check_fails_whenOnePresentDeviceIsCalledAbsent() {
    assertEquals(1, failures(Map.of(2L, Set.of(12L), 1L, Set.of(11L))));
  }

  @Test
  void check_fails_whenTheAbsenteeIsInAnotherEpoch() {
    assertEquals(1, failures(Map.of(2L, Set.of(13L))));
  }

  @Test
  void missed_isEmpty_whenTheEpochIsTheOneOfJoining() {
    assertEquals(Set.of(), model.missed(1, Set.of(10L)));
  }

  @Test
  void heard_throws_whenTheDeviceNeverJoined() {
    assertThrows(IllegalStateException.class, () -> model.heard(3, 11));
  }
}
