package dev.parley.benchmarks.jitsi;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * As much of HTTP 1.1 (RFC 9112) and WebSockets (RFC 6455) as a videobridge needs, with a virtual thread a connection.
 * Messages of a WebSocket are texts in one frame.
 */
final class FakeWebServer implements AutoCloseable {
    private static final String WEB_SOCKET_KEY = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int TEXT = 1;
    private static final int CLOSE = 8;

    record Request(String method, String target, String body) {}

    record Reply(int status, String body) {}

    interface Handler {
        Reply answer(Request request) throws IOException;

        /** Whether a WebSocket may be opened at a target; its first message if so, or null. */
        @Nullable
        String welcome(String target);

        /** A WebSocket's message. */
        void heard(String target, String message);
    }

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Handler handler;

    FakeWebServer(Handler handler) throws IOException {
        this.handler = handler;
        var _ = Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    private void accept() {
        try {
            while (!listening.isClosed()) {
                Socket socket = listening.accept();
                open.add(socket);
                var _ = Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (SocketException e) {
            // Closed.
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            while (one(in, out)) {
                // The next of this connection.
            }
        } catch (EOFException | SocketException e) {
            // The client has gone.
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            open.remove(socket);
        }
    }

    /** One request; false if it was the last. */
    private boolean one(DataInputStream in, OutputStream out) throws IOException {
        String[] start = line(in).split(" ", 3);
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        if (headers.getOrDefault("upgrade", "").equalsIgnoreCase("websocket")) {
            webSocket(start[1], headers.getOrDefault("sec-websocket-key", ""), in, out);
            return false;
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        Reply reply = handler.answer(new Request(start[0], start[1], new String(body, StandardCharsets.UTF_8)));
        byte[] text = reply.body().getBytes(StandardCharsets.UTF_8);
        write(
                out,
                "HTTP/1.1 " + reply.status() + " -\r\nContent-Type: application/json\r\nContent-Length: " + text.length
                        + "\r\n\r\n" + reply.body());
        return true;
    }

    private static String line(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int octet = in.readUnsignedByte();
            if (octet == '\n') {
                return line.toString();
            }
            if (octet != '\r') {
                line.append((char) octet);
            }
        }
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void webSocket(String target, String key, DataInputStream in, OutputStream out) throws IOException {
        String welcome = handler.welcome(target);
        if (welcome == null) {
            write(out, "HTTP/1.1 403 -\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        write(
                out,
                "HTTP/1.1 101 -\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accepted(key)
                        + "\r\n\r\n");
        byte[] text = welcome.getBytes(StandardCharsets.UTF_8);
        out.write(new byte[] {(byte) (0x80 | TEXT), (byte) text.length});
        out.write(text);
        out.flush();
        while (true) {
            int kind = in.readUnsignedByte() & 0x0F;
            byte[] payload = payload(in);
            if (kind == CLOSE) {
                return;
            }
            if (kind == TEXT) {
                handler.heard(target, new String(payload, StandardCharsets.UTF_8));
            }
        }
    }

    /** RFC 6455 §5.2: what clients send is masked. */
    private static byte[] payload(DataInputStream in) throws IOException {
        int length = in.readUnsignedByte() & 0x7F;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes(length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % 4];
        }
        return payload;
    }

    private static String accepted(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + WEB_SOCKET_KEY).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
