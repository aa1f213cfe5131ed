package dev.sluice.systemtests.differential;

import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.crypto.PrivateKey;
import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.transaction.Ids;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import supranational.blst.P2;
import supranational.blst.SecretKey;

/** All secrets of a random chain: wallets, devices, hash chains, preimages, salts. */
final class RandomKeys {
  static final PrivateKey FEE_RECIPIENT = wallet("fee recipient");

  /** The first owns account 0. */
  static final List<PrivateKey> WALLETS =
      List.of(FEE_RECIPIENT, wallet("a"), wallet("b"), wallet("c"), wallet("d"), wallet("whale"));

  private static final String HEARTBEAT_DST = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
  private static final BigInteger BLS_ORDER =
      new BigInteger("73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001", 16);
  private static final int[] CHAIN_LENGTHS = {40, 300, 6_000};

  /** A hash chain, by its end; {@code ticks} steps behind its anchor. */
  private record TickChain(Hash32 end, long ticks) {
    Hash32 at(long position) {
      return Ids.earlierTick(end, ticks - position);
    }
  }

  /** What a member of a job will reveal. */
  record Secret(Hash32 resultHash, Hash32 salt) {}

  private final Map<Address, PrivateKey> walletsByAddress = new HashMap<>();
  private final Map<Hash32, BigInteger> scalars = new HashMap<>();
  private final Map<Hash32, TickChain> chains = new HashMap<>();
  private final TreeMap<Long, TickChain> chainsByChannel = new TreeMap<>();
  private final Map<Hash32, Hash32> preimages = new HashMap<>();
  private final Map<Hash32, Secret> secrets = new HashMap<>();
  private int devicesMade;

  RandomKeys() {
    WALLETS.forEach(wallet -> walletsByAddress.put(wallet.address(), wallet));
  }

  private static PrivateKey wallet(String name) {
    return PrivateKey.of(Keccak256.hash(name.getBytes(StandardCharsets.UTF_8))).orElseThrow();
  }

  Optional<PrivateKey> wallet(Address address) {
    return Optional.ofNullable(walletsByAddress.get(address));
  }

  BlsSecretKey newDevice() {
    byte[] seed = new byte[BlsSecretKey.SEED_BYTES];
    seed[0] = (byte) devicesMade;
    seed[1] = (byte) (devicesMade >>> 8);
    devicesMade++;
    BlsSecretKey device = BlsSecretKey.fromSeed(seed).orElseThrow();
    Hash32 id = Keccak256.hash32(device.publicKey().toBytes());
    SecretKey secret = new SecretKey();
    secret.keygen(seed);
    scalars.put(id, new BigInteger(1, secret.to_bendian()));
    return device;
  }

  /**
   * What these devices would sign together: one signature by the sum of their keys, which is much
   * faster than the sum of their signatures.
   *
   * @return 192 bytes, as {@code docs/protocol.md §1} says
   */
  byte[] signTogether(List<byte[]> publicKeys, byte[] message) {
    BigInteger sum = BigInteger.ZERO;
    for (byte[] publicKey : publicKeys) {
      BigInteger scalar = scalars.get(Keccak256.hash32(publicKey));
      sum = scalar == null ? sum : sum.add(scalar);
    }
    byte[] scalar = new byte[32];
    byte[] raw = sum.mod(BLS_ORDER).toByteArray();
    int length = Math.min(32, raw.length);
    System.arraycopy(raw, raw.length - length, scalar, 32 - length, length);
    SecretKey key = new SecretKey();
    key.from_bendian(scalar);
    byte[] imaginaryFirst = new P2().hash_to(message, HEARTBEAT_DST).sign_with(key).serialize();
    byte[] out = new byte[192];
    for (int half = 0; half < 192; half += 96) {
      System.arraycopy(imaginaryFirst, half + 48, out, half, 48);
      System.arraycopy(imaginaryFirst, half, out, half + 48, 48);
    }
    return out;
  }

  boolean hasDevice(byte[] publicKey) {
    return scalars.containsKey(Keccak256.hash32(publicKey));
  }

  /** The anchor of a new hash chain. */
  Hash32 newAnchor(SeededGenerator generator) {
    TickChain chain =
        new TickChain(generator.hash32(), CHAIN_LENGTHS[generator.below(CHAIN_LENGTHS.length)]);
    Hash32 anchor = chain.at(0);
    chains.put(anchor, chain);
    return anchor;
  }

  /** Remembers which chain a channel was opened with. */
  void opened(long channel, Hash32 anchor) {
    TickChain chain = chains.get(anchor);
    if (chain != null) {
      chainsByChannel.put(channel, chain);
    }
  }

  /** How many ticks a channel's chain has; 0 if it is unknown. */
  long ticks(long channel) {
    TickChain chain = chainsByChannel.get(channel);
    return chain == null ? 0 : chain.ticks();
  }

  /** The tick at a position of a channel's chain; null if there is none. */
  @Nullable Hash32 tick(long channel, long position) {
    TickChain chain = chainsByChannel.get(channel);
    return chain == null || position > chain.ticks() ? null : chain.at(position);
  }

  /** A hash whose preimage is known here. */
  Hash32 newExpected(SeededGenerator generator) {
    Hash32 preimage = generator.hash32();
    Hash32 expected = Keccak256.hash32(preimage.toBytes());
    preimages.put(expected, preimage);
    return expected;
  }

  Optional<Hash32> preimage(Hash32 expected) {
    return Optional.ofNullable(preimages.get(expected));
  }

  /** What this member commits to: mostly what the others do. */
  Secret newSecret(SeededGenerator generator, Hash32 job, int member) {
    Hash32 common = Keccak256.hash32(job.toBytes());
    Secret secret =
        new Secret(generator.below(6) == 0 ? generator.hash32() : common, generator.hash32());
    secrets.put(Ids.commitment(job, member, Hash32.ZERO, Hash32.ZERO), secret);
    return secret;
  }

  Optional<Secret> secret(Hash32 job, int member) {
    return Optional.ofNullable(secrets.get(Ids.commitment(job, member, Hash32.ZERO, Hash32.ZERO)));
  }
}
