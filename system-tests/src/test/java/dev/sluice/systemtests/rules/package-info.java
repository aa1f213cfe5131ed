/**
 * The import rules of {@code docs/architecture.md}, read from the compiled classes of every room.
 *
 * <p>In come class files; out comes a failed test that names the line which broke a rule. {@link
 * dev.sluice.systemtests.rules.ImportRules} holds the rules and knows no room's inside; the
 * packages below {@code broken} break each of them once, to show that each can fail. What Maven's
 * graph already forbids (who may declare which library) is the Enforcer's work, in the poms.
 *
 * <p>Beside it: {@code docs/attacks.md} names no test that is not there.
 */
@NullMarked
package dev.sluice.systemtests.rules;

import org.jspecify.annotations.NullMarked;
