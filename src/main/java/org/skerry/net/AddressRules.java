package org.skerry.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.skerry.net.NetFailure.Kind;

/**
 * With whom a program may talk, and where it may listen. What is compared is the address that is
 * used, not what the program called it; and names that no rule has are not looked up, since a
 * lookup tells the name to others. Immutable; any thread.
 */
public final class AddressRules {
  private static final String FLAG = "--allow-net=";
  private static final String ANY = "*";
  private static final String LOCALHOST = "localhost";
  private static final int ANY_PORT = -1;

  /** Everything. */
  public static final AddressRules ALL = of(List.of(ANY + ":" + ANY));

  /**
   * What a rule allows.
   *
   * @param host in lower case
   * @param address null where the host is a name, or any
   * @param port or {@link #ANY_PORT}
   */
  private record Rule(String host, InetAddress address, int port) {
    boolean isFor(int asked) {
      return port == ANY_PORT || port == asked;
    }

    boolean isAny() {
      return host.equals(ANY);
    }

    boolean isFor(InetAddress asked) {
      return isAny()
          || host.equals(LOCALHOST) && asked.isLoopbackAddress()
          || address != null
              && (address.equals(asked)
                  || address.isAnyLocalAddress() && asked.isAnyLocalAddress());
    }
  }

  /** Who knows the addresses of names. */
  interface NameService {
    InetAddress[] lookUp(String name) throws UnknownHostException;
  }

  private final List<Rule> rules;
  private final NameService names;

  private AddressRules(List<Rule> rules, NameService names) {
    this.rules = rules;
    this.names = names;
  }

  /**
   * Rules.
   *
   * @param rules each {@code HOST:PORT}: a name, an address or {@code *}; a number or {@code *}
   * @throws IllegalArgumentException if one is none
   */
  public static AddressRules of(List<String> rules) {
    return of(rules, InetAddress::getAllByName);
  }

  /** Rules, with names of the caller's choice. */
  static AddressRules of(List<String> rules, NameService names) {
    return new AddressRules(rules.stream().map(AddressRules::parsed).toList(), names);
  }

  /**
   * Does nothing where a text is a rule.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static void check(String rule) {
    parsed(rule);
  }

  private static Rule parsed(String rule) {
    int colon = rule.lastIndexOf(':');
    String host = colon < 0 ? "" : plain(rule.substring(0, colon));
    String port = rule.substring(colon + 1);
    InetAddress address = literal(host);
    boolean isBracketed = rule.startsWith("[");
    if (host.isEmpty()
        || !port.matches("\\*|[0-9]{1,5}")
        || address == null && !host.matches("\\*|[^\\s:/*\\[\\]]+")
        || address != null && host.contains(":") != isBracketed
        || !port.equals(ANY) && Integer.parseInt(port) > 0xFFFF) {
      throw new IllegalArgumentException(
          "not HOST:PORT, such as example.com:443, 127.0.0.1:*, [::1]:80 or *:*: " + rule);
    }
    return new Rule(host, address, port.equals(ANY) ? ANY_PORT : Integer.parseInt(port));
  }

  /** As names are compared. */
  private static String plain(String host) {
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    String lower = bare.toLowerCase(Locale.ROOT);
    return lower.length() > 1 && lower.endsWith(".")
        ? lower.substring(0, lower.length() - 1)
        : lower;
  }

  /** The address that a text is, or null. */
  private static InetAddress literal(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Where a text is an address: that, if it may be used; otherwise null, and {@link #resolved}
   * answers, which waits.
   *
   * @param isOwn whether it is to be listened at; otherwise the wildcard is this machine
   */
  InetSocketAddress address(String host, int port, boolean isOwn) throws NetFailure {
    InetAddress literal =
        isOwn && host.equals(ANY) ? new InetSocketAddress(0).getAddress() : literal(plain(host));
    if (literal == null) {
      return null;
    }
    InetAddress used =
        literal.isAnyLocalAddress() && !isOwn ? InetAddress.getLoopbackAddress() : literal;
    if (rules.stream().anyMatch(rule -> rule.isFor(port) && rule.isFor(used))) {
      return new InetSocketAddress(used, port);
    }
    throw refused(host, port);
  }

  /** The addresses of a name that may be used; at least one. Waits for name servers. */
  List<InetSocketAddress> resolved(String host, int port) throws NetFailure {
    return resolved(host, port, false);
  }

  /**
   * As {@link #resolved(String, int)}.
   *
   * @param isForAll whether it is refused where one of them may not be used
   */
  List<InetSocketAddress> resolved(String host, int port, boolean isForAll) throws NetFailure {
    String name = plain(host);
    List<Rule> rulesOfPort = rules.stream().filter(rule -> rule.isFor(port)).toList();
    boolean isNamed = rulesOfPort.stream().anyMatch(rule -> rule.host.equals(name));
    boolean isKnown =
        isNamed
            || rulesOfPort.stream().anyMatch(Rule::isAny)
            || name.equals(LOCALHOST)
                && rulesOfPort.stream()
                    .anyMatch(rule -> rule.address != null && rule.address.isLoopbackAddress());
    if (!isKnown) {
      throw refused(host, port);
    }
    List<InetSocketAddress> usable = new ArrayList<>();
    for (InetAddress address : lookUp(name, host, port)) {
      if (isNamed && isElsewhere(address)
          || rulesOfPort.stream().anyMatch(rule -> rule.isFor(address))) {
        usable.add(new InetSocketAddress(address, port));
      } else if (isForAll) {
        throw refused(host, port);
      }
    }
    if (usable.isEmpty()) {
      throw refused(host, port);
    }
    return usable;
  }

  private InetAddress[] lookUp(String name, String host, int port) throws NetFailure {
    try {
      return names.lookUp(name);
    } catch (UnknownHostException e) {
      throw new NetFailure(Kind.UNKNOWN_HOST, text(host, port));
    }
  }

  /** Whether a name may lead there because the name is allowed: to this machine it may not. */
  private static boolean isElsewhere(InetAddress address) {
    return !(address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isMulticastAddress());
  }

  private static NetFailure refused(String host, int port) {
    String address = text(host, port);
    return new NetFailure(Kind.NOT_PERMITTED, address + ": allow it with " + FLAG + address);
  }

  /** Host and port as in a rule. */
  static String text(String host, int port) {
    boolean needsBrackets = host.contains(":") && !host.startsWith("[");
    return (needsBrackets ? "[" + host + "]" : host) + ":" + port;
  }

  /** Host and port as in a rule. */
  static String text(InetSocketAddress address) {
    return text(address.getAddress().getHostAddress(), address.getPort());
  }
}
