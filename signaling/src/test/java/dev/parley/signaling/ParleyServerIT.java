package dev.parley.signaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.ConnectionState;
import dev.parley.sfu.ParticipantInfo;
import dev.parley.sfu.RoomEvent;
import dev.parley.signaling.config.ConfigKey;
import dev.parley.signaling.config.ServerConfig;
import dev.parley.signaling.fake.FakeRooms;
import dev.parley.signaling.protocol.MessageCodec;
import dev.parley.signaling.protocol.ServerMessage;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole server on real sockets, over fake rooms. */
@Timeout(60)
class ParleyServerIT {
    private static final int PATIENCE_SECONDS = 20;

    private final FakeRooms rooms = new FakeRooms();
    private final HttpClient http = HttpClient.newHttpClient();
    private final ParleyServer server;

    ParleyServerIT() throws IOException {
        ServerConfig config = ServerConfig.defaults()
                .with(ConfigKey.HTTP_PORT, 0)
                .with(ConfigKey.MAX_MESSAGE_BYTES, 8_192)
                .with(ConfigKey.MAX_OUTBOUND_BUFFER_BYTES, 65_536)
                .with(ConfigKey.MESSAGES_PER_SECOND, 1)
                .with(ConfigKey.MESSAGE_BURST, 10);
        server = ParleyServer.start(config, rooms, () -> {});
    }

    @AfterEach
    void stop() {
        server.close();
        http.close();
    }

    /** One end of a WebSocket, which keeps what it hears. */
    private final class Client implements WebSocket.Listener {
        final BlockingQueue<ServerMessage> messages = new LinkedBlockingQueue<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();
        final WebSocket socket;

        Client() {
            this(null);
        }

