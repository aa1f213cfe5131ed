package dev.sluice.client.demo;

import java.io.Serial;

/** The demo cannot go on: something that should work was refused or did not happen in time. */
final class DemoFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  DemoFailure(String message) {
    super(message);
  }
}
