package dev.sluice.client.sdk;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.client.fake.FakeChain;
import dev.sluice.client.fake.FakeSequencer;
import dev.sluice.primitives.block.PostedCodec;
import dev.sluice.primitives.block.PostedTransaction;
import dev.sluice.primitives.block.Recipient;
import dev.sluice.primitives.transaction.SignedTransaction;
import dev.sluice.primitives.transaction.Transaction;
import dev.sluice.primitives.transaction.TransactionKind;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostedFormTest {
  private static final Uint128 PRICE = FakeChain.GENESIS.price(TransactionKind.TRANSFER, 0);
  private static final Address BOB = FakeChain.key(2).address();
  private static final WalletSignature SIGNATURE =
      new WalletSignature(FakeSequencer.providerId(1), Hash32.ZERO);
  private static final SignedTransaction SIGNED =
      new SignedTransaction(
          new Transaction.Transfer(5, 0, BOB, 0, Uint128.of(9), PRICE), SIGNATURE);

  private final PostedForm form = new PostedForm(Chain.of(new FakeChain(FakeSequencer.KEY).info()));

  private boolean says(PostedTransaction posted) {
    return form.says(PostedCodec.encode(posted, FakeChain.GENESIS.committeeSizeLog2()), SIGNED);
  }

  private static PostedTransaction.Transfer posted(
      long account, Recipient to, long amount, WalletSignature signature) {
    return new PostedTransaction.Transfer(account, to, 0, Uint128.of(amount), null, signature);
  }

  @Test
  void says_isTrue_forTheFormsOfWhatWasSigned() {
    assertTrue(says(posted(5, new Recipient.Opened(BOB), 9, SIGNATURE)));
    assertTrue(says(posted(5, new Recipient.Existing(3), 9, SIGNATURE)));
  }

  @Test
  void says_isFalse_forAnythingElse() {
    for (PostedTransaction other :
        List.of(
            posted(6, new Recipient.Opened(BOB), 9, SIGNATURE),
            posted(5, new Recipient.Opened(FakeChain.ROLLUP), 9, SIGNATURE),
            posted(5, new Recipient.Opened(BOB), 10, SIGNATURE),
            posted(5, new Recipient.Opened(BOB), 9, WalletSignature.NONE),
            new PostedTransaction.Transfer(
                5, new Recipient.Opened(BOB), 1, Uint128.of(9), null, SIGNATURE),
            new PostedTransaction.Transfer(
                5, new Recipient.Opened(BOB), 0, Uint128.of(9), Uint128.ONE, SIGNATURE),
            new PostedTransaction.Withdraw(5, BOB, 0, Uint128.of(9), null, SIGNATURE))) {
      assertFalse(says(other), other.toString());
    }
    assertFalse(form.says(new byte[] {1, 2, 3}, SIGNED));
  }
}