        Client(@Nullable String origin) {
            WebSocket.Builder builder = http.newWebSocketBuilder();
            if (origin != null) {
                builder.header("Origin", origin);
            }
            socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + server.httpPort() + "/ws"), this)
                    .join();
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                messages.add(MessageCodec.decodeServer(text.toString()));
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int status, String reason) {
            closed.complete(status);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            closed.completeExceptionally(error);
        }

        Client says(String json) {
            socket.sendText(json.replace('\'', '"'), true).join();
            return this;
        }

        <T extends ServerMessage> T hears(Class<T> type) throws InterruptedException {
            ServerMessage message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertTrue(type.isInstance(message), () -> "expected " + type.getSimpleName() + ", heard " + message);
            return type.cast(message);
        }

        int closeStatus() {
            return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        }
    }

    @Test
    void twoClientsMeet() throws InterruptedException {
        Client ada = new Client().says("{'type':'join','id':1,'room':'r','identity':'ada','name':'Ada'}");
        ada.hears(ServerMessage.Joined.class);
        Client grace = new Client().says("{'type':'join','id':1,'room':'r','identity':'grace','name':'会'}");
        assertEquals(
                "ada",
                grace.hears(ServerMessage.Joined.class)
                        .participants()
                        .getFirst()
                        .identity());
        assertEquals(
                "会",
                ada.hears(ServerMessage.ParticipantJoined.class).participant().name());
        grace.says("{'type':'leave','id':2}").hears(ServerMessage.Ok.class);
        assertEquals(1000, grace.closeStatus());
        assertEquals("left", ada.hears(ServerMessage.ParticipantLeft.class).reason());
    }

    @Test
    void cutSocketIsResumed() throws InterruptedException {
        Client ada = new Client().says("{'type':'join','id':1,'room':'r','identity':'ada','name':'Ada'}");
        String token = ada.hears(ServerMessage.Joined.class).resumeToken();
        ada.socket.abort();
        Client again = new Client().says("{'type':'resume','id':1,'resumeToken':'" + token + "'}");
        assertEquals(
                "ada", again.hears(ServerMessage.Resumed.class).participant().identity());
    }

    @Test
    void fragmentsArePutTogether() throws InterruptedException {
        Client client = new Client();
        client.socket.sendText("{\"type\":\"pi", false).join();
        client.socket.sendText("ng\",\"id\":3}", true).join();
        assertEquals(3, client.hears(ServerMessage.Pong.class).id());
    }

    @Test
    void largeMessageIsRefusedAndClosed() throws InterruptedException {
        Client client = new Client().says("{'type':'ping','id':1,'x':'" + "x".repeat(9_000) + "'}");
        assertEquals("too-large", client.hears(ServerMessage.ErrorReply.class).code());
        assertEquals(1009, client.closeStatus());
    }

    @Test
    void largeMessageInFragmentsIsRefusedAndClosed() throws InterruptedException {
        Client client = new Client();
        client.socket.sendText("x".repeat(6_000), false).join();
        client.socket.sendText("x".repeat(6_000), true).join();
        assertEquals("too-large", client.hears(ServerMessage.ErrorReply.class).code());
        assertEquals(1009, client.closeStatus());
    }

    @Test
    void binaryMessageIsRefusedAndClosed() throws InterruptedException {
        Client client = new Client();
        client.socket.sendBinary(ByteBuffer.allocate(3), true).join();
        assertEquals("bad-request", client.hears(ServerMessage.ErrorReply.class).code());
        assertEquals(1003, client.closeStatus());
    }

    @Test
    void floodIsRefusedAndInTheEndClosed() throws InterruptedException {
        Client client = new Client();
        for (int i = 1; i <= 40; i++) {
            client.says("{'type':'ping','id':" + i + "}");
        }
        for (int i = 1; i <= 10; i++) {
            client.hears(ServerMessage.Pong.class);
        }
        assertEquals(
                "rate-limited", client.hears(ServerMessage.ErrorReply.class).code());
        assertEquals(1008, client.closeStatus());
    }

    @Test
    void clientThatDoesNotReadIsDropped() throws Exception {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(8_192);
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), server.httpPort()));
            socket.setSoTimeout(PATIENCE_SECONDS * 1_000);
            socket.getOutputStream().write(handshake());
            InputStream in = socket.getInputStream();
            readUntil(in, "\r\n\r\n");
            socket.getOutputStream().write(maskedText("{\"type\":\"join\",\"id\":1,\"room\":\"r\",\"name\":\"A\"}"));
            readUntil(in, "\"joined\"");

            long floodBytes = 0;
            String longName = "x".repeat(100_000);
            for (int i = 0; i < 400; i++) {
                rooms.get("r")
                        .emit(new RoomEvent.ParticipantUpdated(
                                new ParticipantInfo("PA_x", "x", longName, i, ConnectionState.CONNECTED, List.of())));
                floodBytes += longName.length();
            }
            long read = readToEnd(in);
            assertTrue(read < floodBytes / 2, "was sent " + read + " of " + floodBytes + " bytes");
        }
    }

    @Test
    void shutdownIsTold() throws InterruptedException {
        Client ada = new Client().says("{'type':'join','id':1,'room':'r','identity':'ada','name':'Ada'}");
        ada.hears(ServerMessage.Joined.class);
        server.close();
        assertEquals("server-shutdown", ada.hears(ServerMessage.Closing.class).code());
        assertEquals(1001, ada.closeStatus());
    }

    @Test
    void pagesOfOtherOriginsAreRefused() {
        CompletionException e = assertThrows(CompletionException.class, () -> new Client("https://evil.example"));
        var refused = assertInstanceOf(WebSocketHandshakeException.class, e.getCause());
        assertEquals(403, refused.getResponse().statusCode());
        var _ = new Client("http://127.0.0.1:" + server.httpPort());
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /healthz, 200",
        "HEAD, /healthz, 200",
        "POST, /healthz, 405",
        "GET, /metrics, 200",
        "GET, /, 200",
        "HEAD, /, 200",
        "GET, /r/some-room, 200",
        "POST, /, 405",
        "GET, /nope, 404",
        "GET, /ws, 426",
        "POST, /ws, 405",
        "GET, /whip/r, 405",
        "GET, /%zz, 400",
        "BREW, /, 405",
        "GET, /../../etc/passwd, 404",
        "GET, /assets/%2e%2e/%2e%2e/logback.xml, 404",
        "GET, //evil.example/, 404",
    })
    void answersByPathAndMethod(String method, String path, int status) throws IOException {
        String response = raw(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertTrue(response.startsWith("HTTP/1.1 " + status + " "), response);
        assertTrue(response.contains("X-Content-Type-Options: nosniff"), response);
        assertTrue(response.contains("frame-ancestors 'none'"), response);
        String body = response.substring(response.indexOf("\r\n\r\n") + 4);
        assertEquals(method.equals("HEAD"), body.isEmpty(), body);
    }

    @ParameterizedTest
    @CsvSource({
        "'nonsense\r\n\r\n', 400",
        "'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n', 400",
        "'GET / HTTP/1.1\r\nno colon\r\n\r\n', 400",
    })
    void brokenRequestsAreRefusedAndClosed(String request, int status) throws IOException {
        assertTrue(raw(request).startsWith("HTTP/1.1 " + status + " "));
    }

    @Test
    void handshakeWithoutKeyIsRefused() throws IOException {
        String response =
                raw(new String(handshake(), StandardCharsets.ISO_8859_1).replaceAll("Sec-WebSocket-Key.*", "X: y"));
        assertTrue(response.startsWith("HTTP/1.1 400 "), response);
    }

    @Test
    void largeBodyIsRefused() throws Exception {
        HttpResponse<String> response = send(request("/whip/r")
                .header("Content-Type", "application/sdp")
                .POST(HttpRequest.BodyPublishers.ofString("v=0\r\n".repeat(4_000)))
                .build());
        assertEquals(413, response.statusCode());
    }

    @Test
    void whipWorksOverTheWire() throws Exception {
        HttpResponse<String> created = send(request("/whip/r?identity=ada")
                .header("Content-Type", "application/sdp")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "v=0\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"))
                .build());
        assertEquals(201, created.statusCode());
        String location = created.headers().firstValue("Location").orElseThrow();
        assertTrue(rooms.get("r").has("ada"));
        assertEquals(200, send(request(location).DELETE().build()).statusCode());
        assertEquals(404, send(request(location).DELETE().build()).statusCode());
    }

    @Test
    void joinsAreCountedByOutcome() throws Exception {
        new Client().says("{'type':'join','id':1,'room':'r','name':'Ada'}").hears(ServerMessage.Joined.class);
        HttpResponse<String> metrics = send(request("/metrics").build());
        assertTrue(metrics.body().contains("parley_joins_total{outcome=\"joined\"} 1.0"), metrics.body());
        assertTrue(metrics.headers().firstValue("Content-Type").orElseThrow().startsWith("text/plain; version=0.0.4"));
    }

    @Test
    void portInUseIsNamed() {
        ServerConfig taken = ServerConfig.defaults().with(ConfigKey.HTTP_PORT, server.httpPort());
        IOException e = assertThrows(IOException.class, () -> ParleyServer.start(taken, rooms, () -> {}));
        assertTrue(String.valueOf(e.getMessage()).contains("port " + server.httpPort()), e.getMessage());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + path));
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.httpPort())) {
            socket.setSoTimeout(PATIENCE_SECONDS * 1_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] handshake() {
        return """
                GET /ws HTTP/1.1\r
                Host: localhost\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                \r
                """.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** RFC 6455 §5.2: a short text frame, masked with zeros. */
    private static byte[] maskedText(String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        return frame;
    }

    private static void readUntil(InputStream in, String text) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int value = in.read();
            assertTrue(value >= 0, () -> "ended after " + read);
            read.append((char) value);
        }
    }

    private static long readToEnd(InputStream in) throws IOException {
        long total = 0;
        byte[] buffer = new byte[65_536];
        try {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                total += count;
            }
        } catch (SocketException e) {
            // A reset ends it as well.
            return total;
        }
        return total;
    }
}
