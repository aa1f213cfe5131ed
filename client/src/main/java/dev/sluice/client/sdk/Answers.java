package dev.sluice.client.sdk;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting for the answer of a stream, with a bound. */
public final class Answers {
  private Answers() {}

  /**
   * The answer, or the {@link SluiceException} that ended its stream; {@link UnreachableException}
   * after {@code patience}.
   */
  public static <T> T await(CompletableFuture<T> answer, Duration patience) {
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SluiceException known) {
        throw known;
      }
      throw new IllegalStateException(
          "a stream failed in a way that it does not know", e.getCause());
    } catch (TimeoutException e) {
      throw new UnreachableException(
          "no answer within " + patience.toSeconds() + " s",
          "ask for the transaction or the account before you send it again",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException(
          "interrupted while waiting for an answer", "ask for the transaction", e);
    }
  }
}
