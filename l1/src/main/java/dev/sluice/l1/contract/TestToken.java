package dev.sluice.l1.contract;

import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1Exception;
import dev.sluice.primitives.value.Address;
import java.math.BigInteger;
import org.web3j.abi.datatypes.generated.Uint256;

/** The ERC-20 of a devnet: anybody may mint. Also reads any other ERC-20. */
public final class TestToken {
  private final ContractView view;

  public TestToken(L1Client client, Address address) {
    this.view = new ContractView(client, address);
  }

  /** Where it stands. */
  public Address address() {
    return view.address();
  }

  /** Balance in base units. */
  public BigInteger balanceOf(Address holder) throws L1Exception {
    return view.read(AbiWords::number, "balanceOf", AbiEncoding.address(holder));
  }

  /** What {@code spender} may take of {@code holder}, base units. */
  public BigInteger allowance(Address holder, Address spender) throws L1Exception {
    return view.read(
        AbiWords::number, "allowance", AbiEncoding.address(holder), AbiEncoding.address(spender));
  }

  /** Allows {@code spender} to take this much of the sender. */
  public L1Call approve(Address spender, BigInteger amount) {
    return L1Call.of(
        "approve token",
        address(),
        AbiEncoding.call("approve", AbiEncoding.address(spender), new Uint256(amount)));
  }

  /** Makes new tokens; devnet only. */
  public L1Call mint(Address to, BigInteger amount) {
    return L1Call.of(
        "mint token",
        address(),
        AbiEncoding.call("mint", AbiEncoding.address(to), new Uint256(amount)));
  }
}
