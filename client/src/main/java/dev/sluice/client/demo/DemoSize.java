package dev.sluice.client.demo;

import picocli.CommandLine.Option;

/** How much of everything; the defaults are the full size. */
final class DemoSize {
  /** Wallets that pay for everything; each has an L1 account of its own. */
  @Option(
      names = "--wallets",
      defaultValue = "10",
      description = "wallets that deposit (default: ${DEFAULT-VALUE})")
  int wallets;

  @Option(
      names = "--transfers",
      defaultValue = "1000",
      description = "transfers (default: ${DEFAULT-VALUE})")
  int transfers;

  @Option(
      names = "--withdrawals",
      defaultValue = "50",
      description = "withdrawals (default: ${DEFAULT-VALUE})")
  int withdrawals;

  @Option(
      names = "--single-claims",
      defaultValue = "5",
      description =
          "how many withdrawals are claimed one by one; the rest go in one batch (default: ${DEFAULT-VALUE})")
  int singleClaims;

  @Option(
      names = "--channels",
      defaultValue = "100",
      description = "voucher channels (default: ${DEFAULT-VALUE})")
  int channels;

  @Option(
      names = "--payments",
      defaultValue = "20000",
      description = "micropayments in them (default: ${DEFAULT-VALUE})")
  int payments;

  @Option(
      names = "--tick-channels",
      defaultValue = "50",
      description = "tick channels (default: ${DEFAULT-VALUE})")
  int tickChannels;

  @Option(
      names = "--ticks",
      defaultValue = "100000",
      description = "micropayments in them (default: ${DEFAULT-VALUE})")
  int ticks;

  @Option(
      names = "--streams",
      defaultValue = "20",
      description = "time streams (default: ${DEFAULT-VALUE})")
  int streams;

  @Option(
      names = "--providers",
      defaultValue = "1000",
      description = "devices (default: ${DEFAULT-VALUE})")
  int providers;

  @Option(
      names = "--connections",
      defaultValue = "50",
      description = "connections of the devices (default: ${DEFAULT-VALUE})")
  int connections;

  @Option(
      names = "--epochs",
      defaultValue = "3",
      description = "epochs of heartbeats (default: ${DEFAULT-VALUE})")
  int epochs;

  @Option(
      names = "--silent",
      defaultValue = "7",
      description = "devices that miss epochs (default: ${DEFAULT-VALUE})")
  int silent;

  @Option(names = "--jobs", defaultValue = "100", description = "jobs (default: ${DEFAULT-VALUE})")
  int jobs;

  @Option(
      names = "--quorums",
      defaultValue = "40",
      description = "jobs of k of n providers, or of an expected hash (default: ${DEFAULT-VALUE})")
  int quorums;

  /** Refuses sizes that do not go together. */
  void validate() {
    require(
        wallets >= 1 && wallets <= 40, "--wallets is 1 to 40: the devnet's L1 node funds no more");
    require(transfers >= 1, "--transfers is at least 1");
    require(
        withdrawals >= 1 && singleClaims >= 0 && singleClaims <= withdrawals,
        "--single-claims is 0 to --withdrawals");
    require(
        channels >= 1 && payments >= channels,
        "--payments is at least --channels, which is at least 1");
    require(
        tickChannels >= 1 && ticks >= tickChannels,
        "--ticks is at least --tick-channels, which is at least 1");
    require(streams >= 4, "--streams is at least 4");
    require(
        providers >= 1 && connections >= 1 && connections <= providers,
        "--connections is 1 to --providers");
    require(epochs >= 1 && silent >= 0 && silent < providers, "--silent is below --providers");
    require(jobs >= 4, "--jobs is at least 4");
    require(
        quorums >= 4 && providers >= 3, "--quorums is at least 4, of at least three --providers");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new DemoFailure(rule);
    }
  }
}
