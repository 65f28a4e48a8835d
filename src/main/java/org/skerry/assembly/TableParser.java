package org.skerry.assembly;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import org.agrona.collections.LongArrayList;
import org.skerry.isa.OperandKind;
import org.skerry.module.ModuleFile.Literal;

/** Reads the tables of switches. */
final class TableParser {
  private static final int MAX_ENTRIES = 0xFFFF;

  private record Row(long key, long label, int start, int end) {}

  private final Scanner scanner;
  private final ModulePool pool;
  private final LiteralParser literals;
  private final LongSupplier label;

  /**
   * @param label takes the label at the token
   */
  TableParser(Scanner scanner, ModulePool pool, LiteralParser literals, LongSupplier label) {
    this.scanner = scanner;
    this.pool = pool;
    this.literals = literals;
    this.label = label;
  }

  /** Reads the table at the token; adds labels, or keys that ascend and a label behind each. */
  long parse(OperandKind kind, LongArrayList entries) {
    int opened = scanner.start();
    if (scanner.token() != Token.BRACKET_OPEN) {
      throw scanner.mistake(
          "expected " + InstructionText.describe(kind) + ", found " + scanner.found());
    }
    List<Row> rows = new ArrayList<>();
    scanner.next();
    while (scanner.token() != Token.BRACKET_CLOSE) {
      rows.add(row(kind, opened));
      if (scanner.token() == Token.COMMA) {
        scanner.next();
      } else if (scanner.token() != Token.BRACKET_CLOSE) {
        throw Brackets.mistake(scanner, opened, "',' or ']'");
      }
    }
    if (rows.size() > MAX_ENTRIES) {
      throw new Mistake(opened, opened + 1, "a table has at most " + MAX_ENTRIES + " entries");
    }
    scanner.next();
    if (kind == OperandKind.DENSE_TABLE) {
      rows.forEach(row -> entries.addLong(row.label()));
    } else {
      addSorted(rows, entries);
    }
    return 0;
  }

  private Row row(OperandKind kind, int opened) {
    int start = scanner.start();
    int end = scanner.end();
    long key = 0;
    if (kind != OperandKind.DENSE_TABLE) {
      key = kind == OperandKind.I_SPARSE_TABLE ? integer(opened) : term(start);
      if (scanner.token() != Token.FAT_ARROW) {
        throw Brackets.mistake(scanner, opened, "'=>' and the key's label");
      }
      scanner.next();
    }
    if (scanner.token() != Token.LABEL && scanner.token() != Token.DISTANCE) {
      throw Brackets.mistake(scanner, opened, "a label such as @done");
    }
    return new Row(key, label.getAsLong(), start, end);
  }

  private long integer(int opened) {
    if (scanner.token() != Token.INTEGER) {
      throw Brackets.mistake(scanner, opened, "an integer");
    }
    long key = scanner.bits();
    scanner.next();
    return key;
  }

  private long term(int start) {
    Literal literal;
    long index;
    if (scanner.token() == Token.INDEX && scanner.bits() < pool.literals().size()) {
      index = scanner.bits();
      literal = pool.literals().get((int) index);
      scanner.next();
    } else {
      literal = literals.parse();
      index = literal.image() == null ? pool.literal(literal) : -1;
    }
    if (literal.image() != null) {
      throw new Mistake(
          start,
          scanner.start(),
          "a switch compares with small integers, atoms, nil, true, false and [] only");
    }
    return index;
  }

  private static void addSorted(List<Row> rows, LongArrayList entries) {
    rows.sort(Comparator.comparingLong(Row::key));
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      if (i > 0 && rows.get(i - 1).key() == row.key()) {
        throw new Mistake(row.start(), row.end(), "the table has this key already");
      }
      entries.addLong(row.key());
      entries.addLong(row.label());
    }
  }
}
