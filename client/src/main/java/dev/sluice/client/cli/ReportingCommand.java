package dev.sluice.client.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A command that does one thing and reports it; failures are exceptions that {@link SluiceCli}
 * prints.
 */
abstract class ReportingCommand implements Callable<Integer> {
  @Mixin private CommonOptions options = new CommonOptions();

  @CommandLine.Spec private CommandSpec spec = CommandSpec.create();

  /** Does it. Fields of the report are in camel case; people see them as words. */
  abstract ObjectNode report(Session session);

  @Override
  public final Integer call() {
    try (Session session = new Session(options, spec.commandLine().getErr())) {
      ObjectNode report = report(session);
      Output.print(report, options.json, spec.commandLine().getOut());
    }
    return 0;
  }

  /**
   * For lines that come before the report, one per event; nothing in JSON mode, which is one
   * object.
   */
  final void progress(String line) {
    if (!options.json) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(line);
      out.flush();
    }
  }
}
