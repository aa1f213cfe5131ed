package dev.sluice.client.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line {@code sluice}; each subcommand is a class of its own in this package. */
@Command(
    name = "sluice",
    description = "A layer 2 application chain for networks of physical devices.",
    version = "sluice 0.1.0-SNAPSHOT",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class SluiceCli implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }

  /** Exits with 0 on success, 1 on a failed command, 2 on arguments that are not understood. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new SluiceCli()).execute(args));
  }
}
