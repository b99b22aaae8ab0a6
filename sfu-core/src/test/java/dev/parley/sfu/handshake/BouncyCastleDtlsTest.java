package dev.parley.sfu.handshake;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.parley.sfu.crypto.SrtpProfile;
import dev.parley.sfu.dtls.DtlsCertificate;
import dev.parley.sfu.dtls.DtlsTransport;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.dtls.SrtpKeys;
import dev.parley.sfu.stats.DropReason;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both roles against each other, in memory. */
class BouncyCastleDtlsTest {
    // Trust is by fingerprint: that these certificates have long expired must not matter.
    private static final DtlsCertificate SERVER_CERTIFICATE =
            DtlsCertificate.generate(new SecureRandom(), Instant.EPOCH);
    private static final DtlsCertificate CLIENT_CERTIFICATE =
            DtlsCertificate.generate(new SecureRandom(), Instant.EPOCH);
    private static final Fingerprint SERVER = SERVER_CERTIFICATE.fingerprint();
    private static final Fingerprint CLIENT = CLIENT_CERTIFICATE.fingerprint();
    private static final DtlsLimits LIMITS = new DtlsLimits(16, Duration.ofSeconds(20), Duration.ofMillis(50), 64);
    /** The order that Chromium offers. */
    private static final List<SrtpProfile> CHROMIUM_PROFILES =
            List.of(SrtpProfile.AES128_CM_SHA1_80, SrtpProfile.AEAD_AES_256_GCM, SrtpProfile.AEAD_AES_128_GCM);

    private static final int CLIENT_HELLO = 1;
    private static final int CERTIFICATE = 11;
    private static final int CERTIFICATE_VERIFY = 15;
    private static final int CLIENT_KEY_EXCHANGE = 16;
    private static final int CHANGE_CIPHER_SPEC = -20;

    private final BouncyCastleDtls server = BouncyCastleDtls.server(SERVER_CERTIFICATE, LIMITS);
    private MemoryNetwork network = new MemoryNetwork();

    @AfterEach
    void close() {
        network.close();
    }

    @ParameterizedTest
    @EnumSource(SrtpProfile.class)
    void bothEndsExportTheSameKeys(SrtpProfile profile) throws Exception {
        start(List.of(profile), CLIENT, SERVER);

        SrtpKeys keys = await(network.server.connected);
        SrtpKeys same = await(network.client.connected);
        assertEquals(profile, keys.profile());
        assertEquals(profile.keyLength(), keys.clientKey().length);
        assertEquals(profile.saltLength(), keys.serverSalt().length);
        assertArrayEquals(same.clientKey(), keys.clientKey());
        assertArrayEquals(same.clientSalt(), keys.clientSalt());
        assertArrayEquals(same.serverKey(), keys.serverKey());
        assertArrayEquals(same.serverSalt(), keys.serverSalt());
        assertFalse(Arrays.equals(keys.clientKey(), keys.serverKey()));
    }

