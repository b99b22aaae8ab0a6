package dev.parley.apache;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** An HTTP/1.1 client that sends just what it is told: no library would send the paths and headers that attackers do. */
final class RawClient {
    static final int READ_TIMEOUT_MS = 40_000;

    private final int port;
    private final boolean tls;
    private final String source;

    private RawClient(int port, boolean tls, String source) {
        this.port = port;
        this.tls = tls;
        this.source = source;
    }

    static RawClient https(int port) {
        return new RawClient(port, true, "127.0.0.1");
    }

    static RawClient http(int port) {
        return new RawClient(port, false, "127.0.0.1");
    }

    /** The same from another address: all of 127/8 is this machine. */
    RawClient from(String address) {
        return new RawClient(port, tls, address);
    }

    /** One answer; names of headers in lower case, a header that comes twice joined by a comma. */
    static final class Answer {
        private final int status;
        private final Map<String, String> headers;
        private final byte[] body;

        Answer(int status, Map<String, String> headers, byte[] body) {
            this.status = status;
            this.headers = headers;
            this.body = body;
        }

        int status() {
            return status;
        }

        @Nullable
        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }

        byte[] body() {
            return body;
        }

        String text() {
            return new String(body, ISO_8859_1);
        }
    }

    /** Sends a request with the usual Host, {@code headers} and a body of their length, and reads the answer. */
    Answer send(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        all.put("Host", "localhost:" + port);
        all.put("Connection", "close");
        if (body.length > 0) {
            all.put("Content-Length", String.valueOf(body.length));
        }
        all.putAll(headers);
        String head = all.entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                .collect(Collectors.joining("", method + " " + path + " HTTP/1.1\r\n", "\r\n"));
        try (Socket socket = connect()) {
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            try {
                socket.getOutputStream().write(body);
            } catch (IOException e) {
                // A server that refuses by the head alone need not read the body; its answer is what counts.
            }
            return read(socket.getInputStream(), method.equals("HEAD"));
        }
    }

    Answer get(String path, Map<String, String> headers) throws IOException {
        return send("GET", path, headers, new byte[0]);
    }

    Answer get(String path) throws IOException {
        return get(path, Map.of());
    }

    /** A connection on which a test writes by itself. */
    Socket connect() throws IOException {
        InetAddress target = InetAddress.ofLiteral("127.0.0.1");
        Socket socket = new Socket(target, port, InetAddress.ofLiteral(source), 0);
        socket.setSoTimeout(READ_TIMEOUT_MS);
        if (!tls) {
            return socket;
        }
        SSLSocket secure = (SSLSocket) trusting().getSocketFactory().createSocket(socket, "localhost", port, true);
        secure.startHandshake();
        return secure;
    }

    static Answer read(InputStream stream, boolean head) throws IOException {
        InputStream in = new BufferedInputStream(stream);
        String[] status = line(in).split(" ", 3);
        if (status.length < 2) {
            throw new IOException("no answer");
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            String[] header = line.split(":\\s*", 2);
            headers.merge(header[0].toLowerCase(Locale.ROOT), header[1], (a, b) -> a + ", " + b);
        }
        int code = Integer.parseInt(status[1]);
        // RFC 9112 §6.3
        boolean bodyless = head || code < 200 || code == 204 || code == 304;
        return new Answer(code, headers, bodyless ? new byte[0] : body(in, headers));
    }

    private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
        if (headers.containsKey("content-length")) {
            return in.readNBytes(Integer.parseInt(headers.get("content-length")));
        }
        if (!"chunked".equals(headers.get("transfer-encoding"))) {
            return in.readAllBytes();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(in), 16); size > 0; size = Integer.parseInt(line(in), 16)) {
            body.write(in.readNBytes(size));
            line(in);
        }
        return body.toByteArray();
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet >= 0 && octet != '\n'; octet = in.read()) {
            line.append((char) octet);
        }
        return line.toString().stripTrailing();
    }

    /** The certificate is a throw-away one, made by nobody that could be trusted. */
    static SSLContext trusting() {
        X509TrustManager all = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String type) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String type) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {all}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
