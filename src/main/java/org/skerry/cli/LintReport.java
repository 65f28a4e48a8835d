package org.skerry.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.skerry.verify.lint.Finding;
import org.skerry.verify.lint.Linter;

/** What {@code lint} found, for people and for programs. */
final class LintReport {
  private LintReport() {}

  /** For people: the place, the rule, what is wrong, then what shows it and what to do. */
  static void text(List<Finding> findings, PrintWriter out) {
    for (Finding finding : findings) {
      out.println(
          place(finding.file(), finding.line())
              + ": "
              + finding.rule().code()
              + " "
              + finding.rule().title()
              + ": "
              + printable(finding.message()));
      for (Finding.Link link : finding.chain()) {
        out.println(
            "    "
                + place(link.file(), link.line())
                + "  "
                + printable(link.function() + "  " + link.text()));
      }
      out.println("    to do: " + printable(finding.advice()));
    }
    out.flush();
  }

  private static String place(String file, int line) {
    return printable(file) + (line > 0 ? ":" + line : "");
  }

  /** For programs: a JSON object on each line. */
  static void json(List<Finding> findings, PrintWriter out) {
    for (Finding finding : findings) {
      StringBuilder json = new StringBuilder("{");
      field(json, "code", finding.rule().code()).append(',');
      field(json, "title", finding.rule().title()).append(',');
      field(json, "file", finding.file()).append(",\"line\":").append(finding.line()).append(',');
      field(json, "function", finding.function()).append(',');
      field(json, "message", finding.message()).append(",\"chain\":[");
      for (int i = 0; i < finding.chain().size(); i++) {
        Finding.Link link = finding.chain().get(i);
        json.append(i == 0 ? "{" : ",{");
        field(json, "file", link.file()).append(",\"line\":").append(link.line());
        json.append(",\"pc\":").append(link.pc()).append(',');
        field(json, "function", link.function()).append(',');
        field(json, "text", link.text()).append('}');
      }
      json.append("],");
      field(json, "advice", finding.advice()).append('}');
      out.println(json);
    }
    out.flush();
  }

  /** What a function may do, for programs: a JSON object on a line. */
  static void json(Linter.FunctionEffects effects, PrintWriter out) {
    StringBuilder json = new StringBuilder("{");
    field(json, "function", effects.function()).append(',');
    field(json, "reads", effects.reads()).append(',');
    field(json, "writes", effects.writes()).append(',');
    field(json, "holds_to_read", effects.holdsToRead()).append(',');
    field(json, "holds_to_write", effects.holdsToWrite()).append(',');
    out.println(json.append("\"awaits\":").append(effects.awaits()).append('}'));
    out.flush();
  }

  private static StringBuilder field(StringBuilder json, String name, List<String> values) {
    json.append('"').append(name).append("\":[");
    for (int i = 0; i < values.size(); i++) {
      json.append(i == 0 ? "" : ",");
      text(json, values.get(i));
    }
    return json.append(']');
  }

  private static StringBuilder field(StringBuilder json, String name, String value) {
    return text(json.append('"').append(name).append("\":"), value);
  }

  private static StringBuilder text(StringBuilder json, String value) {
    json.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (Character.isISOControl(c) || Character.isSurrogate(c)) {
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"');
  }

  /** Names come from files: they must not bring control characters. */
  static String printable(String text) {
    StringBuilder clean = new StringBuilder(text);
    for (int i = 0; i < clean.length(); i++) {
      if (Character.isISOControl(clean.charAt(i))) {
        clean.setCharAt(i, '?');
      }
    }
    return clean.toString();
  }
}
