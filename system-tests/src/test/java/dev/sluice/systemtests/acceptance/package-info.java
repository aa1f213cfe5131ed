/**
 * What issue and protocol promise, shown on the real thing: a real EVM node, and the applications
 * as processes of their own.
 *
 * <p>Five classes are named after the headings of "First light": {@code WhatMustRunTest}, {@code
 * WhatMustBeBuiltTest}, {@code SpeedFromTheStartTest}, {@code
 * BadInputAnsweredWithATypedErrorAndNothingLostTest} (with {@code BadClaimIsRefusedTest} and {@code
 * L1AwayTest}) and {@code ShownByTest}.
 *
 * <p>In: the contracts' artifacts, anvil, the packaged applications. Out: one test class per
 * promise, named after it. Tests wait on conditions, never on time.
 */
@NullMarked
package dev.sluice.systemtests.acceptance;

import org.jspecify.annotations.NullMarked;
