package dev.sluice.client.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A command that only holds other commands. */
abstract class CommandGroup implements Runnable {
  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public final void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
