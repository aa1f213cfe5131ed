package dev.sluice.primitives.state;

import dev.sluice.primitives.value.Uint128;

/** One amount per token, in base units. */
public record Balances(Uint128 token0, Uint128 token1, Uint128 token2, Uint128 token3) {
  /** Nothing of anything. */
  public static final Balances ZERO =
      new Balances(Uint128.ZERO, Uint128.ZERO, Uint128.ZERO, Uint128.ZERO);

  /** The amount of a token, 0 to 3. */
  public Uint128 get(int token) {
    return switch (token) {
      case 0 -> token0;
      case 1 -> token1;
      case 2 -> token2;
      case 3 -> token3;
      default -> throw new IllegalArgumentException("no token " + token);
    };
  }

  /** These with another amount of one token. */
  public Balances with(int token, Uint128 amount) {
    return switch (token) {
      case 0 -> new Balances(amount, token1, token2, token3);
      case 1 -> new Balances(token0, amount, token2, token3);
      case 2 -> new Balances(token0, token1, amount, token3);
      case 3 -> new Balances(token0, token1, token2, amount);
      default -> throw new IllegalArgumentException("no token " + token);
    };
  }
}
