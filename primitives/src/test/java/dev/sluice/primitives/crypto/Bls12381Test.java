package dev.sluice.primitives.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.primitives.crypto.Bls12381.Domain;
import dev.sluice.primitives.testing.SeededGenerator;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class Bls12381Test {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] MESSAGE = {1, 2, 3};
  private static final String MODULUS =
      "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";

  /**
   * The generator as EIP-2537 writes it, so that the order of coordinates and fields is not our own
   * invention.
   */
  @Test
  void encodings_haveTheFieldOrderOfEip2537_forTheGenerators() {
    byte[] g1 =
        HEX.parseHex(
            "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
                + "08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1");
    byte[] g2 =
        HEX.parseHex(
            "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
                + "13e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
                + "0ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801"
                + "0606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be");
    assertArrayEquals(g1, BlsPublicKey.decode(g1).orElseThrow().toBytes());
    assertArrayEquals(g2, BlsSignature.decode(g2).orElseThrow().toBytes());
  }

  @Test
  void signature_verifies_onlyForItsKeyMessageAndDomain() {
    BlsSecretKey key = key(1);
    BlsSignature signature = Bls12381.sign(key, MESSAGE, Domain.MESSAGE);
    BlsSignature decoded = BlsSignature.decode(signature.toBytes()).orElseThrow();
    assertEquals(signature, decoded);
    assertTrue(Bls12381.verify(key.publicKey(), MESSAGE, decoded, Domain.MESSAGE));
    assertFalse(Bls12381.verify(key.publicKey(), MESSAGE, decoded, Domain.POSSESSION));
    assertFalse(Bls12381.verify(key.publicKey(), new byte[] {1, 2}, decoded, Domain.MESSAGE));
    assertFalse(Bls12381.verify(key(2).publicKey(), MESSAGE, decoded, Domain.MESSAGE));
    assertEquals("BlsSecretKey[secret]", key.toString());
  }

  @Test
  void aggregate_verifiesAgainstTheKeySum_ofExactlyTheSigners() {
    List<BlsPublicKey> keys = new ArrayList<>();
    List<BlsSignature> signatures = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      keys.add(key(i).publicKey());
      signatures.add(Bls12381.sign(key(i), MESSAGE, Domain.MESSAGE));
    }
    BlsKeySum total = BlsKeySum.of(keys);
    BlsSignature all = BlsSignature.aggregate(signatures).orElseThrow();
    BlsSignature present = BlsSignature.aggregate(signatures.subList(0, 6)).orElseThrow();
    BlsKeySum withoutTwo = total.minus(keys.get(6)).minus(keys.get(7));
    assertTrue(Bls12381.fastAggregateVerify(total, MESSAGE, all, Domain.MESSAGE));
    assertTrue(Bls12381.fastAggregateVerify(withoutTwo, MESSAGE, present, Domain.MESSAGE));
    assertFalse(Bls12381.fastAggregateVerify(total, MESSAGE, present, Domain.MESSAGE));
    assertFalse(Bls12381.fastAggregateVerify(withoutTwo, MESSAGE, all, Domain.MESSAGE));
    assertEquals(total, withoutTwo.plus(keys.get(6)).plus(keys.get(7)));
    assertEquals(total, BlsKeySum.of(keys.subList(0, 3)).plus(BlsKeySum.of(keys.subList(3, 8))));
    assertEquals(withoutTwo, total.minus(BlsKeySum.of(keys.subList(6, 8))));
    assertEquals(total, BlsKeySum.decode(total.toBytes()).orElseThrow());
  }

  @Test
  void infinity_isASumButNeitherKeyNorSignature() {
    BlsKeySum nothing = BlsKeySum.of(key(1).publicKey()).minus(key(1).publicKey());
    assertTrue(nothing.isInfinity());
    assertEquals(BlsKeySum.EMPTY, nothing);
    assertArrayEquals(new byte[96], nothing.toBytes());
    assertTrue(BlsKeySum.decode(new byte[96]).orElseThrow().isInfinity());
    assertTrue(BlsPublicKey.decode(new byte[96]).isEmpty());
    assertTrue(BlsSignature.decode(new byte[192]).isEmpty());
    assertTrue(BlsSignature.aggregate(List.of()).isEmpty());
    BlsSignature any = Bls12381.sign(key(1), MESSAGE, Domain.MESSAGE);
    assertFalse(Bls12381.fastAggregateVerify(nothing, MESSAGE, any, Domain.MESSAGE));
  }

  @Test
  void decoders_refuse_whatIsNoCanonicalPointOfTheSubgroup() {
    byte[] key = key(3).publicKey().toBytes();
    byte[] signature = Bls12381.sign(key(3), MESSAGE, Domain.MESSAGE).toBytes();
    for (int length : new int[] {0, 48, 95, 97, 191, 193}) {
      assertTrue(BlsPublicKey.decode(Arrays.copyOf(key, length)).isEmpty());
      assertTrue(BlsSignature.decode(Arrays.copyOf(signature, length)).isEmpty());
    }
    for (int flag = 0x20; flag <= 0xe0; flag += 0x20) {
      byte[] flagged = key.clone();
      flagged[0] |= (byte) flag;
      assertTrue(BlsPublicKey.decode(flagged).isEmpty());
      for (int field = 0; field < 4; field++) {
        byte[] flaggedSignature = signature.clone();
        flaggedSignature[48 * field] |= (byte) flag;
        assertTrue(BlsSignature.decode(flaggedSignature).isEmpty());
      }
    }
    byte[] notReduced = key.clone();
    System.arraycopy(HEX.parseHex(MODULUS), 0, notReduced, 0, 48);
    assertTrue(BlsPublicKey.decode(notReduced).isEmpty());
    byte[] wrongGroup = pointOutsideTheSubgroup();
    assertTrue(Bls12381.decodeG1(wrongGroup).orElseThrow().on_curve());
    assertTrue(BlsPublicKey.decode(wrongGroup).isEmpty());
    assertTrue(BlsKeySum.decode(wrongGroup).isEmpty());
  }

  @Test
  void decoders_neverThrow_onRandomOrChangedBytes() {
    byte[] key = key(4).publicKey().toBytes();
    byte[] signature = Bls12381.sign(key(4), MESSAGE, Domain.MESSAGE).toBytes();
    SeededGenerator.forAll(
        300,
        generator -> {
          byte[] changedKey = generator.coin() ? key.clone() : generator.bytes(96);
          changedKey[generator.below(96)] ^= (byte) (1 << generator.below(8));
          BlsPublicKey.decode(changedKey)
              .ifPresent(decoded -> assertArrayEquals(changedKey, decoded.toBytes()));
          byte[] changed = generator.coin() ? signature.clone() : generator.bytes(192);
          changed[generator.below(192)] ^= (byte) (1 << generator.below(8));
          BlsSignature.decode(changed)
              .ifPresent(decoded -> assertArrayEquals(changed, decoded.toBytes()));
        });
  }

  @Test
  void batch_namesExactlyTheBadOnes() {
    SeededGenerator generator = new SeededGenerator(5);
    List<BlsPublicKey> keys = new ArrayList<>();
    List<BlsSignature> signatures = new ArrayList<>();
    long[] coefficients = new long[13];
    for (int i = 0; i < 13; i++) {
      keys.add(key(i).publicKey());
      signatures.add(Bls12381.sign(key(i), MESSAGE, Domain.MESSAGE));
      coefficients[i] = generator.anyLong() | 1;
    }
    assertEquals(List.of(), check(keys, signatures, coefficients));
    // Two signatures exchanged cancel in a plain sum, but not with coefficients.
    BlsSignature third = signatures.get(3);
    signatures.set(3, signatures.get(10));
    signatures.set(10, third);
    assertEquals(List.of(3, 10), check(keys, signatures, coefficients));
    assertEquals(List.of(), check(List.of(), List.of(), new long[0]));
  }

  @Test
  void seed_isRefused_unlessItHas32Bytes() {
    assertTrue(BlsSecretKey.fromSeed(new byte[31]).isEmpty());
    assertTrue(BlsSecretKey.fromSeed(new byte[33]).isEmpty());
  }

  private static List<Integer> check(
      List<BlsPublicKey> keys, List<BlsSignature> signatures, long[] coefficients) {
    return Bls12381.verifyAllSameMessage(keys, signatures, MESSAGE, Domain.MESSAGE, coefficients);
  }

  /**
   * The first point with a small x: the cofactor is about 2^125, so it is never in the subgroup by
   * chance.
   */
  private static byte[] pointOutsideTheSubgroup() {
    BigInteger p = new BigInteger(MODULUS, 16);
    for (long x = 1; ; x++) {
      BigInteger square = BigInteger.valueOf(x).pow(3).add(BigInteger.valueOf(4));
      BigInteger y = square.modPow(p.add(BigInteger.ONE).shiftRight(2), p);
      if (y.modPow(BigInteger.TWO, p).equals(square)) {
        byte[] point = new byte[96];
        point[47] = (byte) x;
        byte[] bytes = y.toByteArray();
        System.arraycopy(bytes, 0, point, 96 - bytes.length, bytes.length);
        return point;
      }
    }
  }

  private static BlsSecretKey key(int number) {
    byte[] seed = new byte[32];
    seed[31] = (byte) number;
    return BlsSecretKey.fromSeed(seed).orElseThrow();
  }
}
