package dev.sluice.systemtests.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.sluice.l1.deployment.ChainConfig;
import dev.sluice.primitives.value.Address;
import dev.sluice.proto.v1.FeedGrpc;
import dev.sluice.proto.v1.HeartbeatsGrpc;
import dev.sluice.proto.v1.QueryGrpc;
import dev.sluice.proto.v1.SubmissionGrpc;
import dev.sluice.proto.v1.TicksGrpc;
import dev.sluice.proto.v1.VouchersGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What others can see of a running chain, without our code: services, health, figures, contracts.
 */
final class WhatMustBeBuiltTest {
  private static final Set<String> SERVICES =
      Set.of(
          SubmissionGrpc.SERVICE_NAME,
          VouchersGrpc.SERVICE_NAME,
          TicksGrpc.SERVICE_NAME,
          HeartbeatsGrpc.SERVICE_NAME,
          QueryGrpc.SERVICE_NAME,
          FeedGrpc.SERVICE_NAME);

  private static final int PUSH1 = 0x60;
  private static final int PUSH32 = 0x7f;

  /** Instructions with which a contract could run or become other code than its own. */
  private static final Map<Integer, String> MUTATING =
      Map.of(0xf2, "CALLCODE", 0xf4, "DELEGATECALL", 0xff, "SELFDESTRUCT");

  /** EIP-1967: where a proxy keeps its implementation, its beacon and its admin. */
  private static final List<String> PROXY_SLOTS =
      List.of(
          "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc",
          "0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50",
          "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103");

  private final RealStack stack;
  private final HttpClient http = HttpClient.newHttpClient();

  WhatMustBeBuiltTest() throws Exception {
    stack = RealStack.running();
  }

  private static ServerReflectionResponse reflect(
      ManagedChannel channel, ServerReflectionRequest request) throws Exception {
    CompletableFuture<ServerReflectionResponse> first = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> out =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse answer) {
                    first.complete(answer);
                  }

                  @Override
                  public void onError(Throwable error) {
                    first.completeExceptionally(error);
                  }

                  @Override
                  public void onCompleted() {
                    first.completeExceptionally(new AssertionError("no answer"));
                  }
                });
    out.onNext(request);
    out.onCompleted();
    return first.get(1, TimeUnit.MINUTES);
  }

  @Test
  void everyService_isFoundByReflection_withItsDescription() throws Exception {
    ManagedChannel channel = NettyChannelBuilder.forTarget(stack.target()).usePlaintext().build();
    try {
      Set<String> listed =
          reflect(channel, ServerReflectionRequest.newBuilder().setListServices("").build())
              .getListServicesResponse()
              .getServiceList()
              .stream()
              .map(ServiceResponse::getName)
              .collect(Collectors.toSet());
      assertTrue(listed.containsAll(SERVICES), "listed: " + listed);
      for (String service : SERVICES) {
        List<ByteString> files =
            reflect(
                    channel,
                    ServerReflectionRequest.newBuilder().setFileContainingSymbol(service).build())
                .getFileDescriptorResponse()
                .getFileDescriptorProtoList();
        assertFalse(files.isEmpty(), service);
        FileDescriptorProto file = FileDescriptorProto.parseFrom(files.getFirst());
        assertTrue(
            file.getServiceList().stream()
                .anyMatch(found -> service.equals(file.getPackage() + "." + found.getName())),
            service);
      }
    } finally {
      channel.shutdownNow();
    }
  }

  private String get(String module, String path) throws Exception {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(stack.http(module).resolve(path)).build(),
            HttpResponse.BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    return answer.body();
  }

  @Test
  void healthAndMetrics_areServed_bySequencerAndBatcher() throws Exception {
    Map<String, List<String>> figures =
        Map.of(
            RealStack.SEQUENCER,
            List.of(
                "sluice_head_unsafe",
                "sluice_head_safe",
                "sluice_head_finalized",
                "sluice_pool_transactions",
                "sluice_l1_reachable",
                "sluice_streams_open",
                "sluice_transactions_included_total",
                "sluice_transactions_refused_total",
                "sluice_heartbeat_records_total"),
            RealStack.BATCHER,
            List.of(
                "sluice_batcher_batches_posted_total",
                "sluice_batcher_gas_used_total",
                "sluice_batcher_posts_refused_total",
                "sluice_batcher_batch_last"));
    for (Map.Entry<String, List<String>> module : figures.entrySet()) {
      for (String probe : List.of("live", "ready")) {
        String health = get(module.getKey(), "/q/health/" + probe);
        assertEquals("UP", new ObjectMapper().readTree(health).path("status").asText(), health);
      }
      Set<String> served =
          get(module.getKey(), "/q/metrics")
              .lines()
              .filter(line -> line.startsWith("sluice_"))
              .map(line -> line.split("[ {]", 2)[0])
              .collect(Collectors.toSet());
      assertTrue(served.containsAll(module.getValue()), module + ", but served: " + served);
    }
  }

  private String l1(String method, String parameters) throws Exception {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
            + method
            + "\",\"params\":"
            + parameters
            + "}";
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(stack.l1Url())
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    JsonNode result = new ObjectMapper().readTree(answer.body()).path("result");
    assertTrue(result.isTextual(), answer.body());
    return result.asText();
  }

  @Test
  void contracts_areDeployed_andNobodyCanChangeTheirCode() throws Exception {
    ChainConfig chain = stack.chain();
    Map<String, Address> contracts = new TreeMap<>();
    contracts.put("Inbox", chain.inbox());
    contracts.put("Rollup", chain.rollup());
    contracts.put("Bridge", chain.bridge());
    contracts.put("ChunkProver", chain.chunkProver());
    for (Map.Entry<String, Address> contract : contracts.entrySet()) {
      String address = '"' + contract.getValue().toString() + '"';
      byte[] code =
          HexFormat.of().parseHex(l1("eth_getCode", "[" + address + ",\"latest\"]").substring(2));
      assertTrue(code.length > 1_000, contract + " has no code");
      // The compiler's note at the end is no code; its last two bytes are its length.
      int note = (code[code.length - 2] & 0xff) << 8 | code[code.length - 1] & 0xff;
      for (int at = 0; at < code.length - 2 - note; at++) {
        int instruction = code[at] & 0xff;
        assertFalse(
            MUTATING.containsKey(instruction),
            contract + " has " + MUTATING.get(instruction) + " at " + at);
        if (PUSH1 <= instruction && instruction <= PUSH32) {
          at += instruction - PUSH1 + 1;
        }
      }
      for (String slot : PROXY_SLOTS) {
        String stored = l1("eth_getStorageAt", "[" + address + ",\"" + slot + "\",\"latest\"]");
        assertTrue(stored.matches("0x0+"), contract + " is a proxy: " + stored);
      }
    }
  }
}
