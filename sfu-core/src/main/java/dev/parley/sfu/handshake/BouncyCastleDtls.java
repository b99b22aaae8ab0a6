package dev.parley.sfu.handshake;

import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.dtls.DtlsCertificate;
import dev.parley.sfu.dtls.DtlsEndpoint;
import dev.parley.sfu.dtls.DtlsTransport;
import dev.parley.sfu.dtls.DtlsTransportFactory;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.dtls.SrtpKeys;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.jspecify.annotations.Nullable;

/**
 * DTLS 1.2 by BouncyCastle, with the JDK's own ciphers and curves: a virtual thread an association, which blocks where
 * the library does. Any thread may start one; a listener is called by its association's thread.
 */
public final class BouncyCastleDtls implements DtlsTransportFactory, DtlsEndpoint {
    private final DtlsIdentity identity;
    /** What a client offers; empty for a server. */
    private final List<SrtpProfile> offered;

    private final Semaphore handshakes;
    private final AtomicInteger associations = new AtomicInteger();
    private final Counts counts = new Counts();

    /** What happens on the threads of the associations. */
    static final class Counts {
        private final LongAdder applicationData = new LongAdder();

        void applicationDataIgnored() {
            applicationData.increment();
        }
    }

    private BouncyCastleDtls(DtlsCertificate certificate, DtlsLimits limits, List<SrtpProfile> offered) {
        this.identity = new DtlsIdentity(new JcaTlsCryptoProvider().create(new SecureRandom()), certificate, limits);
        this.offered = List.copyOf(offered);
        this.handshakes = new Semaphore(limits.maxHandshakes());
    }

    /** The side that waits for a ClientHello: what an answer of {@code a=setup:passive} promises. */
    public static BouncyCastleDtls server(DtlsCertificate certificate, DtlsLimits limits) {
        return new BouncyCastleDtls(certificate, limits, List.of());
    }

    /** The side that begins, offering these profiles in this order. */
    public static BouncyCastleDtls client(DtlsCertificate certificate, DtlsLimits limits, List<SrtpProfile> offered) {
        if (offered.isEmpty()) {
            throw new IllegalArgumentException("a DTLS client must offer at least one SRTP profile");
        }
        return new BouncyCastleDtls(certificate, limits, offered);
    }

    /** The certificate whose fingerprint goes into SDP. */
    public DtlsCertificate certificate() {
        return identity.certificate();
    }

    @Override
    public Fingerprint fingerprint() {
        return certificate().fingerprint();
    }

    @Override
    public @Nullable DtlsTransport start(Fingerprint remote, DtlsTransport.Listener listener) {
        if (!handshakes.tryAcquire()) {
            return null;
        }
        DtlsAssociation association = new DtlsAssociation(
                datagrams -> handshake(remote, datagrams),
                listener,
                identity.limits().queuedDatagrams(),
                isServer() ? new ChangeCipherSpecGate() : ChangeCipherSpecGate.alwaysOpen(),
                handshakes::release,
                counts);
        associations.incrementAndGet();
        Thread.ofVirtual().name("dtls").start(() -> {
            try {
                association.run();
            } finally {
                associations.decrementAndGet();
            }
        });
        return association;
    }

    /** {@inheritDoc} The limit of handshakes is shared. */
    @Override
    public DtlsTransportFactory dispatchingTo(Consumer<Runnable> dispatcher) {
        return (remote, listener) -> start(remote, new DispatchedListener(listener, dispatcher));
    }

    /** Associations whose thread has not ended: one that is closed still says so to the other side. */
    public int activeAssociations() {
        return associations.get();
    }

    /** Handshakes under way. */
    public int activeHandshakes() {
        return identity.limits().maxHandshakes() - handshakes.availablePermits();
    }

    /** Records of application data that were ignored, over all associations. */
    public long ignoredApplicationData() {
        return counts.applicationData.sum();
    }

    private boolean isServer() {
        return offered.isEmpty();
    }

    private DtlsAssociation.Established handshake(Fingerprint remote, DatagramQueue datagrams) throws IOException {
        if (isServer()) {
            SrtpTlsServer server = new SrtpTlsServer(identity, remote);
            return established(new DTLSServerProtocol().accept(server, datagrams), server);
        }
        SrtpTlsClient client = new SrtpTlsClient(identity, remote, offered);
        return established(new DTLSClientProtocol().connect(client, datagrams), client);
    }

    private static DtlsAssociation.Established established(DTLSTransport transport, KeyedPeer peer) throws IOException {
        SrtpKeys keys = peer.keys();
        if (keys == null) {
            throw new TlsFatalAlert(AlertDescription.internal_error, "the handshake left no keys");
        }
        return new DtlsAssociation.Established(transport, keys);
    }

    /** Passes each call on as a command. */
    private record DispatchedListener(DtlsTransport.Listener target, Consumer<Runnable> dispatcher)
            implements DtlsTransport.Listener {
        @Override
        public void transmit(byte[] datagram) {
            dispatcher.accept(() -> target.transmit(datagram));
        }

        @Override
        public void connected(SrtpKeys keys) {
            dispatcher.accept(() -> target.connected(keys));
        }

        @Override
        public void failed(String reason) {
            dispatcher.accept(() -> target.failed(reason));
        }

        @Override
        public void closed() {
            dispatcher.accept(target::closed);
        }
    }
}
