package org.skerry;

import static org.skerry.SystemArguments.bad;

import java.security.SecureRandom;

/** The module {@code random}: chance, beyond what instructions give. See system-modules.md. */
final class RandomModule {
  private static final long MAX_BYTES = 16 << 20;

  private static final String ASSEMBLY =
      """
      export function between(i low, i high) -> i
          i.jump.gt    low, high, @none
          i.sub        span, high, low
          i.jump.lt    span, 0, @wide
          i.add        span, span, 1
          i.jump.lt    span, 1, @wide
          i.random.below n, span
          i.add        n, n, low
          i.return     n
      wide:                                ; at least half of all numbers are good
          i.random     n
          i.jump.lt    n, low, @wide
          i.jump.gt    n, high, @wide
          i.return     n
      none:
          throw        {:bad_argument, "the first number is above the last"}
      end
      export function float_between(f low, f high) -> f
          f.jump.lt    low, high, @some
          throw        {:bad_argument, "the first number is not below the last"}
      some:
          f.random     part
          f.sub        rest, 1.0, part
          f.mul        x, low, rest
          f.mul        y, high, part
          f.add        x, x, y
          f.jump.ge    x, high, @some      ; by rounding
          f.jump.ge    x, low, @good
          jump         @some
      good:
          f.return     x
      end
      export function bytes(i count) -> r
          i.jump.gt    count, 16_777_216, @many
          u8.new       all, count
          i.const      from, 0
      next:
          i.add        end, from, 8
          i.jump.gt    end, count, @rest
          i.random     n
          i.bytes.put  all, from, n, u64le
          i.add        from, end, 0
          jump         @next
      rest:
          i.jump.ge    from, count, @done
          i.random     n
          u8.set       all, from, n
          i.add        from, from, 1
          jump         @rest
      done:
          i.const      from, 0
          r.bytes.from.u8 bytes, all, from, count
          r.return     bytes
      many:
          throw        {:bad_argument, "more than 16_777_216 bytes"}
      end
      export function shuffle(r list) -> r
          i.list.length count, list
          term.new     all, count, nil
          i.const      at, 0
      fill:
          i.jump.ge    at, count, @mix
          r.head       x, list
          r.tail       list, list
          term.set     all, at, x
          i.add        at, at, 1
          jump         @fill
      mix:                                 ; at elements have their final place yet to get
          r.const      mixed, []
      next:
          i.jump.le    at, 0, @done
          i.random.below chosen, at
          i.add        at, at, -1
          term.get     x, all, chosen
          term.get     last, all, at
          term.set     all, chosen, last
          r.cons       mixed, x, mixed
          jump         @next
      done:
          r.return     mixed
      end
      export function pick(r list) -> r
          r.jump.is    list, [], @none
          i.list.length count, list
          i.random.below n, count
      next:
          i.jump.le    n, 0, @found
          r.tail       list, list
          i.add        n, n, -1
          jump         @next
      found:
          r.head       x, list
          r.return     x
      none:
          throw        {:bad_argument, "nothing to pick from"}
      end
      """;

  private static final String SECURE =
      """
      export function secure_bytes(i count) -> r
          i.jump.gt    count, 1_024, @many
          r.call       bytes, secure_here(count)
          r.return     bytes
      many:
          r.call       bytes, secure_aside(count)
          r.return     bytes
      end
      """;

  /** The same seed gives the same run. */
  private static final String SIMULATED =
      """
      export function secure_bytes(i count) -> r
          r.call       bytes, bytes(count)
          r.return     bytes
      end
      """;

  private RandomModule() {}

  static HostModule of(boolean isSimulated) {
    SecureRandom secure = new SecureRandom();
    return HostModule.builder("random")
        .inline("secure_here(i count) -> r", call -> secureBytes(secure, call.asLong(0)))
        .blocking("secure_aside(i count) -> r", call -> secureBytes(secure, call.asLong(0)))
        .assembly(ASSEMBLY + (isSimulated ? SIMULATED : SECURE))
        .build();
  }

  private static Term secureBytes(SecureRandom secure, long count) {
    if (count < 0 || count > MAX_BYTES) {
      throw bad("from 0 to 16_777_216 bytes, not " + count);
    }
    byte[] bytes = new byte[(int) count];
    secure.nextBytes(bytes);
    return Term.read(bytes);
  }
}
