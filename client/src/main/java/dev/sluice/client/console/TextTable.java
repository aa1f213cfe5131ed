package dev.sluice.client.console;

import java.util.ArrayList;
import java.util.List;

/**
 * A table in plain text: a header, rows, columns as wide as their widest cell and two spaces apart.
 * Columns are left-aligned unless their header was given with a leading {@code >}.
 */
public final class TextTable {
  private final List<String> headers;
  private final boolean[] rightAligned;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * A table with these column headers; {@code ">gas"} is a right-aligned column called {@code gas}.
   */
  public TextTable(List<String> headers) {
    this.rightAligned = new boolean[headers.size()];
    List<String> names = new ArrayList<>();
    for (int column = 0; column < headers.size(); column++) {
      String header = headers.get(column);
      rightAligned[column] = header.startsWith(">");
      names.add(rightAligned[column] ? header.substring(1) : header);
    }
    this.headers = List.copyOf(names);
  }

  /**
   * Appends a row.
   *
   * @throws IllegalArgumentException if the number of cells is not the number of columns
   */
  public void row(String... cells) {
    if (cells.length != headers.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells for " + headers.size() + " columns");
    }
    rows.add(List.of(cells));
  }

  /** The table as lines, the header and its rule first; no trailing spaces. */
  public List<String> lines() {
    int[] widths = new int[headers.size()];
    for (int column = 0; column < widths.length; column++) {
      widths[column] = headers.get(column).length();
      for (List<String> row : rows) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
    List<String> rule = new ArrayList<>();
    for (int width : widths) {
      rule.add("-".repeat(width));
    }
    List<String> lines = new ArrayList<>();
    lines.add(line(headers, widths));
    lines.add(line(rule, widths));
    for (List<String> row : rows) {
      lines.add(line(row, widths));
    }
    return lines;
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.length; column++) {
      String padding = " ".repeat(widths[column] - cells.get(column).length());
      line.append(column == 0 ? "" : "  ");
      line.append(rightAligned[column] ? padding + cells.get(column) : cells.get(column) + padding);
    }
    return line.toString().stripTrailing();
  }
}
