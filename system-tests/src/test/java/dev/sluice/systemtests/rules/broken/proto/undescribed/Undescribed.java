package dev.sluice.systemtests.rules.broken.proto.undescribed;

/** Breaks: every package has a package-info. */
record Undescribed() {}
