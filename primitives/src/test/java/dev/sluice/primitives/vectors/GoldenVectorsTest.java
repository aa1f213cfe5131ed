package dev.sluice.primitives.vectors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.primitives.batch.BatchData;
import dev.sluice.primitives.batch.ChunkWitness;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedCodec;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.Bls12381.Domain;
import dev.sluice.primitives.crypto.BlsKeySum;
import dev.sluice.primitives.crypto.BlsPublicKey;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.crypto.BlsSignature;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Every file of {@code primitives/vectors} is what the code makes today, and the decoders read it
 * back.
 */
class GoldenVectorsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void files_areExactlyWhatTheGeneratorWrites() throws IOException {
    Map<String, String> expected = VectorGenerator.files();
    TreeSet<String> present = new TreeSet<>();
    try (var files = Files.list(VectorGenerator.DIRECTORY)) {
      files.forEach(file -> present.add(String.valueOf(file.getFileName())));
    }
    assertEquals(new TreeSet<>(expected.keySet()), present);
    for (Map.Entry<String, String> file : expected.entrySet()) {
      assertEquals(
          file.getValue(),
          Files.readString(VectorGenerator.DIRECTORY.resolve(file.getKey())),
          file.getKey());
    }
  }

  @Test
  void wire_decodesToItsFields_andMalformedBytesToTheirReason() {
    JsonNode file = read("wire");
    for (JsonNode vector : file.get("cases")) {
      SignedTransaction signed = WireCodec.decode(bytes(vector, "wire")).orElseThrow();
      assertFields(vector.get("transaction"), (Record) signed.transaction());
      assertEquals(text(vector, "signature"), Json.hex(signed.signature().toBytes()));
      assertEquals(text(vector, "id"), WireCodec.id(signed).toString());
    }
    for (JsonNode vector : file.get("malformed")) {
      assertReason(vector, WireCodec.decode(bytes(vector, "bytes")));
    }
  }

  @Test
  void posted_decodesToItsFields_andMalformedBytesToTheirReason() {
    JsonNode file = read("posted");
    int log2 = file.get("committeeSizeLog2").asInt();
    for (JsonNode vector : file.get("cases")) {
      PostedTransaction posted = PostedCodec.decode(bytes(vector, "posted"), log2).orElseThrow();
      assertFields(vector.get("transaction"), (Record) posted);
      assertEquals(
          text(vector, "hash"), EncodedTransaction.of(posted, log2).postedHash().toString());
    }
    for (JsonNode vector : file.get("malformed")) {
      assertReason(vector, PostedCodec.decode(bytes(vector, "bytes"), log2));
    }
  }

  @Test
  void numbers_readBack_inEveryForm() {
    JsonNode file = read("numbers");
    for (JsonNode vector : file.get("varints")) {
      ByteReader in = new ByteReader(bytes(vector, "bytes"));
      assertEquals(text(vector, "value"), Long.toString(in.varint()));
      assertEquals(0, in.remaining());
    }
    for (JsonNode vector : file.get("amounts")) {
      ByteReader in = new ByteReader(bytes(vector, "bytes"));
      assertEquals(text(vector, "value"), in.amount().toString());
      assertEquals(0, in.remaining());
    }
    for (JsonNode vector : file.get("malformedAmounts")) {
      ByteReader in = new ByteReader(bytes(vector, "amount"));
      in.amount();
      assertReason(vector, in.finish(_ -> true));
    }
  }

  @Test
  void signatures_recoverTheirSigner_orNobody() {
    JsonNode file = read("signatures");
    for (JsonNode vector : file.get("cases")) {
      assertEquals(
          Optional.of(Address.fromHex(text(vector, "signer"))),
          Secp256k1.recoverAddress(hash(vector, "digest"), bytes(vector, "signature")));
    }
    for (JsonNode vector : file.get("refused")) {
      assertEquals(
          Optional.empty(),
          Secp256k1.recoverAddress(hash(vector, "digest"), bytes(vector, "signature")));
    }
    JsonNode typed = read("typed-data");
    for (JsonNode vector : typed.get("cases")) {
      assertEquals(
          Optional.of(Address.fromHex(text(typed, "signer"))),
          Secp256k1.recoverAddress(hash(vector, "digest"), bytes(vector, "signature")));
    }
  }

  @Test
  void commitmentsAndTicks_areTheHashesOfTheirPreimages() {
    JsonNode file = read("ids");
    assertEquals(2, file.get("commitments").size());
    for (JsonNode vector : file.get("commitments")) {
      String preimage =
          text(vector, "job").substring(2)
              + "%02x".formatted(vector.get("member").asInt())
              + text(vector, "resultHash").substring(2)
              + text(vector, "salt").substring(2);
      assertEquals(hash(vector, "commitment"), Keccak256.hash32(HexFormat.of().parseHex(preimage)));
    }
    assertEquals(4, file.get("ticks").size());
    for (JsonNode vector : file.get("ticks")) {
      byte[] earlier = bytes(vector, "tick");
      for (int i = vector.get("steps").asInt(); i > 0; i--) {
        earlier = Keccak256.hash(earlier);
      }
      assertEquals(text(vector, "earlierTick"), Json.hex(earlier));
    }
  }

  @Test
  void bls_verifies_andRefusedEncodingsAreRefused() {
    JsonNode file = read("bls");
    byte[] message = bytes(file, "message");
    List<BlsPublicKey> keys = new ArrayList<>();
    for (JsonNode device : file.get("devices")) {
      BlsPublicKey key = BlsPublicKey.decode(bytes(device, "key")).orElseThrow();
      keys.add(key);
      assertEquals(key, BlsSecretKey.fromSeed(bytes(device, "seed")).orElseThrow().publicKey());
      assertTrue(Bls12381.verify(key, message, signature(device, "signature"), Domain.MESSAGE));
      assertTrue(
          Bls12381.verify(
              key,
              bytes(device, "possessionMessage"),
              signature(device, "possession"),
              Domain.POSSESSION));
    }
    BlsKeySum total = BlsKeySum.decode(bytes(file, "totalKey")).orElseThrow();
    assertEquals(total, BlsKeySum.of(keys));
    assertTrue(
        Bls12381.fastAggregateVerify(total, message, signature(file, "aggregate"), Domain.MESSAGE));
    BlsKeySum six = total.minus(keys.get(6)).minus(keys.get(7));
    assertArrayEquals(bytes(file, "keyOfFirstSix"), six.toBytes());
    assertTrue(
        Bls12381.fastAggregateVerify(
            six, message, signature(file, "aggregateOfFirstSix"), Domain.MESSAGE));
    for (JsonNode refused : file.get("refusedKeys")) {
      assertTrue(BlsPublicKey.decode(bytes(refused)).isEmpty(), refused.asText());
    }
    for (JsonNode refused : file.get("refusedSignatures")) {
      assertTrue(BlsSignature.decode(bytes(refused)).isEmpty(), refused.asText());
    }
  }

  @Test
  void leaves_decodeToTheirFields() {
    JsonNode file = read("leaves");
    int log2 = file.get("committeeSizeLog2").asInt();
    for (JsonNode vector : file.get("cases")) {
      long key = vector.get("key").asLong();
      Leaf leaf = Leaf.decode(key, bytes(vector, "preimage"), log2).orElseThrow();
      assertFields(vector.get("leaf"), (Record) leaf);
      assertEquals(text(vector, "hash"), leaf.hash().toString());
    }
  }

  @Test
  void multiproofs_giveTheirRoot_orNot() {
    JsonNode file = read("multiproofs");
    for (JsonNode vector : file.get("cases")) {
      assertEquals(Optional.of(hash(vector, "root")), root(vector));
    }
    for (JsonNode vector : file.get("refused")) {
      assertNotEquals(Optional.of(hash(vector, "root")), root(vector));
    }
  }

  @Test
  void inbox_accumulatesItsMessages_andMalformedPayloadsHaveTheirReason() {
    JsonNode file = read("inbox");
    Hash32 accumulator = Hash32.ZERO;
    for (JsonNode vector : file.get("cases")) {
      InboxMessage message =
          InboxMessage.decode(vector.get("kind").asInt(), bytes(vector, "payload")).orElseThrow();
      accumulator =
          new InboxLink(
                  message.messageHash(),
                  vector.get("time").asLong(),
                  vector.get("witnessWeight").asLong(),
                  vector.get("gasWeight").asLong())
              .accumulate(accumulator);
      assertEquals(hash(vector, "accumulator"), accumulator);
    }
    for (JsonNode vector : file.get("malformed")) {
      assertReason(
          vector, InboxMessage.decode(vector.get("kind").asInt(), bytes(vector, "payload")));
    }
  }

  @Test
  void blocksAndBatches_decodeAndHash_andMalformedBytesHaveTheirReason() {
    JsonNode blocks = read("blocks");
    int log2 = blocks.get("committeeSizeLog2").asInt();
    for (JsonNode vector : blocks.get("cases")) {
      Block block = Block.decode(bytes(vector, "block"), log2).orElseThrow();
      assertEquals(hash(vector, "txRoot"), block.transactionTree().root());
      BlockCommitment commitment =
          BlockCommitment.decode(bytes(vector, "commitmentPreimage")).orElseThrow();
      assertEquals(
          hash(vector, "accumulator"), commitment.accumulate(hash(vector, "accumulatorBefore")));
    }
    for (JsonNode vector : blocks.get("malformedPayloads")) {
      assertReason(vector, Block.decodeAll(bytes(vector, "bytes"), log2));
    }
    JsonNode batches = read("batches");
    for (JsonNode vector : batches.get("cases")) {
      BatchData data = BatchData.decode(bytes(vector, "data")).orElseThrow();
      assertEquals(hash(vector, "dataHash"), data.chunkTree(hash(vector, "preRoot")).root());
      data.chunks().forEach(chunk -> chunk.blocks(log2).orElseThrow());
      assertEquals(hash(vector, "headerHash"), Keccak256.hash32(bytes(vector, "headerEncoding")));
    }
    for (JsonNode vector : batches.get("malformed")) {
      assertReason(vector, BatchData.decode(bytes(vector, "data")));
    }
  }

  @Test
  void witnesses_decodeAndGiveTheirRoot_andMalformedBytesHaveTheirReason() {
    JsonNode file = read("witnesses");
    int log2 = file.get("committeeSizeLog2").asInt();
    for (JsonNode vector : file.get("cases")) {
      ChunkWitness witness = ChunkWitness.decode(bytes(vector, "witness"), log2).orElseThrow();
      assertArrayEquals(bytes(vector, "witness"), witness.encode());
      Optional<Hash32> root =
          vector.get("preRoot").isNull() ? Optional.empty() : Optional.of(hash(vector, "preRoot"));
      assertEquals(root, witness.preRoot());
    }
    for (JsonNode vector : file.get("malformed")) {
      assertReason(vector, ChunkWitness.decode(bytes(vector, "bytes"), log2));
    }
    SeededGenerator.forAll(
        200,
        generator -> {
          ChunkWitness witness =
              VectorGenerator.randomWitness(
                  generator,
                  log2,
                  List.of(LeafType.ACCOUNT, LeafType.COUNTERS, LeafType.JOB, LeafType.QUORUM));
          byte[] bytes = witness.encode();
          assertEquals(new DecodeResult.Decoded<>(witness), ChunkWitness.decode(bytes, log2));
          assertTrue(witness.preRoot().isPresent());
          int at = generator.below(bytes.length);
          bytes[at] ^= (byte) (1 << generator.below(8));
          ChunkWitness.decode(bytes, log2)
              .toOptional()
              .ifPresent(changed -> assertArrayEquals(bytes, changed.encode()));
        });
  }

  private static Optional<Hash32> root(JsonNode vector) {
    List<MultiProof.Position> positions = new ArrayList<>();
    List<Hash32> leaves = new ArrayList<>();
    for (JsonNode leaf : vector.get("leaves")) {
      positions.add(new MultiProof.Position(leaf.get("index").asLong(), leaf.get("mask").asLong()));
      leaves.add(hash(leaf, "hash"));
    }
    List<Hash32> siblings = new ArrayList<>();
    vector.get("siblings").forEach(sibling -> siblings.add(Hash32.fromHex(sibling.asText())));
    return new MultiProof(vector.get("depth").asInt(), positions, siblings).root(leaves);
  }

  private static void assertFields(JsonNode expected, Record actual) {
    assertEquals(expected, MAPPER.valueToTree(Json.describe(actual)));
  }

  private static void assertReason(JsonNode vector, DecodeResult<?> result) {
    DecodeResult.Malformed<?> malformed =
        assertInstanceOf(DecodeResult.Malformed.class, result, vector.toString());
    assertEquals(text(vector, "reason"), malformed.reason().name());
  }

  private static JsonNode read(String name) {
    try {
      return MAPPER.readTree(Files.readString(VectorGenerator.DIRECTORY.resolve(name + ".json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(JsonNode node, String field) {
    return node.get(field).asText();
  }

  private static Hash32 hash(JsonNode node, String field) {
    return Hash32.fromHex(text(node, field));
  }

  private static BlsSignature signature(JsonNode node, String field) {
    return BlsSignature.decode(bytes(node, field)).orElseThrow();
  }

  private static byte[] bytes(JsonNode node, String field) {
    return bytes(node.get(field));
  }

  private static byte[] bytes(JsonNode node) {
    return HexFormat.of().parseHex(node.asText().substring(2));
  }
}
