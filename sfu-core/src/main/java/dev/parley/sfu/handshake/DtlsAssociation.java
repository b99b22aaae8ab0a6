package dev.parley.sfu.handshake;

import dev.parley.sfu.buffer.PacketBuffer;
import dev.parley.sfu.dtls.DtlsTransport;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.stats.DropReason;
import java.io.IOException;
import java.io.InterruptedIOException;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsTimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One DTLS association and the virtual thread it lives on: handshake, then reading until either side closes. The shard
 * calls {@link #receive} and {@link #close}, everything else is the thread's.
 *
 * <p>Left out: application data, which is counted and ignored.
 */
final class DtlsAssociation implements DtlsTransport, Runnable {
    private static final Logger log = LoggerFactory.getLogger(DtlsAssociation.class);
    /** How long one wait for datagrams lasts after the handshake; closing ends it at once. */
    private static final int IDLE_WAIT_MS = 60_000;

    /** BouncyCastle's blocking handshake in one role. */
    interface Handshake {
        /** Blocks until the association is up. */
        Established perform(DatagramQueue datagrams) throws IOException;
    }

    /** An association that is up. */
    record Established(DTLSTransport transport, SrtpKeys keys) {}

    private final Handshake handshake;
    private final Listener listener;
    private final Runnable handshakeEnded;
    private final BouncyCastleDtls.Counts counts;
    private final DatagramQueue datagrams;

    DtlsAssociation(
            Handshake handshake,
            Listener listener,
            int queuedDatagrams,
            ChangeCipherSpecGate gate,
            Runnable handshakeEnded,
            BouncyCastleDtls.Counts counts) {
        this.handshake = handshake;
        this.listener = listener;
        this.handshakeEnded = handshakeEnded;
        this.counts = counts;
        this.datagrams = new DatagramQueue(queuedDatagrams, gate, this::transmit);
    }

    @Override
    public @Nullable DropReason receive(PacketBuffer datagram) {
        return datagrams.offer(datagram);
    }

    @Override
    public void close() {
        datagrams.close();
    }

    /** The thread's root: whatever is thrown, the listener hears of it or the log does. */
    @Override
    public void run() {
        try {
            Established established = connect();
            if (established != null) {
                serve(established);
            }
        } catch (RuntimeException | Error e) {
            log.error("event=dtls-listener-failed", e);
        } finally {
            datagrams.close();
        }
    }

    private @Nullable Established connect() {
        try {
            return perform();
        } catch (IOException e) {
            listener.failed(reason(e));
        } catch (RuntimeException | Error e) {
            log.error("event=dtls-handshake-bug", e);
            listener.failed("internal error: " + e);
        }
        return null;
    }

    /** Gives the place for another handshake back before anybody hears how this one ended. */
    private Established perform() throws IOException {
        try {
            return handshake.perform(datagrams);
        } finally {
            handshakeEnded.run();
        }
    }

    /** BouncyCastle would turn an exception of the listener into an alert and lose it. */
    private void transmit(byte[] datagram) {
        try {
            listener.transmit(datagram);
        } catch (RuntimeException e) {
            log.error("event=dtls-transmit-failed", e);
            throw e;
        }
    }

    private void serve(Established established) {
        try {
            listener.connected(established.keys());
            readUntilClosed(established.transport());
        } finally {
            sendCloseNotify(established.transport());
            listener.closed();
        }
    }

    private void readUntilClosed(DTLSTransport transport) {
        try {
            byte[] buffer = new byte[transport.getReceiveLimit()];
            while (!datagrams.isClosed()) {
                int received = transport.receive(buffer, 0, buffer.length, IDLE_WAIT_MS);
                if (received >= 0) {
                    counts.applicationDataIgnored();
                }
            }
        } catch (InterruptedIOException e) {
            log.trace("event=dtls-closed", e); // By us or by the remote side's close_notify: the way it should end.
        } catch (IOException e) {
            log.debug("event=dtls-ended reason=\"{}\"", reason(e));
        }
    }

    /** Does nothing when the remote side has closed before: BouncyCastle has answered then. */
    private static void sendCloseNotify(DTLSTransport transport) {
        try {
            transport.close();
        } catch (IOException | RuntimeException e) {
            log.debug("event=dtls-close-notify-failed", e);
        }
    }

    private static String reason(IOException e) {
        if (e instanceof TlsTimeoutException) {
            return "handshake timed out";
        }
        if (e instanceof InterruptedIOException) {
            return "closed before the handshake was complete";
        }
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
