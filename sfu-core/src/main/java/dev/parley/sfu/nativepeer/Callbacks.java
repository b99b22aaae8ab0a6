package dev.parley.sfu.nativepeer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends every exception that would leave a callback: one that reaches native code aborts the JVM. */
final class Callbacks {
    private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);

    private Callbacks() {}

    /** Runs what libwebrtc has called us for. */
    static void guard(String callback, Runnable action) {
        try {
            action.run();
        } catch (Throwable failure) { // An Error aborts as an exception does.
            try {
                NativeCounters.ofProcess().callbackFailed();
                LOG.error("callback={} failed", callback, failure);
            } catch (Throwable ignored) {
                // Out of memory while telling of it: the JVM's to deal with, once we are back in Java.
            }
        }
    }
}
