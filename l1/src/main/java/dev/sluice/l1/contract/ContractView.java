package dev.sluice.l1.contract;

import dev.sluice.l1.connection.BlockTag;
import dev.sluice.l1.connection.CallResult;
import dev.sluice.l1.connection.L1Client;
import dev.sluice.l1.connection.L1ErrorException;
import dev.sluice.l1.connection.L1Exception;
import dev.sluice.primitives.value.Address;
import java.util.function.Function;
import org.web3j.abi.datatypes.Type;

/** Read-only calls to one contract, shared by the façades. */
record ContractView(L1Client client, Address address) {
  private static final int NOT_AN_ANSWER = 0;

  /**
   * Calls {@code function} at the newest block and reads its answer; a revert or an unreadable
   * answer is an {@link L1ErrorException}.
   */
  <T> T read(Function<AbiWords, T> reader, String function, Type<?>... arguments)
      throws L1Exception {
    CallResult result =
        client.call(address, AbiEncoding.call(function, arguments), BlockTag.LATEST);
    return switch (result) {
      case CallResult.Returned returned -> {
        try {
          yield reader.apply(new AbiWords(returned.bytes()));
        } catch (IllegalArgumentException unreadable) {
          throw new L1ErrorException(
              function,
              NOT_AN_ANSWER,
              "no such contract at " + address + ": " + unreadable.getMessage(),
              "");
        }
      }
      case CallResult.Reverted reverted ->
          throw new L1ErrorException(
              function,
              NOT_AN_ANSWER,
              "reverted at " + address + ": " + ContractErrors.none().decode(reverted.bytes()),
              "");
    };
  }
}
