package dev.parley.sfu.io;

import io.netty.channel.ManualIoEventLoop;
import java.util.concurrent.TimeUnit;

/** Netty's loop, run by the thread that owns the port, with a wake-up that is not lost while the loop is busy. */
final class NettyLoop extends ManualIoEventLoop {
    private final NettyTransport transport;
    private volatile boolean wakeRequested;

    NettyLoop(NettyTransport transport) {
        super(Thread.currentThread(), transport.ioHandlerFactory());
        this.transport = transport;
    }

    @Override
    protected boolean canBlock() {
        return !wakeRequested;
    }

    /** Waits for events as long as told, or not at all, and handles them. */
    void await(long waitNs) {
        try {
            // To Netty 0 means for ever.
            run(waitNs <= 0 ? -1 : transport.possibleWaitNs(waitNs), 0);
        } finally {
            wakeRequested = false;
        }
    }

    /** Makes the current or the next {@link #await} return early. Any thread. */
    void wakeUp() {
        wakeRequested = true;
        wakeup();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The loop below sees the shutdown through.
    void end() {
        shutdownGracefully(0, 0, TimeUnit.SECONDS);
        while (!isTerminated()) {
            runNow();
        }
    }
}
