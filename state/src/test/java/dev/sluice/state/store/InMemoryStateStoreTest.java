package dev.sluice.state.store;

import dev.sluice.state.store.memory.InMemoryStateStore;

class InMemoryStateStoreTest extends StateStoreContract {
  @Override
  StateStore open() {
    return new InMemoryStateStore();
  }
}
