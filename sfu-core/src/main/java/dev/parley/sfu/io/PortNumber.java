package dev.parley.sfu.io;

import java.io.IOException;
import java.net.BindException;

/** Finds one number for all sockets of a port. */
final class PortNumber {
    /** A number free for the first socket may be taken for another; so often a new one is tried. */
    private static final int PICK_ATTEMPTS = 32;

    private PortNumber() {}

    /** Binds all sockets, or none. */
    interface Attempt<T> {
        /**
         * Binds.
         *
         * @param port the number; 0 lets the first socket pick one
         * @throws BindException if an address is taken; the message names it
         */
        T bind(int port) throws IOException;
    }

    /** Binds to the configured number or, if that is 0, to one that is free for all. */
    static <T> T bind(UdpPortConfig config, Attempt<T> attempt) throws IOException {
        int attempts = config.port() == 0 ? PICK_ATTEMPTS : 1;
        while (true) {
            try {
                return attempt.bind(config.port());
            } catch (BindException e) {
                if (--attempts == 0) {
                    throw e;
                }
            }
        }
    }

    /** What to throw when an address cannot be bound. */
    static BindException refused(String transport, String address, int port, String reason, Throwable cause) {
        BindException refused =
                new BindException("cannot bind " + transport + " " + address + " port " + port + ": " + reason);
        refused.initCause(cause);
        return refused;
    }
}
