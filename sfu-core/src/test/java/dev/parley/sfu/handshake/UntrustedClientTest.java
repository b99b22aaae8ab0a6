package dev.parley.sfu.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.dtls.DtlsCertificate;
import dev.parley.sfu.dtls.DtlsTransport;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Hashtable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCryptoProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The server against clients that leave out what it requires, or do what nobody asked for. */
class UntrustedClientTest {
    private static final JcaTlsCrypto CRYPTO = new JcaTlsCryptoProvider().create(new SecureRandom());
    private static final DtlsCertificate CERTIFICATE = DtlsCertificate.generate(new SecureRandom(), Instant.EPOCH);
    private static final DtlsCertificate CLIENT_CERTIFICATE =
            DtlsCertificate.generate(new SecureRandom(), Instant.EPOCH);
    private static final DtlsLimits LIMITS = new DtlsLimits(4, Duration.ofSeconds(20), Duration.ofMillis(50), 64);

    private final MemoryNetwork network = new MemoryNetwork();
    private final CompletableFuture<DTLSTransport> connected = new CompletableFuture<>();
    private final BouncyCastleDtls server = BouncyCastleDtls.server(CERTIFICATE, LIMITS);

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void refusesAClientWithoutCertificate() throws Exception {
        connect(new BareClient(false, true, true, ProtocolVersion.DTLSv12));

        assertTrue(network.server.failed.get(20, TimeUnit.SECONDS).contains("certificate"));
        assertFalse(network.server.connected.isDone());
    }

    @Test
    void refusesAClientWithoutSrtp() throws Exception {
        connect(new BareClient(true, false, true, ProtocolVersion.DTLSv12));

        assertTrue(network.server.failed.get(20, TimeUnit.SECONDS).contains("SRTP profile"));
    }

    @Test
    void refusesAClientWithoutExtendedMasterSecret() throws Exception {
        connect(new BareClient(true, true, false, ProtocolVersion.DTLSv12));

        network.server.failed.get(20, TimeUnit.SECONDS);
        assertFalse(network.server.connected.isDone());
    }

    @Test
    void refusesDtls10() throws Exception {
        connect(new BareClient(true, true, true, ProtocolVersion.DTLSv10));

        network.server.failed.get(20, TimeUnit.SECONDS);
        assertFalse(network.server.connected.isDone());
    }

    @Test
    void countsApplicationDataAndIgnoresIt() throws Exception {
        connect(new BareClient(true, true, true, ProtocolVersion.DTLSv12));
        network.server.connected.get(20, TimeUnit.SECONDS);

        DTLSTransport client = connected.get(20, TimeUnit.SECONDS);
        client.send(new byte[] {1, 2, 3}, 0, 3);
        client.close();

        assertTrue(network.server.closed.get(20, TimeUnit.SECONDS));
        assertEquals(1, server.ignoredApplicationData());
    }

    private void connect(BareClient client) {
        DtlsTransport transport = server.start(CLIENT_CERTIFICATE.fingerprint(), network.server);
        assertNotNull(transport);
        network.server.attach(transport);
        DatagramQueue datagrams = new DatagramQueue(64, ChangeCipherSpecGate.alwaysOpen(), network.client::transmit);
        network.client.attach(new DtlsTransport() {
            @Override
            public dev.parley.sfu.stats.@Nullable DropReason receive(dev.parley.sfu.buffer.PacketBuffer datagram) {
                return datagrams.offer(datagram);
            }

            @Override
            public void close() {
                datagrams.close();
            }
        });
        Thread.ofVirtual().start(() -> {
            try {
                connected.complete(new DTLSClientProtocol().connect(client, datagrams));
            } catch (IOException e) {
                connected.completeExceptionally(e);
            }
        });
    }

    /** A client of BouncyCastle's with pieces missing. */
    @SuppressWarnings({"rawtypes", "unchecked", "JdkObsolete"}) // BouncyCastle's signatures.
    private static final class BareClient extends DefaultTlsClient {
        private final boolean withCertificate;
        private final boolean withSrtp;
        private final boolean withExtendedMasterSecret;
        private final ProtocolVersion version;

        BareClient(
                boolean withCertificate, boolean withSrtp, boolean withExtendedMasterSecret, ProtocolVersion version) {
            super(CRYPTO);
            this.withCertificate = withCertificate;
            this.withSrtp = withSrtp;
            this.withExtendedMasterSecret = withExtendedMasterSecret;
            this.version = version;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return version.only();
        }

        @Override
        public boolean shouldUseExtendedMasterSecret() {
            return withExtendedMasterSecret;
        }

        @Override
        public Hashtable getClientExtensions() throws IOException {
            Hashtable extensions = super.getClientExtensions();
            if (withSrtp) {
                int[] profiles = {SrtpProfile.AEAD_AES_128_GCM.id()};
                TlsSRTPUtils.addUseSRTPExtension(extensions, new UseSRTPData(profiles, TlsUtils.EMPTY_BYTES));
            }
            return extensions;
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate certificate) {
                    assertFalse(certificate.getCertificate().isEmpty());
                }

                @Override
                public @Nullable TlsCredentials getClientCredentials(CertificateRequest request) {
                    return withCertificate
                            ? new DtlsIdentity(CRYPTO, CLIENT_CERTIFICATE, LIMITS).signer(context)
                            : null;
                }
            };
        }
    }
}
