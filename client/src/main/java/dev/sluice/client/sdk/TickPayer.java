package dev.sluice.client.sdk;

import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.util.concurrent.CompletableFuture;

/**
 * The payer's side of a tick channel. Each payment shows the next tick of the chain; none is signed
 * and none costs a fee. Safe for many threads.
 *
 * <p>A tick is spent once it has left this object, whatever the relay answers: the payee may hold
 * it.
 */
public final class TickPayer {
  private final TickChain chain;
  private final ChannelView opened;
  private int position;

  private TickPayer(TickChain chain, ChannelView opened, int position) {
    this.chain = chain;
    this.opened = opened;
    this.position = position;
  }

  /**
   * Opens a channel whose deposit is exactly the worth of the chain, and waits for its
   * confirmation.
   *
   * @param rate base units per tick
   * @throws NotIncludedException if the sequencer refuses it
   * @throws IllegalArgumentException if the chain is worth 2^128 base units or more
   */
  public static TickPayer open(
      Wallet payer,
      Address payee,
      int token,
      Uint128 rate,
      TickChain chain,
      long closeDelaySeconds) {
    Uint128 deposit =
        rate.tryTimes(chain.length())
            .orElseThrow(() -> new IllegalArgumentException(chain.length() + " times " + rate));
    Confirmed confirmed =
        payer.send(
            payer
                .drafts()
                .tickChannelOpen(payee, token, deposit, chain.anchor(), rate, closeDelaySeconds));
    return resume(payer.client(), payer.idOpenedBy(confirmed.transaction()), chain, 0);
  }

  /**
   * Continues with a channel that was opened before.
   *
   * @param spent the position of the last tick that the payer's own records say was shown
   * @throws UnreachableException if there is no such channel, or it was not opened with this chain
   */
  public static TickPayer resume(SluiceClient client, Hash32 id, TickChain chain, int spent) {
    ChannelView view =
        client
            .channel(id)
            .filter(ChannelView::isTicks)
            .orElseThrow(
                () ->
                    new UnreachableException(
                        "there is no tick channel " + id, "check the id, or open a channel"));
    long claimed = view.claimedTicks();
    boolean same =
        view.id().equals(id)
            && claimed <= chain.length()
            && (claimed == 0 ? chain.anchor() : chain.tick((int) claimed)).equals(view.meterKey());
    if (!same) {
      throw new UnreachableException(
          "channel " + id + " was opened with another chain", "restore the chain's seed");
    }
    return new TickPayer(chain, view, (int) Math.max(spent, claimed));
  }

  /** As it was when this object was made. */
  public ChannelView opened() {
    return opened;
  }

  /** How many ticks the chain has. */
  public int length() {
    return chain.length();
  }

  /** The position of the last tick that was shown; 0: none. */
  public synchronized int spent() {
    return position;
  }

  /**
   * Shows the tick that is {@code ticks} after the last one.
   *
   * @throws IllegalArgumentException if {@code ticks} is below 1 or the chain is not that long;
   *     then nothing is spent
   */
  public synchronized ChannelTick next(int ticks) {
    if (ticks < 1 || ticks > chain.length() - position) {
      throw new IllegalArgumentException(
          ticks + " more than the " + position + " shown of " + chain.length());
    }
    position += ticks;
    return new ChannelTick(opened.index(), opened.id(), position, chain.tick(position));
  }

  /**
   * Pays one tick. It may be called again before the answer is there; ticks leave in the order of
   * the calls.
   */
  public synchronized CompletableFuture<RelayOutcome<ChannelTick>> pay(TickStream stream) {
    return stream.send(next(1));
  }
}
