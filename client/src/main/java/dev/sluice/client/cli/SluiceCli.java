package dev.sluice.client.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.bench.BenchCommand;
import dev.sluice.client.demo.DemoCommand;
import dev.sluice.client.devnet.DevnetCommand;
import dev.sluice.client.sdk.SluiceException;
import java.io.PrintWriter;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The command line {@code sluice}; each subcommand is a class of its own. */
@Command(
    name = "sluice",
    description = "A layer 2 application chain for networks of physical devices.",
    version = "sluice 0.1.0-SNAPSHOT",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DevnetCommand.class,
      DemoCommand.class,
      BenchCommand.class,
      WalletCommand.class,
      DepositCommand.class,
      TransferCommand.class,
      ChannelCommand.class,
      ProviderCommand.class,
      JobCommand.class,
      WithdrawCommand.class,
      StatusCommand.class,
      TransactionCommand.class
    })
public final class SluiceCli implements Runnable {
  /**
   * gRPC tells at level INFO which transports it found, and at level WARNING, with a stack trace,
   * that a host has no address, which our own error says too. Held here, for a logger that nobody
   * holds forgets its level.
   */
  private static final Logger GRPC = Logger.getLogger("io.grpc");

  private static final String JSON = "--json";

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }

  /** Exits with 0 on success, 1 on a failed command, 2 on arguments that are not understood. */
  public static void main(String[] args) {
    GRPC.setLevel(Level.SEVERE);
    System.exit(commandLine().execute(args));
  }

  /** The whole command line; failures that say what to do are printed without a stack trace. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new SluiceCli());
    CommandLine.IParameterExceptionHandler forPeople = line.getParameterExceptionHandler();
    return line.setParameterExceptionHandler(
            (misread, words) -> {
              CommandLine command = misread.getCommandLine();
              if (!List.of(words).contains(JSON)) {
                return forPeople.handleParseException(misread, words);
              }
              fail(
                  command,
                  true,
                  message(misread),
                  "see " + command.getCommandSpec().qualifiedName() + " --help");
              return command.getCommandSpec().exitCodeOnInvalidInput();
            })
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              boolean json = parsed.originalArgs().contains(JSON);
              return switch (failure) {
                case SluiceException known -> fail(command, json, message(known), known.remedy());
                case CommandFailure known -> fail(command, json, message(known), known.remedy());
                default -> throw failure;
              };
            });
  }

  private static String message(Exception failure) {
    return String.valueOf(failure.getMessage());
  }

  private static int fail(CommandLine command, boolean json, String message, String remedy) {
    PrintWriter err = command.getErr();
    if (json) {
      ObjectNode report = Output.object();
      report.put("error", message);
      report.put("remedy", remedy);
      Output.print(report, true, err);
    } else {
      err.println("error: " + message);
      err.println("what to do: " + remedy);
      err.flush();
    }
    return command.getCommandSpec().exitCodeOnExecutionException();
  }
}
