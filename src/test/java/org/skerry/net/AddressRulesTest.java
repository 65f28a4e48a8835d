package org.skerry.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skerry.net.NetFailure.Kind;

/** What may be talked to, and that nothing else is even looked up. */
class AddressRulesTest {
  private static AddressRules rules(String rules) {
    return AddressRules.of(rules.isEmpty() ? List.of() : List.of(rules.split(" ")));
  }

  private static boolean allows(String rules, String host, int port, boolean isOwn) {
    try {
      return rules(rules).address(host, port, isOwn) != null
          || !rules(rules).resolved(host, port).isEmpty();
    } catch (NetFailure e) {
      assertThat(e.kind()).isEqualTo(Kind.NOT_PERMITTED);
      assertThat(e).hasMessageContaining("allow it with --allow-net=").hasMessageContaining(host);
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:80, 127.0.0.1, 80",
    "127.0.0.1:80, localhost, 80",
    "127.0.0.1:80, LocalHost., 80",
    "127.0.0.1:80, ::ffff:127.0.0.1, 80",
    "127.0.0.1:*, 127.0.0.1, 65535",
    "*:80, 192.0.2.1, 80",
    "*:*, ::1, 0",
    "[::1]:80, ::1, 80",
    "[::1]:80, 0:0:0:0:0:0:0:1, 80",
    "localhost:80, localhost, 80",
    "localhost:80, 127.0.0.1, 80",
    "LOCALHOST:80, 127.9.9.9, 80",
    "127.0.0.1:80 127.0.0.1:81, 127.0.0.1, 81",
    "localhost:80, 0.0.0.0, 80",
    "[::ffff:1.2.3.4]:80, 1.2.3.4, 80"
  })
  void shouldAllowToConnect(String rules, String host, int port) {
    assertThat(allows(rules, host, port, false)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "'', 127.0.0.1, 80",
    "'', localhost, 80",
    "'', example.com, 80",
    "127.0.0.1:80, 127.0.0.1, 81",
    "127.0.0.1:80, 127.0.0.2, 80",
    "127.0.0.1:80, ::1, 80",
    "127.0.0.1:80, 2130706434, 80",
    "127.0.0.2:80, localhost, 80",
    "127.0.0.1:0, 127.0.0.1, 80",
    "192.0.2.1:80, 0.0.0.0, 80",
    "0.0.0.0:80, 127.0.0.1, 80",
    "0.0.0.0:80, 0.0.0.0, 80",
    "example.com:80, example.org, 80",
    "example.com:80, example.com.evil.invalid, 80",
    "example.com:80, 192.0.2.1, 80",
    "192.0.2.1:80, secret.of.mine.invalid, 80",
    "localhost:80, 192.0.2.1, 80",
    "*:80, 127.0.0.1, 81"
  })
  void shouldRefuseToConnectAndLookNothingUp(String rules, String host, int port) {
    assertThat(allows(rules, host, port, false)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0:80, 0.0.0.0, true",
    "0.0.0.0:80, ::, true",
    "[::]:80, *, true",
    "*:80, *, true",
    "127.0.0.1:80, 127.0.0.1, true",
    "127.0.0.1:80, 0.0.0.0, false",
    "127.0.0.1:80, *, false",
    "localhost:80, ::, false"
  })
  void shouldTellWhereToListen(String rules, String host, boolean isAllowed) {
    assertThat(allows(rules, host, 80, true)).isEqualTo(isAllowed);
  }

  @Test
  void shouldNotFollowANameToThisMachine() throws Exception {
    InetAddress[] found = {
      InetAddress.ofLiteral("127.0.0.1"),
      InetAddress.ofLiteral("0.0.0.0"),
      InetAddress.ofLiteral("::1"),
      InetAddress.ofLiteral("169.254.1.1"),
      InetAddress.ofLiteral("fe80::1"),
      InetAddress.ofLiteral("192.0.2.1")
    };
    List<String> asked = new ArrayList<>();
    AddressRules.NameService names =
        name -> {
          asked.add(name);
          return found;
        };
    for (String rule : new String[] {"rebound.example:80", "Rebound.Example.:*"}) {
      assertThat(AddressRules.of(List.of(rule), names).resolved("rebound.example.", 80))
          .containsExactly(new InetSocketAddress("192.0.2.1", 80));
    }
    assertThat(
            AddressRules.of(List.of("rebound.example:80", "[::1]:80"), names)
                .resolved("REBOUND.example", 80))
        .containsExactly(new InetSocketAddress("::1", 80), new InetSocketAddress("192.0.2.1", 80));
    assertThat(AddressRules.of(List.of("*:80"), names).resolved("rebound.example", 80)).hasSize(6);
    assertThat(asked).hasSize(4).containsOnly("rebound.example");

    AddressRules others = AddressRules.of(List.of("192.0.2.1:80", "rebound.example:81"), names);
    assertThat(catchThrowableOfType(NetFailure.class, () -> others.resolved("rebound.example", 80)))
        .hasMessage("rebound.example:80: allow it with --allow-net=rebound.example:80");
    assertThat(asked).hasSize(4); // it was not even asked for

    // Who looks it up himself may get any of them.
    AddressRules named = AddressRules.of(List.of("rebound.example:80"), names);
    assertThat(
            catchThrowableOfType(
                NetFailure.class, () -> named.resolved("rebound.example", 80, true)))
        .hasMessageContaining("allow it with");
    assertThat(AddressRules.of(List.of("*:*"), names).resolved("rebound.example", 80, true))
        .hasSize(6);
  }

  @Test
  void shouldTellANameThatLeadsNowhere() {
    NetFailure failure =
        catchThrowableOfType(
            NetFailure.class, () -> rules("*:1").resolved("no.such.host.invalid", 1));
    assertThat(failure.kind()).isEqualTo(Kind.UNKNOWN_HOST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ":", "host", "host:", ":80", "::1:80", "a b:80", "h:-1", "h:65536", "[::1]", "*.a:1"
      })
  void shouldRefuseWhatIsNoRule(String rule) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AddressRules.check(rule))
        .withMessageContaining("HOST:PORT");
  }
}
