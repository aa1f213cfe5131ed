package dev.sluice.l1.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.l1.connection.BlockTag;
import dev.sluice.l1.connection.L1Block;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1ErrorException;
import dev.sluice.l1.connection.L1UnavailableException;
import dev.sluice.l1.deployment.DevnetAccounts;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AnvilNodeTest {
  @TempDir Path directory;

  @Test
  void chain_isTheSame_afterStopAndStart() throws Exception {
    Path binary = AnvilOptions.binaryIn(AnvilOptions.home());
    AnvilOptions options =
        new AnvilOptions(
            binary, 0, Optional.empty(), Optional.of(directory.resolve("l1/state.json")));
    L1Block mined;
    try (AnvilNode node = AnvilNode.start(options);
        L1Client client = node.connect()) {
      client.control("anvil_mine", List.of("0x5"));
      mined = client.latestBlock();
      assertEquals(5, mined.number());
    }
    try (AnvilNode node = AnvilNode.start(options);
        L1Client client = node.connect()) {
      assertEquals(mined.hash(), client.block(new BlockTag.AtNumber(5)).orElseThrow().hash());
    }
  }

  @Test
  void devnetAccounts_areFunded_upToTheirCount() throws Exception {
    try (AnvilNode node = AnvilNode.start(AnvilOptions.forTests());
        L1Client client = node.connect()) {
      assertEquals(
          "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",
          DevnetAccounts.key(DevnetAccounts.OPERATOR).address().toString());
      for (int index : new int[] {0, DevnetAccounts.FIRST_USER, DevnetAccounts.COUNT - 1}) {
        BigInteger balance = client.balanceWei(DevnetAccounts.key(index).address());
        assertTrue(balance.signum() > 0, "account " + index);
      }
      assertThrows(L1ErrorException.class, () -> client.requireChainId(1));
    }
  }

  @Test
  void client_saysUnavailable_afterTheNodeIsClosed() throws Exception {
    AnvilNode node = AnvilNode.start(AnvilOptions.forTests());
    try (L1Client client = node.connect()) {
      assertEquals(0, client.latestBlock().number());
      node.close();
      assertFalse(node.isAlive());
      assertThrows(L1UnavailableException.class, client::latestBlock);
    }
  }

  @Test
  void start_isRefusedWithThePort_whenItIsTaken() throws Exception {
    try (AnvilNode node = AnvilNode.start(AnvilOptions.forTests())) {
      URI url = node.url();
      AnvilOptions same =
          new AnvilOptions(
              AnvilOptions.binaryIn(AnvilOptions.home()),
              url.getPort(),
              Optional.empty(),
              Optional.empty());
      IOException refused = assertThrows(IOException.class, () -> AnvilNode.start(same).close());
      assertTrue(String.valueOf(refused.getMessage()).contains(Integer.toString(url.getPort())));
    }
  }
}
