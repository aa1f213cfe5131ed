package dev.sluice.client.devnet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PortsTest {
  @Test
  void movedBy_movesEveryPort_andRefusesWhatIsOutOfRange() throws Exception {
    assertEquals(Ports.DEFAULT, Ports.movedBy(0));
    assertEquals(new Ports(8645, 9100, 8180, 8181), Ports.movedBy(100));
    assertThrows(DevnetException.class, () -> Ports.movedBy(-1));
    assertThrows(DevnetException.class, () -> Ports.movedBy(Ports.OFFSET_MAX + 1));
  }

  @Test
  void fresh_forgetsRecordsAndKeepsWallets() {
    DevnetFiles files = new DevnetFiles(Path.of("checkout"), Path.of("home"));
    assertTrue(files.chainState().contains(files.home().resolve("records")));
    assertFalse(files.chainState().contains(files.home().resolve("wallets")));
    assertFalse(files.chainState().contains(files.home()));
  }
}
