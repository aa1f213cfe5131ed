package dev.sluice.client.cli;

import picocli.CommandLine.Parameters;

/** The channel, job or provider that a command is about. */
final class Target {
  @Parameters(index = "0", paramLabel = "ID", description = "Its id or index.")
  String id = "";
}
