package dev.parley.sfu.nativepeer;

import dev.onvoid.webrtc.PeerConnectionFactory;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A factory of connections, and what has to follow each change of any of them. */
final class NativeFactory {
    private final PeerConnectionFactory factory;
    private final Runnable afterChange;
    private final ReentrantLock changing = new ReentrantLock();

    /**
     * @param afterChange runs behind every change of a connection, and at the same time as none
     */
    NativeFactory(PeerConnectionFactory factory, Runnable afterChange) {
        this.factory = factory;
        this.afterChange = afterChange;
    }

    /** The factory itself, whose methods any thread may call. */
    PeerConnectionFactory factory() {
        return factory;
    }

    /**
     * Runs what may start or stop a sender: one at a time, which costs little, as libwebrtc runs the changes of all
     * connections of a factory on one thread anyway.
     */
    <T> T change(Supplier<T> change) {
        changing.lock();
        try {
            return change.get();
        } finally {
            try {
                afterChange.run();
            } finally {
                changing.unlock();
            }
        }
    }
}
