package dev.sluice.systemtests.secondreader;

import java.math.BigInteger;
import java.util.List;

/**
 * What of genesis the state-transition function reads ({@code docs/protocol.md §2}).
 *
 * @param tokens four addresses of 20 bytes; all zero = not listed (the first is ETH)
 * @param feeUnits base price per token
 * @param feeRecipient 20 bytes
 * @param rollup 20 bytes
 */
public record ReadGenesis(
    long chainId,
    byte[] rollup,
    List<byte[]> tokens,
    List<BigInteger> feeUnits,
    long genesisTime,
    long epochSeconds,
    long epochsPerMonth,
    long epochsPerSeed,
    long graceSeconds,
    int committeeSizeLog2,
    long protectiveDelay,
    byte[] feeRecipient) {}
