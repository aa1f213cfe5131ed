package dev.sluice.l1.connection;

/**
 * The node answered with a JSON-RPC error, or with something that is not what was asked for.
 * Repeating the same call would not help.
 */
public final class L1ErrorException extends L1Exception {
  private static final long serialVersionUID = 1L;

  private final int code;
  private final String data;

  /**
   * @param method the JSON-RPC method
   * @param code the JSON-RPC error code; 3 is a revert
   * @param text the node's words
   * @param data hexadecimal revert data without quotes, or empty
   */
  public L1ErrorException(String method, int code, String text, String data) {
    super(method + ": " + text + " (code " + code + (data.isEmpty() ? "" : ", data " + data) + ")");
    this.code = code;
    this.data = data;
  }

  /** The JSON-RPC error code. */
  public int code() {
    return code;
  }

  /** Revert data as {@code 0x…}, or empty. */
  public String data() {
    return data;
  }
}
