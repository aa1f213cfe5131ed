package dev.sluice.systemtests.removal;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import supranational.blst.P1;

/**
 * What every object below one holds, to be put back any number of times. Byte arrays are not looked
 * into: the reader never writes into one that it has kept.
 */
final class Snapshot {
  private final List<Runnable> restoring = new ArrayList<>();
  private final IdentityHashMap<Object, Boolean> visited = new IdentityHashMap<>();

  Snapshot(Object root) {
    visit(root);
  }

  /** Puts everything back. */
  void restore() {
    restoring.forEach(Runnable::run);
  }

  private void visit(@Nullable Object object) {
    if (object == null || visited.putIfAbsent(object, true) != null) {
      return;
    }
    switch (object) {
      case byte[] _, Number _, String _, Boolean _, Record _, Enum<?> _, P1 _ -> {}
      case Map<?, ?> map -> map(map);
      case Collection<?> collection -> collection(collection);
      case Object array when array.getClass().isArray() -> array(array);
      default -> fields(object);
    }
  }

  @SuppressWarnings("unchecked")
  private void map(Map<?, ?> map) {
    map.values().forEach(this::visit);
    Map<Object, Object> live = (Map<Object, Object>) map;
    Map<Object, Object> kept = map instanceof TreeMap ? new TreeMap<>(map) : new HashMap<>(map);
    restoring.add(
        () -> {
          live.clear();
          live.putAll(kept);
        });
  }

  @SuppressWarnings("unchecked")
  private void collection(Collection<?> collection) {
    collection.forEach(this::visit);
    boolean fixed = !collection.getClass().getName().matches("java\\.util\\.(Array|Tree).*");
    if (fixed) {
      return;
    }
    Collection<Object> live = (Collection<Object>) collection;
    List<Object> kept = new ArrayList<>(collection);
    restoring.add(
        () -> {
          live.clear();
          live.addAll(kept);
        });
  }

  private void array(Object array) {
    int length = Array.getLength(array);
    Object kept = Array.newInstance(array.getClass().getComponentType(), length);
    System.arraycopy(array, 0, kept, 0, length);
    restoring.add(() -> System.arraycopy(kept, 0, array, 0, length));
    if (array instanceof Object[] objects) {
      for (Object each : objects) {
        visit(each);
      }
    }
  }

  private void fields(Object object) {
    for (Field field : object.getClass().getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers())) {
        continue;
      }
      field.setAccessible(true);
      Object value = get(field, object);
      visit(value);
      if (Modifier.isFinal(field.getModifiers())) {
        continue;
      }
      // Points are added to in place.
      Object kept = value instanceof P1 point ? point.dup() : value;
      restoring.add(() -> set(field, object, kept instanceof P1 point ? point.dup() : kept));
    }
  }

  private static @Nullable Object get(Field field, Object object) {
    try {
      return field.get(object);
    } catch (IllegalAccessException closed) {
      throw new IllegalStateException(field.toString(), closed);
    }
  }

  private static void set(Field field, Object object, @Nullable Object value) {
    try {
      field.set(object, value);
    } catch (IllegalAccessException closed) {
      throw new IllegalStateException(field.toString(), closed);
    }
  }
}
