package dev.sluice.client.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * One short line per name and kind that this machine must not forget: what was promised in a
 * channel, which provider a device is.
 */
final class LocalRecords {
  private final Path directory;

  LocalRecords(Path directory) {
    this.directory = directory;
  }

  Optional<String> read(String kind, String name) {
    Path file = directory.resolve(kind).resolve(name);
    try {
      return Files.exists(file)
          ? Optional.of(Files.readString(file, StandardCharsets.US_ASCII).strip())
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Written whole or not at all. */
  void write(String kind, String name, String line) {
    try {
      Path folder = directory.resolve(kind);
      Files.createDirectories(folder);
      Path fresh = folder.resolve(name + ".new");
      Files.writeString(fresh, line + "\n", StandardCharsets.US_ASCII);
      Files.move(
          fresh,
          folder.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
