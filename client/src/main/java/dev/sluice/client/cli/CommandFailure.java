package dev.sluice.client.cli;

/** A command cannot do what was asked; says why and what to do. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String remedy;

  CommandFailure(String message, String remedy) {
    super(message);
    this.remedy = remedy;
  }

  String remedy() {
    return remedy;
  }
}
