package dev.sluice.l1.contract;

import dev.sluice.primitives.value.Address;
import java.math.BigInteger;
import java.util.Optional;

/**
 * What somebody wants done on L1, before it has a nonce, a fee or a signature.
 *
 * @param purpose a few words for logs and reports, for example {@code post batch 7}
 * @param to the contract; empty to deploy one
 * @param valueWei ETH that goes along
 * @param calldata selector and arguments, or creation code
 */
public record L1Call(String purpose, Optional<Address> to, BigInteger valueWei, byte[] calldata) {
  /** A call without ETH. */
  public static L1Call of(String purpose, Address to, byte[] calldata) {
    return new L1Call(purpose, Optional.of(to), BigInteger.ZERO, calldata);
  }

  /** The same call with this much ETH. */
  public L1Call withValueWei(BigInteger wei) {
    return new L1Call(purpose, to, wei, calldata);
  }
}
