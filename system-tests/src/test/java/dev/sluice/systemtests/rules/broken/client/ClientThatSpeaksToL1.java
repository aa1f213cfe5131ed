package dev.sluice.systemtests.rules.broken.client;

import org.web3j.protocol.Web3j;

/** Breaks: web3j only in l1. */
record ClientThatSpeaksToL1(Web3j node) {}
