package dev.sluice.primitives.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.primitives.testing.SeededGenerator;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.junit.jupiter.api.Test;

class Secp256k1Test {
  private static final X9ECParameters CURVE = SECNamedCurves.getByName("secp256k1");
  private static final BigInteger N = CURVE.getN();

  @Test
  void address_isKnown_forTheFirstAccountOfTheDevelopmentMnemonic() {
    PrivateKey key =
        PrivateKey.fromHex("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
            .orElseThrow();
    assertEquals(Address.fromHex("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"), key.address());
    assertEquals("PrivateKey[" + key.address() + "]", key.toString());
  }

  @Test
  void signature_recoversAndVerifies_andBouncyCastleAgrees() {
    SeededGenerator.forAll(
        40,
        generator -> {
          PrivateKey key = key(generator);
          Hash32 digest = generator.hash32();
          byte[] signature = Secp256k1.sign(digest, key);
          assertTrue(Secp256k1.isWellFormed(signature));
          assertEquals(Optional.of(key.address()), Secp256k1.recoverAddress(digest, signature));
          assertEquals(Optional.of(key.publicKey()), Secp256k1.recover(digest, signature));
          assertTrue(Secp256k1.verifyIgnoringParity(digest, signature, key.publicKey()));
          ECDSASigner signer = new ECDSASigner();
          ECDomainParameters domain =
              new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN());
          signer.init(
              false,
              new ECPublicKeyParameters(
                  CURVE.getCurve().decodePoint(key.publicKey().toBytes()), domain));
          assertTrue(signer.verifySignature(digest.toBytes(), r(signature), s(signature)));
        });
  }

  @Test
  void recovery_isAnother_whenAnyBitOfSignatureOrDigestChanges() {
    SeededGenerator generator = new SeededGenerator(7);
    PrivateKey key = key(generator);
    Hash32 digest = generator.hash32();
    byte[] signature = Secp256k1.sign(digest, key);
    for (int bit = 0; bit < 512; bit++) {
      byte[] changed = signature.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertNotEquals(
          Optional.of(key.address()), Secp256k1.recoverAddress(digest, changed), "bit " + bit);
    }
    byte[] message = digest.toBytes();
    message[31] ^= 1;
    assertNotEquals(
        Optional.of(key.address()), Secp256k1.recoverAddress(Hash32.of(message), signature));
    assertFalse(Secp256k1.verifyIgnoringParity(Hash32.of(message), signature, key.publicKey()));
  }

  @Test
  void verification_cannotSeeParity_whichRecoveryCan() {
    SeededGenerator generator = new SeededGenerator(8);
    PrivateKey key = key(generator);
    Hash32 digest = generator.hash32();
    byte[] flipped = Secp256k1.sign(digest, key);
    flipped[32] ^= (byte) 0x80;
    assertTrue(Secp256k1.verifyIgnoringParity(digest, flipped, key.publicKey()));
    assertNotEquals(Optional.of(key.address()), Secp256k1.recoverAddress(digest, flipped));
  }

  @Test
  void signature_isRefused_whenNotWellFormed() {
    SeededGenerator generator = new SeededGenerator(9);
    PrivateKey key = key(generator);
    Hash32 digest = generator.hash32();
    byte[] good = Secp256k1.sign(digest, key);
    BigInteger halfN = N.shiftRight(1);
    refuse(digest, key, new byte[64]);
    refuse(digest, key, join(BigInteger.ZERO, s(good)));
    refuse(digest, key, join(r(good), BigInteger.ZERO));
    refuse(digest, key, join(r(good), BigInteger.ONE.shiftLeft(255)));
    refuse(digest, key, join(N, s(good)));
    refuse(digest, key, join(N.add(BigInteger.ONE), s(good)));
    refuse(digest, key, join(r(good), halfN.add(BigInteger.ONE)));
    refuse(digest, key, Arrays.copyOf(good, 63));
    refuse(digest, key, Arrays.copyOf(good, 65));
    refuse(digest, key, new byte[0]);
    assertTrue(Secp256k1.isWellFormed(join(N.subtract(BigInteger.ONE), halfN)));
    assertTrue(Secp256k1.isWellFormed(join(BigInteger.ONE, BigInteger.ONE)));
  }

  @Test
  void highSTwin_recoversNobodyOrAnother_becauseItsTopBitIsTheParity() {
    SeededGenerator generator = new SeededGenerator(10);
    PrivateKey key = key(generator);
    Hash32 digest = generator.hash32();
    byte[] good = Secp256k1.sign(digest, key);
    byte[] twin = join(r(good), N.subtract(s(good)));
    assertNotEquals(Optional.of(key.address()), Secp256k1.recoverAddress(digest, twin));
    assertFalse(Secp256k1.verifyIgnoringParity(digest, twin, key.publicKey()));
  }

  @Test
  void signingAndRecovery_areRight_onManyThreadsAtOnce() {
    boolean allRight =
        LongStream.range(0, 2_000)
            .parallel()
            .mapToObj(SeededGenerator::new)
            .allMatch(
                generator -> {
                  PrivateKey key = key(generator);
                  Hash32 digest = generator.hash32();
                  byte[] signature = Secp256k1.sign(digest, key);
                  return Secp256k1.recoverAddress(digest, signature)
                      .equals(Optional.of(key.address()));
                });
    assertTrue(allRight);
  }

  @Test
  void recovery_neverThrows_onRandomBytes() {
    SeededGenerator.forAll(
        2_000,
        generator -> {
          byte[] signature = generator.bytes(64);
          Optional<PublicKey> key = Secp256k1.recover(generator.hash32(), signature);
          assertTrue(key.isEmpty() || Secp256k1.isWellFormed(signature));
        });
  }

  @Test
  void privateKey_isRefused_outsideTheOrder() {
    assertTrue(PrivateKey.of(new byte[32]).isEmpty());
    assertTrue(PrivateKey.of(word(N)).isEmpty());
    assertTrue(PrivateKey.of(new byte[31]).isEmpty());
    assertTrue(PrivateKey.of(word(N.subtract(BigInteger.ONE))).isPresent());
    assertTrue(PrivateKey.fromHex("0xzz").isEmpty());
  }

  private static void refuse(Hash32 digest, PrivateKey key, byte[] signature) {
    assertFalse(Secp256k1.isWellFormed(signature));
    assertEquals(Optional.empty(), Secp256k1.recover(digest, signature));
    assertFalse(Secp256k1.verifyIgnoringParity(digest, signature, key.publicKey()));
  }

  private static PrivateKey key(SeededGenerator generator) {
    return PrivateKey.of(generator.bytes(32)).orElseThrow();
  }

  private static BigInteger r(byte[] signature) {
    return new BigInteger(1, Arrays.copyOf(signature, 32));
  }

  private static BigInteger s(byte[] signature) {
    return new BigInteger(1, Arrays.copyOfRange(signature, 32, 64)).clearBit(255);
  }

  private static byte[] join(BigInteger r, BigInteger s) {
    byte[] signature = Arrays.copyOf(word(r), 64);
    System.arraycopy(word(s), 0, signature, 32, 32);
    return signature;
  }

  private static byte[] word(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] word = new byte[32];
    int skip = Math.max(0, bytes.length - 32);
    System.arraycopy(bytes, skip, word, 32 - (bytes.length - skip), bytes.length - skip);
    return word;
  }
}
