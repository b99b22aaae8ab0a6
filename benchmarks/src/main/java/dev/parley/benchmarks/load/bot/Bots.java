package dev.parley.benchmarks.load.bot;

import dev.parley.sfu.crypto.SrtpCipherProvider;
import dev.parley.sfu.crypto.SrtpCipherProviders;
import dev.parley.sfu.dtls.DtlsCertificate;
import dev.parley.sfu.dtls.Fingerprint;
import dev.parley.sfu.handshake.BouncyCastleDtls;
import dev.parley.sfu.handshake.DtlsLimits;
import dev.parley.sfu.ice.IceCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** All packet bots of a run: their threads, and what they have in common. Any thread. */
public final class Bots implements BotConnections, AutoCloseable {
    private final BotSettings settings;
    private final SrtpCipherProvider ciphers;
    private final BouncyCastleDtls dtls;
    private final List<BotLoop> loops = new ArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final SecureRandom random = new SecureRandom();

    /** Starts the threads. */
    public Bots(BotSettings settings) throws IOException {
        this.settings = settings;
        this.ciphers = SrtpCipherProviders.select(SrtpCipherProviders.AUTO, System::nanoTime);
        this.dtls = BouncyCastleDtls.client(
                DtlsCertificate.generate(random, Instant.now()), DtlsLimits.defaults(), settings.profiles());
        for (int i = 0; i < settings.threads(); i++) {
            BotLoop loop = new BotLoop(settings.localAddress(), i);
            loops.add(loop);
            loop.start();
        }
    }

    @Override
    public BotConnection open(String name) throws IOException {
        int number = opened.incrementAndGet();
        BotLoop loop = loops.get(number % loops.size());
        IceCredentials ice = IceCredentials.generate(random);
        BotPeer peer = loop.call(() -> {
            BotPeer made = new BotPeer(name, loop, dtls, ciphers, ice, number);
            loop.add(made);
            return made;
        });
        return new LoopConnection(this, loop, peer, ice, random);
    }

    BotSettings settings() {
        return settings;
    }

    Fingerprint fingerprint() {
        return dtls.fingerprint();
    }

    /** What encrypts and decrypts. */
    public String ciphers() {
        return ciphers.name();
    }

    /** The same with candidates as the settings' route has them. */
    Negotiation.Outcome routed(Negotiation.Outcome outcome) {
        List<IceClient.Remote> candidates =
                outcome.remote().candidates().stream().map(this::routed).toList();
        Remote remote = new Remote(outcome.remote().ice(), outcome.remote().fingerprint(), candidates);
        return new Negotiation.Outcome(
                remote, outcome.controlling(), outcome.extensions(), outcome.sending(), outcome.receiving());
    }

    IceClient.Remote routed(IceClient.Remote candidate) {
        int bits = candidate.address();
        byte[] octets = {(byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits};
        try {
            InetSocketAddress asked = new InetSocketAddress(InetAddress.getByAddress(octets), candidate.port());
            InetSocketAddress routed = settings.route().apply(asked);
            return new IceClient.Remote(BotSockets.bits(routed.getAddress().getHostAddress()), routed.getPort());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four octets are an address", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the route leads to no IPv4 address", e);
        }
    }

    /** Begins to count anew. */
    public void beginWindow() {
        for (BotLoop loop : loops) {
            boolean _ = loop.call(() -> {
                loop.totals().clear();
                loop.takeSilent();
                return true;
            });
        }
    }

    /** What has been counted so far, over all threads; a copy. */
    public Totals totals() {
        Totals sum = new Totals();
        for (BotLoop loop : loops) {
            boolean _ = loop.call(() -> {
                sum.add(loop.totals());
                return true;
            });
        }
        return sum;
    }

    /** Bytes that the bots' threads have ever allocated on Java's heap. */
    public long allocatedBytes() {
        return loops.stream().mapToLong(BotLoop::allocatedBytes).sum();
    }

    /** Streams that were to show something and of which nothing has come since the window began, or since the last call. */
    public int takeSilent() {
        int silent = 0;
        for (BotLoop loop : loops) {
            silent += loop.call(loop::takeSilent);
        }
        return silent;
    }

    @Override
    public void close() {
        loops.forEach(BotLoop::close);
    }
}
