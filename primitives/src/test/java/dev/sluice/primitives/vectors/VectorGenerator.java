package dev.sluice.primitives.vectors;

import static dev.sluice.primitives.vectors.Json.describe;
import static dev.sluice.primitives.vectors.Json.object;

import dev.sluice.primitives.batch.BatchData;
import dev.sluice.primitives.batch.BatchHeader;
import dev.sluice.primitives.batch.Chunk;
import dev.sluice.primitives.batch.ChunkWitness;
import dev.sluice.primitives.block.Attendance;
import dev.sluice.primitives.block.Block;
import dev.sluice.primitives.block.BlockCommitment;
import dev.sluice.primitives.block.EncodedTransaction;
import dev.sluice.primitives.block.PostedCodec;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.codec.ByteReader;
import dev.sluice.primitives.codec.ByteWriter;
import dev.sluice.primitives.codec.DecodeResult;
import dev.sluice.primitives.codec.WireCodec;
import dev.sluice.primitives.crypto.Bls12381;
import dev.sluice.primitives.crypto.Bls12381.Domain;
import dev.sluice.primitives.crypto.BlsKeySum;
import dev.sluice.primitives.crypto.BlsPublicKey;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.crypto.BlsSignature;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.crypto.Secp256k1;
import dev.sluice.primitives.genesis.Genesis;
import dev.sluice.primitives.inbox.InboxLink;
import dev.sluice.primitives.inbox.InboxMessage;
import dev.sluice.primitives.merkle.DenseTree;
import dev.sluice.primitives.merkle.MultiProof;
import dev.sluice.primitives.state.Leaf;
import dev.sluice.primitives.state.LeafType;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.transaction.AdmissionError;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.transaction.Refusal;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.typeddata.SignedStatement;
import dev.sluice.primitives.typeddata.TypedData;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import dev.sluice.primitives.weight.Weight;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code primitives/vectors}. Run it in the module's directory, and only when the protocol
 * changes on purpose: {@code ../mvnw test-compile exec:java -Dexec.classpathScope=test
 * -Dexec.mainClass=dev.sluice.primitives.vectors.VectorGenerator}.
 */
public final class VectorGenerator {
  static final Path DIRECTORY = Path.of("vectors");
  static final long CHAIN_ID = 31_337;
  static final Address ROLLUP = Address.fromHex("0x5FbDB2315678afecb367f032d93F642f64180aa3");
  static final TypedData TYPED_DATA = new TypedData(CHAIN_ID, ROLLUP);
  private static final Hash32 D = TYPED_DATA.domainSeparator();
  private static final int LOG2 = 3;

  private VectorGenerator() {}

  /** Writes all files. */
  public static void main(String[] args) throws IOException {
    Files.createDirectories(DIRECTORY);
    for (Map.Entry<String, String> file : files().entrySet()) {
      Files.writeString(DIRECTORY.resolve(file.getKey()), file.getValue());
    }
  }

  /** Name and content of every file. */
  static Map<String, String> files() {
    Map<String, String> files = new TreeMap<>();
    put(files, "keccak", "Keccak-256 of byte strings; node(l, r) of the Merkle trees.", keccak());
    put(files, "numbers", "V and A (docs/protocol.md §1).", numbers());
    put(files, "wire", "Wire form and id of transactions (§4).", wire());
    put(files, "typed-data", "EIP-712 digests and EIP-2098 signatures (§1, §4, §8).", typedData());
    put(files, "signatures", "EIP-2098 signatures, good and refused (§1).", signatures());
    put(files, "ids", "Ids and the messages of devices (§1, §4, §6.2).", ids());
    put(files, "bls", "Keys, signatures, aggregates of BLS12-381, refused encodings (§1).", bls());
    put(files, "posted", "Posted form, its hash and weight (§5, §9).", posted());
    put(files, "leaves", "Leaf preimages and hashes (§3).", leaves());
    put(files, "multiproofs", "Proofs of many leaves, and what is none (§3).", multiproofs());
    put(files, "inbox", "Messages and the inbox accumulator (§7).", inbox());
    put(files, "blocks", "Blocks, commitments, the block accumulator (§8).", blocks());
    put(files, "batches", "Chunks, calldata, headers (§8).", batches());
    put(files, "witnesses", "Witness of a chunk and the root it gives (§10).", witnesses());
    put(files, "genesis", "Parameters, their hash, prices (§2).", genesis());
    put(files, "refusals", "Stable numbers and names (§6.3, §6.4).", refusals());
    return files;
  }

  private static void put(
      Map<String, String> files,
      String name,
      String description,
      Map<String, @Nullable Object> content) {
    Map<String, @Nullable Object> file = new LinkedHashMap<>();
    file.put("description", description);
    file.putAll(content);
    files.put(name + ".json", Json.write(file));
  }

  private static Map<String, @Nullable Object> keccak() {
    SeededGenerator generator = new SeededGenerator(100);
    List<Object> cases = new ArrayList<>();
    for (int length : new int[] {0, 1, 31, 32, 64, 96, 124, 134, 135, 136, 137, 271, 272, 273}) {
      byte[] input = generator.bytes(length);
      cases.add(object("input", input, "hash", Keccak256.hash32(input)));
    }
    List<Object> nodes = new ArrayList<>();
    Hash32 a = generator.hash32();
    Hash32 b = generator.hash32();
    for (Hash32[] pair :
        new Hash32[][] {{a, b}, {a, Hash32.ZERO}, {Hash32.ZERO, b}, {Hash32.ZERO, Hash32.ZERO}}) {
      nodes.add(
          object("left", pair[0], "right", pair[1], "node", Keccak256.node(pair[0], pair[1])));
    }
    return object("cases", cases, "nodes", nodes);
  }

