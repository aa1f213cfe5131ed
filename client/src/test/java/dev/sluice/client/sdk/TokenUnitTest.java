package dev.sluice.client.sdk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.primitives.value.Uint128;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenUnitTest {
  private static final TokenUnit SIX = new TokenUnit(1, "USD", 6);

  private static Optional<Uint128> amount(String decimal) {
    return Uint128.parse(decimal);
  }

  @Test
  void parse_givesBaseUnits_forWholeTokens() {
    assertEquals(amount("1500000000000000000"), TokenUnit.ETH.parse("1.5"));
    assertEquals(amount("1"), TokenUnit.ETH.parse("0.000000000000000001"));
    assertEquals(amount("2500000"), SIX.parse("2.5"));
    assertEquals(amount("2500000"), SIX.parse("2.5000000000"));
    assertEquals(amount("0"), SIX.parse("0"));
  }

  @Test
  void parse_givesBaseUnits_forTheSuffixOfEveryToken() {
    assertEquals(amount("1500"), TokenUnit.ETH.parse("1500wei"));
    assertEquals(amount("1500"), SIX.parse("1500 WEI"));
    assertEquals(Optional.of(Uint128.MAX), SIX.parse(Uint128.MAX + "wei"));
  }

  @Test
  void parse_isEmpty_forWhatIsNoExactAmount() {
    for (String text :
        List.of(
            "",
            " ",
            "-1",
            "+1",
            "1e3",
            "1,5",
            "1.",
            ".5",
            "0x10",
            "1.5wei",
            "wei",
            "１",
            "1.0000001",
            "340282366920938463463374607431768211456wei",
            "9".repeat(100))) {
      assertEquals(Optional.empty(), SIX.parse(text), text);
    }
  }

  @Test
  void format_isReadBackExactly() {
    long seed = 7;
    Random random = new Random(seed);
    for (int i = 0; i < 1_000; i++) {
      Uint128 amount = Uint128.of(new BigInteger(1 + random.nextInt(128), random)).orElseThrow();
      TokenUnit unit = new TokenUnit(1, "T", random.nextInt(39));
      assertEquals(
          Optional.of(amount),
          unit.parse(unit.decimal(amount.toBigInteger())),
          "seed " + seed + ", " + amount);
    }
    assertEquals("1.5 ETH", TokenUnit.ETH.format(Uint128.of(1_500_000_000_000_000_000L)));
    assertEquals("100 USD", SIX.format(Uint128.of(100_000_000)));
    assertEquals("0 ETH", TokenUnit.ETH.format(Uint128.ZERO));
  }
}
