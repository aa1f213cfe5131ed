package dev.sluice.primitives.vectors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.sluice.primitives.transaction.WalletSignature;
import dev.sluice.primitives.value.Address;
import dev.sluice.primitives.value.Hash32;
import dev.sluice.primitives.value.Uint128;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * Values as JSON that Java, JavaScript and Foundry read alike: every number a decimal string, every
 * byte string 0x-hex.
 */
final class Json {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Json() {}

  /** A record as the map of its components, with its simple name as {@code form}. */
  static Map<String, @Nullable Object> describe(Record record) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("form", record.getClass().getSimpleName());
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        var accessor = component.getAccessor();
        accessor.setAccessible(true);
        fields.put(component.getName(), value(accessor.invoke(record)));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(component.toString(), e);
      }
    }
    return fields;
  }

  static @Nullable Object value(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Long number -> Long.toUnsignedString(number);
      case Integer number -> number.toString();
      case byte[] bytes -> hex(bytes);
      case Hash32 hash -> hash.toString();
      case Address address -> address.toString();
      case Uint128 number -> number.toString();
      case WalletSignature signature -> hex(signature.toBytes());
      case Bytes bytes -> hex(bytes.toArrayUnsafe());
      case Record record -> describe(record);
      case Enum<?> constant -> constant.name();
      case Boolean truth -> truth;
      case List<?> list -> {
        List<@Nullable Object> values = new ArrayList<>();
        list.forEach(element -> values.add(value(element)));
        yield values;
      }
      case Map<?, ?> map -> map;
      case String text -> text;
      default -> throw new IllegalArgumentException(value.getClass().getName());
    };
  }

  /** A map of alternating names and values. */
  static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.put(String.valueOf(namesAndValues[i]), value(namesAndValues[i + 1]));
    }
    return object;
  }

  static String hex(byte[] bytes) {
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  static String write(Object value) {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    DefaultIndenter unix = new DefaultIndenter("  ", "\n");
    printer.indentArraysWith(unix);
    printer.indentObjectsWith(unix);
    try {
      return MAPPER.writer(printer).writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