  private static Map<String, @Nullable Object> numbers() {
    List<Object> varints = new ArrayList<>();
    for (int bits = 0; bits <= 61; bits++) {
      if (bits % 8 == 5 || bits % 8 == 4 || bits == 0 || bits == 32) {
        long value = bits == 61 ? (1L << 61) - 1 : 1L << bits;
        varints.add(object("value", value, "bytes", new ByteWriter(8).varint(value).toBytes()));
        varints.add(
            object("value", value - 1, "bytes", new ByteWriter(8).varint(value - 1).toBytes()));
      }
    }
    varints.add(object("value", 5L, "bytes", hex("2005"), "shortest", false));
    varints.add(object("value", 5L, "bytes", hex("e000000000000005"), "shortest", false));
    List<Object> amounts = new ArrayList<>();
    for (String text :
        new String[] {
          "0",
          "1",
          "9",
          "10",
          "31",
          "32",
          "1000000000",
          "1000000000000000000",
          "1234567890000000000",
          "1234567890123456789",
          "2305843009213693951",
          "2305843009213693952",
          "23058430092136939510",
          "23058430092136939520",
          "100000000000000000000000000000000000000",
          "340000000000000000000000000000000000000",
          "340282366920938463463374607431768211455"
        }) {
      Uint128 amount = Uint128.parse(text).orElseThrow();
      amounts.add(object("value", amount, "bytes", new ByteWriter(17).amount(amount).toBytes()));
    }
    amounts.add(object("value", "100", "bytes", hex("002064"), "shortest", false));
    amounts.add(
        object(
            "value", "5", "bytes", hex("ff00000000000000000000000000000005"), "shortest", false));
    List<Object> malformed = new ArrayList<>();
    for (String bytes :
        new String[] {"", "00", "20", "2700", "fe00", "2604", "26ffffffffffffffff", "ff00"}) {
      ByteReader in = new ByteReader(hex(bytes));
      in.amount();
      malformed.add(object("amount", hex(bytes), "reason", reason(in.finish(_ -> true))));
    }
    return object("varints", varints, "amounts", amounts, "malformedAmounts", malformed);
  }

