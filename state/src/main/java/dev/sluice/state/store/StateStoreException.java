package dev.sluice.state.store;

/** Why the store could not answer or write. */
public abstract sealed class StateStoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private StateStoreException(String message, Throwable cause) {
    super(message, cause);
  }

  private StateStoreException(String message) {
    super(message);
  }

  /** The disk is full; what was committed before stays readable. */
  public static final class DiskFull extends StateStoreException {
    private static final long serialVersionUID = 1L;

    public DiskFull(String path, Throwable cause) {
      super("disk full: " + path, cause);
    }
  }

  /** The database failed. */
  public static final class Failed extends StateStoreException {
    private static final long serialVersionUID = 1L;

    public Failed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The database belongs to another chain or format. */
  public static final class OtherChain extends StateStoreException {
    private static final long serialVersionUID = 1L;

    public OtherChain(String path, String expected, String actual) {
      super("store " + path + " is of " + actual + ", expected " + expected);
    }
  }
}
