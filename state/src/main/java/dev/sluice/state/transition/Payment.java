package dev.sluice.state.transition;

import dev.sluice.primitives.value.Uint128;

/**
 * What a wallet-signed transaction takes from its signer ({@code docs/protocol.md} §6.1).
 *
 * @param account the signer's, which exists
 * @param token of amount and price
 * @param amount what is moved or locked, 0 if nothing
 * @param price the fee
 * @param maxFee as signed
 */
record Payment(int account, int token, Uint128 amount, Uint128 price, Uint128 maxFee) {}
