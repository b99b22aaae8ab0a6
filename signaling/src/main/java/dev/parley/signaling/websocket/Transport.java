package dev.parley.signaling.websocket;

/** The socket under a client, as the protocol sees it. Any thread. */
interface Transport {
    /** Sends a text message; the bytes are not changed afterwards by either side. */
    void send(byte[] utf8);

    void ping();

    /** Sends what is waiting and a close frame (RFC 6455 §5.5.1), then disconnects. */
    void close(CloseStatus status);

    /** Disconnects at once. */
    void abort();

    /** When the last frame of any kind arrived. */
    long lastHeardNs();

    /** Close codes of RFC 6455 §7.4.1 that the server uses. */
    enum CloseStatus {
        NORMAL(1000),
        GOING_AWAY(1001),
        UNSUPPORTED_DATA(1003),
        POLICY_VIOLATION(1008),
        TOO_LARGE(1009);

        private final int code;

        CloseStatus(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }
}
