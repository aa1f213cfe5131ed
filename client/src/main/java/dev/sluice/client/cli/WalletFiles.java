package dev.sluice.client.cli;

import dev.sluice.primitives.crypto.PrivateKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Secret keys in files that only their owner can read: {@code <name>.key} for wallets, {@code
 * <name>.device} for the BLS seeds of devices. A file holds 64 hexadecimal digits and a line end. A
 * file that others can read is refused, as ssh does.
 */
final class WalletFiles {
  private static final String WALLET_SUFFIX = ".key";
  private static final String DEVICE_SUFFIX = ".device";
  private static final int SECRET_BYTES = 32;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path directory;
  private final SecureRandom random;

  WalletFiles(Path directory, SecureRandom random) {
    this.directory = directory;
    this.random = random;
  }

  Path directory() {
    return directory;
  }

  /** Makes a wallet with a fresh key; refuses a name that is taken. */
  PrivateKey create(String name) {
    while (true) {
      byte[] secret = new byte[SECRET_BYTES];
      random.nextBytes(secret);
      Optional<PrivateKey> key = PrivateKey.of(secret); // empty with a chance of 2^-128
      if (key.isPresent()) {
        write(name + WALLET_SUFFIX, name, secret);
        return key.get();
      }
    }
  }

  /** Keeps a key that exists already. */
  void keep(String name, PrivateKey key) {
    write(name + WALLET_SUFFIX, name, key.exportSecret());
  }

  Optional<PrivateKey> wallet(String name) {
    return read(name + WALLET_SUFFIX, name)
        .map(
            secret ->
                PrivateKey.of(secret)
                    .orElseThrow(
                        () ->
                            new CommandFailure(
                                "wallet " + name + " holds no valid key",
                                "restore the file from a backup")));
  }

  /** Names of all wallets, sorted. */
  List<String> names() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(WALLET_SUFFIX))
          .map(file -> file.substring(0, file.length() - WALLET_SUFFIX.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The BLS seed of a device, made on first use. */
  byte[] deviceSeed(String name) {
    return existingDeviceSeed(name)
        .orElseGet(
            () -> {
              byte[] seed = new byte[SECRET_BYTES];
              random.nextBytes(seed);
              write(name + DEVICE_SUFFIX, name, seed);
              return seed;
            });
  }

  Optional<byte[]> existingDeviceSeed(String name) {
    return read(name + DEVICE_SUFFIX, name);
  }

  private Optional<byte[]> read(String file, String name) {
    Path path = directory.resolve(file(file, name));
    try {
      if (!Files.exists(path)) {
        return Optional.empty();
      }
      Set<PosixFilePermission> open = EnumSet.noneOf(PosixFilePermission.class);
      open.addAll(Files.getPosixFilePermissions(path));
      open.removeAll(OWNER_ONLY);
      if (!open.isEmpty()) {
        throw new CommandFailure(
            "others may read " + path + " (" + PosixFilePermissions.toString(open) + ")",
            "chmod 600 " + path);
      }
      String text = Files.readString(path, StandardCharsets.US_ASCII).strip();
      if (text.length() != 2 * SECRET_BYTES || !text.chars().allMatch(HexFormat::isHexDigit)) {
        throw new CommandFailure(
            path + " does not hold 64 hexadecimal digits", "restore the file from a backup");
      }
      return Optional.of(HexFormat.of().parseHex(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String file, String name, byte[] secret) {
    Path path = directory.resolve(file(file, name));
    try {
      Files.createDirectories(directory);
      Files.createFile(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      Files.writeString(
          path,
          HexFormat.of().formatHex(secret) + "\n",
          StandardCharsets.US_ASCII,
          StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailure(path + " exists", "choose another name; a key is never overwritten");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String file(String file, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new CommandFailure(
          "'" + name + "' is no name for a key",
          "use up to 64 letters, digits, dots, dashes and underscores");
    }
    return file;
  }
}