    @Test
    void choosesGcm128WhateverTheClientsOrder() throws Exception {
        start(CHROMIUM_PROFILES, CLIENT, SERVER);

        assertEquals(
                SrtpProfile.AEAD_AES_128_GCM, await(network.server.connected).profile());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void connectsOverAPathThatLosesDoublesAndSwaps(long seed) throws Exception {
        network = new MemoryNetwork(seed, 0.3);
        start(CHROMIUM_PROFILES, CLIENT, SERVER);

        SrtpKeys keys = await(network.client.connected);
        assertArrayEquals(keys.serverKey(), await(network.server.connected).serverKey());
    }

    @Test
    void answersTheClientsLastFlightAgainWhenItsOwnWasLost() throws Exception {
        // The server's change_cipher_spec and Finished are lost once, after it has connected (RFC 6347 §4.2.4).
        List<byte[]> lost = new ArrayList<>();
        network.server.rewrite(datagram -> {
            boolean lastFlight = datagram[0] == 20 || epoch(datagram) == 1;
            if (lastFlight && lost.size() < 2) {
                lost.add(datagram);
                return List.of();
            }
            return List.of(datagram);
        });
        start(CHROMIUM_PROFILES, CLIENT, SERVER);

        await(network.client.connected);
        assertEquals(2, lost.size());
    }

    @ParameterizedTest
    @ValueSource(ints = {CLIENT_HELLO, CERTIFICATE, CLIENT_KEY_EXCHANGE, CERTIFICATE_VERIFY, CHANGE_CIPHER_SPEC})
    void connectsWhenOneOfTheClientsMessagesIsLostOnce(int message) throws Exception {
        List<byte[]> lost = new ArrayList<>();
        network.client.rewrite(datagram -> {
            if (message(datagram) == message && lost.isEmpty()) {
                lost.add(datagram);
                return List.of();
            }
            return List.of(datagram);
        });
        start(CHROMIUM_PROFILES, CLIENT, SERVER);

        await(network.server.connected);
        await(network.client.connected);
        assertEquals(1, lost.size());
    }

    @Test
    void connectsWhenCertificateVerifyAndChangeCipherSpecShareADatagram() throws Exception {
        // Certificate verify and change_cipher_spec in one datagram, as browsers pack them.
        List<byte[]> held = new ArrayList<>();
        network.client.rewrite(datagram -> {
            if (message(datagram) == CERTIFICATE_VERIFY) {
                held.add(datagram);
                return List.of();
            }
            if (message(datagram) == CHANGE_CIPHER_SPEC && !held.isEmpty()) {
                byte[] first = held.removeLast();
                byte[] both = Arrays.copyOf(first, first.length + datagram.length);
                System.arraycopy(datagram, 0, both, first.length, datagram.length);
                return List.of(both);
            }
            return List.of(datagram);
        });
        start(CHROMIUM_PROFILES, CLIENT, SERVER);

        await(network.server.connected);
    }

    @Test
    void takesAClientHelloInTwoDatagrams() throws Exception {
        network.client.rewrite(BouncyCastleDtlsTest::splitClientHello);
        start(CHROMIUM_PROFILES, CLIENT, SERVER);

        await(network.server.connected);
        await(network.client.connected);
    }

    @Test
    void takesAClientHelloInTwoSwappedDatagrams() throws Exception {
        network.client.rewrite(datagram -> splitClientHello(datagram).reversed());
        start(CHROMIUM_PROFILES, CLIENT, SERVER);

        await(network.server.connected);
    }

    @Test
    void failsWhenTheClientsCertificateHasAnotherFingerprint() throws Exception {
        start(CHROMIUM_PROFILES, SERVER, SERVER);

        assertTrue(await(network.server.failed).contains("fingerprint"));
        await(network.client.failed); // It hears an alert.
        assertFalse(network.server.connected.isDone());
        assertFalse(network.client.connected.isDone());
    }

    @Test
    void failsWhenTheServersCertificateHasAnotherFingerprint() throws Exception {
        start(CHROMIUM_PROFILES, CLIENT, CLIENT);

        assertTrue(await(network.client.failed).contains("fingerprint"));
        await(network.server.failed);
        assertFalse(network.server.connected.isDone());
    }

    @Test
    void givesUpWhenNobodySpeaks() throws Exception {
        DtlsLimits impatient = new DtlsLimits(1, Duration.ofMillis(150), Duration.ofMillis(50), 8);
        BouncyCastleDtls hurried = BouncyCastleDtls.server(SERVER_CERTIFICATE, impatient);

        attach(network.server, hurried.start(CLIENT, network.server));

        assertEquals("handshake timed out", await(network.server.failed));
        assertEquals(0, hurried.activeHandshakes());
    }

    @Test
    void boundsHandshakesAtATimeButNotAssociations() throws Exception {
        BouncyCastleDtls one = BouncyCastleDtls.server(
                SERVER_CERTIFICATE, new DtlsLimits(1, Duration.ofSeconds(20), Duration.ofMillis(50), 64));
        attach(network.server, one.start(CLIENT, network.server));
        assertEquals(1, one.activeHandshakes());

        try (MemoryNetwork second = new MemoryNetwork()) {
            assertNull(one.start(CLIENT, second.server));

            startClient(CHROMIUM_PROFILES, SERVER);
            await(network.server.connected);
            attach(second.server, one.start(CLIENT, second.server));
        }
    }

    @Test
    void bothEndsHearOfACloseByTheClient() throws Exception {
        start(CHROMIUM_PROFILES, CLIENT, SERVER);
        await(network.server.connected);
        await(network.client.connected);

        network.client.transport().close();

        assertTrue(await(network.client.closed));
        assertTrue(await(network.server.closed));
        assertFalse(network.server.failed.isDone());
    }

    @Test
    void bothEndsHearOfACloseByTheServer() throws Exception {
        start(CHROMIUM_PROFILES, CLIENT, SERVER);
        await(network.server.connected);
        await(network.client.connected);

        network.server.transport().close();

        assertTrue(await(network.server.closed));
        assertTrue(await(network.client.closed));
    }

    @Test
    void failsWhenClosedBeforeItConnects() throws Exception {
        attach(network.server, server.start(CLIENT, network.server));

        network.server.transport().close();

        assertEquals("closed before the handshake was complete", await(network.server.failed));
        assertFalse(network.server.closed.isDone());
    }

    @Test
    void survivesForgedRecordsOnceConnected() throws Exception {
        start(CHROMIUM_PROFILES, CLIENT, SERVER);
        await(network.server.connected);
        await(network.client.connected);

        for (int type = 20; type <= 23; type++) {
            byte[] forged = new byte[13 + 40];
            ByteBuffer.wrap(forged).put((byte) type).putShort((short) 0xFEFD).putShort((short) 1);
            forged[10] = 99;
            forged[12] = 40;
            network.server.deliver(forged);
        }
        assertFalse(network.server.closed.isDone());

        network.client.transport().close(); // An authentic close_notify is still understood.
        assertTrue(await(network.server.closed));
    }

    @Test
    void dropsMalformedDatagramsAndThoseAfterTheEnd() throws Exception {
        attach(network.server, server.start(CLIENT, network.server));

        network.server.deliver(new byte[] {22, 1, 2, 3});
        assertEquals(List.of(DropReason.DTLS_MALFORMED), network.server.refused);

        network.server.transport().close();
        await(network.server.failed);
        byte[] record = new byte[14];
        ByteBuffer.wrap(record).put((byte) 21).putShort((short) 0xFEFD);
        record[12] = 1;
        network.server.deliver(record);
        assertEquals(List.of(DropReason.DTLS_MALFORMED, DropReason.UNEXPECTED_STATE), network.server.refused);
    }

    @Test
    void callsTheListenerThroughTheDispatcherInOrder() throws Exception {
        LinkedBlockingQueue<Runnable> mailbox = new LinkedBlockingQueue<>();
        List<String> heard = new ArrayList<>();
        DtlsTransport.Listener listener = new DtlsTransport.Listener() {
            @Override
            public void transmit(byte[] datagram) {
                network.server.transmit(datagram);
            }

            @Override
            public void connected(SrtpKeys keys) {
                heard.add("connected");
            }

            @Override
            public void failed(String reason) {
                heard.add("failed " + reason);
            }

            @Override
            public void closed() {
                heard.add("closed");
            }
        };
        attach(network.server, server.dispatchingTo(mailbox::add).start(CLIENT, listener));
        startClient(CHROMIUM_PROFILES, SERVER);

        while (heard.isEmpty()) {
            Objects.requireNonNull(mailbox.poll(20, TimeUnit.SECONDS)).run();
        }
        network.server.transport().close();
        while (heard.size() < 2) {
            Objects.requireNonNull(mailbox.poll(20, TimeUnit.SECONDS)).run();
        }
        assertEquals(List.of("connected", "closed"), heard);
    }

    @Test
    void endsTheAssociationWhenTheListenerThrows() throws Exception {
        CompletableFuture<Boolean> closed = new CompletableFuture<>();
        DtlsTransport.Listener broken = new DtlsTransport.Listener() {
            @Override
            public void transmit(byte[] datagram) {
                network.server.transmit(datagram);
            }

            @Override
            public void connected(SrtpKeys keys) {
                throw new IllegalStateException("a bug of the listener, thrown by the test");
            }

            @Override
            public void failed(String reason) {
                closed.completeExceptionally(new AssertionError(reason));
            }

            @Override
            public void closed() {
                closed.complete(true);
            }
        };
        attach(network.server, server.start(CLIENT, broken));
        startClient(CHROMIUM_PROFILES, SERVER);

        assertTrue(await(closed));
        assertTrue(await(network.client.closed));
    }

    private void start(List<SrtpProfile> profiles, Fingerprint clientsExpected, Fingerprint serversExpected) {
        attach(network.server, server.start(clientsExpected, network.server));
        startClient(profiles, serversExpected);
    }

    private void startClient(List<SrtpProfile> profiles, Fingerprint serversExpected) {
        BouncyCastleDtls client = BouncyCastleDtls.client(CLIENT_CERTIFICATE, LIMITS, profiles);
        attach(network.client, client.start(serversExpected, network.client));
    }

    private static void attach(MemoryNetwork.End end, @Nullable DtlsTransport transport) {
        assertNotNull(transport);
        end.attach(transport);
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    /** The handshake message that a record in the clear begins with, or {@link #CHANGE_CIPHER_SPEC}. */
    private static int message(byte[] datagram) {
        if (datagram[0] == 22 && epoch(datagram) == 0) {
            return datagram[13];
        }
        return datagram[0] == 20 ? CHANGE_CIPHER_SPEC : -1;
    }

    private static int epoch(byte[] datagram) {
        return ByteBuffer.wrap(datagram).getShort(3);
    }

    /** A ClientHello as two fragments in two records in two datagrams; anything else as it is. */
    private static List<byte[]> splitClientHello(byte[] datagram) {
        boolean clientHello = datagram[0] == 22 && epoch(datagram) == 0 && datagram[13] == 1;
        if (!clientHello) {
            return List.of(datagram);
        }
        int body = datagram.length - 25;
        return List.of(fragment(datagram, 0, body / 2, 0), fragment(datagram, body / 2, body - body / 2, 20));
    }

    private static byte[] fragment(byte[] datagram, int offset, int length, int sequenceShift) {
        byte[] fragment = new byte[25 + length];
        System.arraycopy(datagram, 0, fragment, 0, 25);
        fragment[10] += (byte) sequenceShift;
        ByteBuffer header = ByteBuffer.wrap(fragment);
        header.putShort(11, (short) (12 + length));
        header.put(19, (byte) 0).putShort(20, (short) offset);
        header.put(22, (byte) 0).putShort(23, (short) length);
        System.arraycopy(datagram, 25 + offset, fragment, 25, length);
        return fragment;
    }
}
