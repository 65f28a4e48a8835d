package org.skerry.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** The whole of {@code scripts/compare}, with peers and a Skerry that are shell scripts. */
class CompareTest {
  @TempDir private Path top;
  private Path page;
  private Path peers;
  private Compare compare;

  @BeforeEach
  void install() throws Exception {
    page = Files.createDirectories(top.resolve("native-notes")).resolve("performance.md");
    Files.writeString(page, "By hand.\n" + Page.BEGIN + "old\n" + Page.END + "By hand, too.\n");
    peers = Files.createDirectories(top.resolve("peers"));
    script(
        peers.resolve("run.sh"),
        """
        case $1 in
          fib) peer=java ns=50000000 ;;
          idle) peer=go ns=5000 extra='bytes_per_proc:2818;rounds:1' ;;
          fair) peer=go ns=39000000 ;;
          ring) exit 3 ;;
          *) peer=go ns=100000000 extra='bytes_per_proc:2818;p99_us:17000;wall_ms:1200' ;;
        esac
        printf '2026-11-22\\t%s\\t%s\\t1\\t%s\\t%s\\n' "$1" $peer $ns "${extra:--}" | tee -a "$RESULTS"
        """);
    Path skerry = top.resolve("skerry");
    script(
        skerry,
        """
        [[ $1 == run ]] && exit 0
        [[ $1 == bench && $3 == --json ]] || exit 2
        echo '{"bench":"'$2'","n":35,"round":1,"warmup":false,"ns_per_op":1}'
        echo '{"bench":"'$2'","n":35,"median_ns_per_op":80000000,"mad_ns_per_op":1,"min_ns_per_op":79000000,"max_ns_per_op":81000000,"median_p99_ns":34000,"median_bytes_per_process":543.2,"rounds":8}'
        """);
    compare = new Compare(top, skerry, top.resolve("target/compare.tsv"));
  }

  @Test
  void shouldWriteTableAndPicture() throws Exception {
    assertThat(compare.run(List.of(peers.toString(), "2"))).isZero();

    assertThat(Files.readString(page))
        .startsWith("By hand.\n" + Page.BEGIN + "Measured on ")
        .endsWith("\n" + Page.END + "By hand, too.\n")
        .contains("2 rounds in turn")
        .contains("| fib(35) | 80.0 ms (80.0 to 80.0 ms) | **1.60** | 1.60 (50.0 ms) |")
        .contains(
            "| idle process, resident | 543 B (543 to 543 B) | **0.19** |  | 0.19 (2,818 B) |")
        .contains("| ring of 503, a hop | 80.0 ms (80.0 to 80.0 ms) | |  |  |  |  |  |")
        .contains("](performance.svg)")
        .doesNotContain("old");
  }

  @Test
  void shouldLeaveThePageUntilAllIsMeasured() throws Exception {
    assertThat(compare.run(List.of(peers.toString(), "1", "fib", "idle", "fairness"))).isZero();

    assertThat(Files.readString(page)).contains("old");
    assertThat(Files.readAllLines(rows())).hasSize(3 * 2);
  }

  @Test
  void shouldMeasureSomeAnew() throws Exception {
    compare.run(List.of(peers.toString(), "1"));
    List<String> before = Files.readAllLines(rows());

    compare.run(List.of(peers.toString(), "3", "fib"));

    assertThat(Files.readString(page)).contains("3 rounds in turn");
    assertThat(Files.readAllLines(rows()))
        .containsAll(before)
        .hasSize(before.size() + 2 * 2)
        .filteredOn(row -> row.contains("\tfib\t"))
        .hasSize(3 * 2);
  }

  private Path rows() {
    return top.resolve("target/compare.tsv");
  }

  @Test
  void shouldDrawAPictureThatIsWellFormed() throws Exception {
    compare.run(List.of(peers.toString(), "1"));

    Document picture =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(top.resolve("native-notes/performance.svg").toFile());
    double width = Double.parseDouble(picture.getDocumentElement().getAttribute("width"));
    NodeList texts = picture.getElementsByTagName("text");
    assertThat(texts.getLength()).isGreaterThan(10);
    for (int i = 0; i < texts.getLength(); i++) {
      assertThat(Double.parseDouble(at(texts, i, "x"))).isBetween(0.0, width);
    }
    // A mark for each ratio, even where it is far off the scale: all but the ring, at which the
    // peers fail, the start, and lists, which they do not have.
    assertThat(picture.getElementsByTagName("g").getLength())
        .isEqualTo(Question.values().length - 3);
    NodeList squares = picture.getElementsByTagName("rect");
    for (int i = 0; i < squares.getLength(); i++) {
      if (!at(squares, i, "x").isEmpty()) {
        assertThat(Double.parseDouble(at(squares, i, "x"))).isBetween(0.0, width);
      }
    }
    assertThat(Files.readString(top.resolve("native-notes/performance.svg")))
        .contains("prefers-color-scheme:dark")
        .doesNotContain("NaN", "Infinity");
  }

  private static String at(NodeList nodes, int index, String attribute) {
    return nodes.item(index).getAttributes().getNamedItem(attribute) == null
        ? ""
        : nodes.item(index).getAttributes().getNamedItem(attribute).getNodeValue();
  }

  @Test
  void shouldMakeItAnewFromRows() throws Exception {
    compare.run(List.of(peers.toString(), "1"));
    String written = Files.readString(page);
    Files.writeString(page, Page.BEGIN + Page.END);

    assertThat(compare.run(List.of("--table", top + "/target/compare.tsv"))).isZero();

    assertThat(written).contains(Files.readString(page));
  }

  @Test
  void shouldRefuseWhatItCannotRun() throws Exception {
    assertThat(compare.run(List.of())).isEqualTo(2);
    assertThat(compare.run(List.of("--what"))).isEqualTo(2);
    assertThat(compare.run(List.of(top.toString()))).isEqualTo(2);
    assertThat(compare.run(List.of(peers.toString(), "1", "nothing"))).isEqualTo(2);

    assertThat(Files.readString(page)).contains("old");
  }

  private static void script(Path file, String body) throws Exception {
    Files.writeString(file, "#!/usr/bin/env bash\n" + body);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
