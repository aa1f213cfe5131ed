package dev.sluice.client.cli;

import picocli.CommandLine.Option;

/** Options of every command that sends a transaction. */
final class TransactionOptions {
  @Option(names = "--dry-run", description = "Sign and show, but send nothing.")
  boolean dryRun;
}