  private static Map<String, @Nullable Object> wire() {
    SeededGenerator generator = new SeededGenerator(200);
    Map<String, Integer> seen = new TreeMap<>();
    List<Object> cases = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      SignedTransaction signed = generator.signedTransaction();
      String form =
          signed.transaction().getClass().getSimpleName()
              + switch (signed.transaction()) {
                case Transaction.ChannelOpen open -> Math.min(open.meter(), 3);
                case Transaction.JobOpen open -> Math.min(open.mode(), 3);
                default -> "";
              };
      if (seen.merge(form, 1, Integer::sum) <= 2) {
        cases.add(
            object(
                "wire",
                WireCodec.encode(signed),
                "id",
                WireCodec.id(signed),
                "transaction",
                signed.transaction(),
                "signature",
                signed.signature()));
      }
    }
    byte[] transfer =
        WireCodec.encode(
            new SignedTransaction(
                new Transaction.Transfer(
                    1, 2, generator.address(), 3, Uint128.of(4), Uint128.of(5)),
                generator.signature()));
    List<Object> malformed = new ArrayList<>();
    malformedWire(malformed, new byte[0]);
    malformedWire(malformed, with(transfer, 0, 0));
    malformedWire(malformed, with(transfer, 0, 8));
    malformedWire(malformed, with(transfer, 0, 9));
    malformedWire(malformed, with(transfer, 0, 255));
    malformedWire(malformed, with(transfer, 33, 4));
    malformedWire(malformed, Arrays.copyOf(transfer, 129));
    malformedWire(malformed, Arrays.copyOf(transfer, 131));
    byte[] close = new byte[34];
    close[0] = 5;
    malformedWire(malformed, with(close, 1, 2));
    malformedWire(malformed, with(with(close, 0, 4), 1, 3));
    malformedWire(malformed, with(with(close, 0, 12), 1, 4));
    byte[] open =
        WireCodec.encode(
            new SignedTransaction(
                new Transaction.ChannelOpen(
                    1,
                    2,
                    generator.address(),
                    0,
                    Uint128.of(4),
                    1,
                    Hash32.ZERO,
                    Uint128.ZERO,
                    9,
                    Uint128.of(5)),
                generator.signature()));
    malformedWire(malformed, with(open, 51, 1));
    malformedWire(malformed, with(open, 62, 1));
    malformedWire(malformed, with(open, 98, 1));
    malformedWire(malformed, with(open, 50, 0x80));
    malformedWire(malformed, with(with(open, 50, 0), 82, 1));
    byte[] ticks =
        WireCodec.encode(
            SignedTransaction.unsigned(
                new Transaction.TickClaim(generator.hash32(), 5, 3, generator.hash32())));
    malformedWire(malformed, with(ticks, 34, 0x20));
    malformedWire(malformed, with(ticks, 43, 0));
    malformedWire(malformed, with(ticks, 42, 0x10));
    malformedWire(malformed, Arrays.copyOf(ticks, 34));
    byte[] update =
        WireCodec.encode(
            new SignedTransaction(
                new Transaction.ProviderUpdate(
                    1,
                    2,
                    Hash32.ZERO,
                    generator.address(),
                    3,
                    Uint128.of(4),
                    Hash32.ZERO,
                    true,
                    Uint128.of(5)),
                generator.signature()));
    malformedWire(malformed, with(update, 121, 2));
    byte[] job = WireCodec.encode(new SignedTransaction(job(0, 1, 0), generator.signature()));
    malformedWire(malformed, with(job, 13, 0));
    malformedWire(malformed, with(job, 13, 2));
    malformedWire(malformed, with(job, 13, 6));
    malformedWire(malformed, with(job, 46, 1));
    malformedWire(malformed, with(job, 97, 1));
    malformedWire(malformed, with(job, 129, 0x20));
    byte[] quorum = WireCodec.encode(new SignedTransaction(job(2, 2, 2), generator.signature()));
    malformedWire(malformed, with(quorum, 96, 0));
    malformedWire(malformed, with(quorum, 129, 1));
    byte[] result =
        WireCodec.encode(
            new SignedTransaction(
                new Transaction.JobResult(1, 2, Hash32.ZERO, 0, Hash32.ZERO, Uint128.of(5)),
                generator.signature()));
    malformedWire(malformed, with(result, 1, 1));
    malformedWire(malformed, with(result, 1, 2));
    return object("cases", cases, "malformed", malformed);
  }

  private static Transaction.JobOpen job(int mode, int named, int quorum) {
    return new Transaction.JobOpen(
        1,
        2,
        Collections.nCopies(named, Hash32.ZERO),
        quorum,
        0,
        Uint128.of(4),
        mode,
        Hash32.ZERO,
        Hash32.ZERO,
        0,
        9,
        0,
        Uint128.of(5));
  }

  private static void malformedWire(List<Object> cases, byte[] bytes) {
    cases.add(object("bytes", bytes, "reason", reason(WireCodec.decode(bytes))));
  }

  private static Map<String, @Nullable Object> typedData() {
    SeededGenerator generator = new SeededGenerator(300);
    PrivateKey key =
        PrivateKey.of(Keccak256.hash("wallet".getBytes(StandardCharsets.UTF_8))).orElseThrow();
    List<Object> cases = new ArrayList<>();
    // The type strings stand here a second time, as in the document, so that a slip in the code
    // shows.
    var transfer =
        new Transaction.Transfer(
            generator.uint(32),
            generator.uint(64),
            generator.address(),
            1,
            generator.amount(),
            Uint128.MAX);
    signed(
        cases,
        key,
        "Transfer(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)",
        describe(transfer),
        TYPED_DATA.digest(transfer));
    var withdraw =
        new Transaction.Withdraw(
            0xffffffffL, -1L, generator.address(), 0, generator.amount(), generator.amount());
    signed(
        cases,
        key,
        "Withdraw(uint32 account,uint64 nonce,address to,uint8 token,uint128 amount,uint128 maxFee)",
        describe(withdraw),
        TYPED_DATA.digest(withdraw));
    byte[] voucherKey = new byte[32];
    generator.address().writeTo(voucherKey, 12);
    var channelOpen =
        new Transaction.ChannelOpen(
            7,
            8,
            generator.address(),
            1,
            generator.amount(),
            1,
            Hash32.of(voucherKey),
            Uint128.ZERO,
            259_200,
            generator.amount());
    signed(
        cases,
        key,
        "ChannelOpen(uint32 account,uint64 nonce,address payee,uint8 token,uint128 deposit,uint8 meter,bytes32 meterKey,uint128 meterRate,uint32 closeDelay,uint128 maxFee)",
        describe(channelOpen),
        TYPED_DATA.digest(channelOpen));
    var voucher = new Transaction.VoucherClaim(generator.hash32(), generator.amount());
    signed(
        cases,
        key,
        "Voucher(bytes32 channel,uint128 amount)",
        describe(voucher),
        TYPED_DATA.digest(voucher));
    var close = new Transaction.ChannelCloseStart(7, 9, generator.hash32(), generator.amount());
    signed(
        cases,
        key,
        "ChannelClose(uint32 account,uint64 nonce,bytes32 channel,uint128 maxFee)",
        describe(close),
        TYPED_DATA.digest(close));
    var register =
        new Transaction.ProviderRegister(
            7,
            10,
            generator.address(),
            0xffff,
            generator.uint(64),
            0x8928308280fffffL,
            1,
            generator.amount(),
            Bytes.wrap(generator.bytes(96)),
            Bytes.wrap(generator.bytes(192)),
            generator.amount());
    Map<String, @Nullable Object> registerMessage = describe(register);
    registerMessage.put("class", registerMessage.remove("deviceClass"));
    registerMessage.put(
        "deviceKeyHash", Keccak256.hash32(register.deviceKey().toArrayUnsafe()).toString());
    signed(
        cases,
        key,
        "ProviderRegister(uint32 account,uint64 nonce,address payout,uint16 class,uint64 capabilities,uint64 cell,uint8 token,uint128 price,bytes32 deviceKeyHash,uint128 maxFee)",
        registerMessage,
        TYPED_DATA.digest(register));
    var update =
        new Transaction.ProviderUpdate(
            7,
            10,
            generator.hash32(),
            generator.address(),
            0x8928308280fffffL,
            generator.amount(),
            generator.hash32(),
            true,
            generator.amount());
    Map<String, @Nullable Object> updateMessage = describe(update);
    updateMessage.put("retire", "1");
    signed(
        cases,
        key,
        "ProviderUpdate(uint32 account,uint64 nonce,bytes32 provider,address payout,uint64 cell,uint128 price,bytes32 endpointHash,uint8 retire,uint128 maxFee)",
        updateMessage,
        TYPED_DATA.digest(update));
    for (int mode : new int[] {0, 1, 2}) {
      boolean several = mode == Transaction.MODE_QUORUM;
      var job =
          new Transaction.JobOpen(
              7,
              11,
              several
                  ? List.of(generator.hash32(), generator.hash32(), generator.hash32())
                  : List.of(generator.hash32()),
              several ? 2 : 0,
              1,
              generator.amount(),
              mode,
              generator.hash32(),
              mode == Transaction.MODE_EXPECTED_HASH ? generator.hash32() : Hash32.ZERO,
              generator.uint(61),
              259_200,
              2_500,
              generator.amount());
      signed(
          cases,
          key,
          "JobOpen(uint32 account,uint64 nonce,bytes32[] providers,uint8 quorum,uint8 token,uint128 escrow,uint8 mode,bytes32 specHash,bytes32 expected,uint64 deadline,uint32 window,uint16 refusalBps,uint128 maxFee)",
          describe(job),
          TYPED_DATA.digest(job));
    }
    var result =
        new Transaction.JobResult(
            7, 12, generator.hash32(), 0, generator.hash32(), generator.amount());
    signed(
        cases,
        key,
        "JobResult(uint32 account,uint64 nonce,bytes32 job,uint8 member,bytes32 resultHash,uint128 maxFee)",
        describe(result),
        TYPED_DATA.digest(result));
    var reveal =
        new Transaction.JobReveal(
            7,
            12,
            generator.hash32(),
            4,
            generator.hash32(),
            generator.hash32(),
            generator.amount());
    signed(
        cases,
        key,
        "JobReveal(uint32 account,uint64 nonce,bytes32 job,uint8 member,bytes32 resultHash,bytes32 salt,uint128 maxFee)",
        describe(reveal),
        TYPED_DATA.digest(reveal));
    for (Transaction.Verdict verdict : Transaction.Verdict.values()) {
      var settle = new Transaction.JobVerdict(7, 13, generator.hash32(), verdict, 404);
      Map<String, @Nullable Object> message = describe(settle);
      message.put("verdict", String.valueOf(verdict.number()));
      signed(
          cases,
          key,
          "JobSettle(uint32 account,uint64 nonce,bytes32 job,uint8 verdict,uint16 reason)",
          message,
          TYPED_DATA.digest(settle));
    }
    var confirmation =
        new SignedStatement.BlockConfirmation(
            generator.uint(64), generator.hash32(), generator.uint(64));
    signed(
        cases,
        key,
        "BlockConfirmation(uint64 number,bytes32 blockAccumulator,uint64 postBy)",
        describe(confirmation),
        TYPED_DATA.digest(confirmation));
    var receipt =
        new SignedStatement.HeartbeatReceipt(
            generator.hash32(), generator.uint(32), generator.uint(64));
    signed(
        cases,
        key,
        "HeartbeatReceipt(bytes32 provider,uint32 epoch,uint64 receivedAt)",
        describe(receipt),
        TYPED_DATA.digest(receipt));
    var part =
        new SignedStatement.HeartbeatPart(
            generator.uint(32),
            generator.uint(32),
            generator.uint(32),
            generator.hash32(),
            generator.hash32());
    signed(
        cases,
        key,
        "HeartbeatPart(uint32 account,uint32 epoch,uint32 committee,bytes32 bitfieldHash,bytes32 signatureHash)",
        describe(part),
        TYPED_DATA.digest(part));
    return object(
        "domain",
        object(
            "name",
            TypedData.NAME,
            "version",
            TypedData.VERSION,
            "chainId",
            CHAIN_ID,
            "verifyingContract",
            ROLLUP),
        "domainSeparator",
        D,
        "signer",
        key.address(),
        "cases",
        cases);
  }

  private static void signed(
      List<Object> cases,
      PrivateKey key,
      String type,
      Map<String, @Nullable Object> fields,
      Hash32 digest) {
    Map<String, @Nullable Object> message = new LinkedHashMap<>();
    String members = type.substring(type.indexOf('(') + 1, type.length() - 1);
    for (String member : members.split(",", -1)) {
      String name = member.substring(member.indexOf(' ') + 1);
      message.put(name, Objects.requireNonNull(fields.get(name), name));
    }
    cases.add(
        object(
            "type",
            type,
            "message",
            message,
            "digest",
            digest,
            "signature",
            Secp256k1.sign(digest, key)));
  }

  private static Map<String, @Nullable Object> signatures() {
    SeededGenerator generator = new SeededGenerator(400);
    String order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    String halfPlusOne = "7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1";
    String zero = "00".repeat(32);
    List<Object> good = new ArrayList<>();
    List<Object> refused = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      PrivateKey key = PrivateKey.of(generator.bytes(32)).orElseThrow();
      Hash32 digest = generator.hash32();
      byte[] signature = Secp256k1.sign(digest, key);
      good.add(object("digest", digest, "signature", signature, "signer", key.address()));
      String r = HexFormat.of().formatHex(signature, 0, 32);
      String s = HexFormat.of().formatHex(signature, 32, 64);
      if (i == 0) {
        for (String bad :
            new String[] {
              zero + zero,
              zero + s,
              r + zero,
              r + "80" + "00".repeat(31),
              order + s,
              "ff".repeat(32) + s,
              r + halfPlusOne,
              r + "7f" + "ff".repeat(31),
              r + "ff".repeat(32)
            }) {
          if (Secp256k1.recover(digest, hex(bad)).isPresent()) {
            throw new IllegalStateException("accepted: " + bad);
          }
          refused.add(object("digest", digest, "signature", hex(bad)));
        }
      }
    }
    return object("cases", good, "refused", refused);
  }

  private static Map<String, @Nullable Object> ids() {
    SeededGenerator generator = new SeededGenerator(500);
    List<Object> cases = new ArrayList<>();
    SeededGenerator digests = new SeededGenerator(501);
    for (int i = 0; i < 3; i++) {
      Address owner = generator.address();
      Hash32 digest = digests.hash32();
      cases.add(object("owner", owner, "digest", digest, "id", Ids.of(owner, digest)));
    }
    List<Object> heartbeats = new ArrayList<>();
    for (long epoch : new long[] {0, 1, 0xffffffffL}) {
      Hash32 seed = generator.hash32();
      Hash32 beacon = Ids.beacon(seed, epoch);
      heartbeats.add(
          object(
              "seed",
              seed,
              "epoch",
              epoch,
              "beacon",
              beacon,
              "message",
              Ids.heartbeatMessage(D, epoch, beacon)));
    }
    Address owner = generator.address();
    byte[] deviceKey = generator.bytes(96);
    List<Object> commitments = new ArrayList<>();
    for (int member : new int[] {0, 4}) {
      Hash32 job = generator.hash32();
      Hash32 resultHash = generator.hash32();
      Hash32 salt = generator.hash32();
      commitments.add(
          object(
              "job",
              job,
              "member",
              member,
              "resultHash",
              resultHash,
              "salt",
              salt,
              "commitment",
              Ids.commitment(job, member, resultHash, salt)));
    }
    List<Object> ticks = new ArrayList<>();
    for (int steps : new int[] {0, 1, 2, Transaction.TICK_STEPS_MAX}) {
      Hash32 tick = generator.hash32();
      ticks.add(object("tick", tick, "steps", steps, "earlierTick", Ids.earlierTick(tick, steps)));
    }
    return object(
        "domainSeparator",
        D,
        "cases",
        cases,
        "heartbeats",
        heartbeats,
        "possession",
        object(
            "owner",
            owner,
            "deviceKey",
            deviceKey,
            "message",
            Ids.possessionMessage(D, owner, deviceKey)),
        "commitments",
        commitments,
        "ticks",
        ticks);
  }

  private static Map<String, @Nullable Object> bls() {
    SeededGenerator generator = new SeededGenerator(600);
    Hash32 message = Ids.heartbeatMessage(D, 5, generator.hash32());
    List<Object> devices = new ArrayList<>();
    List<BlsPublicKey> keys = new ArrayList<>();
    List<BlsSignature> signatures = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      byte[] seed = generator.bytes(32);
      BlsSecretKey secret = BlsSecretKey.fromSeed(seed).orElseThrow();
      BlsPublicKey key = secret.publicKey();
      Address owner = generator.address();
      Hash32 possessionMessage = Ids.possessionMessage(D, owner, key.toBytes());
      BlsSignature signature = Bls12381.sign(secret, message.toBytes(), Domain.MESSAGE);
      keys.add(key);
      signatures.add(signature);
      devices.add(
          object(
              "seed",
              seed,
              "key",
              key.toBytes(),
              "signature",
              signature.toBytes(),
              "owner",
              owner,
              "possessionMessage",
              possessionMessage,
              "possession",
              Bls12381.sign(secret, possessionMessage.toBytes(), Domain.POSSESSION).toBytes()));
    }
    byte[] key = keys.getFirst().toBytes();
    byte[] signature = signatures.getFirst().toBytes();
    byte[] modulus =
        hex(
            "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab");
    byte[] unreducedKey = key.clone();
    System.arraycopy(modulus, 0, unreducedKey, 0, 48);
    byte[] unreducedSignature = signature.clone();
    System.arraycopy(modulus, 0, unreducedSignature, 144, 48);
    List<Object> refusedKeys = new ArrayList<>();
    for (byte[] bad :
        List.of(
            new byte[96],
            with(key, 95, key[95] ^ 1),
            with(key, 0, key[0] | 0x80),
            unreducedKey,
            outsideG1())) {
      if (BlsPublicKey.decode(bad).isPresent()) {
        throw new IllegalStateException("accepted: " + Json.hex(bad));
      }
      refusedKeys.add(Json.hex(bad));
    }
    List<Object> refusedSignatures = new ArrayList<>();
    for (byte[] bad :
        List.of(
            new byte[192],
            with(signature, 191, signature[191] ^ 1),
            with(signature, 0, signature[0] | 0x40),
            unreducedSignature,
            outsideG2())) {
      if (BlsSignature.decode(bad).isPresent()) {
        throw new IllegalStateException("accepted: " + Json.hex(bad));
      }
      refusedSignatures.add(Json.hex(bad));
    }
    return object(
        "message",
        message,
        "devices",
        devices,
        "totalKey",
        BlsKeySum.of(keys).toBytes(),
        "aggregate",
        BlsSignature.aggregate(signatures).orElseThrow().toBytes(),
        "keyOfFirstSix",
        BlsKeySum.of(keys.subList(0, 6)).toBytes(),
        "aggregateOfFirstSix",
        BlsSignature.aggregate(signatures.subList(0, 6)).orElseThrow().toBytes(),
        "refusedKeys",
        refusedKeys,
        "refusedSignatures",
        refusedSignatures);
  }

  /** On the curve with x = 4, outside the prime-order subgroup. */
  private static byte[] outsideG1() {
    return hex(
        "0".repeat(95)
            + "4"
            + "0a989badd40d6212b33cffc3f3763e9bc760f988c9926b26da9dd85e928483446346b8ed00e1de5d5ea93e354abe706c");
  }

  /**
   * On the twist, with x = 2, and not in the subgroup: the order of ours times it is not infinity.
   */
  private static byte[] outsideG2() {
    return hex(
        "0".repeat(95)
            + "2"
            + "0".repeat(96)
            + "18c6b864ae17dc9da64203ffefb966306425a7bc6aeb7c75247438372716284a4173830420cd476ba1a365b95bfcec38"
            + "172e93db764a8400a7d5071b6b6f5de0da2f0f4a063119abca014006b7c40a2cfe291a1924e65db0d6d0fcfbf3bf3d5c");
  }

  private static Map<String, @Nullable Object> posted() {
    SeededGenerator generator = new SeededGenerator(700);
    Map<String, Integer> seen = new TreeMap<>();
    List<Object> cases = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      PostedTransaction transaction = generator.postedTransaction(LOG2);
      String form =
          transaction.getClass().getSimpleName()
              + switch (transaction) {
                case PostedTransaction.ChannelOpen open -> Math.min(open.meter(), 3);
                case PostedTransaction.JobOpen open -> Math.min(open.mode(), 3);
                default -> "";
              };
      if (seen.merge(form, 1, Integer::sum) <= 4) {
        cases.add(postedCase(EncodedTransaction.of(transaction, LOG2)));
      }
    }
    cases.add(
        postedCase(
            EncodedTransaction.of(
                new PostedTransaction.HeartbeatRecord(
                    3,
                    List.of(
                        new Attendance.AbsentSlots(0, List.of()),
                        new Attendance.AbsentSlots(1, List.of(0, 7)),
                        new Attendance.PresentBits(9, Bytes.of(0x80))),
                    Bytes.wrap(generator.bytes(192))),
                LOG2)));
    cases.add(
        postedCase(
            EncodedTransaction.of(
                new PostedTransaction.JobOpen(
                    7,
                    List.of(11L, 12L, 300L),
                    2,
                    1,
                    Uint128.of(10_000_000_000L),
                    Transaction.MODE_QUORUM,
                    generator.hash32(),
                    Hash32.ZERO,
                    1_800_003_600L,
                    259_200,
                    2_500,
                    Uint128.of(400),
                    generator.signature()),
                LOG2)));
    WalletSignature signature = generator.signature();
    byte[] transfer =
        PostedCodec.encode(
            new PostedTransaction.Transfer(
                1, new Recipient.Existing(2), 0, Uint128.of(3), null, signature),
            LOG2);
    byte[] heartbeat =
        PostedCodec.encode(
            new PostedTransaction.HeartbeatRecord(
                3,
                List.of(new Attendance.AbsentSlots(0, List.of(1, 2))),
                Bytes.wrap(new byte[192])),
            LOG2);
    String sig = HexFormat.of().formatHex(signature.toBytes());
    String tick = "11".repeat(32);
    List<Object> malformed = new ArrayList<>();
    for (byte[] bad :
        List.of(
            hex(""),
            hex("80"),
            hex("d0"),
            hex("e0"),
            hex("f0"),
            hex("01" + "01" + "00"),
            hex("0000"),
            hex("0020" + "41" + "00".repeat(65)),
            hex("00" + "01" + "81" + "00".repeat(4)),
            hex("00" + "01" + "a1" + "00".repeat(5)),
            Arrays.copyOf(transfer, transfer.length - 1),
            Arrays.copyOf(transfer, transfer.length + 1),
            hex("10" + "01" + "02" + "27" + "01" + sig),
            hex("10" + "01" + "02" + "2604" + sig),
            hex("40" + "01" + "0001" + sig),
            hex("41" + "01" + "2700" + sig),
            hex("42" + "01" + "05" + "00" + tick),
            hex("42" + "01" + "05" + "3001" + tick),
            hex("42" + "01" + "05" + "e000000100000001" + tick),
            hex("43" + "01"),
            hex("44" + "01" + "0001" + sig),
            hex("78" + "01" + "02" + "00".repeat(42) + sig),
            hex("70" + "01" + "8100000000" + "00".repeat(42) + sig),
            hex("55" + "01"),
            hex("58" + "01" + sig),
            hex("b1" + "01" + "00".repeat(33) + sig),
            hex("b4" + "01" + "00".repeat(33) + sig),
            hex("c4" + "01" + "0000" + sig),
            hex("a1" + "01" + "01"),
            hex("a0" + "01" + "02" + "00" + "00"),
            hex("a0" + "01" + "02" + "06" + "03" + "010203040506"),
            hex("a0" + "01" + "02" + "02" + "02" + "01" + "8100000000"),
            hex("a0" + "01" + "00" + "02" + "0001" + "00".repeat(32) + "05" + "8100000000"),
            hex("30" + "01" + "02" + "0001" + "80" + "00" + "00" + sig),
            hex("30" + "01" + "02" + "0001" + "82" + "00" + "00" + sig),
            hex("91"),
            hex("90" + "03" + "00" + "00".repeat(192)),
            hex("90" + "03" + "01" + "00" + "02" + "00".repeat(193)),
            hex("90" + "03" + "01" + "00" + "00" + "09" + "00".repeat(210)),
            with(heartbeat, 9, 1),
            with(heartbeat, 9, 8),
            hex("90" + "03" + "02" + "000000" + "000000" + "00".repeat(192)))) {
      malformed.add(object("bytes", bad, "reason", reason(PostedCodec.decode(bad, LOG2))));
    }
    return object("committeeSizeLog2", LOG2, "cases", cases, "malformed", malformed);
  }

  private static Object postedCase(EncodedTransaction encoded) {
    Weight weight = Weight.of(encoded, LOG2);
    return object(
        "posted",
        encoded.posted(),
        "hash",
        encoded.postedHash(),
        "witnessWeight",
        weight.witnessBytes(),
        "gasWeight",
        weight.gas(),
        "transaction",
        (Record) encoded.transaction());
  }

  private static Map<String, @Nullable Object> leaves() {
    SeededGenerator generator = new SeededGenerator(800);
    List<Object> cases = new ArrayList<>();
    for (LeafType type : LeafType.values()) {
      for (long index = 0; index < (type == LeafType.META ? 3 : 2); index++) {
        long key = type.key(type == LeafType.META || index == 0 ? index : 0xffffffffL);
        byte[] preimage = generator.bytes(Leaf.preimageBytes(key, LOG2));
        Leaf leaf = Leaf.decode(key, preimage, LOG2).orElseThrow();
        cases.add(
            object(
                "key", key, "preimage", leaf.encode(), "hash", leaf.hash(), "leaf", (Record) leaf));
      }
    }
    return object("committeeSizeLog2", LOG2, "cases", cases);
  }

  private static Map<String, @Nullable Object> multiproofs() {
    SeededGenerator generator = new SeededGenerator(900);
    List<Object> cases = new ArrayList<>();
    List<Object> refused = new ArrayList<>();
    for (int size : new int[] {1, 2, 3, 8, 13}) {
      for (int depth : new int[] {4, 40}) {
        List<Hash32> leaves = new ArrayList<>();
        for (int i = 0; i < size; i++) {
          leaves.add(generator.hash32());
        }
        DenseTree tree = DenseTree.of(leaves, 4);
        List<Long> indices = new ArrayList<>();
        for (long i = 0; i < 16; i++) {
          if (generator.below(3) == 0) {
            indices.add(i);
          }
        }
        if (indices.isEmpty()) {
          indices.add(0L);
        }
        MultiProof proof =
            MultiProof.build((level, index) -> deep(tree, level, index), depth, indices);
        List<Hash32> proven = indices.stream().map(index -> tree.node(0, index)).toList();
        Hash32 root = proof.root(proven).orElseThrow();
        cases.add(multiproof(proof, proven, root));
        MultiProof.Position first = proof.positions().getFirst();
        List<MultiProof.Position> positions = new ArrayList<>(proof.positions());
        positions.set(0, new MultiProof.Position(first.index(), first.mask() ^ 1L << depth - 1));
        refused.add(multiproof(new MultiProof(depth, positions, proof.siblings()), proven, root));
        List<Hash32> surplus = new ArrayList<>(proof.siblings());
        surplus.add(generator.hash32());
        refused.add(multiproof(new MultiProof(depth, proof.positions(), surplus), proven, root));
        if (!proof.siblings().isEmpty()) {
          List<Hash32> missing = proof.siblings().subList(1, proof.siblings().size());
          refused.add(multiproof(new MultiProof(depth, proof.positions(), missing), proven, root));
        }
      }
    }
    return object("cases", cases, "refused", refused);
  }

  /** The 16 leaves of {@code tree} as the first of a tree of any depth. */
  private static Hash32 deep(DenseTree tree, int level, long index) {
    if (level <= tree.depth()) {
      return tree.node(level, index);
    }
    return index == 0 ? Keccak256.node(deep(tree, level - 1, 0), Hash32.ZERO) : Hash32.ZERO;
  }

  private static Object multiproof(MultiProof proof, List<Hash32> leaves, Hash32 root) {
    List<Object> entries = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      MultiProof.Position position = proof.positions().get(i);
      entries.add(
          object("index", position.index(), "mask", position.mask(), "hash", leaves.get(i)));
    }
    return object(
        "depth", proof.depth(), "leaves", entries, "siblings", proof.siblings(), "root", root);
  }

  private static Map<String, @Nullable Object> inbox() {
    SeededGenerator generator = new SeededGenerator(1000);
    List<InboxMessage> messages =
        List.of(
            new InboxMessage.Deposit(
                0, Uint128.of(1_000_000_000_000_000_000L), generator.address()),
            new InboxMessage.Deposit(3, Uint128.MAX, generator.address()),
            new InboxMessage.Seed(7, generator.hash32()),
            new InboxMessage.Forced(Bytes.wrap(WireCodec.encode(generator.signedTransaction()))),
            new InboxMessage.Forced(Bytes.of(0xff)));
    List<Object> cases = new ArrayList<>();
    Hash32 accumulator = Hash32.ZERO;
    Weight weight = Weight.ZERO;
    long time = 1_800_000_000L;
    for (InboxMessage message : messages) {
      weight = weight.plus(Weight.of(message));
      InboxLink link =
          new InboxLink(message.messageHash(), time, weight.witnessBytes(), weight.gas());
      accumulator = link.accumulate(accumulator);
      cases.add(
          object(
              "kind",
              message.kind(),
              "payload",
              message.payload(),
              "messageHash",
              message.messageHash(),
              "time",
              time,
              "witnessWeight",
              weight.witnessBytes(),
              "gasWeight",
              weight.gas(),
              "accumulator",
              accumulator));
      time += 12;
    }
    List<Object> malformed = new ArrayList<>();
    for (Map.Entry<Integer, byte[]> bad :
        List.of(
            Map.entry(0, hex("00")),
            Map.entry(4, hex("00")),
            Map.entry(1, new byte[36]),
            Map.entry(1, new byte[38]),
            Map.entry(1, with(new byte[37], 0, 4)),
            Map.entry(2, new byte[0]),
            Map.entry(2, new byte[1025]),
            Map.entry(3, new byte[35]),
            Map.entry(3, new byte[37]))) {
      malformed.add(
          object(
              "kind",
              bad.getKey(),
              "payload",
              bad.getValue(),
              "reason",
              reason(InboxMessage.decode(bad.getKey(), bad.getValue()))));
    }
    return object("cases", cases, "malformed", malformed);
  }

  private static Map<String, @Nullable Object> blocks() {
    SeededGenerator generator = new SeededGenerator(1100);
    List<Object> cases = new ArrayList<>();
    Hash32 accumulator = Hash32.ZERO;
    for (int i = 1; i <= 6; i++) {
      Block block = generator.block(LOG2);
      BlockCommitment commitment =
          new BlockCommitment(
              i,
              1_800_000_000L + i,
              generator.uint(64),
              generator.hash32(),
              block.transactions().size(),
              block.transactionTree().root());
      Hash32 before = accumulator;
      accumulator = commitment.accumulate(before);
      Weight weight = Weight.of(block, LOG2);
      cases.add(
          object(
              "block",
              block.encode(),
              "clockDelta",
              block.clockDelta(),
              "txCount",
              block.transactions().size(),
              "txHashes",
              block.transactions().stream().map(EncodedTransaction::postedHash).toList(),
              "txRoot",
              block.transactionTree().root(),
              "witnessWeight",
              weight.witnessBytes(),
              "gasWeight",
              weight.gas(),
              "commitmentPreimage",
              commitment.encode(),
              "commitment",
              commitment.hash(),
              "accumulatorBefore",
              before,
              "accumulator",
              accumulator));
    }
    List<Object> malformed = new ArrayList<>();
    for (byte[] bad :
        List.of(
            hex(""),
            hex("0000" + "00000000"),
            hex("0001" + "000000"),
            hex("0001" + "00000000"),
            hex("0002" + "00000000" + "c205"),
            hex("0001" + "00000000" + "c205" + "00"),
            hex("0001" + "00000000" + "8205"))) {
      malformed.add(object("bytes", bad, "reason", reason(Block.decodeAll(bad, LOG2))));
    }
    return object("committeeSizeLog2", LOG2, "cases", cases, "malformedPayloads", malformed);
  }

  private static Map<String, @Nullable Object> batches() {
    SeededGenerator generator = new SeededGenerator(1200);
    List<Object> cases = new ArrayList<>();
    for (int count : new int[] {1, 2, 3, 5}) {
      List<Chunk> chunks = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        chunks.add(
            Chunk.of(generator.hash32(), List.of(generator.block(LOG2), generator.block(LOG2))));
      }
      BatchData data = new BatchData(chunks);
      Hash32 preRoot = generator.hash32();
      List<Hash32> leaves = new ArrayList<>();
      Hash32 before = preRoot;
      for (Chunk chunk : chunks) {
        leaves.add(chunk.leaf(before));
        before = chunk.postRoot();
      }
      Hash32 dataHash = data.chunkTree(preRoot).root();
      BatchHeader header =
          new BatchHeader(
              generator.hash32(),
              dataHash,
              data.postRoot(),
              generator.hash32(),
              generator.uint(64),
              generator.uint(64),
              generator.uint(64),
              generator.uint(64),
              generator.uint(64),
              count,
              BatchHeader.MODE_CALLDATA,
              generator.address());
      cases.add(
          object(
              "preRoot",
              preRoot,
              "chunks",
              chunks,
              "data",
              data.encode(),
              "chunkLeaves",
              leaves,
              "dataHash",
              dataHash,
              "header",
              header,
              "headerEncoding",
              header.encode(),
              "headerHash",
              header.hash()));
    }
    String root = "11".repeat(32);
    List<Object> malformed = new ArrayList<>();
    for (byte[] bad :
        List.of(
            hex(""),
            hex(root),
            hex(root + "0002" + "00"),
            hex("00".repeat(32) + "0001" + "00"),
            hex(root + "0001" + "00" + "01"),
            hex((root + "0000").repeat(513)))) {
      malformed.add(object("data", bad, "reason", reason(BatchData.decode(bad))));
    }
    return object("cases", cases, "malformed", malformed);
  }

  private static Map<String, @Nullable Object> witnesses() {
    SeededGenerator generator = new SeededGenerator(1300);
    List<Object> cases = new ArrayList<>();
    cases.add(witness(ChunkWitness.EMPTY, false));
    for (int i = 0; i < 2; i++) {
      cases.add(
          witness(
              randomWitness(
                  generator,
                  LOG2,
                  List.of(LeafType.ACCOUNT, LeafType.COUNTERS, LeafType.JOB, LeafType.QUORUM)),
              false));
      cases.add(witness(randomWitness(generator, LOG2, List.of(LeafType.ACCOUNT)), true));
    }
    List<Object> malformed = new ArrayList<>();
    for (byte[] bad :
        List.of(
            hex(""),
            hex("0000"),
            hex("00000000"),
            hex("000000000000" + "00"),
            hex("00000000" + "0001" + "0002" + "00"),
            hex("0001" + "0900000000" + "0000000000" + "0000"),
            hex("0001" + "0000000003" + "0000000000" + "0000"),
            hex("0001" + "0000000000" + "0000000000" + "0000"),
            hex("0000" + "0001" + "00".repeat(24) + "04" + "0001" + "00"))) {
      malformed.add(object("bytes", bad, "reason", reason(ChunkWitness.decode(bad, LOG2))));
    }
    return object("committeeSizeLog2", LOG2, "cases", cases, "malformed", malformed);
  }

  private static Object witness(ChunkWitness witness, boolean accountsOnly) {
    return object(
        "accountsOnly",
        accountsOnly,
        "witness",
        witness.encode(),
        "leafCount",
        witness.leaves().size(),
        "messageCount",
        witness.messages().size(),
        "proofs",
        witness.proofs(),
        "siblingCount",
        witness.siblings().size(),
        "preRoot",
        witness.preRoot().orElse(null));
  }

  /**
   * Leaves of random content in an otherwise random tree, a message of each kind, up to three
   * proofs.
   */
  static ChunkWitness randomWitness(
      SeededGenerator generator, int committeeSizeLog2, List<LeafType> types) {
    List<Long> keys = new ArrayList<>(List.of(0L, 1L, 2L));
    for (LeafType type : types) {
      keys.add(type.key(generator.below(8)));
      keys.add(type.key(8 + generator.uint(20)));
    }
    Map<Long, Bytes> preimages = new TreeMap<>();
    for (long key : keys) {
      boolean absent = key > 2 && generator.below(4) == 0;
      int size = absent ? 0 : Leaf.preimageBytes(key, committeeSizeLog2);
      preimages.put(key, Bytes.wrap(generator.bytes(size)));
    }
    MultiProof proof =
        MultiProof.build(
            (level, index) ->
                preimages.keySet().stream().anyMatch(key -> key >>> level == index)
                        || (index & 3) == 0
                    ? Hash32.ZERO
                    : Keccak256.hash32(new ByteWriter(16).u64(level).u64(index).toBytes()),
            MultiProof.DEPTH_MAX,
            keys);
    List<ChunkWitness.WitnessLeaf> leaves = new ArrayList<>();
    for (MultiProof.Position position : proof.positions()) {
      leaves.add(
          new ChunkWitness.WitnessLeaf(
              position.index(),
              position.mask(),
              Objects.requireNonNull(preimages.get(position.index()))));
    }
    List<ChunkWitness.WitnessMessage> messages = new ArrayList<>();
    for (InboxMessage message :
        List.of(
            new InboxMessage.Deposit(generator.below(4), generator.amount(), generator.address()),
            new InboxMessage.Forced(Bytes.wrap(generator.bytes(generator.between(1, 200)))),
            new InboxMessage.Seed(generator.uint(32), generator.hash32()))) {
      InboxLink link =
          new InboxLink(
              message.messageHash(), generator.uint(64), generator.uint(64), generator.uint(64));
      messages.add(new ChunkWitness.WitnessMessage(message, link));
    }
    List<Bytes> proofs = new ArrayList<>();
    for (int i = generator.below(4); i > 0; i--) {
      proofs.add(Bytes.wrap(generator.bytes(32 * generator.below(4))));
    }
    return new ChunkWitness(leaves, messages, proofs, proof.siblings());
  }

  static Genesis genesis(boolean devnet) {
    List<Address> tokens =
        List.of(
            Address.ZERO,
            Address.fromHex("0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512"),
            Address.ZERO,
            Address.ZERO);
    List<Uint128> units =
        List.of(Uint128.of(1_000_000_000L), Uint128.of(100), Uint128.ZERO, Uint128.ZERO);
    return new Genesis(
        devnet ? "sluice-devnet" : "sluice-example-mainnet-chain-32b",
        Genesis.STF_VERSION,
        tokens,
        units,
        1_800_000_000L,
        devnet ? 10 : 300,
        devnet ? 60 : 8_640,
        devnet ? 1 : 12,
        devnet ? 10 : 300,
        9,
        devnet ? 5 : 259_200,
        devnet ? 5 : 604_800,
        86_400,
        43_200,
        604_800,
        Uint128.of(1_000_000_000_000_000_000L).tryTimes(devnet ? 1 : 25).orElseThrow(),
        Address.fromHex("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
        Address.fromHex("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"));
  }

  private static Map<String, @Nullable Object> genesis() {
    List<Object> cases = new ArrayList<>();
    for (boolean devnet : new boolean[] {true, false}) {
      Genesis genesis = genesis(devnet);
      List<Object> prices = new ArrayList<>();
      for (TransactionKind kind : TransactionKind.values()) {
        prices.add(
            object(
                "kind",
                kind.number(),
                "token0",
                genesis.price(kind, 0),
                "token1",
                genesis.price(kind, 1)));
      }
      cases.add(
          object(
              "genesis",
              genesis,
              "encoding",
              genesis.encode(),
              "hash",
              genesis.hash(),
              "prices",
              prices));
    }
    return object("cases", cases);
  }

  private static Map<String, @Nullable Object> refusals() {
    List<Object> stf = new ArrayList<>();
    for (Refusal refusal : Refusal.values()) {
      stf.add(object("number", refusal.number(), "name", refusal.name()));
    }
    List<Object> admission = new ArrayList<>();
    for (AdmissionError error : AdmissionError.values()) {
      admission.add(object("number", error.number(), "name", error.name()));
    }
    return object("refusals", stf, "admissionErrors", admission);
  }

  private static <T> String reason(DecodeResult<T> result) {
    return switch (result) {
      case DecodeResult.Malformed<T> malformed -> malformed.reason().name();
      case DecodeResult.Decoded<T> decoded ->
          throw new IllegalStateException("decodes: " + decoded.value());
    };
  }

  private static byte[] with(byte[] bytes, int at, int value) {
    byte[] changed = bytes.clone();
    changed[at] = (byte) value;
    return changed;
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
