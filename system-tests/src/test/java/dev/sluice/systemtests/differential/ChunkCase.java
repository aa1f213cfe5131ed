package dev.sluice.systemtests.differential;

import dev.sluice.primitives.value.Hash32;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;

/**
 * A chunk with all that the prover is told about it, and the root that it must find.
 *
 * @param place where it comes from, with what repeats it
 * @param inboxPositionEnd that its batch's header would name
 * @param accumulators of the inbox by position, as far as the chunk can ask
 */
record ChunkCase(
    String place,
    Hash32 preRoot,
    long inboxPositionEnd,
    byte[] payload,
    byte[] witness,
    Map<Long, Hash32> accumulators,
    Hash32 postRoot) {

  /** The same chunk with another witness. */
  ChunkCase with(byte[] otherWitness) {
    return new ChunkCase(
        place, preRoot, inboxPositionEnd, payload, otherWitness, accumulators, postRoot);
  }

  /** Writes everything that repeats the call, one value a line. */
  void write(Path folder) throws IOException {
    HexFormat hex = HexFormat.of();
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve(place.replaceAll("[^0-9a-z]+", "-") + ".txt"),
        "preRoot "
            + preRoot
            + "\npostRoot "
            + postRoot
            + "\ninboxPositionEnd "
            + inboxPositionEnd
            + "\npayload 0x"
            + hex.formatHex(payload)
            + "\nwitness 0x"
            + hex.formatHex(witness)
            + "\naccumulators "
            + accumulators
            + "\n");
  }
}
