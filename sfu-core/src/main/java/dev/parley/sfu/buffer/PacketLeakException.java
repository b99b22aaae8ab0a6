package dev.parley.sfu.buffer;

/**
 * Packets were still held when their pool was closed. Thrown only by pools that trace leaks; the suppressed exceptions
 * are the places where the packets were acquired.
 */
public final class PacketLeakException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PacketLeakException(int packets) {
        super(packets + " packets were never released");
    }
}
