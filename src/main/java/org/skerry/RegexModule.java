package org.skerry;

import static org.skerry.SystemArguments.bad;
import static org.skerry.SystemArguments.text;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.skerry.regex.RegexFailure;
import org.skerry.regex.Regexes;

/**
 * The module {@code regex}: each function is there twice, for texts that are looked through in
 * microseconds, on the worker, and for all others, on a virtual thread. See {@code
 * native-notes/system-modules.md}.
 */
final class RegexModule {
  /** The first asks the second where the text is long, or the pattern is not known yet. */
  private static final String FUNCTION =
      """
      export function NAME(r pattern, r subject) -> r
          r.jump.not.type pattern, string, @aside
          i.string.bytes length, pattern
          i.jump.gt    length, 40_000, @aside
          r.jump.type  subject, string, @text
          i.bytes.length length, subject
          jump         @known
      text:
          i.string.bytes length, subject
      known:
          i.jump.gt    length, 4_000, @aside
          r.call       found, NAME_here(pattern, subject)
          r.jump.is    found, :aside, @aside
          r.return     found
      aside:
          r.call       found, NAME_aside(pattern, subject)
          r.return     found
      end
      """;

  private static final String ESCAPE =
      """
      export function escape(r text) -> r
          r.jump.not.type text, string, @here
          i.string.bytes length, text
          i.jump.gt    length, 4_000, @aside
      here:
          r.call       pattern, escape_here(text)
          r.return     pattern
      aside:
          r.call       pattern, escape_aside(text)
          r.return     pattern
      end
      """;

  private interface Body {
    Object run(String pattern, String subject) throws RegexFailure;
  }

  private final Regexes regexes = new Regexes();
  private final HostModule.Builder builder = HostModule.builder("regex");
  private final StringBuilder assembly = new StringBuilder();

  HostModule module() {
    add("is_match", regexes::isMatch);
    add("match", (pattern, subject) -> tuple(regexes.match(pattern, subject)));
    add("named", regexes::named);
    add("split", regexes::split);
    add(
        "match_all",
        (pattern, subject) ->
            regexes.matchAll(pattern, subject).stream().map(RegexModule::tuple).toList());
    return builder
        .blocking(
            "replace(r pattern, r subject, r replacement) -> r",
            call -> {
              String replacement = text(call, 2);
              return run(
                  call, (pattern, subject) -> regexes.replace(pattern, subject, replacement));
            })
        .inline("escape_here(r text) -> r", call -> Regexes.escape(text(call, 0)))
        .blocking("escape_aside(r text) -> r", call -> Regexes.escape(text(call, 0)))
        .assembly(assembly + ESCAPE)
        .build();
  }

  private void add(String name, Body body) {
    builder.inline(
        name + "_here(r pattern, r subject) -> r",
        call ->
            regexes.isShort(text(call, 0), subject(call)) ? run(call, body) : Term.atom("aside"));
    builder.blocking(name + "_aside(r pattern, r subject) -> r", call -> run(call, body));
    assembly.append(FUNCTION.replace("NAME", name));
  }

  private static Object run(HostCall call, Body body) {
    try {
      return body.run(text(call, 0), subject(call));
    } catch (RegexFailure e) {
      String kind = e.kind().name().toLowerCase(Locale.ROOT);
      throw new HostError(Term.tuple(Term.atom("regex_error"), Term.atom(kind), e.getMessage()));
    }
  }

  /** What is not UTF-8 in bytes is no character. */
  private static String subject(HostCall call) {
    Term term = call.term(1);
    return switch (term.type()) {
      case STRING -> term.asString();
      case BYTES -> new String(term.asBytes(), StandardCharsets.UTF_8);
      default -> throw bad("neither a string nor bytes: " + term);
    };
  }

  private static Term tuple(List<String> groups) {
    return groups == null ? Term.NIL : Term.tuple(groups.toArray());
  }
}
