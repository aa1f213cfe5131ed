package dev.sluice.systemtests.differential;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.l1.contract.ConstructorArguments;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.value.Address;
import dev.sluice.systemtests.removal.solidity.Check;
import dev.sluice.systemtests.removal.solidity.Switched;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The contracts on a node, each of their checks one override away from being off. Thread-safe. */
final class SwitchedProver {
  private final ProverOnNode node;
  private final List<Check> checks;
  private final List<Address> contracts;

  /** Takes the place of the contracts that the node has. */
  SwitchedProver(ProverOnNode node, Switched switched) throws IOException, InterruptedException {
    this.node = node;
    this.checks = switched.checks();
    Genesis genesis = node.genesis();
    Address channelKinds = node.addressBy("channelKinds");
    Address jobKinds = node.addressBy("jobKinds");
    Address deviceKinds = node.addressBy("deviceKinds");
    Address prover = node.config().chunkProver();
    this.contracts = List.of(channelKinds, jobKinds, deviceKinds, prover);
    byte[] ofModule = ConstructorArguments.kindModule(genesis, node.rollup());
    node.replace(channelKinds, switched.creationCode("ChannelKinds"), ofModule);
    node.replace(jobKinds, switched.creationCode("JobKinds"), ofModule);
    node.replace(deviceKinds, switched.creationCode("DeviceKinds"), ofModule);
    node.replace(
        prover,
        switched.creationCode("ChunkProver"),
        ConstructorArguments.chunkProver(
            genesis, node.rollup(), node.config().inbox(), channelKinds, jobKinds, deviceKinds));
  }

  List<Check> checks() {
    return checks;
  }

  /** The answer with every check on. */
  ProverOnNode.Answer answer(ChunkCase chunk, long gas) throws IOException, InterruptedException {
    return node.postRootOf(chunk, gas, Map.of());
  }

  /** The answer with one check off. */
  ProverOnNode.Answer answerWithout(int check, ChunkCase chunk, long gas)
      throws IOException, InterruptedException {
    String off =
        "{\"stateDiff\":{\"" + ProverOnNode.word(check) + "\":\"" + ProverOnNode.word(1) + "\"}}";
    Map<Address, String> overrides = new HashMap<>();
    contracts.forEach(contract -> overrides.put(contract, off));
    return node.postRootOf(chunk, gas, overrides);
  }

  /** The checks without which the outcome of some condition in this chunk is another one. */
  Set<Integer> firedIn(ChunkCase chunk, long gas) throws IOException, InterruptedException {
    JsonNode read = node.storageReadBy(chunk, gas);
    Set<Integer> fired = new TreeSet<>();
    for (Address contract : contracts) {
      read.path(contract.toString())
          .path("storage")
          .fieldNames()
          .forEachRemaining(
              slot -> fired.add(Integer.parseInt(slot.substring(slot.length() - 8), 16)));
    }
    return fired;
  }
}
