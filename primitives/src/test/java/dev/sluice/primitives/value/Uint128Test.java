package dev.sluice.primitives.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.primitives.testing.SeededGenerator;
import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class Uint128Test {
  @Test
  void arithmetic_equalsBigInteger_orSaysThatItCannot() {
    SeededGenerator.forAll(
        3_000,
        generator -> {
          Uint128 a = generator.amount();
          Uint128 b = generator.amount();
          BigInteger x = a.toBigInteger();
          BigInteger y = b.toBigInteger();
          assertEquals(Uint128.of(x.add(y)), a.tryPlus(b));
          assertEquals(a.tryPlus(b).isEmpty(), a.addOverflows(b));
          assertEquals(Uint128.of(x.subtract(y)), a.tryMinus(b));
          assertEquals(Integer.signum(x.compareTo(y)), Integer.signum(a.compareTo(b)));
          long factor = generator.uint(64);
          BigInteger f = new BigInteger(Long.toUnsignedString(factor));
          assertEquals(Uint128.of(x.multiply(f)), a.tryTimes(factor));
          int bps = generator.below(10_001);
          assertEquals(
              x.multiply(BigInteger.valueOf(bps)).divide(BigInteger.valueOf(10_000)),
              a.timesBps(bps).toBigInteger());
          BigInteger[] tenth = x.divideAndRemainder(BigInteger.TEN);
          if (tenth[1].signum() == 0) {
            assertEquals(Uint128.of(tenth[0]), Optional.ofNullable(a.tenthIfExact()));
          } else {
            assertNull(a.tenthIfExact());
          }
          assertEquals(Optional.of(a), Uint128.parse(x.toString()));
          assertEquals(x.toString(), a.toString());
          assertEquals(a, Uint128.of(a.toBytes(), 0));
        });
  }

  @Test
  void text_isRefused_whenNoNumberBelowTheLimit() {
    for (String text :
        new String[] {
          "",
          "-1",
          "+1",
          " 1",
          "1 ",
          "0x1",
          "1.0",
          "340282366920938463463374607431768211456",
          "9999999999999999999999999999999999999999",
          "١"
        }) {
      assertEquals(Optional.empty(), Uint128.parse(text), text);
    }
    assertEquals(
        Optional.of(Uint128.MAX), Uint128.parse("340282366920938463463374607431768211455"));
  }

  @Test
  void exactArithmetic_throws_whereTheCallerDidNotCheck() {
    assertThrows(ArithmeticException.class, () -> Uint128.MAX.plus(Uint128.ONE));
    assertThrows(ArithmeticException.class, () -> Uint128.ZERO.minus(Uint128.ONE));
    assertThrows(IllegalArgumentException.class, () -> Uint128.ONE.timesBps(10_001));
    assertThrows(IllegalArgumentException.class, () -> Uint128.of(-1));
  }

  @Test
  void hash32AndAddress_orderByTheirBytes_andPrintThem() {
    SeededGenerator.forAll(
        500,
        generator -> {
          byte[] x = generator.bytes(32);
          byte[] y = generator.coin() ? generator.bytes(32) : x.clone();
          y[generator.below(32)] ^= 1;
          int expected = Integer.signum(java.util.Arrays.compareUnsigned(x, y));
          assertEquals(expected, Integer.signum(Hash32.of(x).compareTo(Hash32.of(y))));
          assertEquals(Hash32.of(x), Hash32.fromHex(Hash32.of(x).toString()));
          Address a = Address.of(x, 0);
          Address b = Address.of(y, 0);
          int order = Integer.signum(java.util.Arrays.compareUnsigned(x, 0, 20, y, 0, 20));
          assertEquals(order, Integer.signum(a.compareTo(b)));
          assertEquals(a, Address.fromHex(a.toString()));
        });
  }
}
