package dev.sluice.l1.contract;

import java.util.List;

/**
 * Why a contract reverted, in words.
 *
 * @param name the custom error's name; {@code Error} for a reason string, {@code Panic} for a
 *     Solidity panic, {@code Unknown} for an unlisted selector, {@code Empty} for a revert without
 *     data
 * @param values one text per value, named where the ABI names it
 */
public record DecodedError(String name, List<String> values) {
  /** {@code Name(a=1, b=0x…)}. */
  @Override
  public String toString() {
    return name + "(" + String.join(", ", values) + ")";
  }
}
