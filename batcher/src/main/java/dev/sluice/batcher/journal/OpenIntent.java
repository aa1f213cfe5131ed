package dev.sluice.batcher.journal;

import dev.sluice.l1.sender.Attempt;
import java.util.List;

/**
 * An intent whose outcome the journal does not know, with everything that was signed for it, oldest
 * first.
 */
public record OpenIntent(BatchIntent intent, List<Attempt> attempts) {
  public OpenIntent {
    attempts = List.copyOf(attempts);
  }
}
