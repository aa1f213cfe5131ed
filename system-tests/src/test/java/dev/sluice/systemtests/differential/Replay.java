package dev.sluice.systemtests.differential;

import java.util.List;
import java.util.Optional;

/** Runs recorded chains through an executor and tells the first thing that it does otherwise. */
public interface Replay {
  /** Empty if every root and every refusal is as recorded. */
  Optional<String> firstDifference(List<RandomChain.Recorded> chains);
}
