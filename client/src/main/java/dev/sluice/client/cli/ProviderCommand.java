package dev.sluice.client.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.client.sdk.Device;
import dev.sluice.client.sdk.DeviceAgent;
import dev.sluice.client.sdk.HeartbeatOutcome;
import dev.sluice.client.sdk.ProviderChange;
import dev.sluice.client.sdk.ProviderTerms;
import dev.sluice.client.sdk.ProviderView;
import dev.sluice.primitives.crypto.BlsSecretKey;
import dev.sluice.primitives.crypto.Keccak256;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Devices. */
@Command(
    name = "provider",
    description = "Devices: register one, keep it alive, change it, look at one.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ProviderCommand.Register.class,
      ProviderCommand.Run.class,
      ProviderCommand.Update.class,
      ProviderCommand.Move.class,
      ProviderCommand.Retire.class,
      ProviderCommand.Show.class
    })
final class ProviderCommand extends CommandGroup {
  private static final String RECORDS = "providers";

  private static BlsSecretKey deviceKey(byte[] seed) {
    return BlsSecretKey.fromSeed(seed).orElseThrow();
  }

  @Command(
      name = "register",
      description = "Registers a device of this wallet; makes its key on first use.")
  static final class Register extends ReportingCommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "DEVICE",
        defaultValue = "device",
        description = "Its name here (default: ${DEFAULT-VALUE}).")
    private String name = "";

    @Option(
        names = "--payout",
        paramLabel = "ADDRESS",
        description = "Whom its jobs pay (default: the wallet that signs).")
    private @Nullable String payout;

    @Option(
        names = "--class",
        paramLabel = "N",
        defaultValue = "1",
        description = "Device class, 0 to 65535 (default: ${DEFAULT-VALUE}).")
    private int deviceClass;

    @Option(
        names = "--capabilities",
        paramLabel = "BITS",
        defaultValue = "0",
        description = "64 bits (default: ${DEFAULT-VALUE}).")
    private long capabilities;

    @Option(
        names = "--cell",
        paramLabel = "H3",
        defaultValue = "0",
        description = "H3 cell, 0x and hexadecimal digits (default: ${DEFAULT-VALUE}).")
    private String cell = "";

    @Option(
        names = "--price",
        paramLabel = "AMOUNT",
        defaultValue = "0",
        description = "What it asks (default: ${DEFAULT-VALUE}).")
    private String price = "";

    @Option(
        names = "--token",
        defaultValue = "eth",
        description = "Of price and fee (default: ${DEFAULT-VALUE}).")
    private String token = "";

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      int index = Session.token(token);
      Address owner = session.wallet().address();
      ProviderTerms terms =
          new ProviderTerms(
              payout == null ? owner : session.address(payout),
              deviceClass,
              capabilities,
              cellOf(cell),
              index,
              session.amount(price, index));
      BlsSecretKey key = deviceKey(session.files().deviceSeed(name));
      requireNew(session);
      ObjectNode report =
          session.send(
              session.wallet().drafts().providerRegister(owner, key, terms), transaction.dryRun);
      report.put("device", name);
      if (!transaction.dryRun) {
        session.records().write(RECORDS, name, report.path("provider").asText());
      }
      return report;
    }

    /** One device twice would be paid for twice, and one of the two would miss every epoch. */
    private void requireNew(Session session) {
      session
          .records()
          .read(RECORDS, name)
          .flatMap(id -> session.client().provider(Hash32.fromHex(id)))
          .ifPresent(
              known -> {
                throw new CommandFailure(
                    "device " + name + " is registered already, as provider " + known.index(),
                    "sluice provider run " + name + ", or register another name");
              });
    }
  }

  private static long cellOf(String cell) {
    String digits = cell.startsWith("0x") ? cell.substring(2) : cell;
    if (!digits.matches("[0-9a-fA-F]{1,16}")) {
      throw new CommandFailure("'" + cell + "' is no H3 cell", "write up to 16 hexadecimal digits");
    }
    return Long.parseUnsignedLong(digits, 16);
  }

  private static ProviderChange unchanged(Session session, Target target) {
    return ProviderChange.none(session.client(), session.provider(target.id));
  }

  private static ObjectNode send(Session session, ProviderChange change, boolean dryRun) {
    return session.send(session.wallet().drafts().providerUpdate(change), dryRun);
  }

  @Command(
      name = "update",
      description = "Changes what a device asks, whom it pays, where it is reached.")
  static final class Update extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Option(names = "--payout", paramLabel = "ADDRESS", description = "Whom its jobs pay.")
    private @Nullable String payout;

    @Option(names = "--price", paramLabel = "AMOUNT", description = "What it asks.")
    private @Nullable String price;

    @Option(
        names = "--endpoint",
        paramLabel = "TEXT",
        description = "Where it is reached; its hash goes on the chain.")
    private @Nullable String endpoint;

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      if (payout == null && price == null && endpoint == null) {
        throw new CommandFailure(
            "nothing is to be changed", "give --payout, --price or --endpoint");
      }
      ProviderChange change = unchanged(session, target);
      if (payout != null) {
        change = change.payingTo(session.address(payout));
      }
      if (price != null) {
        change = change.asking(session.amount(price, change.token()));
      }
      if (endpoint != null) {
        change = change.reachedAt(Keccak256.hash32(endpoint.getBytes(StandardCharsets.UTF_8)));
      }
      return send(session, change, transaction.dryRun);
    }
  }

  @Command(name = "move", description = "Says that a device is elsewhere; at most once a month.")
  static final class Move extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Parameters(index = "1", paramLabel = "H3", description = "H3 cell, 0x and hexadecimal digits.")
    private String cell = "";

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      return send(session, unchanged(session, target).movedTo(cellOf(cell)), transaction.dryRun);
    }
  }

  @Command(name = "retire", description = "Takes no new job from now on, for good.")
  static final class Retire extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Mixin private TransactionOptions transaction = new TransactionOptions();

    @Override
    ObjectNode report(Session session) {
      return send(session, unchanged(session, target).retired(), transaction.dryRun);
    }
  }

  @Command(
      name = "run",
      description = "Keeps a device alive: one signed heartbeat per epoch, until Ctrl-C.")
  static final class Run extends ReportingCommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "DEVICE",
        defaultValue = "device",
        description = "Its name here (default: ${DEFAULT-VALUE}).")
    private String name = "";

    @Option(
        names = "--epochs",
        paramLabel = "N",
        defaultValue = "0",
        description = "Stop after so many; 0: never (default: ${DEFAULT-VALUE}).")
    private int epochs;

    @Override
    ObjectNode report(Session session) {
      Hash32 id =
          session
              .records()
              .read(RECORDS, name)
              .map(Hash32::fromHex)
              .orElseThrow(
                  () ->
                      new CommandFailure(
                          "device " + name + " is not registered from here",
                          "sluice provider register " + name));
      BlsSecretKey key =
          deviceKey(
              session
                  .files()
                  .existingDeviceSeed(name)
                  .orElseThrow(
                      () ->
                          new CommandFailure(
                              "the key of device " + name + " is gone",
                              "restore its file, or register another device")));
      Device device = Device.resume(session.client(), id, key);
      ObjectNode report = Output.object();
      report.put("provider", id.toString());
      report.put("index", device.index());
      CountDownLatch left = new CountDownLatch(epochs == 0 ? Integer.MAX_VALUE : epochs);
      try (DeviceAgent agent =
          new DeviceAgent(
              session.client(),
              List.of(device),
              DeviceAgent.Duty.ALWAYS,
              listener(session, left))) {
        progress("provider " + device.index() + " (" + id + ") is running; Ctrl-C stops it");
        left.await(Long.MAX_VALUE, TimeUnit.SECONDS);
        ArrayNode receipts = report.putArray("receipts");
        for (HeartbeatOutcome.Counted counted : agent.receipts()) {
          ObjectNode receipt = receipts.addObject();
          receipt.put("epoch", counted.epoch());
          receipt.put("receivedAt", counted.receivedAt());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return report;
    }

    private DeviceAgent.Listener listener(Session session, CountDownLatch left) {
      return new DeviceAgent.Listener() {
        @Override
        public void answered(Device device, long epoch, HeartbeatOutcome outcome) {
          switch (outcome) {
            case HeartbeatOutcome.Counted counted ->
                progress("epoch " + epoch + ": counted, received at " + counted.receivedAt());
            case HeartbeatOutcome.Refused refused ->
                session.notice(
                    "epoch "
                        + epoch
                        + ": "
                        + refused.refusal().name()
                        + ": "
                        + refused.refusal().message());
          }
          left.countDown();
        }

        @Override
        public void interrupted(RuntimeException cause) {
          session.notice("note: " + cause.getMessage() + "; trying again");
        }
      };
    }
  }

  @Command(name = "show", description = "Shows a provider with its uptime.")
  static final class Show extends ReportingCommand {
    @Mixin private Target target = new Target();

    @Override
    ObjectNode report(Session session) {
      ProviderView view = session.provider(target.id);
      ObjectNode report = Output.object();
      report.put("provider", view.id().toString());
      report.put("index", view.index());
      report.put("account", view.account());
      report.put("payout", view.payout());
      report.put("class", view.deviceClass());
      report.put("capabilities", Long.toUnsignedString(view.capabilities()));
      report.put("cell", Long.toHexString(view.cell()));
      session.putAmount(report, "price", view.token(), view.price());
      report.put("retired", view.retired());
      report.put("endpointHash", view.endpointHash().toString());
      report.put("movedMonthPlusOne", view.movedMonthPlusOne());
      report.put("joinedEpoch", view.joinedEpoch());
      report.put("committee", view.committee());
      report.put("slot", view.slot());
      put(report.putObject("month"), view.month());
      put(report.putObject("previousMonth"), view.previousMonth());
      report.put("lastRecordedEpochPlusOne", view.lastRecordedEpochPlusOne());
      return report;
    }

    private static void put(ObjectNode report, ProviderView.Uptime uptime) {
      report.put("month", uptime.month());
      report.put("recorded", uptime.recorded());
      report.put("present", uptime.present());
      report.put("missed", uptime.missed());
      report.put("excused", uptime.excused());
    }
  }
}
