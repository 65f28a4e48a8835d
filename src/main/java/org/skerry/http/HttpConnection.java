package org.skerry.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.skerry.net.Connection;
import org.skerry.net.NetFailure;
import org.skerry.net.Part;
import org.skerry.net.Reply;

/**
 * The server's side of HTTP/1.1 on a connection: a request is read and answered, then the next.
 *
 * <pre>
 * IDLE       a request may be read           READING → ANSWERING, OVER
 * ANSWERING  it may be answered              → SENDING, or by parts STREAMING
 * STREAMING  the body is sent part by part   → SENDING, OVER
 * SENDING    all of an answer, or its end    → IDLE, OVER
 * OVER       nothing is read or sent any more
 * </pre>
 */
public final class HttpConnection {
  private enum State {
    IDLE,
    READING,
    ANSWERING,
    SENDING,
    STREAMING,
    OVER
  }

  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] NOTHING = {};

  private final Connection connection;
  private final HeadReader heads = new HeadReader();
  private State state = State.IDLE;

  /** Of the request that is answered; null for one that was none. */
  private Head head;

  /** What waits for a part of a request; null before the first. */
  private Reply<Object> reading;

  /** What is answered by parts: whether parts are sent, as chunks, and more requests follow. */
  private boolean sendsParts;

  private boolean sendsChunks;
  private boolean goesOn;

  private HttpConnection(Connection connection) {
    this.connection = connection;
  }

  /** That of a connection. */
  public static HttpConnection of(Connection connection) {
    return connection.attachment(HttpConnection.class, () -> new HttpConnection(connection));
  }

  /** Who is told of a request. */
  public interface Asked {
    /** A request; null where none follows. */
    void request(Request request);

    /** What came is none; it may be answered all the same, and nothing is read behind it. */
    void failed(HttpFailure failure);

    /** The connection is not what it was. */
    void failed(NetFailure failure);
  }

  /**
   * Reads a request.
   *
   * @param mostBody how many bytes its body may have
   * @return ends that, where nobody waits any more: nothing is read then
   * @throws IllegalStateException if one is read or answered
   */
  public Runnable request(long mostBody, Asked asked) {
    synchronized (this) {
      if (state == State.OVER) {
        asked.request(null);
        return () -> {};
      }
      change(State.IDLE, State.READING);
    }
    read(
        heads.begin(),
        new Reply<Object>() {
          @Override
          public boolean succeed(Object outcome) {
            switch (outcome) {
              case null -> over(asked);
              case Head found -> body(found, mostBody, asked);
              default -> refuse(null, (HttpFailure) outcome, asked);
            }
            return true;
          }

          /** A peer that goes between two requests may do so without a word. */
          @Override
          public void fail(NetFailure failure) {
            if (failure.kind() == NetFailure.Kind.RESET && !heads.hasBegun()) {
              over(asked);
            } else {
              lost(failure, asked);
            }
          }
        });
    return this::forget;
  }

  private void read(Part<Object> part, Reply<Object> reply) {
    synchronized (this) {
      if (state != State.READING) {
        return; // nobody waits any more
      }
      reading = reply;
    }
    connection.read(part, reply);
  }

  private void forget() {
    Reply<Object> forgotten;
    synchronized (this) {
      if (state != State.READING) {
        return;
      }
      state = State.OVER;
      forgotten = reading;
    }
    connection.forget(forgotten);
  }

  private synchronized void change(State from, State to) {
    if (state != from) {
      throw new IllegalStateException(
          switch (state) {
            case IDLE -> "no request is there to be answered";
            case READING -> "a request is being read";
            case ANSWERING -> "a request waits to be answered";
            case SENDING, STREAMING -> "an answer is not finished";
            case OVER -> "the connection is over";
          });
    }
    state = to;
  }

  private void over(Asked asked) {
    lose();
    asked.request(null);
  }

  private void lost(NetFailure failure, Asked asked) {
    lose();
    asked.failed(failure);
  }

  private void refuse(Head of, HttpFailure failure, Asked asked) {
    answerable(of, false);
    asked.failed(failure);
  }

  private synchronized void answerable(Head of, boolean mayGoOn) {
    head = of;
    goesOn = mayGoOn;
    if (state == State.READING) {
      state = State.ANSWERING; // otherwise nobody waits for the request any more
    }
  }

  private void body(Head found, long most, Asked asked) {
    if (found.bodyBytes() == 0) {
      complete(found, NOTHING, asked);
    } else if (found.asks() && found.bodyBytes() <= most) {
      connection.write(
          CONTINUE,
          new Reply<Connection>() {
            @Override
            public boolean succeed(Connection written) {
              readBody(found, most, asked);
              return true;
            }

            @Override
            public void fail(NetFailure failure) {
              lost(failure, asked);
            }
          });
    } else {
      readBody(found, most, asked);
    }
  }

  private void readBody(Head found, long most, Asked asked) {
    read(
        new BodyReader(found.bodyBytes(), most),
        new Reply<Object>() {
          @Override
          public boolean succeed(Object outcome) {
            if (outcome instanceof HttpFailure failure) {
              refuse(found, failure, asked);
            } else {
              complete(found, (byte[]) outcome, asked);
            }
            return true;
          }

          @Override
          public void fail(NetFailure failure) {
            lost(failure, asked);
          }
        });
  }

  private void complete(Head found, byte[] body, Asked asked) {
    answerable(found, found.keepsAlive());
    asked.request(new Request(found.method(), found.target(), found.headers(), body));
  }

  /**
   * Answers the request that was read last.
   *
   * @param fields names and values of headers
   * @param reply gets whether the connection goes on
   * @throws IllegalStateException if there is none to be answered
   * @throws IllegalArgumentException if status or fields are none
   */
  public void respond(
      int status, List<Map.Entry<String, String>> fields, byte[] body, Reply<Boolean> reply) {
    ResponseHead response = new ResponseHead(status, fields);
    byte[] bytes;
    synchronized (this) {
      change(State.ANSWERING, State.SENDING);
      goesOn &= !response.closes();
      boolean isSent = !response.isBare() && !isHead();
      String length = response.isBare() ? "" : "Content-Length: " + body.length + "\r\n";
      bytes = joined(response.bytes(length, connectionField()), isSent ? body : NOTHING);
    }
    write(bytes, true, reply);
  }

  private boolean isHead() {
    return head != null && head.method().equals("HEAD");
  }

  private boolean isOld() {
    return head != null && head.isOld();
  }

  private String connectionField() {
    if (goesOn) {
      return isOld() ? "keep-alive" : null;
    }
    return "close";
  }

  private static byte[] joined(byte[] one, byte[] other) {
    if (other.length == 0) {
      return one;
    }
    byte[] all = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    return all;
  }

  /**
   * Begins to answer the request that was read last, whose body follows by {@link #part}; as {@link
   * #respond}.
   */
  public void begin(int status, List<Map.Entry<String, String>> fields, Reply<Boolean> reply) {
    ResponseHead response = new ResponseHead(status, fields);
    byte[] bytes;
    synchronized (this) {
      change(State.ANSWERING, State.STREAMING);
      sendsParts = !response.isBare() && !isHead();
      sendsChunks = !isOld();
      // A peer of HTTP/1.0 knows by the end of the connection that the body is whole.
      goesOn &= !response.closes() && sendsChunks;
      String length = sendsChunks && !response.isBare() ? "Transfer-Encoding: chunked\r\n" : "";
      bytes = response.bytes(length, connectionField());
    }
    write(bytes, false, reply);
  }

  /**
   * Sends a part of the body.
   *
   * @throws IllegalStateException if no answer has begun
   */
  public void part(byte[] bytes, Reply<Boolean> reply) {
    byte[] sent;
    synchronized (this) {
      change(State.STREAMING, State.STREAMING);
      sent = sendsParts ? bytes : NOTHING;
      if (sent.length > 0 && sendsChunks) {
        String size = Integer.toHexString(sent.length) + "\r\n";
        sent =
            joined(joined(size.getBytes(StandardCharsets.ISO_8859_1), sent), new byte[] {13, 10});
      }
    }
    write(sent, false, reply);
  }

  /**
   * Ends the body.
   *
   * @param reply gets whether the connection goes on
   * @throws IllegalStateException if no answer has begun
   */
  public void finish(Reply<Boolean> reply) {
    byte[] sent;
    synchronized (this) {
      change(State.STREAMING, State.SENDING);
      sent = sendsParts && sendsChunks ? LAST_CHUNK : NOTHING;
    }
    write(sent, true, reply);
  }

  private void write(byte[] bytes, boolean isLast, Reply<Boolean> reply) {
    connection.write(
        bytes,
        new Reply<Connection>() {
          @Override
          public boolean succeed(Connection written) {
            return reply.succeed(isLast ? next() : true);
          }

          @Override
          public void fail(NetFailure failure) {
            lose();
            reply.fail(failure);
          }
        });
  }

  private synchronized void lose() {
    state = State.OVER;
  }

  /** The answer is sent; whether another request is read. */
  private synchronized boolean next() {
    state = goesOn ? State.IDLE : State.OVER;
    if (!goesOn) {
      try {
        connection.shutDown(); // so the peer gets all of it, even where it still sends
      } catch (NetFailure e) {
        // It is closed already, and that is all the same.
      }
    }
    return goesOn;
  }
}
