package dev.sluice.client.sdk;

import dev.sluice.primitives.value.Uint128;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How people write amounts of one token.
 *
 * @param index the token's index in the protocol, 0 to 3 ({@code docs/protocol.md} §1)
 * @param symbol what people call it: {@code ETH}
 * @param decimals digits after the point of one whole token, 0 to 38
 */
public record TokenUnit(int index, String symbol, int decimals) {
  /** Ether: token 0 on every Sluice chain. */
  public static final TokenUnit ETH = new TokenUnit(0, "ETH", 18);

  /** Suffix of an amount that is written in base units. */
  public static final String BASE_UNIT_SUFFIX = "wei";

  /** More characters than any amount needs; it bounds the work of parsing. */
  private static final int TEXT_LENGTH_MAX = 80;

  private static final Pattern DECIMAL = Pattern.compile("[0-9]+(\\.[0-9]+)?");

  /** Checks the ranges of index and decimals. */
  public TokenUnit {
    if (index < 0 || index > 3 || decimals < 0 || decimals > 38) {
      throw new IllegalArgumentException("token " + index + " with " + decimals + " decimals");
    }
  }

  /**
   * Reads {@code 1.5} (whole tokens) or {@code 1500wei} (base units; the suffix is the same for
   * every token). Empty for a sign, an exponent, more digits after the point than the token has, or
   * a value of 2^128 or more: nothing is ever rounded.
   */
  public Optional<Uint128> parse(String text) {
    if (text.length() > TEXT_LENGTH_MAX) {
      return Optional.empty();
    }
    String lower = text.strip().toLowerCase(Locale.ROOT);
    if (lower.endsWith(BASE_UNIT_SUFFIX)) {
      return Uint128.parse(lower.substring(0, lower.length() - BASE_UNIT_SUFFIX.length()).strip());
    }
    if (!DECIMAL.matcher(lower).matches()) {
      return Optional.empty();
    }
    BigDecimal units = new BigDecimal(lower).movePointRight(decimals).stripTrailingZeros();
    return units.scale() > 0 ? Optional.empty() : Uint128.of(units.toBigIntegerExact());
  }

  /**
   * The exact value in whole tokens, without trailing zeros, followed by the symbol: {@code 1.5
   * ETH}.
   */
  public String format(Uint128 amount) {
    return decimal(amount.toBigInteger()) + " " + symbol;
  }

  /** The exact value in whole tokens, without trailing zeros: {@code 1.5}. */
  public String decimal(BigInteger amount) {
    BigDecimal value = new BigDecimal(amount, decimals).stripTrailingZeros();
    return (value.scale() < 0 ? value.setScale(0) : value).toPlainString();
  }
}
