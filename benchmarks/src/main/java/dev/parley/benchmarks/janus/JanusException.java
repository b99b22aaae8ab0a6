package dev.parley.benchmarks.janus;

import java.io.IOException;

/** Janus has refused something, in its own words. */
final class JanusException extends IOException {
    private static final long serialVersionUID = 1L;

    JanusException(String request, String reason) {
        super("Janus refuses to " + request + ": " + reason);
    }
}
